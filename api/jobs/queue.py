"""A job's way from state to state. Each step is one transaction, with the event that tells of it.

    queued -> running -> done | failed | cancelled          failed | cancelled -> queued (retry)
      ^---------'  its worker is gone, or stops

What a worker writes, it writes only while the job is its own: one that was thought gone and comes back changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select, update

from api.database import job_events, jobs, reading, runs, uploads, writing
from api.records.rows import NotFound, columns, live_consultation, new_id, now
from api.records.work import Job, get_job
from api.settings import ServiceSettings
from consult.errors import RunError

ENDED: Final = ("done", "failed", "cancelled")


class Stray(NamedTuple):
    """A running job, its worker, and when that one last said that it lives."""

    job_id: str
    worker: str
    beat_at: str


def submit(
    engine: Engine, settings: ServiceSettings, consultation_id: str, upload_ids: Sequence[str], config: dict[str, Any],
    by: str,
) -> Job:  # fmt: skip
    """Queues an analysis; it is kept when this returns.

    Raises:
        NotFound: the consultation or an upload is not there.
        Purged: the consultation's files were removed.
    """
    del settings
    job = Job(
        id=new_id(), consultation_id=consultation_id, state="queued", stage=None, question_id=None, done=0, total=0,
        attempt=0, config=config, upload_ids=list(upload_ids), run_id=None, error=None, created_at=now(),
        created_by=by, started_at=None, finished_at=None,
    )  # fmt: skip
    with writing(engine) as connection:
        live_consultation(connection, consultation_id)
        _need_uploads(connection, consultation_id, upload_ids)
        connection.execute(insert(jobs).values(**vars(job)))
        _tell(connection, job.id, "state", {"state": "queued", "attempt": 0})
    return job


def cancel(engine: Engine, settings: ServiceSettings, job_id: str) -> Job:
    """Stops a job: at once while it waits, within a second while it runs. One that has ended stays as it is.

    Raises:
        NotFound: there is none.
    """
    del settings
    with writing(engine) as connection:
        queued = update(jobs).where(jobs.c.id == job_id, jobs.c.state == "queued")
        if connection.execute(queued.values(state="cancelled", finished_at=now(), cancel=0)).rowcount:
            _tell(connection, job_id, "cancelled", {})
        else:
            connection.execute(update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running").values(cancel=1))
    return get_job(engine, job_id)


def retry(engine: Engine, settings: ServiceSettings, job_id: str) -> Job:
    """Queues a failed or cancelled job again; it goes on from its last finished stage.

    Raises:
        NotFound: there is none, or an upload that it needs was deleted.
        RunError: it has not failed and was not cancelled.
    """
    del settings
    job = get_job(engine, job_id)
    with writing(engine) as connection:
        live_consultation(connection, job.consultation_id)
        _need_uploads(connection, job.consultation_id, job.upload_ids)
        ended = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(("failed", "cancelled")))
        queued = ended.values(state="queued", error=None, finished_at=None, cancel=0, deaths=0, **_NOWHERE)
        if not connection.execute(queued).rowcount:
            raise RunError(
                "job_not_ended", f"Job {job_id} is {job.state}.", "Only failed or cancelled ones are retried."
            )
        _tell(connection, job_id, "state", {"state": "queued", "attempt": job.attempt})
    return get_job(engine, job_id)


def claim(engine: Engine, worker: str) -> Job | None:
    """Gives a worker the oldest queued job, or None."""
    with writing(engine) as connection:
        # Elsewhere another worker may be taking one: it is stepped over, not waited for.
        oldest = columns(Job, jobs).where(jobs.c.state == "queued").order_by(jobs.c.created_at, jobs.c.id).limit(1)
        row = connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        attempt = row.attempt + 1
        connection.execute(
            update(jobs)
            .where(jobs.c.id == row.id, jobs.c.state == "queued")
            .values(
                state="running", worker=worker, beat_at=now(), attempt=attempt, cancel=0,
                started_at=row.started_at or now(), **_NOWHERE,
            )
        )  # fmt: skip
        _tell(connection, row.id, "state", {"state": "running", "attempt": attempt})
    return get_job(engine, row.id)


def beat(engine: Engine, worker: str) -> None:
    """Says that a worker lives."""
    with writing(engine) as connection:
        connection.execute(
            update(jobs).where(jobs.c.worker == worker, jobs.c.state == "running").values(beat_at=now())
        )  # fmt: skip


def asked(engine: Engine, worker: str) -> dict[str, bool]:
    """The jobs that are a worker's, each with whether it is to be stopped."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(jobs.c.id, jobs.c.cancel).where(jobs.c.worker == worker, jobs.c.state == "running")
        )
        return {row.id: bool(row.cancel) for row in rows}


def advance(engine: Engine, worker: str, job_id: str, progress: dict[str, Any]) -> None:
    """Keeps how far a job has come: stage, question_id, done, total."""
    with writing(engine) as connection:
        if connection.execute(_mine(worker, job_id).values(**progress)).rowcount:
            _tell(connection, job_id, "progress", progress)


def finish(engine: Engine, worker: str, job: Job, folder: Path, name: str, counts: dict[str, int]) -> bool:
    """Keeps the run of a job that is done; `folder` is below the data folder.

    Returns:
        Whether the job was still this worker's.
    """
    with writing(engine) as connection:
        done = _mine(worker, job.id).values(
            state="done", finished_at=now(), run_id=job.id, worker=None, beat_at=None, error=None, cancel=0
        )
        if not connection.execute(done).rowcount:
            return False
        if connection.execute(select(runs.c.id).where(runs.c.id == job.id)).one_or_none() is None:
            connection.execute(
                insert(runs).values(
                    id=job.id, consultation_id=job.consultation_id, job_id=job.id, folder=folder.as_posix(), name=name,
                    created_at=now(), counts=counts,
                )
            )  # fmt: skip
        _tell(connection, job.id, "done", {"run_id": job.id})
    return True


def fail(engine: Engine, worker: str, job_id: str, error: dict[str, str]) -> bool:
    """Keeps why a job failed: code, message, hint.

    Returns:
        Whether the job was still this worker's.
    """
    with writing(engine) as connection:
        failed = _mine(worker, job_id).values(
            state="failed", finished_at=now(), error=error, worker=None, beat_at=None, cancel=0
        )
        if not connection.execute(failed).rowcount:
            return False
        _tell(connection, job_id, "failed", error)
    return True


def give_back(engine: Engine, worker: str, job_id: str, beat_at: str | None = None, *, died: bool = False) -> bool:
    """Queues a running job again, or ends it when it was to be stopped.

    Args:
        engine: The database.
        worker: Whose it was.
        job_id: The job.
        beat_at: When that one was last heard of; unless that is still so, nothing changes.
        died: The job's process died, and not its worker.

    Returns:
        Whether the job was still that worker's.
    """
    with writing(engine) as connection:
        statement = select(jobs.c.cancel, jobs.c.attempt, jobs.c.deaths).where(
            jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running"
        )
        if beat_at is not None:
            statement = statement.where(jobs.c.beat_at == beat_at)
        row = connection.execute(statement.with_for_update()).one_or_none()
        if row is None:
            return False
        if row.cancel:
            connection.execute(
                _mine(worker, job_id).values(state="cancelled", finished_at=now(), worker=None, beat_at=None, cancel=0)
            )
            _tell(connection, job_id, "cancelled", {})
        else:
            connection.execute(
                _mine(worker, job_id).values(
                    state="queued", worker=None, beat_at=None, deaths=row.deaths + int(died), **_NOWHERE
                )
            )
            _tell(connection, job_id, "state", {"state": "queued", "attempt": row.attempt})
    return True


def deaths(engine: Engine, job_id: str) -> int:
    """How often a job's process has died since it was last queued by a person."""
    with reading(engine) as connection:
        return int(connection.execute(select(jobs.c.deaths).where(jobs.c.id == job_id)).scalar_one())


def running(engine: Engine) -> list[Stray]:
    """The jobs that some worker has."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(jobs.c.id, jobs.c.worker, jobs.c.beat_at).where(jobs.c.state == "running").order_by(jobs.c.id)
        )
        return [Stray(row.id, row.worker or "", row.beat_at or "") for row in rows]


_NOWHERE: Final[dict[str, Any]] = {"stage": None, "question_id": None, "done": 0, "total": 0}


def _mine(worker: str, job_id: str) -> Any:  # noqa: ANN401 (an Update)
    return update(jobs).where(jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")


def _tell(connection: Connection, job_id: str, kind: str, data: dict[str, Any]) -> None:
    """Adds an event. The job's row was changed in this transaction, so that no other adds one at the same time."""
    last = connection.execute(select(func.max(job_events.c.seq)).where(job_events.c.job_id == job_id)).scalar_one()
    connection.execute(
        insert(job_events).values(job_id=job_id, seq=(last or 0) + 1, at=now(), kind=kind, data=data)
    )  # fmt: skip


def _need_uploads(connection: Connection, consultation_id: str, upload_ids: Sequence[str]) -> None:
    found = connection.execute(
        select(uploads.c.id).where(uploads.c.consultation_id == consultation_id, uploads.c.id.in_(upload_ids))
    ).scalars()
    missing = sorted(set(upload_ids) - set(found))
    if missing:
        raise NotFound("upload", missing[0])
