"""Jobs: started, watched, cancelled, tried again."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Final

import anyio
from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api import checks, jobs, records
from api.access import Access, need
from api.problems import ProblemError
from api.records import Job, JobEvent
from api.routes.consultations import allowed_config, audit
from api.routes.described import answer, errors
from api.routes.parameters import ConsultationId, JobId
from api.routes.repeats import Key, once
from api.routes.replies import Reply, created

router = APIRouter(prefix="/v1", tags=["jobs"])

ENDED: Final = frozenset({"done", "failed", "cancelled"})
_POLL: Final = 0.4
_HEARTBEAT: Final = 15.0
_READ_AT_ONCE: Final = 20_000_000
"""Bytes of files that are checked while somebody waits for a job to be taken."""

EXAMPLE: dict[str, Any] = {
    "id": "0f9e8d7c6b5a4938",
    "consultation_id": "6f1d0c9be2a34c55",
    "state": "running",
    "stage": None,
    "question_id": None,
    "done": 120,
    "total": 828,
    "attempt": 1,
    "config": {"…": None},
    "upload_ids": ["b0a1c2d3e4f50617"],
    "run_id": None,
    "error": None,
    "created_at": "2026-03-03T08:52:00+00:00",
    "created_by": "local",
    "started_at": None,
    "finished_at": None,
}


class NewJob(BaseModel):
    """An analysis to be done."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"upload_ids": ["b0a1c2d3e4f50617"], "config": {}}]}
    )

    upload_ids: list[str] | None = Field(
        default=None, min_length=1, max_length=1000, description="Which uploads; all of the consultation when absent."
    )
    config: dict[str, Any] | None = Field(
        default=None, description="In place of the consultation's setup, which is taken when absent."
    )


def shown(job: Job) -> dict[str, Any]:
    """A job as JSON."""
    return {key: value for key, value in asdict(job).items() if key in EXAMPLE}


@router.get(
    "/consultations/{consultation_id}/jobs",
    summary="List the jobs of a consultation",
    responses=answer("The newest first.", {"items": [EXAMPLE]}, 200, 404),
)
def list_jobs(
    request: Request, consultation_id: ConsultationId, access: Annotated[Access, Depends(need("viewer"))]
) -> Response:
    """Each with its state, and how far it has come."""
    found = records.list_jobs(request.app.state.engine, consultation_id)
    newest = sorted(found, key=lambda job: (job.created_at, job.id), reverse=True)
    return Reply({"items": [shown(job) for job in newest]})


@router.post(
    "/consultations/{consultation_id}/jobs",
    status_code=202,
    summary="Start an analysis",
    responses=answer("It is kept and will be done; watch it at Location.", EXAMPLE, 202, 404, 409, 410),
)
def start_job(
    request: Request,
    consultation_id: ConsultationId,
    access: Annotated[Access, Depends(need("analyst"))],
    body: Annotated[NewJob | None, Body()] = None,
    key: Key = None,
) -> Response:
    """Files that cannot be used are told of at once where they are small: 422 points at rows and columns."""
    asked = body or NewJob()

    def work() -> Reply:
        job = submit(request, access, consultation_id, asked.upload_ids, asked.config)
        return created(request, shown(job), "show_job", status=202, job_id=job.id)

    return once(request, access, key, asked.model_dump(), work)


def submit(
    request: Request,
    access: Access,
    consultation_id: str,
    upload_ids: list[str] | None,
    config: dict[str, Any] | None,
    *,
    again: bool = False,
) -> Job:
    """Starts a job, after everything that can be known to be wrong with it was looked at.

    Args:
        request: The request.
        access: Who asks.
        consultation_id: Of what.
        upload_ids: Which files; all when None.
        config: In place of the consultation's setup.
        again: The configuration is that of a job that was started before, but for what anybody may set.

    Raises:
        ProblemError: there is nothing to analyse, or the configuration or a small file cannot be used.
    """
    state = request.app.state
    there = {each.id: each for each in records.list_uploads(state.engine, consultation_id)}
    chosen = list(there) if upload_ids is None else list(dict.fromkeys(upload_ids))
    if not chosen:
        raise ProblemError("no_files", "Nothing was uploaded yet.", "Upload a file first.", status=409)
    missing = [
        {"pointer": f"#/upload_ids/{place}", "detail": "no upload of this consultation"}
        for place, upload_id in enumerate(upload_ids or [])
        if upload_id not in there
    ]
    if missing:
        raise ProblemError("upload_missing", "An upload is not there.", "List the uploads.", status=422, errors=missing)
    if config is None:
        config = records.get_setup(state.engine, consultation_id)
    elif not again:
        allowed_config(access, config)
    checks.valid_config(config, above="config")
    checks.known_failure([records.upload_path(state.settings, there[each]) for each in chosen], config, _READ_AT_ONCE)
    job: Job = jobs.submit(state.engine, state.settings, consultation_id, chosen, config, access.name)
    audit(request, access, "job.start", job.id, {"upload_ids": chosen})
    return job


@router.get(
    "/jobs/{job_id}",
    summary="Show a job",
    responses=answer("State, stage, and how much of the stage is done.", EXAMPLE, 200, 404),
)
def show_job(request: Request, job_id: JobId, access: Annotated[Access, Depends(need("viewer"))]) -> Response:
    """A failed one says why, and what to do; a finished one names its run."""
    headers = {} if access.resource.state in ENDED else {"Retry-After": "1"}
    return Reply(shown(access.resource), headers=headers)


@router.post(
    "/jobs/{job_id}/cancel",
    summary="Cancel a job",
    responses=answer("The job. Its stages that were finished are kept.", EXAMPLE, 200, 404, 409),
)
def cancel_job(
    request: Request, job_id: JobId, access: Annotated[Access, Depends(need("analyst"))], key: Key = None
) -> Response:
    """Ends the analysis. One that has ended already stays as it is."""

    def work() -> Reply:
        state = request.app.state
        if access.resource.state not in ENDED:
            jobs.cancel(state.engine, state.settings, job_id)
            audit(request, access, "job.cancel", job_id)
        return Reply(shown(records.get_job(state.engine, job_id)))

    return once(request, access, key, None, work)


@router.post(
    "/jobs/{job_id}/retry",
    status_code=202,
    summary="Try a job again",
    responses=answer(
        "The job, queued again; it goes on from the last stage that it finished.", EXAMPLE, 202, 404, 409, 410
    ),
)
def retry_job(
    request: Request, job_id: JobId, access: Annotated[Access, Depends(need("analyst"))], key: Key = None
) -> Response:
    """For a job that failed or was cancelled."""

    def work() -> Reply:
        state = request.app.state
        if access.resource.state not in ("failed", "cancelled"):
            raise ProblemError(
                "job_not_ended", f"The job is {access.resource.state}.",
                "Only failed or cancelled ones are tried again.", status=409,
            )  # fmt: skip
        jobs.retry(state.engine, state.settings, job_id)
        audit(request, access, "job.retry", job_id)
        job = records.get_job(state.engine, job_id)
        return created(request, shown(job), "show_job", status=202, job_id=job_id)

    return once(request, access, key, None, work)


@router.get(
    "/jobs/{job_id}/events",
    summary="Watch a job",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events of kind state, progress, done, failed, cancelled. The stream ends with the job.",
            "content": {
                "text/event-stream": {
                    # Each event is an object to a reader, and the body as a whole is text: no one type holds.
                    "schema": {"description": "Server-sent events, each with id, event and data, which is JSON."},
                    "example": 'id: 3\nevent: progress\ndata: {"stage":"embed","done":120,"total":828}\n\n',
                }
            },
        },
        204: {"description": "The job has ended, and all of its events were seen."},
        **errors(404),
    },
)
def watch_job(
    request: Request,
    job_id: JobId,
    access: Annotated[Access, Depends(need("viewer"))],
    last_event_id: Annotated[
        str | None,
        Header(alias="Last-Event-ID", description="The id of the last event seen; only later ones are sent.",
               examples=["3"]),
    ] = None,
    after: Annotated[int, Query(description="The same, for readers that cannot set headers.", ge=0, le=2**31 - 1,
                                examples=[0])] = 0,
) -> Response:  # fmt: skip
    """A reader that comes back with the id of its last event misses none and gets none twice."""
    seen = last_event(last_event_id, after)
    if access.resource.state in ENDED and not records.job_events(request.app.state.engine, job_id, seen):
        # What tells an EventSource not to come back.
        return Response(status_code=204)
    return StreamingResponse(
        follow(request, job_id, seen),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def last_event(header: str | None, after: int) -> int:
    """The number of the last event that a reader has seen."""
    if header is None or not header.strip():
        return after
    if not (header.isascii() and header.isdigit() and len(header) < 10):
        raise ProblemError(
            "request_invalid", "Last-Event-ID is not one of this stream.", "Send none to start anew.", status=422,
            errors=[{"parameter": "Last-Event-ID", "in": "header", "detail": "not a number"}],
        )  # fmt: skip
    return int(header)


async def follow(request: Request, job_id: str, seen: int) -> AsyncIterator[bytes]:
    """The events of a job after `seen`, as they come, until it has ended."""
    engine = request.app.state.engine
    yield b"retry: 2000\n\n"
    said = time.monotonic()
    while True:
        # The state is read before the events: those of a job that had ended by then are all there.
        job: Job = await run_in_threadpool(records.get_job, engine, job_id)
        found: list[JobEvent] = await run_in_threadpool(records.job_events, engine, job_id, seen)
        for event in found:
            seen = event.seq
            yield encode_event(event)
        if job.state in ENDED:
            return
        now = time.monotonic()
        if found:
            said = now
        elif now - said > _HEARTBEAT:
            said = now
            yield b": still here\n\n"
        await anyio.sleep(_POLL)


def encode_event(event: JobEvent) -> bytes:
    """An event as it goes over the wire; JSON has no line breaks of its own, so none can be forged."""
    data = json.dumps({**event.data, "at": event.at}, separators=(",", ":"))
    return f"id: {event.seq}\nevent: {event.kind}\ndata: {data}\n\n".encode()
