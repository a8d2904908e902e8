"""What proves what was done: the audit record of a consultation, and the receipts of purges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api import records
from api.access import Access, Principal, need
from api.routes.consultations import EXAMPLE, RECEIPT
from api.routes.cursors import read_cursor, write_cursor
from api.routes.described import answer
from api.routes.parameters import ConsultationId, CursorText, Limit
from api.routes.replies import Reply

router = APIRouter(prefix="/v1", tags=["consultations"])

_DONE = {
    "id": 1, "at": EXAMPLE["created_at"], "actor": "local", "action": "consultation.create", "object": EXAMPLE["id"],
    "detail": {"…": None},
}  # fmt: skip
Owner = Annotated[Access, Depends(need("owner"))]


@router.get(
    "/consultations/{consultation_id}/audit",
    summary="Show who did what",
    responses=answer("The oldest first.", {"items": [_DONE], "next": None}, 200, 404),
)
def show_audit(
    request: Request,
    consultation_id: ConsultationId,
    access: Owner,
    cursor: CursorText = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many at the most.", examples=[100])] = 100,
) -> Response:
    """Uploads, jobs, roles, exports and purges; reads are in the log. It stays when the consultation is purged."""
    del access
    state, of = request.app.state, f"{consultation_id}/audit"
    after = 0 if cursor is None else int(read_cursor(state.secret, of, cursor))
    # One more than asked for tells whether there is more.
    rows = records.list_audit(state.engine, consultation_id, after, limit + 1)
    following = write_cursor(state.secret, of, rows[limit - 1]["id"]) if len(rows) > limit else None
    return Reply({"items": rows[:limit], "next": following})


@router.get(
    "/consultations/{consultation_id}/receipts",
    summary="List a consultation's receipts",
    responses=answer("The receipts of its purges, the oldest first.", {"items": [RECEIPT]}, 200, 404),
)
def list_consultation_receipts(request: Request, consultation_id: ConsultationId, access: Owner) -> Response:
    """One once it was purged, else none. `rows` is empty while the purge is under way."""
    del access
    return Reply({"items": records.list_receipts(request.app.state.engine, consultation_id)})


@router.get(
    "/receipts",
    summary="List the receipts of purges",
    responses=answer("The newest first.", {"items": [RECEIPT | {"title": EXAMPLE["title"]}], "next": None, "total": 1}),
)
def list_receipts(
    request: Request,
    access: Annotated[Access, Depends(need("signed_in"))],
    cursor: CursorText = None,
    limit: Limit = 25,
) -> Response:
    """Of the consultations that you own and of the purges that you made; all of them with the scope admin."""
    state, who = request.app.state, access.principal
    assert who is not None
    of = f"receipts of {who.kind} {who.name}"
    start = 0 if cursor is None else int(read_cursor(state.secret, of, cursor))
    rows, total = seen_receipts(request, who, start, limit)
    following = write_cursor(state.secret, of, start + limit) if start + limit < total else None
    return Reply({"items": rows, "next": following, "total": total})


def seen_receipts(request: Request, who: Principal, start: int, size: int) -> tuple[Sequence[dict[str, Any]], int]:
    """The receipts that somebody may see, the newest first, and how many there are."""
    names = None if who.kind == "local" or "admin" in who.scopes else who.names
    return records.receipts_of(request.app.state.engine, names, start, size)
