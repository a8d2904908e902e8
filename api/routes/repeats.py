"""Idempotency-Key: the same request sent twice is done once and answered twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final

from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response

from api import records
from api.access import Access
from api.problems import ProblemError

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A name of your choice for this request. Sent again with the same key and body, it is answered as "
        "it was the first time, and nothing is done twice.",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        examples=["5f0c7e0e-upload-1"],
    ),
]
_busy: Final[set[tuple[str, str, str]]] = set()
_lock: Final = threading.Lock()


@contextmanager
def claimed(request: Request, access: Access, key: str | None) -> Iterator[None]:
    """Holds a key while its request is worked on.

    Raises:
        ProblemError: another request with this key is.
    """
    if key is None:
        yield
        return
    held = (key, access.name, _route(request))
    with _lock:
        if held in _busy:
            raise ProblemError(
                "busy", "A request with this Idempotency-Key is under way.", "Wait for its answer.", status=409
            )
        _busy.add(held)
    try:
        yield
    finally:
        with _lock:
            _busy.discard(held)


def is_known(request: Request, access: Access, key: str | None) -> bool:
    """Whether something was answered under this key, to whatever request."""
    return key is not None and _kept(request, access, key) is not None


def _kept(request: Request, access: Access, key: str) -> Any:  # noqa: ANN401 (the row of records)
    return records.find_idempotent(request.app.state.engine, key, access.name, _route(request))


def answered_before(request: Request, access: Access, key: str | None, request_hash: str) -> Response | None:
    """The answer that was given under this key.

    Raises:
        ProblemError: it was to another request.
    """
    if key is None:
        return None
    kept = _kept(request, access, key)
    if kept is None:
        return None
    if kept.request_hash != request_hash:
        raise ProblemError(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            "Take a new key for each new request.",
            status=422,
            errors=[{"parameter": "Idempotency-Key", "in": "header", "detail": "used with another body"}],
        )
    return Response(
        kept.body,
        status_code=kept.status,
        headers={**kept.headers, "Idempotent-Replayed": "true"},
        media_type="application/json",
    )


def keep_answer(
    request: Request,
    access: Access,
    key: str | None,
    request_hash: str,
    response: JSONResponse,
    hide: Sequence[str] = (),
) -> None:
    """Keeps an answer under its key; the members in `hide` as null."""
    if key is None:
        return
    kept = {name: value for name, value in response.headers.items() if name == "location"}
    body = bytes(response.body).decode()
    if hide:
        body = json.dumps({name: None if name in hide else value for name, value in json.loads(body).items()})
    records.keep_idempotent(
        request.app.state.engine, key, access.name, _route(request), request_hash, response.status_code, body, kept
    )


def once(
    request: Request,
    access: Access,
    key: str | None,
    body: Any,  # noqa: ANN401 (any JSON value)
    work: Callable[[], JSONResponse],
    hide: Sequence[str] = (),
) -> Response:
    """What `work` answers, or what it answered to the same request before, then with the members in `hide` as null."""
    hashed = hash_of(body)
    with claimed(request, access, key):
        before = answered_before(request, access, key, hashed)
        if before is not None:
            return before
        response = work()
        keep_answer(request, access, key, hashed, response, hide)
        return response


def hash_of(body: Any) -> str:  # noqa: ANN401 (any JSON value)
    """A hash of a request's body."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _route(request: Request) -> str:
    return f"{request.method} {request.url.path}"
