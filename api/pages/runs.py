"""The pages of a run as a whole: its questions, its ledger, how it was made, and its exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api import findings
from api.access import Access, may_create
from api.pages import urls
from api.pages.consultations import Viewer, crumbs_to, named
from api.pages.render import Crumb, show, wants_json
from api.routes.exports import list_formats
from api.routes.parameters import RunId
from api.routes.replies import BODIES, open_run
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


@router.get("/runs/{run_id}/campaigns")
def show_campaigns(
    request: Request,
    run_id: RunId,
    access: Viewer,
    question: Annotated[str | None, Query(max_length=2000)] = None,
) -> Response:
    """The texts that several people sent."""
    del run_id
    return page_of(
        request, access, "campaigns.html", lambda run: findings.campaigns(run, question), ("Campaigns", None)
    )  # fmt: skip


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
    keep: bool = True,
    **chrome: Any,  # noqa: ANN401 (as `show` takes it)
) -> Response:
    """A page of a run; what `view` finds stands beside the run's record and the consultation.

    A run never changes, so that the page is kept for whom it would be the same to the byte.

    Args:
        request: The request.
        access: Whose resource is the run.
        template: The template's name.
        view: Finds what the page says.
        below: Where the page is, below the run.
        keep: Whether the page rests on nothing but the run and its address, and may be asked for again; such a page has
            no form that changes anything, for that would hold the token of one browser.
        chrome: As `show` takes it.
    """
    consultation = named(request, access)

    def make() -> Response:
        found = open_run(request, access)
        known = people_known(found.manifest)
        said = {"record": shown(access.resource), "consultation": consultation, "respondents_known": known}
        said |= view(found)
        # What is counted, in words: where the files do not say who answered, each response counts as one person.
        words: dict[str, Any] = {"counts_responses": not known, "one": "person" if known else "response"}
        words |= {"many": "people" if known else "responses"}
        run: Crumb = ("Findings", urls.run(access.resource.id) if below else None)
        crumbs = [*crumbs_to(consultation), run, *below]
        return show(request, access, template, said, crumbs=crumbs, kept=keep, **chrome, **words)

    if not keep:
        return make()
    asked = (request.scope["path"], bytes(request.scope["query_string"]), wants_json(request))
    reader = (access.name, may_create(request, access.principal) if access.principal else False)
    key = (access.consultation_id, access.resource.id, consultation["title"], *asked, *reader)
    body = BODIES.get(key, lambda: bytes(make().body))
    return Response(body, media_type="application/json" if wants_json(request) else "text/html")
