"""The command line, the service and the notebook: the same files for the same input and configuration, to the byte."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import consult

ROOT = Path(__file__).parents[2]
# Above every question here: without UMAP, whose first use takes half a minute in each process. 60 is the default.
SMALL = int(os.environ.get("CONSULT_TEST_SMALL_QUESTION", "5000"))
CONFIG = f"""
[columns]
response_id = "Response ID"
open = [
  "What do you think of the proposed changes to bus services?",
  "Is there anything else you would like us to consider?",
]
demographics = ["Age", "Area"]

[columns.question_ids]
"What do you think of the proposed changes to bus services?" = "buses"
"Is there anything else you would like us to consider?" = "else"

[cluster]
small_question = {SMALL}
"""
FRAMES = ("assignments", "points", "quotes", "responses", "summaries", "themes")
# When it was made, how long it took, and what the folder is called; nothing else may differ.
OF_ITS_MAKING = ("created_at", "seconds", "name")


@pytest.fixture(scope="module")
def given(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file of responses, and a configuration."""
    folder = tmp_path_factory.mktemp("given")
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:121]
    with (folder / "celyn.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    (folder / "consult.toml").write_text(CONFIG, encoding="utf-8")
    return folder / "celyn.csv", folder / "consult.toml"


@pytest.fixture(scope="module")
def by_command(given: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's folder of `consult analyse`."""
    out = tmp_path_factory.mktemp("command")
    file, config = map(str, given)
    subprocess.run(
        [sys.executable, "-m", "api.cli", "analyse", file, "--config", config, "--out", str(out)],
        check=True, capture_output=True, timeout=300, cwd=ROOT,
    )  # fmt: skip
    return out / "celyn"


@pytest.fixture(scope="module")
def by_service(given: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's folder of a service that was given the same over HTTP."""
    data = tmp_path_factory.mktemp("service") / "data"
    file, config = given
    with serving(data) as address:
        made = send(f"{address}/v1/consultations", {"title": "Moving Celyn"})
        consultation = f"{address}/v1/consultations/{made['id']}"
        send(f"{consultation}/uploads?filename=celyn.csv", file.read_bytes())
        job = send(f"{consultation}/jobs", {"config": tomllib.loads(config.read_text(encoding="utf-8"))})
        end = time.monotonic() + 300
        while job["state"] not in ("done", "failed", "cancelled"):
            assert time.monotonic() < end, job
            time.sleep(0.3)
            job = send(f"{address}/v1/jobs/{job['id']}")
    assert job["state"] == "done", job
    (folder,) = (path for path in (data / "runs" / made["id"]).iterdir() if path.is_dir())
    return folder


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """`consult serve`, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--data", str(data), "--port", "0", "--log-level", "error"],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        while said and not said.startswith("Consult is at "):
            said = process.stderr.readline()
        yield said.split()[3].rstrip("/")
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


def send(address: str, body: dict[str, Any] | bytes | None = None) -> Any:
    """What the service answers: to a GET without a body, to a POST with one."""
    content = json.dumps(body).encode() if isinstance(body, dict) else body
    kind = "application/json" if isinstance(body, dict) else "application/octet-stream"
    with urllib.request.urlopen(urllib.request.Request(address, content, {"Content-Type": kind}), timeout=60) as answer:
        return json.load(answer)


def frames_of(run: Path) -> dict[str, bytes]:
    """Every file of a run that machines read, but the manifests."""
    files = {
        path.relative_to(run).as_posix(): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.suffix in (".parquet", ".npy") or path.name == "text_ids.json"
    }
    assert {f"{question}/{frame}.parquet" for question in ("buses", "else") for frame in FRAMES} <= set(files)
    return files


def manifests_of(run: Path) -> dict[str, Any]:
    """The manifests, without what tells of their making."""
    return {
        path.relative_to(run).as_posix(): {
            key: value for key, value in json.loads(path.read_bytes()).items() if key not in OF_ITS_MAKING
        }
        for path in sorted(run.rglob("manifest.json"))
    }


def check_same(run: Path, other: Path) -> None:
    ours, theirs = frames_of(run), frames_of(other)
    assert list(ours) == list(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_the_service_gives_what_the_command_gives(by_command: Path, by_service: Path) -> None:
    check_same(by_service, by_command)
    assert manifests_of(by_service) == manifests_of(by_command)


def test_a_notebook_that_keeps_its_run_gives_what_the_command_gives(
    given: tuple[Path, Path], by_command: Path, tmp_path: Path
) -> None:
    file, config = given
    run = consult.analyse_into(tmp_path, [file], consult.load_config(config))
    assert run.folder == tmp_path / "celyn"
    check_same(run.folder, by_command)
    assert manifests_of(run.folder) == manifests_of(by_command)


def test_a_notebook_that_writes_nothing_holds_what_the_command_writes(
    given: tuple[Path, Path], by_command: Path, tmp_path: Path
) -> None:
    file, config = given
    run = consult.write_run(consult.analyse([file], consult.load_config(config)), tmp_path)
    assert run.folder is not None
    check_same(run.folder, by_command)
    # Only a run that was kept has a fingerprint, by which it is found again.
    kept = manifests_of(by_command)
    del kept["manifest.json"]["fingerprint"]
    assert manifests_of(run.folder) == kept
