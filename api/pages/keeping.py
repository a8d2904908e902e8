"""The pages of what is kept and what is not: the record of actions, the removal of a consultation, and its receipt."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api import records
from api.access import Access, need
from api.pages import urls
from api.pages.consultations import HOME, Form, Page, crumbs_of
from api.pages.render import show
from api.problems import ProblemError, problem_of, status_of
from api.routes.parameters import ConsultationId
from api.routes.proofs import seen_receipts
from api.routes.replies import forget
from consult.errors import ConsultError

router = APIRouter()

Owner = Annotated[Access, Depends(need("owner"))]
_LISTED: Final = 50


@router.get("/consultations/{consultation_id}/record")
def show_record(request: Request, consultation_id: ConsultationId, access: Owner, page: Page = 1) -> Response:
    """Who did what, the newest first."""
    engine = request.app.state.engine
    rows, total = records.page_audit(engine, consultation_id, page, _LISTED)
    said = {"consultation": _named(request, access), "items": rows, **_pages(total, page)}
    return show(
        request, access, "record.html", said, crumbs=crumbs_of(request, access, ("Record of actions", None))
    )  # fmt: skip


@router.get("/consultations/{consultation_id}/delete")
def ask_delete(request: Request, consultation_id: ConsultationId, access: Owner) -> Response:
    """What a removal would remove, and what would stay."""
    del consultation_id
    return _ask(request, access)


@router.post("/consultations/{consultation_id}/delete")
def delete(request: Request, consultation_id: ConsultationId, access: Owner, form: Form) -> Response:
    """Removes it when its name was typed, and shows the receipt."""
    state, title = request.app.state, _named(request, access)["title"]
    try:
        if " ".join(str(form.get("name", "")).split()) != " ".join(str(title).split()):
            raise ProblemError(
                "name_differs", "What was typed is not the name of the consultation. Nothing was deleted.",
                "Type the name as it stands above.", status=422,
            )  # fmt: skip
        forget(state.engine, state.settings, consultation_id)
        records.purge_consultation(state.engine, state.settings, consultation_id, access.name)
    except ConsultError as error:
        return _ask(request, access, error)
    return RedirectResponse(urls.consultation(consultation_id, "receipts"), status_code=303)


def _ask(request: Request, access: Access, error: ConsultError | None = None) -> Response:
    state, consultation_id = request.app.state, str(access.consultation_id)
    said: dict[str, Any] = {
        "consultation": _named(request, access),
        "uploads": [
            {"filename": each.filename, "bytes": each.bytes}
            for each in records.list_uploads(state.engine, consultation_id)
        ],
        "n_jobs": len(records.list_jobs(state.engine, consultation_id)),
        "n_runs": len(records.list_runs(state.engine, consultation_id)),
        **records.purge_extent(state.engine, state.settings, consultation_id),
        "problem": None if error is None else problem_of(error),
    }
    crumbs = crumbs_of(request, access, ("Delete this consultation", None))
    return show(
        request, access, "delete.html", said, crumbs=crumbs, status=200 if error is None else status_of(error)
    )  # fmt: skip


@router.get("/consultations/{consultation_id}/receipts")
def show_receipts(request: Request, consultation_id: ConsultationId, access: Owner) -> Response:
    """The receipts of its purges in full."""
    found = records.list_receipts(request.app.state.engine, consultation_id)
    said = {"consultation": _named(request, access), "items": [_summed(each) for each in found]}
    return show(request, access, "receipt.html", said, crumbs=crumbs_of(request, access, ("Receipt", None)))


@router.get("/receipts")
def list_receipts(
    request: Request, access: Annotated[Access, Depends(need("signed_in"))], page: Page = 1
) -> Response:  # fmt: skip
    """The receipts that one may see, the newest first."""
    assert access.principal is not None
    rows, total = seen_receipts(request, access.principal, (page - 1) * _LISTED, _LISTED)
    said = {"items": [_summed(each) for each in rows], **_pages(total, page)}
    return show(request, access, "receipts.html", said, crumbs=[HOME, ("Receipts", None)])


def _summed(receipt: dict[str, Any]) -> dict[str, Any]:
    return receipt | {
        "n_files": len(receipt["files"]),
        "bytes": sum(each["bytes"] for each in receipt["files"]),
        "finished": bool(receipt["rows"]),
    }


def _pages(total: int, page: int) -> dict[str, int]:
    return {"total": total, "page": page, "pages": max(1, -(-total // _LISTED))}


def _named(request: Request, access: Access) -> dict[str, Any]:
    found = records.get_consultation(request.app.state.engine, str(access.consultation_id))
    return {"id": found.id, "title": found.title, "purged_at": found.purged_at, "retain_until": found.retain_until}
