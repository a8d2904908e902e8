from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from api.database import consultations, jobs, migrate, open_database, reading, revision, writing
from api.settings import ServiceSettings
from consult.errors import ConfigError, RunError


def test_migrations_make_the_tables_that_the_code_declares(core: Any) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from api.database import metadata

    with core.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    found, wanted = revision(core.engine)
    assert found == wanted == "0001"


def failures(n: int, work: Callable[[], None]) -> list[BaseException]:
    """What went wrong where so many threads do the same at once."""
    barrier = threading.Barrier(n)
    errors: list[BaseException] = []

    def start() -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_migrating_again_and_at_once_changes_nothing(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    database = request.getfixturevalue("new_postgres")() if kind == "postgresql" else None
    settings = ServiceSettings(data=tmp_path / "data", database=database)

    def work() -> None:
        engine = open_database(settings)
        try:
            migrate(engine)
        finally:
            engine.dispose()

    assert failures(4, work) == []


@pytest.mark.parametrize("attempt", range(8))
def test_many_that_open_a_new_database_at_once_all_get_it(attempt: int, tmp_path: Path) -> None:
    # SQLite refuses the change to write-ahead logging at once, whatever the timeout, while another connection is in it.
    settings = ServiceSettings(data=tmp_path / str(attempt))

    def work() -> None:
        engine = open_database(settings)
        try:
            with reading(engine) as connection:
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        finally:
            engine.dispose()

    assert failures(12, work) == []


def test_a_database_of_a_newer_version_is_refused(core: Any) -> None:
    with core.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RunError) as raised:
        migrate(core.engine)
    assert raised.value.code == "database_newer"


def test_sqlite_is_opened_to_lose_nothing(tmp_path: Path) -> None:
    # A path may hold what means something in a URL.
    engine = open_database(ServiceSettings(data=tmp_path / "a?b%20c#d"))
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    assert (tmp_path / "a?b%20c#d" / "consult.sqlite").is_file()


@pytest.mark.parametrize("database", ["mysql://host/name", "nonsense"])
def test_a_url_that_cannot_be_used_is_refused(tmp_path: Path, database: str) -> None:
    with pytest.raises(ConfigError) as raised:
        open_database(ServiceSettings(data=tmp_path, database=database))
    assert raised.value.code == "database_url"


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    engine = open_database(ServiceSettings(data=tmp_path, database="postgresql://ada:hunter2@127.0.0.1:1/name"))
    for attempt in (lambda: migrate(engine), lambda: revision(engine)):
        with pytest.raises(RunError) as raised:
            attempt()
        assert raised.value.code == "database_unreachable"
        assert "hunter2" not in str(raised.value)
        assert "127.0.0.1:1" in str(raised.value)
    engine.dispose()


def test_writers_wait_their_turn_and_readers_do_not(core: Any) -> None:
    """Read-then-write transactions from many threads: none fails, none is lost."""
    consultation_id = core.consultation()

    def count_up(times: int) -> None:
        for _ in range(times):
            with writing(core.engine) as connection:
                row = select(consultations.c.title).where(consultations.c.id == consultation_id).with_for_update()
                n = int(connection.execute(row).scalar_one())
                connection.execute(update(consultations).values(title=str(n + 1)))

    with writing(core.engine) as connection:
        connection.execute(update(consultations).values(title="0"))
    threads = [threading.Thread(target=count_up, args=(10,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with writing(core.engine) as held:
        held.execute(update(consultations).values(title="held"))
        with reading(core.engine) as connection:
            assert connection.execute(select(consultations.c.title)).scalar_one() == "60"


def test_foreign_keys_hold(core: Any) -> None:
    from sqlalchemy.exc import IntegrityError

    row: dict[str, Any] = {"id": "j", "consultation_id": "nowhere", "state": "queued", "config": {}, "upload_ids": []}
    with pytest.raises(IntegrityError), writing(core.engine) as connection:
        connection.execute(insert(jobs).values(**row, created_at="", created_by=""))
    with reading(core.engine) as connection:
        assert connection.execute(select(func.count()).select_from(jobs)).scalar_one() == 0
