from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import pytest
from sqlalchemy import insert, update

from api import jobs, records
from api.database import idempotency, writing
from api.database import jobs as jobs_table
from consult.errors import ConsultError, RunError


def test_whoever_makes_a_consultation_owns_it(core: Any) -> None:
    made = records.create_consultation(core.engine, "Buses", "ada", 30)
    assert records.get_consultation(core.engine, made.id) == made
    assert (made.title, made.created_by, made.purged_at) == ("Buses", "ada", None)
    assert made.created_at < made.retain_until
    assert records.role_of(core.engine, made.id, "ada") == "owner"
    assert records.role_of(core.engine, made.id, "bob") is None
    assert records.list_consultations(core.engine, "ada") == [made]
    assert records.list_consultations(core.engine, "bob") == []
    assert records.list_consultations(core.engine, None) == [made]


def test_members_are_set_changed_and_removed(core: Any) -> None:
    cid = core.consultation()
    records.set_member(core.engine, cid, "bob", "viewer")
    records.set_member(core.engine, cid, "bob", "analyst")
    assert [(m.principal, m.role) for m in records.list_members(core.engine, cid)] == [
        ("ada", "owner"), ("bob", "analyst"),
    ]  # fmt: skip
    records.set_member(core.engine, cid, "bob", None)
    assert records.role_of(core.engine, cid, "bob") is None


@pytest.mark.parametrize(
    "get",
    [records.get_consultation, records.get_upload, records.get_job, records.get_run, records.revoke_key],
)
def test_what_is_not_there_is_not_found(core: Any, get: Any) -> None:
    with pytest.raises(records.NotFound) as raised:
        get(core.engine, "nowhere")
    assert raised.value.code == "not_found"
    assert isinstance(raised.value, RunError)


def test_setups_are_kept_as_they_were_given(core: Any) -> None:
    cid = core.consultation()
    assert records.get_setup(core.engine, cid) == {}
    records.put_setup(core.engine, cid, {"columns": {"open": ["Beth yw eich barn? ☂"]}})
    records.put_setup(core.engine, cid, {"columns": {"open": ["Beth?"]}})
    assert records.get_setup(core.engine, cid) == {"columns": {"open": ["Beth?"]}}


def test_keys_are_found_by_their_secret_until_revoked(core: Any) -> None:
    key, secret = records.make_key(core.engine, "nightly", "robot", ["read", "write"])
    assert secret.startswith("consult_") and len(secret) > 40
    assert records.find_key(core.engine, secret) == key
    assert records.find_key(core.engine, secret + "x") is None
    assert records.find_key(core.engine, "\ud800") is None
    assert records.list_keys(core.engine) == [key]
    revoked = records.revoke_key(core.engine, key.id)
    assert revoked.revoked_at is not None
    assert records.revoke_key(core.engine, key.id) == revoked
    assert records.find_key(core.engine, secret) is None


def test_the_audit_is_read_in_pieces(core: Any) -> None:
    cid = core.consultation()
    for n in range(5):
        records.record_audit(core.engine, "ada", "look", f"thing {n}", {"n": n}, consultation_id=cid if n % 2 else None)
    first = records.list_audit(core.engine, None, 0, 3)
    rest = records.list_audit(core.engine, None, first[-1]["id"], 3)
    assert [row["object"] for row in first + rest] == [f"thing {n}" for n in range(5)]
    assert [row["detail"] for row in records.list_audit(core.engine, cid, 0, 10)] == [{"n": 1}, {"n": 3}]


def test_answers_are_kept_by_key_person_and_route_for_a_day(core: Any) -> None:
    kept = ("key", "ada", "POST /v1/consultations")
    assert records.find_idempotent(core.engine, *kept) is None
    records.keep_idempotent(core.engine, *kept, "hash", 201, '{"id": "1"}', {"location": "/x"})
    records.keep_idempotent(core.engine, *kept, "other", 500, "", {})
    found = records.find_idempotent(core.engine, *kept)
    assert found == records.Answered("hash", 201, '{"id": "1"}', {"location": "/x"})
    assert records.find_idempotent(core.engine, "key", "bob", "POST /v1/consultations") is None
    with writing(core.engine) as connection:
        connection.execute(update(idempotency).values(created_at="2020-01-01T00:00:00.000+00:00"))
    assert records.find_idempotent(core.engine, *kept) is None
    records.keep_idempotent(core.engine, *kept, "other", 200, "", {})
    found = records.find_idempotent(core.engine, *kept)
    assert found is not None and found.request_hash == "other"


def test_an_upload_that_a_job_needs_is_not_deleted(core: Any) -> None:
    cid = core.consultation()
    upload = asyncio.run(core.receive(cid, b"id,text\n1,yes\n"))
    job = jobs.submit(core.engine, core.settings, cid, [upload.id], {}, "ada")
    with pytest.raises(RunError) as raised:
        records.delete_upload(core.engine, core.settings, upload.id)
    assert raised.value.code == "upload_in_use"
    jobs.cancel(core.engine, core.settings, job.id)
    records.delete_upload(core.engine, core.settings, upload.id)
    assert records.list_uploads(core.engine, cid) == []
    assert list(core.settings.uploads.iterdir()) == []
    with pytest.raises(records.NotFound):
        jobs.retry(core.engine, core.settings, job.id)


def test_a_purge_removes_every_file_and_row_and_proves_it(core: Any) -> None:
    cid, other = core.consultation(), core.consultation()
    upload = asyncio.run(core.receive(cid, b"id,text\n1,yes\n"))
    kept = asyncio.run(core.receive(other, b"id,text\n1,no\n"))
    run = core.settings.runs / cid / "run-1"
    run.mkdir(parents=True)
    (run / "manifest.json").write_bytes(b"{}")
    partial = core.settings.runs / cid / ".run-2.partial" / "x"
    partial.mkdir(parents=True)
    (partial / "points.parquet").write_bytes(b"1")
    records.put_setup(core.engine, cid, {"name": "x"})
    job = jobs.submit(core.engine, core.settings, cid, [upload.id], {}, "ada")
    records.record_audit(core.engine, "ada", "upload", upload.id, {}, consultation_id=cid)

    receipt = records.purge_consultation(core.engine, core.settings, cid, "ada")

    assert receipt["files"] == [
        {"path": f"runs/{cid}/.run-2.partial/x/points.parquet", "bytes": 1, "sha256": hashlib.sha256(b"1").hexdigest()},
        {"path": f"runs/{cid}/run-1/manifest.json", "bytes": 2, "sha256": hashlib.sha256(b"{}").hexdigest()},
        {"path": f"uploads/{upload.id}/celyn.csv", "bytes": 14, "sha256": upload.sha256},
    ]
    assert receipt["rows"] == {"job_events": 1, "jobs": 1, "runs": 0, "setups": 1, "uploads": 1}
    assert records.list_receipts(core.engine, cid) == [receipt]
    left = sorted(path.relative_to(core.settings.data).as_posix() for path in core.settings.data.rglob("*.*"))
    assert [path for path in left if cid in path or upload.id in path] == []
    assert f"uploads/{kept.id}/celyn.csv" in left
    assert records.get_consultation(core.engine, cid).purged_at is not None
    assert [(row["actor"], row["action"], row["detail"]) for row in records.list_audit(core.engine, cid, 0, 10)] == [
        ("ada", "upload", {}), ("ada", "consultation.purge", {"receipt": receipt["id"]}),
    ]  # fmt: skip
    for gone in (records.get_job, records.get_upload):
        with pytest.raises(records.NotFound):
            gone(core.engine, job.id if gone is records.get_job else upload.id)


def test_a_purged_consultation_takes_no_more(core: Any) -> None:
    cid = core.consultation()
    records.purge_consultation(core.engine, core.settings, cid, "ada")
    for attempt in (
        lambda: asyncio.run(core.receive(cid, b"x")),
        lambda: jobs.submit(core.engine, core.settings, cid, [], {}, "ada"),
        lambda: records.put_setup(core.engine, cid, {}),
    ):
        with pytest.raises(ConsultError) as raised:
            attempt()
        assert raised.value.code == "consultation_purged"


def test_a_consultation_with_a_running_job_is_not_purged(core: Any) -> None:
    cid = core.consultation()
    with writing(core.engine) as connection:
        connection.execute(
            insert(jobs_table).values(
                id="j", consultation_id=cid, state="running", config={}, upload_ids=[], created_at="", created_by=""
            )
        )
    with pytest.raises(RunError) as raised:
        records.purge_consultation(core.engine, core.settings, cid, "ada")
    assert raised.value.code == "job_running"
    assert records.get_consultation(core.engine, cid).purged_at is None
