"""Jobs as they are run: in processes of their own, killed at will."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api import jobs, records
from api.jobs import Worker, queue
from consult import Run, analyse_into, load_config, read_run

KILLS = int(os.environ.get("CONSULT_TEST_KILLS", "2"))
ENDED = ("done", "failed", "cancelled")
STAGES = ("read", "points", "embed", "cluster", "assign", "summarise")


@pytest.fixture(scope="session")
def config(samples: Path) -> dict[str, Any]:
    """As the sample's file has it, without UMAP, whose first use takes half a minute; one question."""
    options = {"questions": ["buses"], "cluster": {"small_question": 5000}}
    return load_config(samples / "moving-celyn.toml", options).model_dump(mode="json", exclude_unset=True)


@pytest.fixture(scope="session")
def undisturbed(celyn: Path, config: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return analyse_into(tmp_path_factory.mktemp("undisturbed"), [celyn], load_config(None, config), name="run")


@pytest.fixture
def worker_of() -> Iterator[Callable[..., Worker]]:
    """Starts workers in this process."""
    started: list[Worker] = []

    def start(core: Any, **more: Any) -> Worker:
        worker = Worker(core.settings, core.engine, **({"poll": 0.1} | more))
        worker.start()
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.stop()


@pytest.fixture
def submit(celyn: Path, config: dict[str, Any]) -> Callable[..., records.Job]:
    """Uploads the sample and queues its analysis."""

    def queue_one(core: Any, options: dict[str, Any] = config) -> records.Job:
        cid = core.consultation()
        upload = asyncio.run(core.receive(cid, celyn.read_bytes()))
        return jobs.submit(core.engine, core.settings, cid, [upload.id], options, "ada")

    return queue_one


def command(core: Any) -> subprocess.Popen[bytes]:
    """`consult worker` in a process of its own."""
    arguments = ["--data", str(core.settings.data)]
    if core.settings.database:
        arguments += ["--database", core.settings.database]
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker", *arguments],
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
    )


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def same_bytes(run: Path, other: Path) -> None:
    compared = 0
    for path in sorted(other.rglob("*")):
        if path.suffix in (".parquet", ".npy"):
            assert (run / path.relative_to(other)).read_bytes() == path.read_bytes(), path.name
            compared += 1
    assert compared > 8


def check_events(core: Any, job: records.Job) -> list[records.JobEvent]:
    events = records.job_events(core.engine, job.id, 0)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].kind == job.state
    return events


def test_a_job_is_done_and_gives_what_the_library_gives(
    core: Any, submit: Any, worker_of: Any, undisturbed: Run
) -> None:
    job = submit(core)
    worker_of(core)
    job = core.ended(job.id)
    assert (job.state, job.error, job.attempt, job.run_id) == ("done", None, 1, job.id)
    assert job.created_at <= job.started_at <= job.finished_at
    record = records.get_run(core.engine, job.id)
    assert record.folder == f"runs/{job.consultation_id}/run-{job.id}"
    assert record.counts == undisturbed.manifest["counts"]
    folder = records.run_folder(core.settings, record)
    assert undisturbed.folder is not None
    same_bytes(folder, undisturbed.folder)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    events = check_events(core, job)
    assert [event.data.get("state") for event in events[:2]] == ["queued", "running"]
    progress = [event for event in events if event.kind == "progress"]
    assert progress
    assert all(set(event.data) == {"stage", "question_id", "done", "total"} for event in progress)
    # At most two a second.
    assert len(progress) <= 2 * (1 + _seconds(events[0].at, events[-1].at))


def _seconds(start: str, end: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_that_is_killed_loses_nothing(core: Any, submit: Any, worker_of: Any, undisturbed: Run) -> None:
    """Killed at random moments, restarted, and at the end every job done with the bytes of an undisturbed run."""
    chance = random.Random(7)
    made = [submit(core)]
    for n in range(KILLS):
        job = records.get_job(core.engine, made[-1].id)
        if job.state == "done":
            made.append(job := submit(core))
        process = command(core)
        try:
            core.wait(job.id, lambda now, before=job.attempt: now.attempt > before)
            # Once at a stage in the middle, else anywhere: by time alone, a slow machine's would all be at the start.
            if n == 0 or chance.random() < 0.5:
                after = 1 if n == 0 else chance.randrange(len(STAGES))
                later = STAGES[after:]
                core.wait(job.id, lambda now, later=later: now.stage in later or now.state in ENDED, 300)
                time.sleep(chance.uniform(0, 0.5) if n else 0)
            else:
                time.sleep(chance.uniform(0, 9))
            analyses = children(process.pid)
        finally:
            process.kill()
            process.wait()
        end = time.monotonic() + 5
        while any(map(is_alive, analyses)) and time.monotonic() < end:
            time.sleep(0.02)
        assert not any(map(is_alive, analyses)), "the analysis outlives its worker"
    worker_of(core)
    for job in made:
        # The lock of the killed worker is free: nobody waits for its lease.
        job = core.ended(job.id, 300)
        assert (job.state, job.error) == ("done", None)
        check_events(core, job)
        folder = records.run_folder(core.settings, records.get_run(core.engine, job.id))
        assert undisturbed.folder is not None
        same_bytes(folder, undisturbed.folder)
        assert read_run(folder).ledger.equals(undisturbed.ledger)
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    assert sum(records.get_job(core.engine, job.id).attempt for job in made) > len(made)
    # What the killed worker left is gone too: one lock, of the worker that lives.
    assert len(list((core.settings.data / "workers").iterdir())) == 1


def test_a_job_that_is_cancelled_ends_and_may_be_tried_again(
    core: Any, submit: Any, worker_of: Any, undisturbed: Run
) -> None:
    job = submit(core)
    worker_of(core)
    core.wait(job.id, lambda now: now.stage is not None)
    analyses = children(os.getpid()) if sys.platform == "linux" else []
    asked = time.monotonic()
    jobs.cancel(core.engine, core.settings, job.id)
    job = core.ended(job.id)
    assert job.state == "cancelled"
    assert time.monotonic() - asked < 3
    assert not any(is_alive(pid) for pid in analyses if _is_analysis(pid))
    check_events(core, job)
    assert records.list_runs(core.engine, job.consultation_id) == []
    jobs.retry(core.engine, core.settings, job.id)
    job = core.ended(job.id)
    assert (job.state, job.attempt) == ("done", 2)
    assert undisturbed.folder is not None
    same_bytes(records.run_folder(core.settings, records.get_run(core.engine, job.id)), undisturbed.folder)


def _is_analysis(pid: int) -> bool:
    try:
        return b"api.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_failure_says_what_and_what_to_do(core: Any, submit: Any, worker_of: Any) -> None:
    job = submit(core, {"columns": {"open": ["No such column"]}})
    worker_of(core)
    job = core.ended(job.id)
    assert job.state == "failed"
    assert job.error is not None and set(job.error) == {"code", "message", "hint"}
    assert job.error["code"] == "column_missing"
    assert "No such column" in job.error["message"]
    assert job.error["hint"]
    assert str(core.settings.data) not in json.dumps(job.error)
    events = check_events(core, job)
    assert events[-1].data == job.error


def test_a_configuration_that_cannot_be_used_fails_the_job(core: Any, submit: Any, worker_of: Any) -> None:
    job = submit(core, {"colour": "red"})
    worker_of(core)
    job = core.ended(job.id)
    assert job.error is not None
    assert (job.state, job.error["code"]) == ("failed", "config_unknown_key")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_two_jobs_of_width_one_run_one_after_the_other(core: Any, submit: Any, worker_of: Any) -> None:
    bad = {"columns": {"open": ["No such column"]}}
    first, second = submit(core, bad), submit(core, bad)
    worker_of(core)
    second = core.ended(second.id)
    first = records.get_job(core.engine, first.id)
    assert first.finished_at is not None and second.started_at is not None
    assert first.finished_at <= second.started_at


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_two_jobs_of_width_two_run_at_once(new_core: Any, submit: Any, worker_of: Any) -> None:
    core = new_core(width=2)
    bad = {"columns": {"open": ["No such column"]}}
    first, second = submit(core, bad), submit(core, bad)
    worker_of(core)
    first, second = core.ended(first.id), core.ended(second.id)
    assert second.started_at < first.finished_at


def test_the_job_of_a_worker_on_another_machine_is_taken_up_when_its_lease_is_over(
    core: Any, submit: Any, worker_of: Any
) -> None:
    job = submit(core, {"colour": "red"})
    elsewhere = queue.claim(core.engine, "another-machine/0123")
    assert elsewhere is not None
    worker_of(core, lease=2.0)
    end = time.monotonic() + 3.0
    while time.monotonic() < end:
        # As long as it is heard of, it is left alone.
        queue.beat(core.engine, "another-machine/0123")
        time.sleep(0.1)
    assert records.get_job(core.engine, job.id).attempt == 1
    job = core.ended(job.id, 30)
    assert (job.state, job.attempt) == ("failed", 2)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_process_that_dies_is_tried_again_and_then_fails(core: Any, submit: Any, worker_of: Any) -> None:
    job = submit(core)
    worker_of(core)
    end = time.monotonic() + 60
    while records.get_job(core.engine, job.id).state in ("queued", "running") and time.monotonic() < end:
        for pid in children(os.getpid()):
            if _is_analysis(pid):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    job = core.ended(job.id)
    assert (job.state, job.attempt) == ("failed", 3)
    assert job.error is not None and job.error["code"] == "memory"
    assert job.error["hint"]
    check_events(core, job)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_worker_that_stops_gives_its_job_back(core: Any, submit: Any, worker_of: Any) -> None:
    job = submit(core)
    worker = worker_of(core)
    core.wait(job.id, lambda now: now.stage is not None)
    worker.stop()
    job = records.get_job(core.engine, job.id)
    assert (job.state, job.stage) == ("queued", None)
    assert list((core.settings.data / "workers").iterdir()) == []
