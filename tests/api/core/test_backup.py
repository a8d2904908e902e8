from __future__ import annotations

import asyncio
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import backup, jobs, records
from api.backup import restore_backup, write_backup
from api.database import migrate, open_database
from api.jobs import queue
from api.settings import ServiceSettings, secret_key
from consult.errors import RunError


@pytest.fixture
def full(core: Any) -> Any:
    """A service with something of everything, a job running."""
    cid = core.consultation()
    upload = asyncio.run(core.receive(cid, b"id,text\n1,yes\n"))
    records.put_setup(core.engine, cid, {"name": "x"})
    done = jobs.submit(core.engine, core.settings, cid, [upload.id], {}, "ada")
    claimed = queue.claim(core.engine, "m/a")
    assert claimed is not None
    folder = Path("runs") / cid / f"run-{done.id}"
    (core.settings.data / folder).mkdir(parents=True)
    (core.settings.data / folder / "manifest.json").write_text("{}")
    queue.finish(core.engine, "m/a", claimed, folder, f"run-{done.id}", {"responses": 1})
    jobs.submit(core.engine, core.settings, cid, [upload.id], {}, "ada")
    queue.claim(core.engine, "gone/b")
    unfinished = core.settings.runs / cid / ".run-x.partial"
    unfinished.mkdir()
    (unfinished / "points.json").write_text("{}")
    records.make_key(core.engine, "nightly", "robot", ["read"])
    records.record_audit(core.engine, "ada", "look", "x", {"of": "ŷ"}, consultation_id=cid)
    secret_key(core.settings)
    return core


def state(core: Any) -> dict[str, Any]:
    (consultation,) = records.list_consultations(core.engine, None)
    return {
        "consultation": consultation,
        "members": records.list_members(core.engine, consultation.id),
        "uploads": records.list_uploads(core.engine, consultation.id),
        "setup": records.get_setup(core.engine, consultation.id),
        "jobs": records.list_jobs(core.engine, consultation.id),
        "events": [records.job_events(core.engine, job.id) for job in records.list_jobs(core.engine, consultation.id)],
        "runs": records.list_runs(core.engine, consultation.id),
        "keys": records.list_keys(core.engine),
        "audit": records.list_audit(core.engine, None, 0, 10),
        "files": {
            path.relative_to(core.settings.data).as_posix(): path.read_bytes()
            for name in ("uploads", "runs", "secret.key")
            for path in [core.settings.data / name, *(core.settings.data / name).rglob("*")]
            if path.is_file() and ".partial" not in str(path)
        },
    }


def test_a_backup_restores_everything(full: Any, new_core: Callable[..., Any], tmp_path: Path) -> None:
    archive = tmp_path / "backups" / "monday.tar"
    counts = write_backup(full.engine, full.settings, archive)
    assert counts["files"] == 3
    other = new_core()
    assert restore_backup(other.engine, other.settings, archive) == counts
    assert state(other) == state(full)
    # Ids go on from where they were.
    records.record_audit(other.engine, "ada", "look", "y", {})
    assert [row["id"] for row in records.list_audit(other.engine, None, 0, 10)] == [1, 2]
    assert sorted(path.name for path in other.settings.data.iterdir() if path.is_dir()) == ["runs", "uploads"]


def test_an_upload_that_is_removed_meanwhile_is_in_no_backup(
    full: Any, new_core: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = asyncio.run(full.receive(state(full)["consultation"].id, b"id,text\n2,no\n"))
    add_file, copied = backup._add_file, []

    def remove_first(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
        if not copied:
            records.delete_upload(full.engine, full.settings, gone.id)
        copied.append(name)
        return add_file(tar, name, path)

    monkeypatch.setattr(backup, "_add_file", remove_first)
    archive = tmp_path / "monday.tar"
    counts = write_backup(full.engine, full.settings, archive)
    assert counts["files"] == 3
    other = new_core()
    restore_backup(other.engine, other.settings, archive)
    assert state(other) == state(full)
    assert gone.id not in {upload.id for upload in state(other)["uploads"]}
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["monday.tar"]


def test_each_database_takes_the_others_backup(full: Any, new_postgres: Any, kind: str, tmp_path: Path) -> None:
    archive = tmp_path / "monday.tar"
    write_backup(full.engine, full.settings, archive)
    database = new_postgres() if kind == "sqlite" else None
    settings = ServiceSettings(data=tmp_path / "other", database=database)
    engine = open_database(settings)
    migrate(engine)
    restore_backup(engine, settings, archive)
    other = type(full)(settings, engine)
    assert state(other) == state(full)
    engine.dispose()


def test_nothing_is_overwritten(full: Any, tmp_path: Path) -> None:
    archive = tmp_path / "monday.tar"
    write_backup(full.engine, full.settings, archive)
    for attempt, code in ((write_backup, "backup_taken"), (restore_backup, "restore_not_empty")):
        with pytest.raises(RunError) as raised:
            attempt(full.engine, full.settings, archive)
        assert raised.value.code == code


def test_a_damaged_backup_is_refused_and_leaves_nothing(
    full: Any, new_core: Callable[..., Any], tmp_path: Path
) -> None:
    archive = tmp_path / "monday.tar"
    write_backup(full.engine, full.settings, archive)
    whole = archive.read_bytes()
    other = new_core()
    damaged = [b"", b"not an archive", whole[: len(whole) // 2], whole.replace(b"1,yes", b"1,noo")]
    for n, content in enumerate(damaged):
        path = tmp_path / f"damaged-{n}.tar"
        path.write_bytes(content)
        with pytest.raises(RunError) as raised:
            restore_backup(other.engine, other.settings, path)
        assert raised.value.code == "backup_damaged"
    with pytest.raises(RunError) as raised:
        restore_backup(other.engine, other.settings, tmp_path / "nowhere.tar")
    assert raised.value.code == "backup_unreadable"
    assert records.list_consultations(other.engine, None) == []
    assert [path.name for path in other.settings.data.iterdir() if path.is_dir()] == []


def test_a_backup_of_another_version_is_refused(full: Any, new_core: Callable[..., Any], tmp_path: Path) -> None:
    archive, changed = tmp_path / "monday.tar", tmp_path / "changed.tar"
    write_backup(full.engine, full.settings, archive)
    with tarfile.open(archive) as tar, tarfile.open(changed, "w") as out:
        for member in tar.getmembers():
            file = tar.extractfile(member)
            assert file is not None
            content = file.read()
            if member.name == "index.json":
                content = json.dumps(json.loads(content) | {"revision": "9999"}).encode()
                member.size = len(content)
            import io

            out.addfile(member, io.BytesIO(content))
    other = new_core()
    with pytest.raises(RunError) as raised:
        restore_backup(other.engine, other.settings, changed)
    assert raised.value.code == "backup_version"


def test_a_missing_file_is_told(full: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_WAITS", (0,))
    (upload,) = records.list_uploads(full.engine, records.list_consultations(full.engine, None)[0].id)
    records.upload_path(full.settings, upload).unlink()
    records.upload_path(full.settings, upload).parent.rmdir()
    with pytest.raises(RunError) as raised:
        write_backup(full.engine, full.settings, tmp_path / "monday.tar")
    assert raised.value.code == "file_missing"
    assert list(tmp_path.glob("*.tar")) + list(tmp_path.glob(".*.tar*")) == []
