"""The database: its tables, how it is opened and brought up to date. One code path for SQLite and PostgreSQL.

Frames stay in Parquet, in the folders of runs: the database holds who, when, what state and where.
Times are UTC, as ISO text; ids are hexadecimal text.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    URL,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from api.settings import ServiceSettings
from consult.errors import ConfigError, RunError

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Seconds that a connection to SQLite waits for another's lock.
_PATIENCE: Final = 10.0

_STATES: Final = "state IN ('queued', 'running', 'done', 'failed', 'cancelled')"
_ROLES: Final = "role IN ('viewer', 'analyst', 'owner')"


def _of_consultation(*, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(
        "consultation_id",
        String,
        ForeignKey("consultations.id"),
        primary_key=primary_key,
        nullable=nullable,
        index=not primary_key,
    )


consultations = Table(
    "consultations",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("retain_until", String, nullable=False),
    Column("purged_at", String),
)
members = Table(
    "members",
    metadata,
    _of_consultation(primary_key=True),
    Column("principal", String, primary_key=True),
    Column("role", String, CheckConstraint(_ROLES, name="role"), nullable=False),
)
uploads = Table(
    "uploads",
    metadata,
    Column("id", String, primary_key=True),
    _of_consultation(),
    Column("filename", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
)
setups = Table(
    "setups",
    metadata,
    _of_consultation(primary_key=True),
    Column("config", JSON, nullable=False),
)
jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    _of_consultation(),
    Column("state", String, CheckConstraint(_STATES, name="state"), nullable=False),
    Column("stage", String),
    Column("question_id", Text),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("attempt", Integer, nullable=False, default=0),
    Column("config", JSON, nullable=False),
    Column("upload_ids", JSON, nullable=False),
    Column("run_id", String),
    Column("error", JSON(none_as_null=True)),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    Column("started_at", String),
    Column("finished_at", String),
    # Who runs it, and when that one last said so; whether somebody asked to stop it; how often its process died.
    Column("worker", String),
    Column("beat_at", String),
    Column("cancel", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),
    Index("ix_jobs_state", "state", "created_at"),
)
job_events = Table(
    "job_events",
    metadata,
    Column("job_id", String, ForeignKey("jobs.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("data", JSON, nullable=False),
)
runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    _of_consultation(),
    Column("job_id", String, ForeignKey("jobs.id"), nullable=False),
    Column("folder", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", String, nullable=False),
    Column("counts", JSON, nullable=False),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("principal", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", String, nullable=False),
    Column("revoked_at", String),
)
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", Text, nullable=False, index=True),
    Column("detail", JSON, nullable=False),
    # Of no foreign key: what was done outlives what it was done to.
    Column("consultation_id", String, index=True),
)
idempotency = Table(
    "idempotency",
    metadata,
    Column("key", String, primary_key=True),
    Column("principal", String, primary_key=True),
    Column("route", String, primary_key=True),
    Column("request_hash", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("created_at", String, nullable=False, index=True),
)
receipts = Table(
    "receipts",
    metadata,
    Column("id", String, primary_key=True),
    _of_consultation(),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("files", JSON, nullable=False),
    Column("rows", JSON, nullable=False),
)


def open_database(settings: ServiceSettings) -> Engine:
    """Opens the database; makes the data folder. Does not migrate it.

    Raises:
        ConfigError: the URL cannot be used, or the data folder cannot be made.
    """
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            "data_unwritable", f"{settings.data}: cannot be made ({error.strerror}).", "Give another data folder."
        ) from None
    try:
        # Built from its parts, for a path may hold what means something in a URL.
        file = str(settings.data.absolute() / "consult.sqlite")
        url = make_url(settings.database_url) if settings.database else URL.create("sqlite", database=file)
    except ArgumentError:
        raise ConfigError(
            "database_url", "database: is not a URL.", "Such as postgresql://user:password@host/name."
        ) from None
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=16, max_overflow=32, connect_args={"timeout": _PATIENCE})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.get_backend_name() != "postgresql":
        raise ConfigError(
            "database_url", f"database: {url.get_backend_name()} is not supported.", "Give sqlite or postgresql."
        )
    return create_engine(url, pool_size=8, max_overflow=16, pool_pre_ping=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads: on SQLite it waits for no writer."""
    try:
        with engine.connect().execution_options(consult_reading=True) as connection:
            yield connection
    except OperationalError as error:
        raise unreachable(engine, error) from None


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: kept whole or not at all. On SQLite one at a time, each waiting its turn."""
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise unreachable(engine, error) from None


def migrate(engine: Engine) -> None:
    """Brings the database to this version's tables; nothing when it is there already.

    Raises:
        RunError: the database cannot be reached, or was made by a newer version.
    """
    from alembic import command
    from alembic.script.revision import ResolutionError
    from alembic.util import CommandError

    config = alembic_config()
    try:
        with engine.begin() as connection:
            _lock(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise unreachable(engine, error) from None
    except (CommandError, ResolutionError) as error:
        raise RunError(
            "database_newer",
            f"the database cannot be brought up to date: {error}.",
            "Upgrade consult, or restore a backup.",
        ) from None


def revision(engine: Engine) -> tuple[str | None, str | None]:
    """The database's revision and this version's: equal when nothing is to be migrated."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found, ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Any:  # noqa: ANN401 (alembic is imported only here)
    """Alembic's configuration, from the installed package: there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def unreachable(engine: Engine, error: OperationalError) -> RunError:
    """What to say of a database that does not answer; never with its password."""
    del error
    return RunError(
        "database_unreachable",
        f"the database {engine.url.render_as_string(hide_password=True)} does not answer.",
        "Check that it runs, and the address, user and password.",
    )


def _lock(connection: Connection) -> None:
    """Lets one process at a time migrate; the lock goes with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20260719)")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own notion of a transaction begins too late for a read that decides a write: `_begin_sqlite` does it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_PATIENCE * 1000:.0f}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    # The busy timeout does not hold for this pragma: of several that open a new database at once, all but one are
    # told that it is locked, at once.
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once when another wrote in between, whatever the timeout;
    # one that says at its start that it writes waits its turn. `reading` says that it does not.
    if connection.get_execution_options().get("consult_reading"):
        connection.exec_driver_sql("BEGIN DEFERRED")
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
