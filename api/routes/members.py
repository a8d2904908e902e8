"""Who may do what in a consultation: listed, given a role, removed."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict

from api import records
from api.access import Access, need
from api.routes.consultations import TEXT, audit
from api.routes.described import answer, errors
from api.routes.parameters import ConsultationId
from api.routes.replies import Reply

router = APIRouter(prefix="/v1", tags=["consultations"])

_MEMBER: Final = {"principal": "ada@example.org", "role": "analyst"}
Principal = Annotated[
    str, Path(description="A name, or group:<name>.", max_length=200, pattern=TEXT, examples=["ada@example.org"])
]
Owner = Annotated[Access, Depends(need("owner"))]


class Role(BaseModel):
    """What somebody may do."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "analyst"}]})

    role: Literal["viewer", "analyst", "owner"]


@router.get(
    "/consultations/{consultation_id}/members",
    summary="List who may do what",
    responses=answer("The members.", {"items": [_MEMBER]}, 200, 404),
)
def list_members(request: Request, consultation_id: ConsultationId, access: Owner) -> Response:
    """People, programs and `group:` names, each with a role."""
    del access
    found = records.list_members(request.app.state.engine, consultation_id)
    return Reply({"items": [{"principal": each.principal, "role": each.role} for each in found]})


@router.put(
    "/consultations/{consultation_id}/members/{principal}",
    summary="Give somebody a role",
    responses=answer("The member.", _MEMBER, 200, 404, 409, 410),
)
def put_member(
    request: Request,
    consultation_id: ConsultationId,
    principal: Principal,
    body: Annotated[Role, Body()],
    access: Owner,
) -> Response:
    """Viewer reads; analyst uploads, sets up and starts jobs; owner also names members and purges.

    409 when it would leave the consultation without an owner.
    """
    give_role(request, access, consultation_id, principal, body.role)
    return Reply({"principal": principal, "role": body.role})


@router.delete(
    "/consultations/{consultation_id}/members/{principal}",
    status_code=204,
    summary="Take somebody's role away",
    response_class=Response,
    responses={204: {"description": "They are no member any more."}, **errors(404, 409, 410)},
)
def remove_member(
    request: Request, consultation_id: ConsultationId, principal: Principal, access: Owner
) -> Response:  # fmt: skip
    """At once. 409 when nobody would own the consultation: make somebody else an owner first."""
    give_role(request, access, consultation_id, principal, None)
    return Response(status_code=204)


def give_role(request: Request, access: Access, consultation_id: str, principal: str, role: str | None) -> None:
    """Gives somebody a role, or takes it with None, and keeps who did so.

    Raises:
        NotFound, Purged, RunError: see `records.set_member`.
    """
    records.set_member(request.app.state.engine, consultation_id, principal, role)
    done = "member.put" if role else "member.remove"
    audit(
        request, access, done, consultation_id, {"principal": principal} | ({"role": role} if role else {})
    )  # fmt: skip
