"""For operators and programs: health, figures, API keys, and who one is."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError

from api import access as who_may
from api import database, metrics, records
from api.access import Access, need
from api.routes.consultations import audit
from api.routes.described import answer, errors
from api.routes.parameters import KeyId
from api.routes.repeats import Key, once
from api.routes.replies import Reply
from consult import make_embedder
from consult.config import EmbeddingConfig
from consult.errors import ConsultError

health = APIRouter(tags=["health"])
router = APIRouter(prefix="/v1", tags=["administration"])

_SPARE: Final = 1_000_000_000
_KEY: Final = {
    "id": "27ac41b09d6e8f35",
    "name": "nightly upload",
    "principal": "uploader",
    "scopes": ["read", "write"],
    "created_at": "2026-03-03T08:52:00+00:00",
    "revoked_at": None,
}
_READY: Final = {"ready": True, "checks": {"…": {"ok": True, "detail": "…"}}}


class NewKey(BaseModel):
    """An API key to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "nightly upload", "principal": "uploader", "scopes": ["read", "write"]}]
        },
    )

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="What it is for.")
    principal: str = Field(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$", description="Under which it is a member."
    )
    scopes: list[Literal["read", "write", "admin"]] = Field(min_length=1, max_length=3, description="At the most.")


@health.get(
    "/healthz", summary="Tell whether the process answers", responses=answer("It does.", {"alive": True}),
)  # fmt: skip
def healthz(access: Annotated[Access, Depends(need("public"))]) -> Response:
    """Touches nothing: for what restarts a process that hangs."""
    del access
    return Reply({"alive": True})


@health.get(
    "/readyz",
    summary="Tell whether requests can be served",
    responses=answer("Database, disk and model are well.", _READY)
    | {503: {"description": "One of them is not.", "content": {"application/json": {"example": _READY}}}},
)
def readyz(request: Request, access: Annotated[Access, Depends(need("public"))]) -> Response:
    """For what sends requests here, or does not."""
    del access
    checks = {"database": _database(request), "disk": _disk(request), "model": _model(request)}
    ready = all(check["ok"] for check in checks.values())
    return Reply({"ready": ready, "checks": checks}, status_code=200 if ready else 503)


def _database(request: Request) -> dict[str, Any]:
    try:
        found, head = database.revision(request.app.state.engine)
    except (SQLAlchemyError, ConsultError):
        return {"ok": False, "detail": "does not answer"}
    return {"ok": found == head, "detail": "answers" if found == head else "is not of this version"}


def _disk(request: Request) -> dict[str, Any]:
    try:
        free = shutil.disk_usage(request.app.state.settings.data).free
    except OSError:
        return {"ok": False, "detail": "the data folder is not there"}
    return {"ok": free > _SPARE, "detail": f"{free / 1e9:.1f} GB free"}


def _model(request: Request) -> dict[str, Any]:
    """Looked at once: that it loads does not change while the process runs."""
    state = request.app.state
    if getattr(state, "model_check", None) is None:
        try:
            state.model_check = {"ok": True, "detail": make_embedder(EmbeddingConfig()).name}
        except ConsultError as error:
            state.model_check = {"ok": False, "detail": error.code}
    return dict(state.model_check)


@health.get(
    "/metrics",
    summary="Give figures to Prometheus",
    response_class=Response,
    responses={
        200: {"description": "Text format.", "content": {"text/plain": {"schema": {"type": "string"},
                                                                       "example": 'consult_jobs{state="done"} 3.0\n'}}},
        **errors(),
    },
)  # fmt: skip
def show_metrics(request: Request, access: Annotated[Access, Depends(need("admin"))]) -> Response:
    """Requests, seconds, uploads, jobs by state, and the process."""
    del access
    state = request.app.state
    return Response(state.metrics.render(state.engine), headers={"Content-Type": metrics.MEDIA_TYPE})


@router.get(
    "/me",
    summary="Show who you are",
    responses=answer(
        "Your name and scopes.", {"name": "local", "kind": "local", "scopes": ["read"], "groups": ["planning"],
                                  "may_create": True},
    ),
)  # fmt: skip
def me(request: Request, access: Annotated[Access, Depends(need("signed_in"))]) -> Response:
    """As the service knows you."""
    found = access.principal
    assert found is not None
    return Reply(
        {
            "name": found.name,
            "kind": found.kind,
            "scopes": sorted(found.scopes),
            "groups": list(found.groups),
            "may_create": who_may.may_create(request, found),
        }
    )


@router.get(
    "/keys",
    summary="List the API keys",
    responses=answer("The keys, without their secrets.", {"items": [_KEY]}),
)
def list_keys(request: Request, access: Annotated[Access, Depends(need("admin"))]) -> Response:
    """Those revoked too."""
    del access
    return Reply({"items": [shown(key) for key in records.list_keys(request.app.state.engine)]})


@router.post(
    "/keys",
    status_code=201,
    summary="Make an API key",
    responses=answer("The key, with its secret, which is shown only now.", _KEY | {"secret": None}, 201, 409),
)
def make_key(
    request: Request, body: NewKey, access: Annotated[Access, Depends(need("admin"))], key: Key = None
) -> Response:
    """Send it as a bearer token. A repeated answer (Idempotency-Key) has null in its place: it is kept nowhere."""

    def work() -> Reply:
        made, secret = records.make_key(request.app.state.engine, body.name, body.principal, sorted(set(body.scopes)))
        audit(request, access, "key.create", made.id, {"principal": made.principal, "scopes": list(made.scopes)})
        return Reply(shown(made) | {"secret": secret}, status_code=201)

    return once(request, access, key, body.model_dump(), work, hide=("secret",))


@router.delete(
    "/keys/{key_id}",
    status_code=204,
    summary="Revoke an API key",
    response_class=Response,
    responses={204: {"description": "It is taken no more."}, **errors(404)},
)
def revoke_key(request: Request, key_id: KeyId, access: Annotated[Access, Depends(need("admin"))]) -> Response:
    """At once."""
    records.revoke_key(request.app.state.engine, key_id)
    audit(request, access, "key.revoke", key_id)
    return Response(status_code=204)


def shown(key: records.ApiKey) -> dict[str, Any]:
    """A key as JSON, without the hash of its secret."""
    return {name: value for name, value in asdict(key).items() if name in _KEY}
