"""Uploads, jobs and runs, and where their files are. What changes a job is in `api.jobs`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select

from api.database import job_events as events
from api.database import jobs, reading, runs, uploads, writing
from api.records.rows import columns, get, of_consultation
from api.settings import ServiceSettings
from consult.errors import RunError


@dataclass(frozen=True)
class Upload:
    """A file that arrived whole."""

    id: str
    consultation_id: str
    filename: str
    bytes: int
    sha256: str
    created_at: str
    created_by: str


@dataclass(frozen=True)
class Job:
    """An analysis: state queued, running, done, failed or cancelled; `error` has code, message and hint."""

    id: str
    consultation_id: str
    state: str
    stage: str | None
    question_id: str | None
    done: int
    total: int
    attempt: int
    config: dict[str, Any]
    upload_ids: list[str]
    run_id: str | None
    error: dict[str, str] | None
    created_at: str
    created_by: str
    started_at: str | None
    finished_at: str | None


@dataclass(frozen=True)
class JobEvent:
    """What happened to a job; `seq` counts from 1 without gaps; kind state, progress, done, failed or cancelled."""

    job_id: str
    seq: int
    at: str
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True)
class RunRecord:
    """A finished analysis; its id is its job's, `folder` is below the data folder."""

    id: str
    consultation_id: str
    job_id: str
    folder: str
    name: str
    created_at: str
    counts: dict[str, int]


def list_uploads(engine: Engine, consultation_id: str) -> list[Upload]:
    """A consultation's uploads, the oldest first."""
    return of_consultation(engine, Upload, uploads, consultation_id)


def get_upload(engine: Engine, upload_id: str) -> Upload:
    """An upload.

    Raises:
        NotFound: there is none.
    """
    return get(engine, Upload, uploads, upload_id, "upload")


def delete_upload(engine: Engine, settings: ServiceSettings, upload_id: str) -> None:
    """Removes an upload and its file; runs that were made of it stay.

    Raises:
        NotFound: there is none.
        RunError: a job that is queued or running needs it.
    """
    upload = get_upload(engine, upload_id)
    with writing(engine) as connection:
        waiting = connection.execute(
            select(jobs.c.id, jobs.c.upload_ids).where(
                jobs.c.consultation_id == upload.consultation_id, jobs.c.state.in_(("queued", "running"))
            )
        )
        for job in waiting:
            if upload_id in job.upload_ids:
                raise RunError(
                    "upload_in_use", f"Job {job.id} needs upload {upload_id}.", "Wait for its end, or cancel it."
                )
        connection.execute(delete(uploads).where(uploads.c.id == upload_id))
    # The row goes first: a file without a row is swept at the next start, a row without a file would be a lie.
    shutil.rmtree(settings.uploads / upload_id, ignore_errors=True)


def upload_path(settings: ServiceSettings, upload: Upload) -> Path:
    """Where an upload's file is."""
    return settings.uploads / upload.id / upload.filename


def get_job(engine: Engine, job_id: str) -> Job:
    """A job.

    Raises:
        NotFound: there is none.
    """
    return get(engine, Job, jobs, job_id, "job")


def list_jobs(engine: Engine, consultation_id: str) -> list[Job]:
    """A consultation's jobs, the oldest first."""
    return of_consultation(engine, Job, jobs, consultation_id)


def job_events(engine: Engine, job_id: str, after: int = 0) -> list[JobEvent]:
    """What happened to a job, beyond event `after`."""
    statement = columns(JobEvent, events).where(events.c.job_id == job_id, events.c.seq > after)
    with reading(engine) as connection:
        return [JobEvent(*row) for row in connection.execute(statement.order_by(events.c.seq))]


def list_runs(engine: Engine, consultation_id: str) -> list[RunRecord]:
    """A consultation's runs, the oldest first."""
    return of_consultation(engine, RunRecord, runs, consultation_id)


def get_run(engine: Engine, run_id: str) -> RunRecord:
    """A run.

    Raises:
        NotFound: there is none.
    """
    return get(engine, RunRecord, runs, run_id, "run")


def run_folder(settings: ServiceSettings, record: RunRecord) -> Path:
    """Where a run's files are."""
    return settings.data / record.folder
