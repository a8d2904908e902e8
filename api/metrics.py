"""Figures for operators, in the text format of Prometheus; one registry an application."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy import Engine, func, select

from api.database import jobs, reading

STATES: Final = ("queued", "running", "done", "failed", "cancelled")
MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts requests, uploads and jobs."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        labels = ("method", "route", "status")
        self._requests = Counter("consult_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "consult_request_seconds",
            "Seconds to the end of an answer; event streams are left out.",
            ("route",),
            registry=self._registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 1, 2.5, 10, 60),
        )
        self._uploaded = Counter("consult_upload_bytes", "Bytes of uploads kept.", registry=self._registry)
        self._jobs = Gauge("consult_jobs", "Jobs by state.", ("state",), registry=self._registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request; `route` is its pattern, so that ids make no series of their own."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        if not route.endswith("/events"):
            self._seconds.labels(route).observe(seconds)

    def uploaded(self, n_bytes: int) -> None:
        """Counts an upload."""
        self._uploaded.inc(n_bytes)

    def render(self, engine: Engine) -> bytes:
        """All figures; the jobs are counted now."""
        with reading(engine) as connection:
            rows = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
        found = {str(row[0]): int(row[1]) for row in rows}
        for state in STATES:
            self._jobs.labels(state).set(found.get(state, 0))
        return generate_latest(self._registry)
