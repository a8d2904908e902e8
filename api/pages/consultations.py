"""The pages of consultations: the list, a new one, and one with its files, jobs and runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine
from starlette.datastructures import FormData

from api import records
from api.access import Access, checked_form, may_create, need
from api.pages import urls
from api.pages.render import Crumb, show
from api.pages.words import days_left
from api.problems import problem_of, status_of
from api.routes.jobs import shown as shown_job
from api.routes.jobs import submit
from api.routes.parameters import ConsultationId
from api.routes.runs import shown as shown_run
from consult.errors import ConsultError

router = APIRouter()

Viewer = Annotated[Access, Depends(need("viewer"))]
Analyst = Annotated[Access, Depends(need("analyst"))]
Creator = Annotated[Access, Depends(need("creator"))]
Form = Annotated[FormData, Depends(checked_form)]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
HOME: Final[Crumb] = ("Consultations", urls.HOME)
_LISTED: Final = 50
_WARNED: Final = 30
"""Days before the end of its retention from which a consultation's page warns."""


@router.get("/")
def list_consultations(
    request: Request, access: Annotated[Access, Depends(need("signed_in"))], page: Page = 1
) -> Response:
    """The consultations that one may see, the newest first."""
    engine, who = request.app.state.engine, access.principal
    assert who is not None
    found = {
        each.id: each
        for name in ((None,) if who.kind == "local" else who.names)
        for each in records.list_consultations(engine, name)
    }
    newest = sorted(found.values(), key=lambda each: (each.created_at, each.id), reverse=True)
    listed = newest[(page - 1) * _LISTED : page * _LISTED]
    said = {
        "items": [_listed(engine, each) for each in listed],
        "total": len(newest),
        "page": page,
        "pages": max(1, -(-len(newest) // _LISTED)),
        "may_create": may_create(request, who),
    }
    return show(request, access, "home.html", said)


def _listed(engine: Engine, consultation: records.Consultation) -> dict[str, Any]:
    """A consultation as a line of the list: how many findings it has, and whether more are being made."""
    at_work = [job.state for job in records.list_jobs(engine, consultation.id) if job.state in ("queued", "running")]
    return asdict(consultation) | {
        "n_runs": len(records.list_runs(engine, consultation.id)),
        "working": "running" if "running" in at_work else "queued" if at_work else None,
    }


@router.get("/consultations/new")
def new_consultation(request: Request, access: Creator) -> Response:
    """The form for a new one."""
    return show_new(request, access)


def show_new(
    request: Request, access: Access, *, title: str = "", errors: list[dict[str, str]] | None = None, status: int = 200
) -> Response:
    """The form, with what was typed and what is wrong with it."""
    settings = request.app.state.settings
    said = {"retention_days": settings.retention_days, "max_upload_bytes": settings.max_upload_bytes}
    crumbs: list[Crumb] = [HOME, ("New consultation", None)]
    return show(
        request, access, "new.html", said, crumbs=crumbs, status=status, title=title, errors=errors or []
    )  # fmt: skip


@router.get("/consultations/{consultation_id}")
def show_consultation(request: Request, consultation_id: ConsultationId, access: Viewer) -> Response:
    """One consultation."""
    del consultation_id
    return show_one(request, access)


def show_one(request: Request, access: Access, error: ConsultError | None = None) -> Response:
    """A consultation, with what has just gone wrong with it where something has."""
    problem = None if error is None else problem_of(error)
    said = _consultation(request, access) | {"problem": problem}
    crumbs: list[Crumb] = [HOME, (said["consultation"]["title"], None)]
    status = 200 if error is None else status_of(error)
    return show(request, access, "consultation.html", said, crumbs=crumbs, status=status)


def _consultation(request: Request, access: Access) -> dict[str, Any]:
    engine, consultation_id = request.app.state.engine, str(access.consultation_id)
    consultation = records.get_consultation(engine, consultation_id)
    return {
        "consultation": asdict(consultation),
        "role": access.role,
        "days_left": days_left(consultation.retain_until),
        "warn_days": _WARNED,
        "may_analyse": access.role in ("analyst", "owner") and consultation.purged_at is None,
        "uploads": [asdict(each) for each in records.list_uploads(engine, consultation_id)],
        "setup": records.get_setup(engine, consultation_id),
        "jobs": [shown_job(job) for job in reversed(records.list_jobs(engine, consultation_id))],
        "runs": [shown_run(run) for run in reversed(records.list_runs(engine, consultation_id))],
        "max_upload_bytes": request.app.state.settings.max_upload_bytes,
    }


@router.post("/consultations/{consultation_id}/start")
def start(request: Request, consultation_id: ConsultationId, access: Analyst, form: Form) -> Response:
    """Starts the analysis of all its files, and shows its progress."""
    del form
    try:
        job = submit(request, access, consultation_id, None, None)
    except ConsultError as error:
        return show_one(request, access, error)
    return RedirectResponse(urls.job(job.id), status_code=303)


def crumbs_of(request: Request, access: Access, *below: Crumb) -> list[Crumb]:
    """The way to a page below a consultation."""
    return [*crumbs_to(named(request, access)), *below]


def crumbs_to(consultation: Mapping[str, str]) -> list[Crumb]:
    """The way to the page of a consultation, of which `named` gives id and title."""
    return [HOME, (consultation["title"], urls.consultation(consultation["id"]))]


def named(request: Request, access: Access) -> Mapping[str, str]:
    """The consultation that a page belongs to: id and title."""
    consultation = records.get_consultation(request.app.state.engine, str(access.consultation_id))
    return {"id": consultation.id, "title": consultation.title}
