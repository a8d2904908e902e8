"""What changes things: made once, kept whole, refused with a place to look at."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import records
from tests.api.http.conftest import Service, add_job

FILE = b"id,answer\n" + b"".join(
    b"%d,The buses are late and the stop has no shelter number %d\n" % (n, n) for n in range(30)
)
TWICE = b"id,answer\n1,The buses are late today\n2,I like the new benches\n1,The market should stay open\n2,No\n"


@pytest.fixture
def analyst(own: Service) -> TestClient:
    return own.client("analyst")


# Consultations


def test_a_consultation_is_made_listed_shared_and_purged(own: Service) -> None:
    admin = own.client("admin")
    made = admin.post("/v1/consultations", json={"title": "Parks"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert address == f"/v1/consultations/{made.json()['id']}"
    assert admin.get(address).json() == made.json() | {"role": "owner"}
    assert [each["title"] for each in admin.get("/v1/consultations").json()["items"]] == ["Parks"]
    assert own.client("stranger").get(address).status_code == 404
    assert admin.put(f"{address}/members/stranger", json={"role": "viewer"}).status_code == 200
    assert own.client("stranger").get(address).json()["role"] == "viewer"
    assert {"principal": "stranger", "role": "viewer"} in admin.get(f"{address}/members").json()["items"]
    assert own.client("stranger").delete(address).status_code == 403
    receipt = admin.delete(address)
    assert receipt.status_code == 200, receipt.text
    assert receipt.json()["consultation_id"] == made.json()["id"]


def test_a_group_may_be_a_member(tmp_path: Path) -> None:
    from tests.api.http.conftest import make_service

    service = make_service(
        tmp_path, auth="proxy", trusted_proxies=("10.0.0.0/8",), proxy_groups_header="X-Groups", owners=("ada",)
    )
    records.set_member(service.engine, service.consultation_id, "group:planning", "viewer")

    def as_(peer: str, **headers: str) -> TestClient:
        return TestClient(service.app, headers=headers, client=(peer, 5000), base_url="https://consult.example")

    proxy = {"X-Forwarded-User": "bea", "X-Groups": "transport, planning"}
    assert as_("10.1.2.3", **proxy).get(service.consultation).json()["role"] == "viewer"
    assert as_("10.1.2.3", **{"X-Forwarded-User": "bea"}).get(service.consultation).status_code == 404
    # Whoever is no trusted proxy may send what headers they like.
    assert as_("192.168.1.9", **proxy).get(service.consultation).status_code == 401
    assert as_("not-an-address", **proxy).get(service.consultation).status_code == 401
    assert as_("10.1.2.3").get(service.consultation).status_code == 401
    made = as_("10.1.2.3", **{"X-Forwarded-User": "bea"}).post("/v1/consultations", json={"title": "x"})
    assert made.status_code == 403
    made = as_("10.1.2.3", **{"X-Forwarded-User": "ada"}).post("/v1/consultations", json={"title": "x"})
    assert made.status_code == 201
    assert as_("10.1.2.3", **{"X-Forwarded-User": "ada"}).get("/v1/keys").status_code == 200
    service.engine.dispose()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/title"),
        ({"title": ""}, "#/title"),
        ({"title": "   "}, "#/title"),
        ({"title": "a\u0000b"}, "#/title"),
        ({"title": "x" * 301}, "#/title"),
        ({"title": 5}, "#/title"),
        ({"title": "Parks", "retention_days": 0}, "#/retention_days"),
        ({"title": "Parks", "titel": "Parks"}, "#/titel"),
    ],
)
def test_a_body_that_cannot_be_used_is_pointed_into(own: Service, body: object, pointer: str) -> None:
    answer = own.client("admin").post("/v1/consultations", json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("sent", [b"{", b"", b"\xff", b'{"title": "\\ud800"}', b"[]", b"null", b'"x"'])
def test_a_body_that_is_not_json_is_a_problem(own: Service, sent: bytes) -> None:
    answer = own.client("admin").post("/v1/consultations", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


# Uploads


def test_a_form_and_a_raw_stream_keep_the_same_file(own: Service, analyst: TestClient) -> None:
    form = analyst.post(f"{own.consultation}/uploads", files={"file": ("answers.csv", FILE, "text/csv")})
    raw = analyst.post(f"{own.consultation}/uploads?filename=answers.csv", content=FILE)
    for answer in (form, raw):
        assert answer.status_code == 201, answer.text
        (item,) = answer.json()["items"]
        assert answer.headers["location"] == f"/v1/uploads/{item['id']}"
        assert (item["filename"], item["bytes"]) == ("answers.csv", len(FILE))
        assert item["sha256"] == hashlib.sha256(FILE).hexdigest()
        assert analyst.get(answer.headers["location"]).json() == item
    listed = analyst.get(f"{own.consultation}/uploads").json()["items"]
    assert {each["id"] for each in listed} == {answer.json()["items"][0]["id"] for answer in (form, raw)}


def test_a_form_may_hold_several_files_and_other_fields(own: Service, analyst: TestClient) -> None:
    files = [("note", (None, "ignored")), *(("file", (f"{n}.csv", FILE * n)) for n in (1, 2, 3))]
    answer = analyst.post(f"{own.consultation}/uploads", files=files)
    assert [each["bytes"] for each in answer.json()["items"]] == [len(FILE) * n for n in (1, 2, 3)]
    assert answer.headers["location"] == f"{own.consultation}/uploads"


def chunks(n: int) -> Iterator[bytes]:
    for _ in range(n):
        yield b"x" * 1000


@pytest.mark.parametrize("sized", [True, False])
def test_a_file_over_the_limit_is_refused_and_leaves_nothing(own: Service, analyst: TestClient, sized: bool) -> None:
    big = b"x" * 100_001
    address = f"{own.consultation}/uploads?filename=a.csv"
    answer = analyst.post(address, content=big if sized else chunks(150))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    many = analyst.post(f"{own.consultation}/uploads", files=[("file", ("a.csv", FILE)), ("file", ("b.csv", big))])
    assert many.status_code == 413
    huge = analyst.post(address, content=b"x" * 1_200_000 if sized else chunks(1200))
    assert huge.status_code == 413
    assert analyst.get(f"{own.consultation}/uploads").json() == {"items": []}
    kept = [
        path for folder in ("uploads", "incoming") for path in (own.settings.data / folder).rglob("*") if path.is_file()
    ]
    assert kept == []


def test_a_json_body_over_the_limit_is_refused(own: Service) -> None:
    for content in (b'{"title": "' + b"x" * 1_100_000 + b'"}', chunks(1200)):
        answer = own.client("admin").post(
            "/v1/consultations", content=content, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


BOUNDARY = {"Content-Type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,answer\r\n'


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        (BOUNDARY, PART, 400),
        (BOUNDARY, PART + b"--b", 400),
        (BOUNDARY, b"", 400),
        (BOUNDARY, b"nonsense", 400),
        (BOUNDARY, b"--b--\r\n", 422),
        (BOUNDARY, PART.replace(b'"file"', b'"other"') + b"--b--\r\n", 422),
        ({"Content-Type": "multipart/form-data"}, PART, 415),
        ({"Content-Type": "text/csv"}, FILE, 422),
    ],
)
def test_an_upload_that_cannot_be_read_leaves_nothing(
    own: Service, analyst: TestClient, headers: dict[str, str], content: bytes, status: int
) -> None:
    answer = analyst.post(f"{own.consultation}/uploads", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert analyst.get(f"{own.consultation}/uploads").json() == {"items": []}


def test_an_upload_is_removed(own: Service, analyst: TestClient) -> None:
    made = analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE).headers["location"]
    assert own.client("viewer").delete(made).status_code == 403
    assert analyst.delete(made).status_code == 204
    assert analyst.get(made).status_code == 404


# The check


def test_a_check_says_what_was_found_without_what_was_written(own: Service, analyst: TestClient) -> None:
    made = analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE).headers["location"]
    for address in (f"{made}/check", f"{own.consultation}/check"):
        answer = analyst.get(address)
        assert answer.status_code == 200, answer.text
        assert answer.json()["totals"] == {"n_read": 30, "n_responses": 30, "n_rejected": 0, "n_blank": 0}
        assert "shelter" not in answer.text


def test_a_file_that_cannot_be_used_is_pointed_into(own: Service, analyst: TestClient) -> None:
    made = analyst.post(f"{own.consultation}/uploads?filename=twice.csv", content=TWICE).headers["location"]
    analyst.put(f"{own.consultation}/setup", json={"config": {"columns": {"response_id": "id", "open": ["answer"]}}})
    for answer in (analyst.get(f"{made}/check"), analyst.post(f"{own.consultation}/jobs", json={})):
        assert (answer.status_code, answer.json()["code"]) == (422, "duplicate_ids")
        places = [(each["source_file"], each["row"], each["column"]) for each in answer.json()["errors"]]
        assert places == [("twice.csv", 4, "id"), ("twice.csv", 5, "id")]
        assert "market" not in answer.text
    analyst.put(f"{own.consultation}/setup", json={"config": {"columns": {"open": ["anwser"], "response_id": "id"}}})
    answer = analyst.get(f"{made}/check")
    assert (answer.status_code, answer.json()["code"]) == (422, "column_missing")
    assert answer.json()["errors"] == [
        {"pointer": "#/columns/open", "column": "anwser", "detail": "no file has this column"}
    ]
    assert analyst.get(f"{own.consultation}/jobs").json() == {"items": []}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04nonsense", b"%PDF-1.7"])
def test_a_file_of_another_kind_is_told_of_without_a_path(own: Service, analyst: TestClient, content: bytes) -> None:
    made = analyst.post(f"{own.consultation}/uploads?filename=a.xlsx", content=content)
    assert made.status_code in (201, 422), made.text
    if made.status_code == 201:
        answer = analyst.get(f"{made.headers['location']}/check")
        assert answer.status_code == 422, answer.text
        assert str(own.settings.data) not in answer.text and answer.json()["hint"]


# The setup


def test_a_setup_is_kept_as_it_was_set(own: Service, analyst: TestClient) -> None:
    config = {"columns": {"open": ["answer"]}, "cluster": {"seed": 7}}
    assert analyst.put(f"{own.consultation}/setup", json={"config": config}).json() == {"config": config}
    assert own.client("viewer").get(f"{own.consultation}/setup").json() == {"config": config}
    assert own.client("viewer").put(f"{own.consultation}/setup", json={"config": {}}).status_code == 403


def test_a_setup_that_cannot_be_used_is_pointed_into(own: Service, analyst: TestClient) -> None:
    config = {"cluster": {"seed": -1, "sead": 1}, "colums": {}}
    answer = analyst.put(f"{own.consultation}/setup", json={"config": config})
    assert (answer.status_code, answer.json()["code"]) == (422, "config_value")
    assert sorted(each["pointer"] for each in answer.json()["errors"]) == [
        "#/config/cluster/sead", "#/config/cluster/seed", "#/config/colums",
    ]  # fmt: skip


def test_an_analyst_does_not_say_where_texts_are_sent(own: Service, analyst: TestClient) -> None:
    config = {"embedding": {"provider": "openai", "base_url": "http://169.254.169.254/"}}
    for answer in (
        analyst.put(f"{own.consultation}/setup", json={"config": config}),
        analyst.post(f"{own.consultation}/jobs", json={"config": config}),
    ):
        assert answer.status_code in (403, 409)
    assert analyst.get(f"{own.consultation}/setup").json() == {"config": {}}


# Jobs


def test_a_job_is_taken_and_watched(own: Service, analyst: TestClient) -> None:
    upload = analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE).json()["items"][0]
    answer = analyst.post(f"{own.consultation}/jobs", json={"upload_ids": [upload["id"]]})
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{job['id']}"
    shown = own.client("viewer").get(f"/v1/jobs/{job['id']}")
    assert (shown.json()["state"], shown.headers["retry-after"]) == ("queued", "1")
    assert own.client("viewer").post(f"/v1/jobs/{job['id']}/cancel").status_code == 403
    assert analyst.post(f"/v1/jobs/{job['id']}/retry").status_code == 409
    assert analyst.post(f"/v1/jobs/{job['id']}/cancel").status_code == 200
    assert analyst.get(f"/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    again = analyst.post(f"/v1/jobs/{job['id']}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    assert [each["id"] for each in analyst.get(f"{own.consultation}/jobs").json()["items"]] == [job["id"]]


def test_a_failed_job_says_why_and_what_to_do(own: Service, analyst: TestClient) -> None:
    error = {"code": "model_missing", "message": "No model.", "hint": "Install it."}
    job_id = add_job(own, "failed", error=error)
    assert analyst.get(f"/v1/jobs/{job_id}").json()["error"] == error


def test_a_job_needs_files_of_its_consultation(own: Service, analyst: TestClient) -> None:
    assert analyst.post(f"{own.consultation}/jobs").json()["code"] == "no_files"
    analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE)
    answer = analyst.post(f"{own.consultation}/jobs", json={"upload_ids": ["ffff", "eeee"]})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/upload_ids/0", "#/upload_ids/1"]


# Idempotency-Key


def test_the_same_key_and_body_are_done_once(own: Service) -> None:
    client, key = own.client("admin"), {"Idempotency-Key": "one"}
    first = client.post("/v1/consultations", json={"title": "Parks"}, headers=key)
    again = client.post("/v1/consultations", json={"title": "Parks"}, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    assert len(client.get("/v1/consultations").json()["items"]) == 1
    other = client.post("/v1/consultations", json={"title": "Roads"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # Another person's key of the same name is another key.
    _, secret = records.make_key(own.engine, "x", "second", ["admin", "read", "write"])
    second = client.post(
        "/v1/consultations", json={"title": "Roads"}, headers=key | {"Authorization": f"Bearer {secret}"}
    )
    assert second.status_code == 201


def test_the_same_upload_is_kept_once(own: Service, analyst: TestClient) -> None:
    address, key = f"{own.consultation}/uploads?filename=a.csv", {"Idempotency-Key": "up-1"}
    first = analyst.post(address, content=FILE, headers=key)
    again = analyst.post(address, content=FILE, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    other = analyst.post(address, content=FILE + b"31,More\n", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(analyst.get(f"{own.consultation}/uploads").json()["items"]) == 1


def test_the_same_job_is_started_once(own: Service, analyst: TestClient) -> None:
    analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE)
    key = {"Idempotency-Key": "job-1"}
    both = [analyst.post(f"{own.consultation}/jobs", json={}, headers=key) for _ in range(2)]
    assert both[0].content == both[1].content
    assert len(analyst.get(f"{own.consultation}/jobs").json()["items"]) == 1


def test_many_at_once_with_one_key_make_one(own: Service) -> None:
    seen: list[int] = []

    def post() -> None:
        answer = own.client("admin").post(
            "/v1/consultations", json={"title": "Parks"}, headers={"Idempotency-Key": "at once"[:2]}
        )
        seen.append(answer.status_code)

    threads = [threading.Thread(target=post) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert set(seen) <= {201, 409} and 201 in seen
    assert len(own.client("admin").get("/v1/consultations").json()["items"]) == 1


@pytest.mark.parametrize("key", ["a b", "x" * 201, "\u00e9"])
def test_a_key_that_cannot_be_one_is_refused(own: Service, key: str) -> None:
    answer = own.client("admin").post(
        "/v1/consultations", json={"title": "Parks"}, headers={"Idempotency-Key": key.encode("latin-1")}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "header"


# Keys, the audit record


def test_a_key_is_shown_once_and_can_be_revoked(own: Service) -> None:
    admin = own.client("admin")
    body = {"name": "nightly", "principal": "robot", "scopes": ["read"]}
    made = admin.post("/v1/keys", json=body, headers={"Idempotency-Key": "k"})
    secret = made.json()["secret"]
    again = admin.post("/v1/keys", json=body, headers={"Idempotency-Key": "k"})
    assert again.json() == made.json() | {"secret": None}
    assert secret not in admin.get("/v1/keys").text and "hash" not in admin.get("/v1/keys").text
    robot = TestClient(own.app, base_url="http://127.0.0.1", headers={"Authorization": f"Bearer {secret}"})
    assert robot.get("/v1/me").json() == {
        "name": "robot", "kind": "key", "scopes": ["read"], "groups": [], "may_create": False,
    }  # fmt: skip
    assert admin.delete(f"/v1/keys/{made.json()['id']}").status_code == 204
    assert robot.get("/v1/me").status_code == 401


def test_who_did_what_is_kept(own: Service, analyst: TestClient) -> None:
    analyst.post(f"{own.consultation}/uploads?filename=a.csv", content=FILE)
    analyst.put(f"{own.consultation}/setup", json={"config": {}})
    owner = own.client("owner")
    owner.put(f"{own.consultation}/members/bea", json={"role": "viewer"})
    rows = owner.get(f"{own.consultation}/audit").json()["items"]
    did = [(row["actor"], row["action"]) for row in rows]
    for expected in (("analyst", "upload.create"), ("analyst", "setup.put"), ("owner", "member.put")):
        assert expected in did
    assert "shelter" not in json.dumps(rows)
    first = owner.get(f"{own.consultation}/audit?limit=1").json()
    rest = owner.get(f"{own.consultation}/audit?cursor={first['next']}").json()
    assert first["items"] + rest["items"] == rows
