"""Uploads: from a form or as a raw stream, listed, checked, removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from hashlib import sha256
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api import checks, records, uploads
from api.access import Access, need
from api.problems import ProblemError
from api.records import Upload
from api.routes import examples
from api.routes.consultations import audit
from api.routes.described import answer
from api.routes.forms import Part, read_parts
from api.routes.parameters import ConsultationId, UploadId
from api.routes.repeats import Key, answered_before, claimed, hash_of, is_known, keep_answer
from api.routes.replies import Reply, created

router = APIRouter(prefix="/v1", tags=["uploads"])

EXAMPLE = {
    "id": "b0a1c2d3e4f50617",
    "consultation_id": "6f1d0c9be2a34c55",
    "filename": "moving-celyn.csv",
    "bytes": 386_190,
    "sha256": "e1adfee1fac1ad4a657b46fdd6e9632e7081503e7b9fed2465ec55ef608ca95e",
    "created_at": "2026-03-03T08:52:00+00:00",
    "created_by": "local",
}
Files = AsyncIterator[tuple[str, AsyncIterator[bytes]]]
_MOST_FILES: Final = 100
_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
                    },
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get(
    "/consultations/{consultation_id}/uploads",
    summary="List the uploads of a consultation",
    responses=answer("The oldest first.", {"items": [EXAMPLE]}, 200, 404),
)
def list_uploads(
    request: Request, consultation_id: ConsultationId, access: Annotated[Access, Depends(need("viewer"))]
) -> Response:
    """Only files that arrived whole are listed."""
    found = records.list_uploads(request.app.state.engine, consultation_id)
    return Reply({"items": [asdict(each) for each in found]})


@router.post(
    "/consultations/{consultation_id}/uploads",
    status_code=201,
    summary="Upload files",
    responses=answer("The uploads.", {"items": [EXAMPLE]}, 201, 404, 409, 410, 413, 415, 507),
    openapi_extra=_BODY,
)
async def upload(
    request: Request,
    consultation_id: ConsultationId,
    access: Annotated[Access, Depends(need("analyst"))],
    filename: Annotated[
        str | None,
        Query(
            description="Of a raw stream: the file's name. Its ending says what it is.",
            min_length=1,
            max_length=255,
            pattern=r"^[^\x00-\x1f\x7f/\\]+$",
            examples=["moving-celyn.csv"],
        ),
    ] = None,
    key: Key = None,
) -> Response:
    """A form's fields named `file`, or one file as the whole body with `filename` in the address.

    A file is hashed while it is written, and appears when it is whole. It is kept until the consultation is purged.
    """
    with claimed(request, access, key):
        if await run_in_threadpool(is_known, request, access, key):
            said = hash_of(await _hashes(request, filename))
            again = await run_in_threadpool(answered_before, request, access, key, said)
            if again is not None:
                return again
        kept = await keep_files(request, access, consultation_id, named_files(request, filename))
        response = created_uploads(request, consultation_id, kept)
        said = hash_of([[each.filename, each.sha256] for each in kept])
        await run_in_threadpool(keep_answer, request, access, key, said, response)
        return response


def created_uploads(request: Request, consultation_id: str, kept: list[Upload]) -> Reply:
    """The answer to an upload; Location names the file when there is one, else the list."""
    body = {"items": [asdict(each) for each in kept]}
    if len(kept) == 1:
        return created(request, body, "show_upload", upload_id=kept[0].id)
    return created(request, body, "list_uploads", consultation_id=consultation_id)


async def named_files(request: Request, filename: str | None) -> Files:
    """The files of a request, each with its name, as they arrive.

    Raises:
        ProblemError: the body is of another type, names no file, or ends before it is complete.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind == "multipart/form-data":
        found = False
        async for each in form_files(read_parts(request)):
            found = True
            yield each
        if not found:
            raise ProblemError(
                "no_files", "The form has no file in a field named file.", "Choose a file.", status=422,
                errors=[{"pointer": "#/file", "detail": "missing"}],
            )  # fmt: skip
    elif filename is None:
        raise ProblemError(
            "filename_missing", "A raw stream needs ?filename=.", "Name it, with its ending.", status=422,
            errors=[{"parameter": "filename", "in": "query", "detail": "missing"}],
        )  # fmt: skip
    else:
        yield filename, request.stream()


async def form_files(parts: AsyncIterator[Part]) -> Files:
    """The files of a form, which are its fields named file, each with its name, as they arrive.

    Raises:
        ProblemError: there are too many.
    """
    n = 0
    async for part in parts:
        if part.name == "file" and part.filename:
            n += 1
            if n > _MOST_FILES:
                raise ProblemError("bad_request", f"More than {_MOST_FILES} files at once.", "Send fewer.")
            yield part.filename, part.chunks


async def keep_files(request: Request, access: Access, consultation_id: str, files: Files) -> list[Upload]:
    """Keeps the files of a request: all of them or, when one fails, none.

    Raises:
        ConsultError: as `api.uploads.receive` does.
        ProblemError: the body ends before it is complete.
    """
    state = request.app.state
    kept: list[Upload] = []
    try:
        async for name, chunks in files:
            kept.append(await uploads.receive(chunks, name, consultation_id, access.name, state.settings, state.engine))
    except BaseException as error:
        for each in kept:
            await run_in_threadpool(records.delete_upload, state.engine, state.settings, each.id)
        if isinstance(error, ClientDisconnect):
            raise ProblemError(
                "upload_incomplete", "The upload ended before it was complete.", "Send it again."
            ) from None
        raise
    for each in kept:
        state.metrics.uploaded(each.bytes)
        detail = {"filename": each.filename, "sha256": each.sha256, "bytes": each.bytes}
        await run_in_threadpool(audit, request, access, "upload.create", each.id, detail)
    return kept


async def _hashes(request: Request, filename: str | None) -> list[list[str]]:
    """What an upload would be known by, without keeping it."""
    found = []
    async for name, chunks in named_files(request, filename):
        digest = sha256()
        async for chunk in chunks:
            digest.update(chunk)
        found.append([uploads.safe_name(name), digest.hexdigest()])
    return found


@router.get(
    "/uploads/{upload_id}",
    summary="Show an upload",
    responses=answer("The upload.", EXAMPLE, 200, 404),
)
def show_upload(upload_id: UploadId, access: Annotated[Access, Depends(need("viewer"))]) -> Response:
    """Its name, size and hash."""
    return Reply(asdict(access.resource))


@router.delete(
    "/uploads/{upload_id}",
    status_code=204,
    summary="Remove an upload",
    response_class=Response,
    responses={k: v for k, v in answer("Removed.", None, 200, 404, 409).items() if k != 200},
)
def remove_upload(
    request: Request, upload_id: UploadId, access: Annotated[Access, Depends(need("analyst"))]
) -> Response:
    """Runs that were made from it stay."""
    records.delete_upload(request.app.state.engine, request.app.state.settings, upload_id)
    audit(request, access, "upload.delete", upload_id, {"filename": access.resource.filename})
    return Response(status_code=204)


@router.get(
    "/uploads/{upload_id}/check",
    summary="Check one upload with the setup",
    responses=answer(
        "What was read, what each column was taken for, and what could not be used.",
        examples.CHECK,
        200, 404,
    ),
)  # fmt: skip
def check_upload(
    request: Request, upload_id: UploadId, access: Annotated[Access, Depends(need("analyst"))]
) -> Response:
    """Reads the file without analysing it. A file that cannot be used gives 422, which points at rows and columns."""
    state = request.app.state
    path = records.upload_path(state.settings, access.resource)
    return Reply(checks.check_files([path], records.get_setup(state.engine, access.resource.consultation_id)))
