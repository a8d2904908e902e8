"""Our own files for browsers. Their addresses carry a hash of what they hold, so a browser may keep them for ever."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).parent / "static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_FIRST: Final = "public, no-cache"
"""Kept, but asked about by its ETag each time: a script that is imported by its plain name."""
_VERSIONS: Final[dict[str, str]] = {}


def asset(name: str) -> str:
    """The address of one of our files, which changes when the file does."""
    return f"/assets/{name}?v={_version(name)}"


class Assets(StaticFiles):
    """Serves the files: kept for ever at the address that `asset` gives, and at no other."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, as Starlette answers, and how long it may be kept.

        An address of another release's hash is answered with today's file, which must not be kept under it.
        """
        answer = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        if answer.status_code in (200, 206, 304):
            answer.headers["cache-control"] = _FOR_EVER if asked == [_version(path)] else _ASK_FIRST
        return answer


def _version(name: str) -> str:
    if name not in _VERSIONS:
        _VERSIONS[name] = sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return _VERSIONS[name]
