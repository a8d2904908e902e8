"""Reading rows: as frozen dataclasses, whose fields are the columns that are read."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, Table, select

from api.database import consultations, reading
from consult.errors import RunError

T = TypeVar("T")


class NotFound(RunError):
    """What was asked for is not there."""

    def __init__(self, what: str, id_: str) -> None:
        # The id was given by whoever asks: no more of it is repeated than an id has.
        super().__init__("not_found", f"There is no {what} {id_[:64]!r}.", "Check the id.")


class Purged(RunError):
    """A consultation whose files were removed takes no more."""

    def __init__(self, consultation_id: str) -> None:
        super().__init__(
            "consultation_purged", f"Consultation {consultation_id!r} was purged.", "Make a new consultation."
        )


def now() -> str:
    """The time, UTC, as ISO text of one width, so that its order is time's."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def new_id() -> str:
    """A new id."""
    return secrets.token_hex(8)


def columns(kind: type[T], table: Table) -> Select[Any]:
    """Selects what a dataclass holds of a table."""
    return select(*(table.c[field.name] for field in fields(kind)))  # type: ignore[arg-type]


def get(engine: Engine, kind: type[T], table: Table, id_: str, what: str) -> T:
    """The row with an id.

    Raises:
        NotFound: there is none.
    """
    with reading(engine) as connection:
        row = connection.execute(columns(kind, table).where(table.c.id == id_)).one_or_none()
    if row is None:
        raise NotFound(what, id_)
    return kind(*row)


def of_consultation(engine: Engine, kind: type[T], table: Table, consultation_id: str) -> list[T]:
    """A consultation's rows, the oldest first."""
    statement = columns(kind, table).where(table.c.consultation_id == consultation_id)
    with reading(engine) as connection:
        return [kind(*row) for row in connection.execute(statement.order_by(table.c.created_at, table.c.id))]


def live_consultation(connection: Connection, consultation_id: str) -> None:
    """Holds a consultation until the transaction ends, so that none purges it meanwhile.

    Raises:
        NotFound: it is not there.
        Purged: its files were removed.
    """
    row = connection.execute(
        select(consultations.c.purged_at).where(consultations.c.id == consultation_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("consultation", consultation_id)
    if row.purged_at is not None:
        raise Purged(consultation_id)
