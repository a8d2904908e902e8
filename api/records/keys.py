"""API keys: made, found by their secret, revoked. Only a hash of the secret is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, insert, update

from api.database import api_keys, reading, writing
from api.records.rows import columns, get, new_id, now

_PREFIX: Final = "consult_"
"""So that a secret that leaked is known for what it is."""


@dataclass(frozen=True)
class ApiKey:
    """A key; `scopes` of read, write, admin."""

    id: str
    name: str
    principal: str
    scopes: list[str]
    created_at: str
    revoked_at: str | None


def make_key(engine: Engine, name: str, principal: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
    """Makes a key; its secret is known only now."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    made = ApiKey(new_id(), name, principal, list(scopes), now(), None)
    with writing(engine) as connection:
        connection.execute(insert(api_keys).values(**vars(made), hash=_hash(secret)))
    return made, secret


def find_key(engine: Engine, secret: str) -> ApiKey | None:
    """The key with a secret, or None when there is none or it was revoked."""
    statement = columns(ApiKey, api_keys).where(api_keys.c.hash == _hash(secret), api_keys.c.revoked_at.is_(None))
    with reading(engine) as connection:
        row = connection.execute(statement).one_or_none()
    return ApiKey(*row) if row is not None else None


def list_keys(engine: Engine) -> list[ApiKey]:
    """All keys, the oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(columns(ApiKey, api_keys).order_by(api_keys.c.created_at, api_keys.c.id))
        return [ApiKey(*row) for row in rows]


def revoke_key(engine: Engine, key_id: str) -> ApiKey:
    """Makes a key of no use; one that was revoked keeps its time.

    Raises:
        NotFound: there is none.
    """
    with writing(engine) as connection:
        statement = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        connection.execute(statement.values(revoked_at=now()))
    return get(engine, ApiKey, api_keys, key_id, "key")


def _hash(secret: str) -> str:
    # A secret of 256 random bits needs no salt and no slow hash: nobody can try them.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
