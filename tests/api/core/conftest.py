"""A service's database and data folder, on SQLite and on PostgreSQL, and files to put in."""

from __future__ import annotations

import csv
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from api import records, uploads
from api.database import migrate, open_database
from api.settings import ServiceSettings

ENDED = ("done", "failed", "cancelled")


@dataclass
class Core:
    """A service without its web part."""

    settings: ServiceSettings
    engine: Engine

    def consultation(self) -> str:
        return records.create_consultation(self.engine, "Moving Celyn", "ada", 30).id

    async def receive(self, consultation_id: str, content: bytes, name: str = "celyn.csv") -> records.Upload:
        return await uploads.receive(pieces(content), name, consultation_id, "ada", self.settings, self.engine)

    def wait(self, job_id: str, until: Callable[[records.Job], bool], seconds: float = 90) -> records.Job:
        """The job, once `until` says yes to it; fails when it has shown no sign of life for some seconds.

        Not after so many seconds in all: a machine that has ten other things to do gives a job a tenth of itself.
        """
        end, seen = time.monotonic() + seconds, None
        while True:
            job = records.get_job(self.engine, job_id)
            if until(job):
                return job
            signs = (job.state, job.attempt, job.stage, job.done)
            if signs != seen:
                end, seen = time.monotonic() + seconds, signs
            assert time.monotonic() < end, f"still {job.state}, {job.stage}, {seconds} s after its last sign of life"
            time.sleep(0.05)

    def ended(self, job_id: str, seconds: float = 90) -> records.Job:
        return self.wait(job_id, lambda job: job.state in ENDED, seconds)


async def pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one that CONSULT_TEST_POSTGRES names, else one of the tests' own."""
    if given := os.environ.get("CONSULT_TEST_POSTGRES"):
        yield given
        return
    initdb, pg_ctl = _server_program("initdb"), _server_program("pg_ctl")
    if initdb is None or pg_ctl is None or _server_program("postgres") is None:
        pytest.skip(
            "no PostgreSQL: set CONSULT_TEST_POSTGRES to a server's URL, or install one (apt install postgresql)"
        )
    # PostgreSQL does not run as root.
    user: dict[str, Any] = {"user": _other_user()} if os.geteuid() == 0 else {}
    folder, port = Path(tempfile.mkdtemp(prefix="consult-pg-")), free_port()
    if user:
        os.chown(folder, pwd.getpwnam(user["user"]).pw_uid, -1)
    quiet: dict[str, Any] = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder} | user
    subprocess.run([initdb, "-D", folder / "db", "-A", "trust", "-U", "consult", "-E", "UTF8", "--no-sync"], **quiet)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    subprocess.run([pg_ctl, "-D", folder / "db", "-l", folder / "log", "-w", "-o", options, "start"], **quiet)
    try:
        yield f"postgresql://consult@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([pg_ctl, "-D", folder / "db", "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(folder, ignore_errors=True)


def _server_program(name: str) -> str | None:
    """Where a program of the server is: Debian keeps them off PATH, a folder a version; the newest is taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda path: float(path.parent.name))
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, reversed(versions))))


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")


@pytest.fixture
def new_postgres(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes databases on the server."""
    server = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        made.append(f"consult_{uuid4().hex}")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {made[-1]}")
        return make_url(postgres).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def new_core(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Core]]:
    """Makes services, each with a data folder and database of its own."""
    made: list[Core] = []

    def make(**more: Any) -> Core:
        database = request.getfixturevalue("new_postgres")() if kind == "postgresql" else None
        settings = ServiceSettings(data=tmp_path / f"data-{len(made)}", database=database, **more)
        engine = open_database(settings)
        migrate(engine)
        made.append(Core(settings, engine))
        return made[-1]

    yield make
    for each in made:
        each.engine.dispose()


@pytest.fixture
def core(new_core: Callable[..., Core]) -> Core:
    return new_core()


@pytest.fixture(scope="session")
def celyn(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 120 rows of the sample."""
    path = tmp_path_factory.mktemp("files") / "celyn.csv"
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:121]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
