"""The service as programs meet it: a real database, a real run, and a key for everybody."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert

from api import records
from api.app import create_app
from api.database import jobs, migrate, open_database, runs, uploads
from api.settings import ServiceSettings
from consult import Run, analyse_into, load_config

ADDRESS = "http://127.0.0.1:8000"
PEOPLE = ("stranger", "viewer", "analyst", "owner")


@dataclass
class Service:
    """A service, and what is in it.

    Attributes:
        run_id: Of a run that is not its job's; "" where there is none.
        keys: Name -> secret: stranger, viewer, analyst, owner; admin, who is no member; reader, an owner whose key
            only reads.
    """

    app: FastAPI
    settings: ServiceSettings
    engine: Engine
    consultation_id: str = ""
    upload_id: str = ""
    job_id: str = ""
    run_id: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    def client(self, who: str | None = None) -> TestClient:
        """A client of somebody; None is nobody."""
        headers = {"Authorization": f"Bearer {self.keys[who]}"} if who else {}
        return TestClient(self.app, base_url=ADDRESS, headers=headers)

    @property
    def run(self) -> str:
        """The address of its run."""
        return f"/v1/runs/{self.job_id}"

    @property
    def consultation(self) -> str:
        """The address of its consultation."""
        return f"/v1/consultations/{self.consultation_id}"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def add_job(service: Service, state: str = "done", **more: Any) -> str:
    """A job that no worker has seen."""
    job_id = more.pop("id", f"job{datetime.now(UTC).timestamp():.6f}".replace(".", ""))
    row = {
        "id": job_id, "consultation_id": service.consultation_id, "state": state, "done": 0, "total": 0, "attempt": 1,
        "config": {}, "upload_ids": [service.upload_id], "created_at": now(), "created_by": "owner",
    }  # fmt: skip
    with service.engine.begin() as connection:
        connection.execute(insert(jobs).values(row | more))
    return job_id


def add_run(service: Service, make: Callable[[Path, str], Run]) -> Run:
    """A finished run: `make` is given its folder of runs and its name."""
    job_id = service.job_id
    folder = service.settings.runs / service.consultation_id
    folder.mkdir(parents=True, exist_ok=True)
    run = make(folder, f"run-{job_id}")
    add_job(service, id=job_id, run_id=job_id)
    with service.engine.begin() as connection:
        connection.execute(
            insert(runs).values(
                id=job_id,
                consultation_id=service.consultation_id,
                job_id=job_id,
                name=run.name,
                created_at=now(),
                folder=str(Path("runs") / service.consultation_id / f"run-{job_id}"),
                counts=run.manifest["counts"],
            )
        )
    return run


def add_upload(service: Service, path: Path, upload_id: str = "aaaa000011112222") -> str:
    """A file that was uploaded."""
    kept = service.settings.uploads / upload_id / path.name
    kept.parent.mkdir(parents=True)
    kept.write_bytes(path.read_bytes())
    with service.engine.begin() as connection:
        connection.execute(
            insert(uploads).values(
                id=upload_id,
                consultation_id=service.consultation_id,
                filename=path.name,
                bytes=path.stat().st_size,
                sha256="0" * 64,
                created_at=now(),
                created_by="owner",
            )
        )
    return upload_id


def make_service(data: Path, **more: Any) -> Service:
    settings = ServiceSettings(data=data, **({"auth": "keys", "worker": False, "rate_per_minute": 100_000} | more))
    engine = open_database(settings)
    migrate(engine)
    service = Service(create_app(settings, engine), settings, engine)
    service.consultation_id = records.create_consultation(engine, "Moving Celyn", "owner", 30).id
    for who in PEOPLE:
        _, service.keys[who] = records.make_key(engine, who, who, ["read", "write"])
        if who in ("viewer", "analyst"):
            records.set_member(engine, service.consultation_id, who, who)
    _, service.keys["admin"] = records.make_key(engine, "admin", "admin", ["admin", "read", "write"])
    _, service.keys["reader"] = records.make_key(engine, "reader", "owner", ["read"])
    return service


@pytest.fixture(scope="session")
def celyn(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 120 rows of the sample."""
    path = tmp_path_factory.mktemp("files") / "celyn.csv"
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:121]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="session")
def shared(celyn: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Service, Run]:
    """A service with a finished run, for tests that only read."""
    service = make_service(tmp_path_factory.mktemp("data"))
    service.job_id = "00112233aabbccdd"
    service.upload_id = add_upload(service, celyn)
    # Without UMAP, whose first use takes half a minute.
    config = load_config(samples / "moving-celyn.toml", {"cluster": {"small_question": 5000, "granularity": 1.7}})
    run = add_run(service, lambda folder, name: analyse_into(folder, [celyn], config, name=name))
    records.put_setup(service.engine, service.consultation_id, {"columns": config.columns.model_dump(mode="json")})
    return service, run


@pytest.fixture(scope="session")
def service(shared: tuple[Service, Run]) -> Service:
    return shared[0]


@pytest.fixture(scope="session")
def run(shared: tuple[Service, Run]) -> Run:
    return shared[1]


@pytest.fixture
def viewer(service: Service) -> TestClient:
    return service.client("viewer")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    """A service of one's own, without a run, to write into."""
    made = make_service(tmp_path / "data", max_upload_bytes=100_000)
    yield made
    made.engine.dispose()
