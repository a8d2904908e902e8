"""What was to be kept no longer is purged once, whoever else is purging and whatever stops it."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from api import records
from api.database import jobs as jobs_table
from api.database import writing
from api.jobs.retention import purge_due
from api.jobs.worker import Worker

LATER = "2999-01-01T00:00:00.000+00:00"


def fill(core: Any) -> tuple[str, list[str]]:
    """A consultation with three files on disk; its id and their paths."""
    cid = core.consultation()
    uploads = [asyncio.run(core.receive(cid, f"id,text\n{n},yes\n".encode())) for n in range(2)]
    run = core.settings.runs / cid / "run-1"
    run.mkdir(parents=True)
    (run / "manifest.json").write_bytes(b"{}")
    return cid, sorted([f"runs/{cid}/run-1/manifest.json", *(f"uploads/{each.id}/celyn.csv" for each in uploads)])


def left(core: Any) -> list[Path]:
    """The files that people gave, or that were made from them."""
    return [path for root in (core.settings.uploads, core.settings.runs) for path in root.rglob("*") if path.is_file()]


def purges(core: Any, cid: str) -> list[tuple[str, str]]:
    rows = records.list_audit(core.engine, cid, 0, 100)
    return [(row["actor"], row["detail"]["receipt"]) for row in rows if row["action"] == "consultation.purge"]


def test_only_what_is_due_is_purged_and_retention_is_the_actor(core: Any) -> None:
    due = records.create_consultation(core.engine, "Over", "ada", 1)
    kept = records.create_consultation(core.engine, "Not over", "ada", 1000)
    forgotten: list[str] = []
    assert purge_due(core.engine, core.settings, forgotten.append, due.retain_until) == 0
    (receipt,) = records.list_receipts(core.engine, due.id)
    assert receipt["actor"] == "retention"
    assert purges(core, due.id) == [("retention", receipt["id"])]
    assert forgotten == [due.id]
    assert records.get_consultation(core.engine, kept.id).purged_at is None
    assert records.due_purges(core.engine, due.retain_until) == []


def test_several_that_purge_at_once_make_one_receipt(core: Any) -> None:
    cid, paths = fill(core)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        purge_due(core.engine, core.settings, at=LATER)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    purge_due(core.engine, core.settings, at=LATER)
    (receipt,) = records.list_receipts(core.engine, cid)
    assert [each["path"] for each in receipt["files"]] == paths
    assert receipt["rows"] == {"job_events": 0, "jobs": 0, "runs": 0, "setups": 0, "uploads": 2}
    assert purges(core, cid) == [("retention", receipt["id"])]
    assert left(core) == []


@pytest.mark.parametrize("step", ["before it is written down", "before a file is removed", "midway", "before the rows"])
def test_a_purge_that_was_stopped_is_finished_with_a_whole_receipt(
    core: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    cid, paths = fill(core)
    sizes = {path: (core.settings.data / path).stat().st_size for path in paths}
    digests = {path: hashlib.sha256((core.settings.data / path).read_bytes()).hexdigest() for path in paths}
    real = shutil.rmtree
    removed: list[Path] = []

    class Killed(BaseException):
        """As if the process had ended here."""

    def stop(*_: Any, **__: Any) -> None:
        raise Killed

    def remove(path: Path, **more: Any) -> None:
        if len(removed) == (0 if step == "before a file is removed" else 1 if step == "midway" else 99):
            raise Killed
        removed.append(path)
        real(path, **more)

    with monkeypatch.context() as patch:
        if step == "before it is written down":
            patch.setattr("api.records.purge._write_down", stop)
        if step == "before the rows":
            patch.setattr("api.records.purge._remove_rows", stop)
        patch.setattr("api.records.purge.shutil.rmtree", remove)
        with pytest.raises(Killed):
            records.purge_consultation(core.engine, core.settings, cid, "ada")
    assert records.get_consultation(core.engine, cid).purged_at is not None
    assert purges(core, cid) == []

    # It was begun by somebody, so the next worker finishes it though its time is not up.
    assert purge_due(core.engine, core.settings) == 0
    (receipt,) = records.list_receipts(core.engine, cid)
    assert receipt["files"] == [{"path": path, "bytes": sizes[path], "sha256": digests[path]} for path in paths]
    assert receipt["rows"] == {"job_events": 0, "jobs": 0, "runs": 0, "setups": 0, "uploads": 2}
    assert receipt["actor"] == "ada"
    assert purges(core, cid) == [("ada", receipt["id"])]
    assert left(core) == []
    assert records.due_purges(core.engine, records.now()) == []
    assert records.purge_consultation(core.engine, core.settings, cid, "bob") == receipt


def test_a_running_job_is_cancelled_and_its_consultation_purged_when_it_has_ended(core: Any) -> None:
    cid, _ = fill(core)
    with writing(core.engine) as connection:
        connection.execute(
            insert(jobs_table).values(
                id="j", consultation_id=cid, state="running", config={}, upload_ids=[], created_at="", created_by="",
                worker="elsewhere",
            )
        )  # fmt: skip
    assert purge_due(core.engine, core.settings, at=LATER) == 1
    assert records.get_consultation(core.engine, cid).purged_at is None
    with writing(core.engine) as connection:
        assert connection.execute(jobs_table.select()).one().cancel == 1
        connection.execute(jobs_table.update().values(state="cancelled"))
    assert purge_due(core.engine, core.settings, at=LATER) == 0
    assert left(core) == []


def test_a_worker_purges_when_it_starts(core: Any) -> None:
    cid, _ = fill(core)
    with writing(core.engine) as connection:
        from api.database import consultations

        connection.execute(consultations.update().values(retain_until="2020-01-01T00:00:00.000+00:00"))
    worker = Worker(core.settings, core.engine, poll=0.1)
    worker.start()
    try:
        end = time.monotonic() + 30
        while not purges(core, cid):
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        worker.stop()
    assert left(core) == []
