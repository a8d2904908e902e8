"""Cursors: a place in a list that a reader hands back unread. Signed, and good for the list that gave them only."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from hashlib import sha256
from typing import Any, Final

from api.problems import ProblemError

_MAC: Final = 16


def write_cursor(secret: bytes, of: str, place: Any) -> str:  # noqa: ANN401 (any JSON value)
    """A cursor.

    Args:
        secret: The service's key.
        of: What list it is a place of: its address, filter and order.
        place: Where in it.
    """
    said = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(secret, of, said) + said).decode().rstrip("=")


def read_cursor(secret: bytes, of: str, cursor: str) -> Any:  # noqa: ANN401 (any JSON value)
    """The place that a cursor names.

    Raises:
        ProblemError: it was altered, or is of another list.
    """
    try:
        held = base64.b64decode((cursor + "=" * (-len(cursor) % 4)).encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        held = b""
    mac, said = held[:_MAC], held[_MAC:]
    # Base64 has several spellings of some bytes; only the one that was given is taken.
    if (
        not said
        or not hmac.compare_digest(mac, _mac(secret, of, said))
        or base64.urlsafe_b64encode(held).decode().rstrip("=") != cursor
    ):
        raise ProblemError(
            "cursor_invalid", "The cursor is not one of this list.", "Start again without a cursor.", status=422
        )
    return json.loads(said)


def _mac(secret: bytes, of: str, said: bytes) -> bytes:
    return hmac.new(secret, b"cursor\0" + of.encode() + b"\0" + said, sha256).digest()[:_MAC]
