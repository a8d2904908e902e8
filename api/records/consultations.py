"""Consultations, who may do what in them, and how their files are to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from api.database import consultations, members, reading, setups, writing
from api.records.rows import NotFound, columns, get, live_consultation, new_id
from consult.errors import RunError


@dataclass(frozen=True)
class Consultation:
    """A consultation; `purged_at` once its files are removed."""

    id: str
    title: str
    created_at: str
    created_by: str
    retain_until: str
    purged_at: str | None


@dataclass(frozen=True)
class Member:
    """Who may do what in a consultation; role viewer, analyst or owner."""

    consultation_id: str
    principal: str
    role: str


def create_consultation(engine: Engine, title: str, by: str, retention_days: int) -> Consultation:
    """Makes a consultation, which whoever makes it owns."""
    at = datetime.now(UTC)
    made = Consultation(
        id=new_id(),
        title=title,
        created_at=at.isoformat(timespec="milliseconds"),
        created_by=by,
        retain_until=(at + timedelta(days=retention_days)).isoformat(timespec="milliseconds"),
        purged_at=None,
    )
    with writing(engine) as connection:
        connection.execute(insert(consultations).values(**vars(made)))
        connection.execute(insert(members).values(consultation_id=made.id, principal=by, role="owner"))
    return made


def list_consultations(engine: Engine, principal: str | None) -> list[Consultation]:
    """The consultations that somebody has a role in, or all for None; the newest first."""
    statement = columns(Consultation, consultations)
    if principal is not None:
        statement = statement.join(members).where(members.c.principal == principal)
    with reading(engine) as connection:
        rows = connection.execute(statement.order_by(consultations.c.created_at.desc(), consultations.c.id))
        return [Consultation(*row) for row in rows]


def get_consultation(engine: Engine, consultation_id: str) -> Consultation:
    """A consultation.

    Raises:
        NotFound: there is none.
    """
    return get(engine, Consultation, consultations, consultation_id, "consultation")


def role_of(engine: Engine, consultation_id: str, principal: str) -> str | None:
    """Somebody's role in a consultation, or None."""
    with reading(engine) as connection:
        return connection.execute(
            select(members.c.role).where(
                members.c.consultation_id == consultation_id, members.c.principal == principal
            )
        ).scalar_one_or_none()  # fmt: skip


def set_member(engine: Engine, consultation_id: str, principal: str, role: str | None) -> None:
    """Gives somebody a role in a consultation, or takes it with None.

    Raises:
        NotFound: the consultation is not there, or who is to lose a role has none.
        Purged: see `live_consultation`.
        RunError: nobody would own the consultation any more.
    """
    with writing(engine) as connection:
        live_consultation(connection, consultation_id)
        rows = connection.execute(
            select(members.c.principal, members.c.role).where(members.c.consultation_id == consultation_id)
        )
        held = {row.principal: row.role for row in rows}
        if role is None and principal not in held:
            raise NotFound("member", principal)
        owners = [name for name, has in held.items() if has == "owner"]
        if role != "owner" and owners == [principal]:
            raise RunError(
                "last_owner",
                f"{principal} is the only owner of this consultation.",
                "Make somebody else an owner first, then change or remove this one.",
            )
        connection.execute(
            delete(members).where(members.c.consultation_id == consultation_id, members.c.principal == principal)
        )
        if role is not None:
            connection.execute(
                insert(members).values(consultation_id=consultation_id, principal=principal, role=role)
            )  # fmt: skip


def list_members(engine: Engine, consultation_id: str) -> list[Member]:
    """Who has a role in a consultation."""
    statement = columns(Member, members).where(members.c.consultation_id == consultation_id)
    with reading(engine) as connection:
        return [Member(*row) for row in connection.execute(statement.order_by(members.c.principal))]


def get_setup(engine: Engine, consultation_id: str) -> dict[str, Any]:
    """The configuration that people have set; empty when none was."""
    with reading(engine) as connection:
        found = connection.execute(
            select(setups.c.config).where(setups.c.consultation_id == consultation_id)
        ).scalar_one_or_none()
    return dict(found or {})


def put_setup(engine: Engine, consultation_id: str, config: dict[str, Any]) -> None:
    """Keeps the configuration that people have set.

    Raises:
        NotFound, Purged: see `live_consultation`.
    """
    with writing(engine) as connection:
        live_consultation(connection, consultation_id)
        connection.execute(delete(setups).where(setups.c.consultation_id == consultation_id))
        connection.execute(insert(setups).values(consultation_id=consultation_id, config=config))
