"""Answers: JSON that is inert wherever it ends up, and reads of a run that a browser need not fetch twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Engine

import consult
from api import findings, records
from api.access import Access
from api.findings.runs import Recent
from api.settings import ServiceSettings
from consult.analysis import Run

BODIES: Final[Recent[bytes]] = Recent(24_000_000, len)
"""Answers and pages that rest on a run; keys start with the consultation, so that they go with it."""
_ESCAPED: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


class Reply(JSONResponse):
    """JSON in which no <, > or & stands, so that no reader takes it for markup whatever it is told."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 (any JSON value)
        """See `JSONResponse`."""
        return encode(content)


def encode(content: Any) -> bytes:  # noqa: ANN401 (any JSON value)
    """A value as JSON."""
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    for found, written in _ESCAPED:
        body = body.replace(found, written)
    return body


def created(request: Request, body: Mapping[str, Any], route: str, status: int = 201, **ids: str) -> Reply:
    """An answer to a request that made something, with its address."""
    return Reply(dict(body), status_code=status, headers={"Location": str(request.app.url_path_for(route, **ids))})


def open_run(request: Request, access: Access) -> Run:
    """The run that the path names."""
    return findings.open_run(records.run_folder(request.app.state.settings, access.resource))


def read_run(
    request: Request, access: Access, view: Callable[[Run], dict[str, Any]], *, keep: bool = False
) -> Response:
    """What `view` makes of a run, or 304 when the asker has it. A run never changes, so its address is enough.

    Args:
        request: The request.
        access: Whose resource is the run.
        view: Makes the answer.
        keep: Whether the bytes are kept for who asks next.
    """
    tag = etag(request, access)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    if not keep:
        return Response(encode(view(open_run(request, access))), media_type="application/json", headers=headers)
    body = BODIES.get((access.consultation_id, tag), lambda: encode(view(open_run(request, access))))
    return Response(body, media_type="application/json", headers=headers)


def forget(engine: Engine, settings: ServiceSettings, consultation_id: str) -> None:
    """Lets go of all that this process keeps of a consultation's runs."""
    for record in records.list_runs(engine, consultation_id):
        findings.forget_run(records.run_folder(settings, record))
    BODIES.drop(lambda key: isinstance(key, tuple) and key[0] == consultation_id)


def etag(request: Request, access: Access) -> str:
    """Of an answer that rests on a run and the address alone."""
    asked = sorted(request.query_params.multi_items())
    run = access.resource
    rests_on = json.dumps([consult.__version__, run.id, run.created_at, request.url.path, asked])
    return f'"{hashlib.blake2b(rests_on.encode(), digest_size=16).hexdigest()}"'


def matches(given: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag."""
    if given is None:
        return False
    return given.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in given.split(",")]
