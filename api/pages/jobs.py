"""The page of a job: how far it has come, why it failed, and where its run is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import jobs as work
from api import records
from api.pages import urls
from api.pages.consultations import Analyst, Form, Viewer, crumbs_of, named
from api.pages.render import show
from api.pages.words import STAGES, roughly, seconds_between
from api.records import Job, JobEvent
from api.routes.consultations import audit
from api.routes.jobs import ENDED
from api.routes.jobs import shown as shown_job
from api.routes.parameters import JobId

router = APIRouter()

_FRESH: Final = 5
"""After so many seconds a page without JavaScript looks again."""


@router.get("/jobs/{job_id}")
def show_job(request: Request, job_id: JobId, access: Viewer) -> Response:
    """A job."""
    engine, job = request.app.state.engine, access.resource
    events = records.job_events(engine, job_id, 0)
    said: dict[str, Any] = {
        "job": shown_job(job),
        "consultation": named(request, access),
        "files": [
            each.filename
            for each in records.list_uploads(engine, str(access.consultation_id))
            if each.id in job.upload_ids
        ],
        "may_analyse": access.role in ("analyst", "owner"),
        "stages": stages(job),
        "left": time_left(job, events),
        "seconds": seconds_between(job.started_at, job.finished_at),
        "last_event": events[-1].seq if events else 0,
    }
    fresh = _FRESH if job.state not in ENDED else None
    return show(request, access, "job.html", said, crumbs=crumbs_of(request, access, ("Analysis", None)), fresh=fresh)


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, job_id: JobId, access: Analyst, form: Form) -> Response:
    """Ends a job; what it had finished is kept."""
    del form
    state = request.app.state
    if access.resource.state not in ENDED:
        work.cancel(state.engine, state.settings, job_id)
        audit(request, access, "job.cancel", job_id)
    return RedirectResponse(urls.job(job_id), status_code=303)


@router.post("/jobs/{job_id}/retry")
def retry(request: Request, job_id: JobId, access: Analyst, form: Form) -> Response:
    """Takes up a job that failed or was cancelled."""
    del form
    state = request.app.state
    if access.resource.state in ("failed", "cancelled"):
        work.retry(state.engine, state.settings, job_id)
        audit(request, access, "job.retry", job_id)
    return RedirectResponse(urls.job(job_id), status_code=303)


def stages(job: Job) -> list[dict[str, str]]:
    """The stages of the question at hand in their order: stage, words, state (done, now, later)."""
    names = list(STAGES)
    now = names.index(job.stage) if job.stage in names else -1
    found = []
    for place, name in enumerate(names):
        state = "done" if job.state == "done" or place < now else "now" if place == now else "later"
        if state == "now" and job.state != "running":
            state = "later" if job.state == "queued" else "stopped"
        found.append({"stage": name, "words": STAGES[name], "state": state})
    return found


def time_left(job: Job, events: Sequence[JobEvent]) -> str | None:
    """How long the stage at hand will still take, from how long its part took; None when that cannot be told."""
    if job.state != "running" or not job.total or not 0 < job.done < job.total:
        return None
    told = [event for event in events if event.kind == "progress"]
    mine = list(
        takewhile(
            lambda event: (event.data.get("stage"), event.data.get("question_id")) == (job.stage, job.question_id),
            reversed(told),
        )
    )
    spent = seconds_between(mine[-1].at, mine[0].at) if mine else None
    if not spent:
        return None
    return roughly(spent * (job.total - job.done) / job.done)
