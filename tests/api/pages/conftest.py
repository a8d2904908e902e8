"""The service as people meet it: a local service with a finished run, and one whose ids and texts are hostile."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from consult import AnalysisConfig, Run, analyse_into, load_config
from tests.api.pages.browsing import CHROMIUM, FLAGS

ADDRESS = "http://127.0.0.1:8000"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> [link](javascript:alert(3)) =HYPERLINK("x") "\'>'
SLASHED = "a/b c/../ü?x=1#y%2F&z"
QUESTION = "what/about <b>buses</b> & été?"


@dataclass
class Service:
    """A service in local mode, and what is in it."""

    app: FastAPI
    settings: ServiceSettings
    engine: Engine
    consultation_id: str
    run_id: str = "00112233aabbccdd"
    upload_id: str = "aaaa000011112222"

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=ADDRESS, headers=BROWSER, follow_redirects=False)

    @property
    def run(self) -> str:
        return f"/runs/{self.run_id}"

    @property
    def consultation(self) -> str:
        return f"/consultations/{self.consultation_id}"

    def add_job(self, job_id: str, state: str, **more: Any) -> str:
        row = {
            "id": job_id, "consultation_id": self.consultation_id, "state": state, "done": 0, "total": 0, "attempt": 1,
            "config": {}, "upload_ids": [self.upload_id], "created_at": records.now(), "created_by": "local",
        }  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(jobs).values(row | more))
        return job_id


def make_service(data: Path, **more: Any) -> Service:
    settings = ServiceSettings(data=data, **({"worker": False, "rate_per_minute": 100_000} | more))
    engine = open_database(settings)
    migrate(engine)
    made = records.create_consultation(engine, "Moving Celyn", "local", 30)
    return Service(create_app(settings, engine), settings, engine, made.id)


def add_upload(service: Service, path: Path) -> None:
    kept = service.settings.uploads / service.upload_id / path.name
    kept.parent.mkdir(parents=True)
    kept.write_bytes(path.read_bytes())
    with service.engine.begin() as connection:
        connection.execute(
            insert(uploads).values(
                id=service.upload_id,
                consultation_id=service.consultation_id,
                filename=path.name,
                bytes=path.stat().st_size,
                sha256="0" * 64,
                created_at=records.now(),
                created_by="local",
            )
        )


def add_run(service: Service, make: Callable[[Path, str], Run]) -> Run:
    folder = service.settings.runs / service.consultation_id
    folder.mkdir(parents=True, exist_ok=True)
    run = make(folder, f"run-{service.run_id}")
    service.add_job(service.run_id, "done", run_id=service.run_id)
    with service.engine.begin() as connection:
        connection.execute(
            insert(runs).values(
                id=service.run_id,
                consultation_id=service.consultation_id,
                job_id=service.run_id,
                name=run.name,
                created_at=records.now(),
                counts=run.manifest["counts"],
                folder=str(Path("runs") / service.consultation_id / run.name),
            )
        )
    return run


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture(scope="session")
def celyn(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 120 rows of the sample."""
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:121]
    return write_csv(tmp_path_factory.mktemp("files") / "celyn.csv", rows)


@pytest.fixture(scope="session")
def service(celyn: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A service with a finished run, for tests that only read."""
    made = make_service(tmp_path_factory.mktemp("data"))
    add_upload(made, celyn)
    # Without UMAP, whose first use takes half a minute.
    config = load_config(samples / "moving-celyn.toml", {"cluster": {"small_question": 5000, "granularity": 1.7}})
    add_run(made, lambda folder, name: analyse_into(folder, [celyn], config, name=name))
    return made


@pytest.fixture(scope="session")
def hostile(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """A run whose ids hold slashes and other letters, and whose every text is made to do harm."""
    says = ["The last bus <b>goes</b> too early for the shift", "Parking fees <i>are</i> too high in the town centre"]
    ends = ["today", "again", "always", "now", "here", "indeed", "anyway", "really", "still", "often", "badly", "soon"]
    rows = [["id", QUESTION, HOSTILE, "Wahl/Größe"]]
    for place in range(24):
        response_id = SLASHED if place == 0 else f"{HOSTILE[:40]}/{place}"
        rows.append([response_id, f"{says[place % 2]} {ends[place // 2]}. {HOSTILE}", HOSTILE, f"a/ü{place % 2}"])
    path = write_csv(tmp_path_factory.mktemp("files") / "hostile <b>.csv", rows)
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "layout": "wide", "response_id": "id", "open": [QUESTION], "closed": [HOSTILE],
                "demographics": ["Wahl/Größe"], "question_ids": {QUESTION: "q/é <i>"},
            },
            "cluster": {"small_question": 5000, "min_theme_size": 2},
            "assign": {"min_strength": 0.0},
            "campaigns": {"on": False},  # else all of them are one, and make no theme
        }
    )  # fmt: skip
    made = make_service(tmp_path_factory.mktemp("data"))
    add_upload(made, path)
    records.put_setup(made.engine, made.consultation_id, {"columns": config.columns.model_dump(mode="json")})
    add_run(made, lambda folder, name: analyse_into(folder, [path], config, name=name, embedder=fake_embedder))
    return made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    """A service of one's own, without a run, to write into."""
    made = make_service(tmp_path / "data", max_upload_bytes=200_000)
    yield made
    made.engine.dispose()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check is waited for on a slow machine too; the page that says that it is not done yet has its own test."""
    monkeypatch.setattr("api.pages.mapping._WAIT", 25.0)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()
