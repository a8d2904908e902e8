"""Purges what was to be kept no longer, and finishes purges that were stopped.

Several workers may do so at once: a purge makes one receipt and one line of the audit however many take part in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import records
from api.jobs import queue
from api.settings import ServiceSettings
from consult.errors import ConsultError

_TROUBLE: Final = (ConsultError, SQLAlchemyError, OSError)
_AGAIN: Final = 60.0
"""Seconds until the next look when something could not be purged yet."""


def purge_due(
    engine: Engine, settings: ServiceSettings, forget: Callable[[str], None] | None = None, at: str | None = None
) -> int:
    """Purges every consultation whose time is up, as `retention`. One whose job is running has it cancelled first.

    Args:
        engine: The database.
        settings: Of the service.
        forget: Called with the id of each, to let go of what this process keeps of it in memory.
        at: The time, as `records.now` writes it; now when None.

    Returns:
        How many could not be purged yet.
    """
    log = structlog.get_logger("api.jobs")
    left = 0
    for consultation_id in records.due_purges(engine, at or records.now()):
        try:
            if forget is not None:
                forget(consultation_id)
            receipt = records.purge_consultation(engine, settings, consultation_id, records.RETENTION)
        except _TROUBLE as error:
            left += 1
            code = getattr(error, "code", None)
            log.warning("purge_postponed", consultation_id=consultation_id, error=type(error).__name__, code=code)
            if code == "job_running":
                _cancel(engine, settings, consultation_id)
        else:
            log.info("consultation_purged", consultation_id=consultation_id, receipt_id=receipt["id"])
    return left


def _cancel(engine: Engine, settings: ServiceSettings, consultation_id: str) -> None:
    for job in records.list_jobs(engine, consultation_id):
        if job.state == "running":
            queue.cancel(engine, settings, job.id)


class Retention:
    """A thread that purges what is due, at its start and from then on every `retention_check_minutes`."""

    def __init__(self, settings: ServiceSettings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.forget: Callable[[str], None] | None = None

    def start(self) -> None:
        """Begins."""
        self._thread = threading.Thread(target=self._loop, name="consult-retention", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Looks no more. A purge that takes longer than `timeout` is finished at the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            self._thread = None

    def _loop(self) -> None:
        while not self._stop.is_set():
            every = 60.0 * self._settings.retention_check_minutes
            try:
                left = purge_due(self._engine, self._settings, self.forget)
            except _TROUBLE as error:
                left = 1
                structlog.get_logger("api.jobs").warning(
                    "retention_trouble", error=type(error).__name__, code=getattr(error, "code", None)
                )
            self._stop.wait(min(every, _AGAIN) if left else every)
