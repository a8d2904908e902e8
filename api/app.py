"""The application: the API, the pages when they are there, and what stands around both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from anyio import to_thread
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.routing import Mount

from api import problems
from api.assets import FOLDER, Assets
from api.database import migrate, open_database
from api.limits import Buckets
from api.metrics import Metrics
from api.routes import consultations, documentation, exports, files, jobs, members, operators, proofs, runs
from api.routes.documentation import document, level_of
from api.routes.replies import forget
from api.security import Guard
from api.settings import ServiceSettings, secret_key
from consult.errors import SchemaError

THREADS: Final = 8
"""Requests that are worked on at once; others wait their turn.

anyio's own 40 are for work that waits. Ours computes, and Python runs one thread at a time: each of many that want to
run holds up the loop that takes requests in and sends answers out, and a burst of first reads is not caught up with.
"""


def create_app(settings: ServiceSettings, engine: Engine | None = None, worker: Any | None = None) -> FastAPI:  # noqa: ANN401
    """Makes the application.

    Args:
        settings: Of the service.
        engine: The database; opened and migrated when None.
        worker: Something with `start()` and `stop()` that runs jobs in this process; None for none.

    Raises:
        ConfigError, RunError: the settings or the database cannot be used.
        SchemaError: a route does not say who may use it.
    """
    if engine is None:
        engine = open_database(settings)
        migrate(engine)
    metrics = Metrics()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        del app
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        if worker is not None:
            await run_in_threadpool(worker.start)
        try:
            yield
        finally:
            if worker is not None:
                await run_in_threadpool(worker.stop)

    # FastAPI's own documentation pages would load scripts from elsewhere.
    app = FastAPI(title="Consult", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.settings = settings
    app.state.engine = engine
    app.state.worker = worker
    app.state.metrics = metrics
    app.state.buckets = Buckets(settings.rate_per_minute)
    app.state.secret = secret_key(settings)
    retention = getattr(worker, "retention", None)
    if retention is not None:
        # What it purges, this process keeps no longer in memory.
        retention.forget = partial(forget, engine, settings)
    problems.install(app)
    app.include_router(operators.health)
    for module in (consultations, members, proofs, files, jobs, runs, exports, operators, documentation):
        app.include_router(module.router)
    _add_pages(app)
    check_routes(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    error_page = getattr(app.state, "error_page", None)
    app.add_middleware(Guard, settings=settings, metrics=metrics, error_page=error_page)
    return app


def _add_pages(app: FastAPI) -> None:
    """The pages and their files, where they are installed."""
    pages = import_module("api.pages") if find_spec("api.pages") is not None else None
    router = getattr(pages, "router", None)
    if router is not None:
        app.include_router(router, include_in_schema=False)
        app.state.error_page = getattr(pages, "error_page", None)
    if FOLDER.is_dir():
        app.mount("/assets", Assets(directory=FOLDER), name="assets")


def check_routes(app: FastAPI) -> None:
    """Refuses an application with a route that does not say who may use it.

    Raises:
        SchemaError: there is one.
    """
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount) and route.name == "assets":
            continue
        if level_of(route) is None:
            path = route.path
            raise SchemaError("route_open", f"The route {path} does not say who may use it.", "Add Depends(need(…)).")
