"""Consultations: made, listed, set up, purged."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import checks, records
from api.access import Access, need
from api.problems import ProblemError
from api.routes import examples
from api.routes.described import answer
from api.routes.parameters import ConsultationId
from api.routes.repeats import Key, once
from api.routes.replies import Reply, created, forget

router = APIRouter(prefix="/v1", tags=["consultations"])

EXAMPLE = {
    "id": "6f1d0c9be2a34c55",
    "title": "Moving Celyn",
    "created_at": "2026-03-03T08:52:00+00:00",
    "created_by": "local",
    "retain_until": "2027-03-03T08:52:00+00:00",
    "purged_at": None,
}
_SETUP = {"config": {"…": None}}
RECEIPT = {
    "id": "9a8b7c6d5e4f3021",
    "consultation_id": EXAMPLE["id"],
    "at": "2026-03-04T10:00:00+00:00",
    "actor": "local",
    "files": [{"path": "uploads/b0a1c2d3e4f50617/celyn.csv", "bytes": 48213, "sha256": "9f86d081884c7d65…"}],
    "rows": {"…": 1},
}
TEXT = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"


class NewConsultation(BaseModel):
    """A consultation to be made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "Moving Celyn"}]})

    title: str = Field(min_length=1, max_length=300, pattern=TEXT, description="What people call it.")
    retention_days: int | None = Field(
        default=None, ge=1, le=36_500, description="After which it is to be purged; the service's default when absent."
    )


class Setup(BaseModel):
    """How a consultation is to be analysed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"config": {"columns": {"response_id": "Response ID"}, "cluster": {"seed": 7}}}]
        },
    )

    config: dict[str, Any] = Field(description="The keys of the configuration that are not at their default.")


@router.get(
    "/consultations",
    summary="List the consultations that you may see",
    responses=answer("Newest first.", {"items": [EXAMPLE]}),
)
def list_consultations(request: Request, access: Annotated[Access, Depends(need("signed_in"))]) -> Response:
    """Those in which you have a role; the local person sees all."""
    engine, who = request.app.state.engine, access.principal
    assert who is not None
    found = {
        each.id: each
        for name in ((None,) if who.kind == "local" else who.names)
        for each in records.list_consultations(engine, name)
    }
    newest = sorted(found.values(), key=lambda each: (each.created_at, each.id), reverse=True)
    return Reply({"items": [asdict(each) for each in newest]})


@router.post(
    "/consultations",
    status_code=201,
    summary="Make a consultation",
    responses=answer("The consultation; its address is in Location.", EXAMPLE, 201, 409),
)
def make_consultation(
    request: Request, body: NewConsultation, access: Annotated[Access, Depends(need("creator"))], key: Key = None
) -> Response:
    """You become its owner."""
    days = body.retention_days or request.app.state.settings.retention_days

    def work() -> Reply:
        made = records.create_consultation(request.app.state.engine, body.title, access.name, days)
        audit(request, access, "consultation.create", made.id, consultation_id=made.id)
        return created(request, asdict(made), "show_consultation", consultation_id=made.id)

    return once(request, access, key, body.model_dump(), work)


@router.get(
    "/consultations/{consultation_id}",
    summary="Show a consultation",
    responses=answer("The consultation, and your role in it.", EXAMPLE | {"role": "owner"}, 200, 404),
)
def show_consultation(consultation_id: ConsultationId, access: Annotated[Access, Depends(need("viewer"))]) -> Response:
    """With the day until which it is kept."""
    return Reply(asdict(access.resource) | {"role": access.role})


@router.delete(
    "/consultations/{consultation_id}",
    summary="Purge a consultation",
    responses=answer("The receipt: what was removed, by path and hash.", RECEIPT, 200, 404, 409),
)
def purge(
    request: Request, consultation_id: ConsultationId, access: Annotated[Access, Depends(need("owner"))]
) -> Response:
    """Removes its uploads, runs and all that was made from them, for ever. The audit record and the receipt stay.

    Asked for again, it gives the same receipt, unless something was left to remove.
    """
    state = request.app.state
    forget(state.engine, state.settings, consultation_id)
    return Reply(records.purge_consultation(state.engine, state.settings, consultation_id, access.name))


@router.get(
    "/consultations/{consultation_id}/setup",
    summary="Show how it is to be analysed",
    responses=answer("The keys that were set.", _SETUP, 200, 404),
)
def show_setup(
    request: Request, consultation_id: ConsultationId, access: Annotated[Access, Depends(need("viewer"))]
) -> Response:
    """Keys that are not listed are at their default."""
    return Reply({"config": records.get_setup(request.app.state.engine, consultation_id)})


@router.put(
    "/consultations/{consultation_id}/setup",
    summary="Set how it is to be analysed",
    responses=answer("The keys as they were set.", _SETUP, 200, 404, 409, 410),
)
def set_setup(
    request: Request,
    consultation_id: ConsultationId,
    body: Annotated[Setup, Body()],
    access: Annotated[Access, Depends(need("analyst"))],
) -> Response:
    """Which column is what, and every other key of the configuration. It takes the place of what was set before."""
    allowed_config(access, body.config)
    checks.valid_config(body.config, above="config")
    records.put_setup(request.app.state.engine, consultation_id, body.config)
    audit(request, access, "setup.put", consultation_id, {"keys": sorted(body.config)})
    return Reply({"config": body.config})


def allowed_config(access: Access, config: dict[str, Any]) -> None:
    """Refuses what an analyst may not set: where texts are sent and which files of this machine are opened as models.

    Raises:
        ProblemError: the section `embedding` is set by somebody without the scope admin.
    """
    if "embedding" in config and (access.principal is None or "admin" not in access.principal.scopes):
        raise ProblemError(
            "forbidden", "The section embedding is set by the administrator.", "Leave it out.",
            errors=[{"pointer": "#/config/embedding", "detail": "not yours to set"}],
        )  # fmt: skip


@router.get(
    "/consultations/{consultation_id}/check",
    summary="Check all uploads with the setup",
    responses=answer(
        "What was read, what each column was taken for, and what could not be used.",
        examples.CHECK,
        200, 404, 409,
    ),
)  # fmt: skip
def check(
    request: Request, consultation_id: ConsultationId, access: Annotated[Access, Depends(need("analyst"))]
) -> Response:
    """Reads the files without analysing them. No text of an answer is in the report."""
    state = request.app.state
    paths = [records.upload_path(state.settings, each) for each in records.list_uploads(state.engine, consultation_id)]
    if not paths:
        raise ProblemError("no_files", "Nothing was uploaded yet.", "Upload a file first.", status=409)
    return Reply(checks.check_files(paths, records.get_setup(state.engine, consultation_id)))


def audit(
    request: Request,
    access: Access,
    action: str,
    object_: str,
    detail: dict[str, Any] | None = None,
    *,
    consultation_id: str | None = None,
) -> None:
    """Keeps who did what."""
    of = consultation_id or access.consultation_id
    records.record_audit(request.app.state.engine, access.name, action, object_, detail or {}, consultation_id=of)
