"""Who did what, and what was answered to requests that may come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select

from api.database import audit, idempotency, reading, writing
from api.records.rows import columns, now

_KEPT: Final = timedelta(days=1)
"""How long an answer is kept under its Idempotency-Key."""


@dataclass(frozen=True)
class Answered:
    """What was answered to a request with an Idempotency-Key."""

    request_hash: str
    status: int
    body: str
    headers: dict[str, str]


def record_audit(
    engine: Engine,
    actor: str,
    action: str,
    object_: str,
    detail: dict[str, Any],
    *,
    consultation_id: str | None = None,
) -> None:
    """Keeps who did what to what; never the text of a response."""
    with writing(engine) as connection:
        add_audit(connection, actor, action, object_, detail, consultation_id=consultation_id)


def add_audit(
    connection: Connection,
    actor: str,
    action: str,
    object_: str,
    detail: dict[str, Any],
    *,
    consultation_id: str | None = None,
) -> None:
    """Keeps who did what in the transaction that does it, so that there is never one without the other."""
    connection.execute(
        insert(audit).values(
            at=now(), actor=actor, action=action, object=object_, detail=detail, consultation_id=consultation_id
        )
    )


def list_audit(engine: Engine, consultation_id: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """What was done, the oldest first, from beyond `after`; of one consultation, or all for None."""
    statement = select(audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.object, audit.c.detail)
    statement = statement.where(audit.c.id > after)
    if consultation_id is not None:
        statement = statement.where(audit.c.consultation_id == consultation_id)
    with reading(engine) as connection:
        rows = connection.execute(statement.order_by(audit.c.id).limit(limit))
        return [dict(row._mapping) for row in rows]


def page_audit(engine: Engine, consultation_id: str, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """A page of what was done in a consultation, the newest first, and how much was done in all.

    Args:
        engine: The database.
        consultation_id: The consultation.
        page: Which one, from 1.
        size: How many a page.
    """
    of = audit.c.consultation_id == consultation_id
    statement = select(audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.object, audit.c.detail)
    newest = statement.where(of).order_by(audit.c.id.desc()).limit(size).offset((page - 1) * size)
    with reading(engine) as connection:
        total = connection.execute(select(func.count()).select_from(audit).where(of)).scalar_one()
        return [dict(row._mapping) for row in connection.execute(newest)], total


def find_idempotent(engine: Engine, key: str, principal: str, route: str) -> Answered | None:
    """What was answered to a key of the last day, or None."""
    with reading(engine) as connection:
        row = connection.execute(
            columns(Answered, idempotency).where(
                idempotency.c.key == key,
                idempotency.c.principal == principal,
                idempotency.c.route == route,
                idempotency.c.created_at > _oldest(),
            )
        ).one_or_none()
    return Answered(*row) if row is not None else None


def keep_idempotent(
    engine: Engine,
    key: str,
    principal: str,
    route: str,
    request_hash: str,
    status: int,
    body: str,
    headers: dict[str, str],
) -> None:
    """Keeps an answer for a day; the first one stays."""
    with writing(engine) as connection:
        connection.execute(delete(idempotency).where(idempotency.c.created_at <= _oldest()))
        held = select(idempotency.c.key).where(
            idempotency.c.key == key, idempotency.c.principal == principal, idempotency.c.route == route
        )
        if connection.execute(held).one_or_none() is None:
            connection.execute(
                insert(idempotency).values(
                    key=key, principal=principal, route=route, request_hash=request_hash, status=status, body=body,
                    headers=headers, created_at=now(),
                )
            )  # fmt: skip


def _oldest() -> str:
    return (datetime.now(UTC) - _KEPT).isoformat(timespec="milliseconds")
