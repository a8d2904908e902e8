"""Who has access, what was done, and the removal of a consultation with its receipt, on the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from api import records
from api.database import consultations, uploads, writing
from tests.api.pages.conftest import Service
from tests.api.pages.reading import page_and_twin, read, strict_faults


@pytest.fixture
def client(own: Service) -> TestClient:
    return own.client()


def token(client: TestClient, address: str) -> str:
    """The token of a page's form, whose cookie the client now has."""
    fields = [attributes for tag, attributes in read(client.get(address).text).tags if tag == "input"]
    return next(str(each["value"]) for each in fields if each.get("name") == "csrf_token")


def test_people_are_added_changed_and_removed(own: Service, client: TestClient) -> None:
    address = f"{own.consultation}/people"
    reader, twin = page_and_twin(client, address)
    assert twin["items"] == [{"principal": "local", "role": "owner", "is_you": True, "is_last_owner": True}]
    assert "Nobody else has access yet." in reader.text
    assert "make somebody else an owner first" in reader.text
    signed = {"csrf_token": token(client, address)}
    for role in ("viewer", "analyst"):
        sent = client.post(address, data=signed | {"principal": " bea@example.org ", "role": role})
        assert (sent.status_code, sent.headers["location"]) == (303, address)
    reader, twin = page_and_twin(client, address)
    assert [(each["principal"], each["role"]) for each in twin["items"]] == [
        ("bea@example.org", "analyst"), ("local", "owner"),
    ]  # fmt: skip
    assert "2 members" in reader.text
    assert client.post(f"{address}/remove", data=signed | {"principal": "bea@example.org"}).status_code == 303
    assert [each.principal for each in records.list_members(own.engine, own.consultation_id)] == ["local"]


def test_what_cannot_be_done_to_people_is_said(own: Service, client: TestClient) -> None:
    address = f"{own.consultation}/people"
    signed = {"csrf_token": token(client, address)}
    last = client.post(f"{address}/remove", data=signed | {"principal": "local"})
    assert last.status_code == 409
    assert "local is the only owner of this consultation. Make somebody else an owner first" in read(last.text).text
    assert strict_faults(last.text) == []
    for name, role in (("", "viewer"), ("a/b", "viewer"), ("x" * 201, "viewer"), ("bea", "king")):
        assert client.post(address, data=signed | {"principal": name, "role": role}).status_code == 422
    assert client.post(address, data={"principal": "bea", "role": "viewer"}).status_code == 403
    assert [each.principal for each in records.list_members(own.engine, own.consultation_id)] == ["local"]


def test_the_record_is_paged_and_says_it_in_words(own: Service, client: TestClient) -> None:
    address = f"{own.consultation}/record"
    assert "Nothing has been recorded yet" in page_and_twin(client, address)[0].text
    for n in range(51):
        records.record_audit(
            own.engine, "bea", "member.put", own.consultation_id, {"principal": f"p{n} <b>", "role": "viewer"},
            consultation_id=own.consultation_id,
        )  # fmt: skip
    reader, twin = page_and_twin(client, address)
    assert (twin["total"], twin["page"], twin["pages"], len(twin["items"])) == (51, 1, 2, 50)
    assert twin["items"][0]["detail"] == {"principal": "p50 <b>", "role": "viewer"}
    assert "Gave a role" in reader.text
    assert "p50 <b>" in reader.text
    _, second = page_and_twin(client, f"{address}?page=2")
    assert [each["detail"]["principal"] for each in second["items"]] == ["p0 <b>"]
    assert "There is no such page" in page_and_twin(client, f"{address}?page=9")[0].text


def test_a_consultation_is_deleted_by_its_name_and_leaves_a_receipt(own: Service, client: TestClient) -> None:
    kept = own.settings.uploads / own.upload_id / "celyn <b>.csv"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"id,text\n")
    with writing(own.engine) as connection:
        connection.execute(
            insert(uploads).values(
                id=own.upload_id, consultation_id=own.consultation_id, filename=kept.name, bytes=8, sha256="0" * 64,
                created_at=records.now(), created_by="local",
            )
        )  # fmt: skip
    address = f"{own.consultation}/delete"
    assert "No receipts yet" in page_and_twin(client, "/receipts")[0].text
    assert "Nothing has been deleted" in page_and_twin(client, f"{own.consultation}/receipts")[0].text
    reader, twin = page_and_twin(client, address)
    assert (twin["n_files"], twin["bytes"], twin["uploads"]) == (1, 8, [{"filename": "celyn <b>.csv", "bytes": 8}])
    assert "1 uploaded file: celyn <b>.csv, 8 bytes" in reader.text
    signed = {"csrf_token": token(client, address)}
    wrong = client.post(address, data=signed | {"name": "Moving"})
    assert wrong.status_code == 422
    assert "Nothing was deleted." in read(wrong.text).text
    assert kept.exists()
    gone = client.post(address, data=signed | {"name": " Moving  Celyn "})
    assert (gone.status_code, gone.headers["location"]) == (303, f"{own.consultation}/receipts")
    assert not kept.exists()
    reader, twin = page_and_twin(client, f"{own.consultation}/receipts")
    (receipt,) = records.list_receipts(own.engine, own.consultation_id)
    assert twin["items"] == [receipt | {"n_files": 1, "bytes": 8, "finished": True}]
    assert "Deleted for ever: 1 file, 8 bytes." in reader.text
    assert receipt["files"][0]["sha256"] in reader.text
    reader, listed = page_and_twin(client, "/receipts")
    assert (listed["total"], listed["items"][0]["title"]) == (1, "Moving Celyn")
    assert "The person at this machine" in reader.text
    for page in (own.consultation, f"{own.consultation}/people", f"{own.consultation}/record", address, "/receipts"):
        assert strict_faults(client.get(page).text) == [], page
    assert "It was deleted on" in page_and_twin(client, address)[0].text


def test_a_running_analysis_is_to_be_stopped_first(own: Service, client: TestClient) -> None:
    address = f"{own.consultation}/delete"
    signed = {"csrf_token": token(client, address)}
    own.add_job("cccc", "running")
    reader, twin = page_and_twin(client, address)
    assert twin["running"] == "cccc"
    assert "An analysis is running. Stop it first" in reader.text
    answer = client.post(address, data=signed | {"name": "Moving Celyn"})
    assert answer.status_code == 409
    assert records.get_consultation(own.engine, own.consultation_id).purged_at is None


@pytest.mark.parametrize(
    ("days", "said"),
    [(45, None), (12, "In 12 days this consultation’s files"), (1, "In 1 day this"), (0, "Within a day this")],
)
def test_the_end_is_announced_thirty_days_before(own: Service, client: TestClient, days: int, said: str | None) -> None:
    until = datetime.now(UTC) + timedelta(days=days, minutes=5)
    with writing(own.engine) as connection:
        connection.execute(consultations.update().values(retain_until=until.isoformat(timespec="milliseconds")))
    reader, twin = page_and_twin(client, own.consultation)
    assert twin["days_left"] == days
    assert ("deleted for ever, as their time is up" in reader.text) is (said is not None)
    assert said is None or said in reader.text
