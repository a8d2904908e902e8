"""The page of who may do what in a consultation."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api import records
from api.access import ROLES, Access, need, role_in
from api.pages import urls
from api.pages.consultations import Form, crumbs_of
from api.pages.render import show
from api.problems import ProblemError, problem_of, status_of
from api.routes.members import give_role
from api.routes.parameters import ConsultationId
from consult.errors import ConsultError

router = APIRouter()

Owner = Annotated[Access, Depends(need("owner"))]


@router.get("/consultations/{consultation_id}/people")
def show_people(request: Request, consultation_id: ConsultationId, access: Owner) -> Response:
    """Who may do what."""
    del consultation_id
    return _page(request, access)


@router.post("/consultations/{consultation_id}/people")
def put_person(request: Request, consultation_id: ConsultationId, access: Owner, form: Form) -> Response:
    """Adds somebody, or changes their role."""
    name, role = str(form.get("principal", "")).strip(), str(form.get("role", ""))
    try:
        if not name or len(name) > 200 or "/" in name or not name.isprintable():
            raise ProblemError(
                "name_unusable", "The name cannot be used.",
                "Give the name under which they sign in, up to 200 characters and without a slash.", status=422,
            )  # fmt: skip
        if role not in ROLES:
            raise ProblemError("role_unknown", "No role was chosen.", "Choose viewer, analyst or owner.", status=422)
        give_role(request, access, consultation_id, name, role)
    except ConsultError as error:
        return _page(request, access, error, name)
    return _back(request, access, consultation_id)


@router.post("/consultations/{consultation_id}/people/remove")
def remove_person(request: Request, consultation_id: ConsultationId, access: Owner, form: Form) -> Response:
    """Takes somebody's role away."""
    try:
        give_role(request, access, consultation_id, str(form.get("principal", "")), None)
    except ConsultError as error:
        return _page(request, access, error)
    return _back(request, access, consultation_id)


def _back(request: Request, access: Access, consultation_id: str) -> Response:
    # Who has just given up their own role may not see the page any more.
    assert access.principal is not None
    role = role_in(request, access.principal, consultation_id)
    address = urls.HOME if role is None else urls.consultation(consultation_id, "people" if role == "owner" else "")
    return RedirectResponse(address, status_code=303)


def _page(request: Request, access: Access, error: ConsultError | None = None, typed: str = "") -> Response:
    consultation = records.get_consultation(request.app.state.engine, str(access.consultation_id))
    who = access.principal
    members = records.list_members(request.app.state.engine, consultation.id)
    said: dict[str, Any] = {
        "consultation": {"id": consultation.id, "title": consultation.title, "purged_at": consultation.purged_at},
        "items": [
            {
                "principal": each.principal,
                "role": each.role,
                "is_you": who is not None and each.principal == who.name,
                "is_last_owner": each.role == "owner" and sum(one.role == "owner" for one in members) == 1,
            }
            for each in members
        ],
        "local": who is not None and who.kind == "local",
        "problem": None if error is None else problem_of(error),
    }
    crumbs = crumbs_of(request, access, ("People and access", None))
    status = 200 if error is None else status_of(error)
    return show(request, access, "people.html", said, crumbs=crumbs, status=status, typed=typed)
