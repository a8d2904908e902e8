"""Files that a form brings: kept as they arrive, none of them held in memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api import records
from api.access import CSRF_FIELD, Access, check_csrf
from api.pages import urls
from api.pages.consultations import Analyst, Creator, Form, show_new, show_one
from api.problems import ProblemError
from api.routes.consultations import audit
from api.routes.files import form_files, keep_files
from api.routes.forms import Part, read_parts
from api.routes.parameters import ConsultationId, UploadId
from consult.errors import ConsultError

router = APIRouter()

_LONGEST_TITLE: Final = 300
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f]+")


@router.post("/consultations/new")
async def make_consultation(request: Request, access: Creator) -> Response:
    """Makes a consultation of a title and files, and goes on to the check of the files."""
    parts = read_parts(request)
    await _check_token(request, parts)
    title = await _title(parts)
    wrong = _wrong_title(title)
    if wrong is not None:
        # The files come behind the title: they are read to their end, so that the browser listens to the answer.
        async for _ in parts:
            pass
        errors = [{"text": wrong, "href": "#title"}]
        return await run_in_threadpool(show_new, request, access, title=title, errors=errors, status=422)
    state = request.app.state
    made = await run_in_threadpool(
        records.create_consultation, state.engine, title, access.name, state.settings.retention_days
    )
    await run_in_threadpool(audit, request, access, "consultation.create", made.id, consultation_id=made.id)
    inside = Access(access.principal, "owner", made.id, made)
    try:
        kept = await keep_files(request, inside, made.id, form_files(parts))
    except ConsultError as error:
        return await run_in_threadpool(show_one, request, inside, error)
    return _onwards(request, urls.consultation(made.id) + ("/check" if kept else ""))


@router.post("/consultations/{consultation_id}/uploads")
async def add_files(request: Request, consultation_id: ConsultationId, access: Analyst) -> Response:
    """Adds files, and goes on to their check."""
    parts = read_parts(request)
    await _check_token(request, parts)
    try:
        kept = await keep_files(request, access, consultation_id, form_files(parts))
        if not kept:
            raise ProblemError("no_files", "No file was chosen.", "Choose a file, then upload it.", status=422)
    except ConsultError as error:
        return await run_in_threadpool(show_one, request, access, error)
    return _onwards(request, urls.consultation(consultation_id) + "/check")


@router.post("/uploads/{upload_id}/remove")
def remove_file(request: Request, upload_id: UploadId, access: Analyst, form: Form) -> Response:
    """Removes a file; runs that were made from it stay."""
    del form
    state = request.app.state
    try:
        records.delete_upload(state.engine, state.settings, upload_id)
    except ConsultError as error:
        return show_one(request, access, error)
    audit(request, access, "upload.delete", upload_id, {"filename": access.resource.filename})
    return RedirectResponse(urls.consultation(str(access.consultation_id)), status_code=303)


def _onwards(request: Request, address: str) -> Response:
    """Where to go on. A script that shows progress goes there itself: it would follow a redirect, and load it twice."""
    if "x-upload-progress" in request.headers:
        return Response(status_code=201, headers={"Location": address})
    return RedirectResponse(address, status_code=303)


async def _check_token(request: Request, parts: AsyncIterator[Part]) -> None:
    """The token is the first field of our forms: nothing is kept before it was checked."""
    first = await anext(parts, None)
    token = await first.text() if first is not None and first.name == CSRF_FIELD and first.filename is None else None
    check_csrf(request, token)


async def _title(parts: AsyncIterator[Part]) -> str:
    part = await anext(parts, None)
    if part is None or part.name != "title" or part.filename is not None:
        raise ProblemError("bad_request", "The form has no title.", "Open the page again, and send it.", status=400)
    return _UNSEEN.sub(" ", await part.text()).strip()


def _wrong_title(title: str) -> str | None:
    if not title:
        return "Enter a title for the consultation"
    if len(title) > _LONGEST_TITLE:
        return f"The title must be {_LONGEST_TITLE} characters or fewer; it has {len(title):,}"
    return None
