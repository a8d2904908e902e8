"""A job's way from state to state, without a process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from api import jobs, records
from api.jobs import queue
from consult.errors import RunError


def submitted(core: Any, n: int = 1) -> list[str]:
    cid = core.consultation()
    return [jobs.submit(core.engine, core.settings, cid, [], {"name": str(i)}, "ada").id for i in range(n)]


def kinds(core: Any, job_id: str) -> list[str]:
    events = records.job_events(core.engine, job_id, 0)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    return [event.data.get("state", event.kind) for event in events]


def test_a_submitted_job_waits(core: Any) -> None:
    (job_id,) = submitted(core)
    job = records.get_job(core.engine, job_id)
    assert (job.state, job.attempt, job.config, job.started_at) == ("queued", 0, {"name": "0"}, None)
    assert kinds(core, job_id) == ["queued"]
    assert records.list_jobs(core.engine, job.consultation_id) == [job]


def test_a_job_needs_its_uploads(core: Any) -> None:
    with pytest.raises(records.NotFound):
        jobs.submit(core.engine, core.settings, core.consultation(), ["nowhere"], {}, "ada")


def test_the_oldest_is_taken_first_and_each_by_one_worker(core: Any) -> None:
    expected = submitted(core, 12)
    first = queue.claim(core.engine, "m/a")
    assert first is not None and (first.id, first.state, first.attempt) == (expected[0], "running", 1)
    taken: list[str] = [first.id]

    def work(name: str) -> None:
        while job := queue.claim(core.engine, name):
            taken.append(job.id)

    threads = [threading.Thread(target=work, args=(f"m/{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(expected)


def test_only_the_worker_that_has_a_job_may_write_it(core: Any) -> None:
    (job_id,) = submitted(core)
    job = queue.claim(core.engine, "m/a")
    assert job is not None
    (stray,) = queue.running(core.engine)
    assert (stray.job_id, stray.worker) == (job_id, "m/a")
    assert not queue.give_back(core.engine, "m/a", job_id, "another time")
    assert queue.give_back(core.engine, "m/a", job_id, stray.beat_at)
    again = queue.claim(core.engine, "m/b")
    assert again is not None and again.attempt == 2
    # The first comes back from wherever it was.
    error = {"code": "x", "message": "y", "hint": "z"}
    queue.beat(core.engine, "m/a")
    queue.advance(core.engine, "m/a", job_id, {"stage": "embed", "question_id": "q", "done": 1, "total": 2})
    assert queue.asked(core.engine, "m/a") == {}
    assert not queue.fail(core.engine, "m/a", job_id, error)
    assert not queue.finish(core.engine, "m/a", job, Path("runs/x"), "x", {})
    assert not queue.give_back(core.engine, "m/a", job_id)
    assert records.get_job(core.engine, job_id) == again
    assert queue.finish(core.engine, "m/b", again, Path("runs/c/run-x"), "run-x", {"responses": 3})
    assert kinds(core, job_id) == ["queued", "running", "queued", "running", "done"]
    run = records.get_run(core.engine, job_id)
    assert (run.folder, run.name, run.counts) == ("runs/c/run-x", "run-x", {"responses": 3})
    assert records.run_folder(core.settings, run) == core.settings.data / "runs/c/run-x"
    assert records.list_runs(core.engine, run.consultation_id) == [run]


def test_progress_is_kept_on_the_job_and_as_events(core: Any) -> None:
    (job_id,) = submitted(core)
    queue.claim(core.engine, "m/a")
    queue.advance(core.engine, "m/a", job_id, {"stage": "embed", "question_id": "buses", "done": 5, "total": 9})
    job = records.get_job(core.engine, job_id)
    assert (job.stage, job.question_id, job.done, job.total) == ("embed", "buses", 5, 9)
    (event,) = records.job_events(core.engine, job_id, 2)
    assert (event.seq, event.kind) == (3, "progress")
    assert event.data == {"stage": "embed", "question_id": "buses", "done": 5, "total": 9}


def test_cancel_and_retry(core: Any) -> None:
    waiting, running = submitted(core, 2)
    assert jobs.cancel(core.engine, core.settings, waiting).state == "cancelled"
    claimed = queue.claim(core.engine, "m/a")
    assert claimed is not None and claimed.id == running
    with pytest.raises(RunError) as raised:
        jobs.retry(core.engine, core.settings, running)
    assert raised.value.code == "job_not_ended"
    assert jobs.cancel(core.engine, core.settings, running).state == "running"
    assert queue.asked(core.engine, "m/a") == {running: True}
    assert queue.give_back(core.engine, "m/a", running)
    assert jobs.cancel(core.engine, core.settings, running).state == "cancelled"
    assert kinds(core, running) == ["queued", "running", "cancelled"]
    assert jobs.retry(core.engine, core.settings, running).state == "queued"
    assert queue.claim(core.engine, "m/a") is not None
    assert queue.asked(core.engine, "m/a") == {running: False}
    with pytest.raises(records.NotFound):
        jobs.cancel(core.engine, core.settings, "nowhere")


def test_a_failure_keeps_its_reason_until_it_is_tried_again(core: Any) -> None:
    (job_id,) = submitted(core)
    queue.claim(core.engine, "m/a")
    error = {"code": "column_missing", "message": "There is no column 'X'.", "hint": "Name another."}
    assert queue.fail(core.engine, "m/a", job_id, error)
    job = records.get_job(core.engine, job_id)
    assert (job.state, job.error) == ("failed", error)
    assert records.job_events(core.engine, job_id, 2)[0].data == error
    again = jobs.retry(core.engine, core.settings, job_id)
    assert (again.state, again.error, again.finished_at) == ("queued", None, None)
