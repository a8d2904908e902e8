"""The pages of a run as a whole: its questions, its ledger, how it was made, and its exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from api import findings
from api.access import Access
from api.pages import urls
from api.pages.consultations import Viewer, crumbs_of, named
from api.pages.render import Crumb, show
from api.routes.exports import list_formats
from api.routes.parameters import RunId
from api.routes.replies import open_run
from api.routes.runs import shown
from consult.analysis import Run
from consult.report.phrases import people_known

router = APIRouter()


@router.get("/runs/{run_id}")
def show_run(request: Request, run_id: RunId, access: Viewer) -> Response:
    """The ledger and the questions."""
    del run_id
    return page_of(request, access, "run.html", lambda run: findings.overview(run) | {"ledger": findings.ledger(run)})


@router.get("/runs/{run_id}/ledger")
def show_ledger(request: Request, run_id: RunId, access: Viewer) -> Response:
    """Every row accounted for."""
    del run_id
    return page_of(request, access, "ledger.html", findings.ledger, ("Every row accounted for", None))


@router.get("/runs/{run_id}/made")
def show_made(request: Request, run_id: RunId, access: Viewer) -> Response:
    """How the run was made."""
    del run_id
    return page_of(request, access, "made.html", findings.made, ("How it was made", None))


@router.get("/runs/{run_id}/exports")
def show_exports(request: Request, run_id: RunId, access: Viewer) -> Response:
    """The run as files."""
    del run_id
    return page_of(request, access, "exports.html", lambda _: {"items": list_formats()}, ("Exports", None))


def page_of(
    request: Request,
    access: Access,
    template: str,
    view: Callable[[Run], dict[str, Any]],
    *below: Crumb,
    **chrome: Any,  # noqa: ANN401 (as `show` takes it)
) -> Response:
    """A page of a run; what `view` finds stands beside the run's record and the consultation."""
    found = open_run(request, access)
    known = people_known(found.manifest)
    said = {"record": shown(access.resource), "consultation": named(request, access), "respondents_known": known}
    said |= view(found)
    # What is counted, in words: where the files do not say who answered, each response counts as one person.
    chrome |= {"counts_responses": not known, "one": "person" if known else "response"}
    chrome |= {"many": "people" if known else "responses"}
    run: Crumb = ("Findings", urls.run(access.resource.id) if below else None)
    crumbs = crumbs_of(request, access, run, *below)
    return show(request, access, template, said, crumbs=crumbs, **chrome)
