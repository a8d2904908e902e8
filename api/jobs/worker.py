"""A worker: takes queued jobs, as many at once as it is wide, and takes up those of workers that are gone.

A worker that lives holds the lock of `data/workers/<token>.lock` and writes the time on its jobs. To another of the
same machine it is gone when the lock is free, at once; to any other when the time has not changed for a lease, by that
one's own clock.
"""

from __future__ import annotations

import secrets
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.jobs import queue
from api.jobs.process import Child, died
from api.jobs.retention import Retention
from api.locks import is_held, lock, machine
from api.records.work import Job, get_upload, upload_path
from api.settings import ServiceSettings
from api.uploads import sweep
from consult.errors import ConsultError

_TROUBLE: Final = (ConsultError, SQLAlchemyError, OSError)
"""What a database or disk may do for a while, and then no more."""
_DEATHS: Final = 3
"""A job whose process dies so often fails."""
_TOLD: Final = 0.5
"""Seconds between two events of progress."""


class Worker:
    """Runs jobs in processes of their own, beside whatever this process does.

    Args:
        settings: Of the service.
        engine: The database, migrated.
        poll: Seconds between two looks at the queue.
        lease: Seconds after which a worker of another machine that was not heard of is gone.
    """

    def __init__(self, settings: ServiceSettings, engine: Engine, *, poll: float = 0.5, lease: float = 30.0) -> None:
        self._settings, self._engine, self._poll, self._lease = settings, engine, poll, lease
        self._token = secrets.token_hex(8)
        self.id = f"{machine()}/{self._token}"
        self._stop = threading.Event()
        self._jobs: dict[str, _Running] = {}
        self._seen: dict[str, tuple[str, float]] = {}
        self._beat_at = 0.0
        self._thread: threading.Thread | None = None
        self._lock_file: IO[Any] | None = None
        self.retention = Retention(settings, engine)
        self._log = structlog.get_logger("api.jobs").bind(worker=self._token)

    def start(self) -> None:
        """Begins. What uploads left that were cut off is removed.

        Raises:
            ConsultError: the database or the data folder cannot be used.
        """
        self._take_lock()
        sweep(self._settings, self._engine)
        self._thread = threading.Thread(target=self._loop, name="consult-worker", daemon=True)
        self._thread.start()
        # On a thread of its own: a worker that purges for long would be thought gone.
        self.retention.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Ends the processes of its jobs, which are queued again for another worker or the next start."""
        self._stop.set()
        self.retention.stop()
        if self._thread is None:
            return
        self._thread.join(timeout)
        for each in list(self._jobs.values()):
            each.kill()
        for each in list(self._jobs.values()):
            each.join(timeout)
        self._place.unlink(missing_ok=True)
        if self._lock_file is not None:
            self._lock_file.close()
        self._thread = None

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    @property
    def _place(self) -> Path:
        return self._settings.data / "workers" / f"{self._token}.lock"

    def _take_lock(self) -> None:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        for path in self._place.parent.iterdir():
            if not is_held(path):
                path.unlink(missing_ok=True)
        # Locked before it has its name: under that name it is never seen without.
        new = self._place.with_suffix(".new")
        self._lock_file = new.open("wb")
        lock(self._lock_file)
        if sys.platform == "win32":
            # There an open file keeps its name, and nothing is locked.
            self._lock_file.close()
        new.rename(self._place)

    def _loop(self) -> None:
        while not self._stop.is_set():
            try:
                self._turn()
            except _TROUBLE as error:
                self._log.warning("worker_trouble", error=type(error).__name__, code=getattr(error, "code", None))
            self._stop.wait(self._poll)

    def _turn(self) -> None:
        now = time.monotonic()
        self._jobs = {job_id: each for job_id, each in self._jobs.items() if each.is_alive()}
        if self._jobs:
            if now - self._beat_at >= self._lease / 6:
                queue.beat(self._engine, self.id)
                self._beat_at = now
            mine = queue.asked(self._engine, self.id)
            for job_id, each in self._jobs.items():
                # One that is no longer ours was taken for lost: another worker goes on with it.
                if mine.get(job_id, not each.ended):
                    each.kill()
        self._take_up(now)
        while len(self._jobs) < self._settings.width and not self._stop.is_set():
            job = queue.claim(self._engine, self.id)
            if job is None:
                break
            self._jobs[job.id] = _Running(self, job)
            self._jobs[job.id].start()

    def _take_up(self, now: float) -> None:
        """Queues again the jobs of workers that are gone."""
        strays = [stray for stray in queue.running(self._engine) if stray.job_id not in self._jobs]
        self._seen = {
            s.job_id: self._seen[s.job_id]
            if self._seen.get(s.job_id, ("", 0.0))[0] == f"{s.worker} {s.beat_at}"
            else (f"{s.worker} {s.beat_at}", now)
            for s in strays
        }
        for stray in strays:
            host, _, token = stray.worker.partition("/")
            gone = host == machine() and not is_held(self._place.with_name(f"{token}.lock"))
            ours = stray.worker == self.id
            lost = gone or ours or now - self._seen[stray.job_id][1] > self._lease
            if lost and queue.give_back(self._engine, stray.worker, stray.job_id, stray.beat_at):
                self._log.warning("job_taken_up", job_id=stray.job_id, lost_by=token)

    def settle(self, write: Callable[[], bool]) -> bool:
        """Writes how a job ended, however long the database is away; False when it was no longer this worker's."""
        while True:
            try:
                return write()
            except _TROUBLE as error:
                self._log.warning("worker_trouble", error=type(error).__name__, code=getattr(error, "code", None))
                if self._stop.wait(1.0):
                    # Left as it is, it is taken up at the next start.
                    return False


class _Running(threading.Thread):
    """One job on a thread of its own: starts its process, hears it, and writes what came of it."""

    def __init__(self, worker: Worker, job: Job) -> None:
        super().__init__(name=f"consult-job-{job.id}", daemon=True)
        self._worker, self._job = worker, job
        self._engine, self._settings = worker._engine, worker._settings
        self._child: Child | None = None
        self._killed = threading.Event()
        self.ended = False
        self._log = worker._log.bind(job_id=job.id, consultation_id=job.consultation_id, attempt=job.attempt)

    def kill(self) -> None:
        """Ends the process; the thread then sees what that was for."""
        self._killed.set()
        if self._child is not None:
            self._child.kill()

    def run(self) -> None:
        """See `threading.Thread`."""
        began = time.monotonic()
        self._log.info("job_started")
        try:
            last, code = self._hear()
            state = self._settle(last, code)
        except Exception as error:
            state = self._broken(error)
        self.ended = True
        self._log.info(f"job_{state}", seconds=round(time.monotonic() - began, 1))

    def _broken(self, error: Exception) -> str:
        """Writes that the job could not even be tried, and says it."""
        engine, worker, job = self._engine, self._worker, self._job
        code = getattr(error, "code", "")
        self._log.warning("worker_trouble", error=type(error).__name__, code=code)
        if isinstance(error, SQLAlchemyError) or code == "database_unreachable":
            worker.settle(lambda: queue.give_back(engine, worker.id, job.id))
            return "stopped"
        if isinstance(error, ConsultError):
            what = {"code": error.code, "message": error.message, "hint": error.hint}
        else:
            what = {
                "code": "job_broken",
                "message": f"The analysis could not be run ({type(error).__name__}).",
                "hint": "Try again; if it comes back, report it with the log of the service.",
            }
        worker.settle(lambda: queue.fail(engine, worker.id, job.id, what))
        return "failed"

    def _spec(self) -> dict[str, Any]:
        uploads = [get_upload(self._engine, upload_id) for upload_id in self._job.upload_ids]
        return {
            "out": str((self._settings.runs / self._job.consultation_id).absolute()),
            "name": f"run-{self._job.id}",
            "paths": [str(upload_path(self._settings, upload).absolute()) for upload in uploads],
            "config": self._job.config,
        }

    def _hear(self) -> tuple[dict[str, Any], int]:
        """What the process said last, and its exit code."""
        self._child = child = Child(self._spec())
        if self._killed.is_set():
            child.kill()
        last: dict[str, Any] = {}
        pending: dict[str, Any] | None = None
        told = 0.0
        try:
            for line in child.lines(_TOLD):
                if line is not None and line["kind"] == "progress":
                    pending = {key: value for key, value in line.items() if key != "kind"}
                elif line is not None:
                    last = line
                if pending is not None and (time.monotonic() - told >= _TOLD or last):
                    self._advance(pending)
                    pending, told = None, time.monotonic()
        finally:
            # Of a process that says no more, nothing may stay.
            if not last:
                child.kill()
            code = child.end()
        return last, code

    def _advance(self, progress: dict[str, Any]) -> None:
        try:
            queue.advance(self._engine, self._worker.id, self._job.id, progress)
        except _TROUBLE as error:
            self._log.warning("worker_trouble", error=type(error).__name__, code=getattr(error, "code", None))

    def _settle(self, last: dict[str, Any], code: int) -> str:
        """Writes what came of the job, and says it."""
        engine, worker, job = self._engine, self._worker, self._job
        if last.get("kind") == "done":
            folder = (self._settings.runs / job.consultation_id / str(last["name"])).relative_to(self._settings.data)
            kept = worker.settle(lambda: queue.finish(engine, worker.id, job, folder, last["name"], last["counts"]))
            return "done" if kept else "lost"
        if last.get("kind") == "failed":
            error = {key: str(last[key]) for key in ("code", "message", "hint")}
            self._log.warning("job_error", code=error["code"], where=last.get("where"))
            return "failed" if worker.settle(lambda: queue.fail(engine, worker.id, job.id, error)) else "lost"
        if self._killed.is_set() or worker.stopping:
            # Stopped by a person, with the worker, or lost: the job's row says which.
            return "stopped" if worker.settle(lambda: queue.give_back(engine, worker.id, job.id)) else "lost"
        if queue.deaths(engine, job.id) + 1 < _DEATHS:
            self._log.warning("job_process_died", exit=code)
            worker.settle(lambda: queue.give_back(engine, worker.id, job.id, died=True))
            return "died"
        return "failed" if worker.settle(lambda: queue.fail(engine, worker.id, job.id, died(code))) else "lost"
