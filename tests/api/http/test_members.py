"""Members, the audit record and receipts, through the API."""

from __future__ import annotations

import pytest

from tests.api.http.conftest import Service

PURGED = "consultation_purged"


def test_a_member_is_removed(own: Service) -> None:
    owner, address = own.client("owner"), f"{own.consultation}/members"
    assert owner.put(f"{address}/group:planning", json={"role": "viewer"}).status_code == 200
    assert own.client("viewer").get(own.consultation).status_code == 200
    answer = owner.delete(f"{address}/viewer")
    assert (answer.status_code, answer.content) == (204, b"")
    assert own.client("viewer").get(own.consultation).status_code == 404
    assert owner.get(address).json() == {
        "items": [
            {"principal": "analyst", "role": "analyst"},
            {"principal": "group:planning", "role": "viewer"},
            {"principal": "owner", "role": "owner"},
        ]
    }
    again = owner.delete(f"{address}/viewer")
    assert (again.status_code, again.json()["code"]) == (404, "not_found")
    done = [(row["action"], row["detail"]) for row in owner.get(f"{own.consultation}/audit").json()["items"]]
    assert done[-2:] == [
        ("member.put", {"principal": "group:planning", "role": "viewer"}),
        ("member.remove", {"principal": "viewer"}),
    ]


@pytest.mark.parametrize("who", ["viewer", "analyst"])
def test_only_an_owner_removes(own: Service, who: str) -> None:
    assert own.client(who).delete(f"{own.consultation}/members/viewer").status_code == 403
    assert own.client("stranger").delete(f"{own.consultation}/members/viewer").status_code == 404


def test_the_last_owner_stays(own: Service) -> None:
    owner, address = own.client("owner"), f"{own.consultation}/members"
    for answer in (
        owner.delete(f"{address}/owner"),
        owner.put(f"{address}/owner", json={"role": "viewer"}),
    ):
        assert answer.status_code == 409
        assert answer.json()["code"] == "last_owner"
        assert answer.json()["hint"] == "Make somebody else an owner first, then change or remove this one."
    assert owner.put(f"{address}/owner", json={"role": "owner"}).status_code == 200
    assert owner.put(f"{address}/analyst", json={"role": "owner"}).status_code == 200
    assert owner.delete(f"{address}/owner").status_code == 204
    assert owner.get(own.consultation).status_code == 404


def test_the_audit_is_read_by_cursor(own: Service) -> None:
    owner = own.client("owner")
    for role in ("viewer", "analyst", "viewer"):
        owner.put(f"{own.consultation}/members/bea", json={"role": role})
    address = f"{own.consultation}/audit"
    whole = owner.get(address).json()
    assert whole["next"] is None
    found, cursor = [], ""
    for _ in range(10):
        page = owner.get(f"{address}?limit=2{cursor}").json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == whole["items"]
    forged = owner.get(f"{address}?cursor=AAAA")
    assert (forged.status_code, forged.json()["code"]) == (422, "cursor_invalid")


def test_receipts_stay_and_are_for_owners_purgers_and_the_administrator(own: Service) -> None:
    owner = own.client("owner")
    assert owner.get(f"{own.consultation}/receipts").json() == {"items": []}
    assert owner.get("/v1/receipts").json() == {"items": [], "next": None, "total": 0}
    receipt = owner.delete(own.consultation).json()
    assert owner.delete(own.consultation).json() == receipt
    assert owner.get(f"{own.consultation}/receipts").json() == {"items": [receipt]}
    listed = {"items": [receipt | {"title": "Moving Celyn"}], "next": None, "total": 1}
    for who in ("owner", "admin"):
        assert own.client(who).get("/v1/receipts").json() == listed
    for who in ("viewer", "analyst", "stranger"):
        assert own.client(who).get("/v1/receipts").json() == {"items": [], "next": None, "total": 0}
    assert own.client("viewer").get(f"{own.consultation}/receipts").status_code == 403
    done = owner.get(f"{own.consultation}/audit").json()["items"]
    assert [row["detail"] for row in done if row["action"] == "consultation.purge"] == [{"receipt": receipt["id"]}]
    late = owner.put(f"{own.consultation}/members/bea", json={"role": "viewer"})
    assert (late.status_code, late.json()["code"]) == (410, PURGED)


def test_receipts_are_read_by_cursor(own: Service) -> None:
    admin = own.client("admin")
    for title in ("One", "Two", "Three"):
        admin.delete(admin.post("/v1/consultations", json={"title": title}).headers["location"])
    first = admin.get("/v1/receipts?limit=2").json()
    rest = admin.get(f"/v1/receipts?limit=2&cursor={first['next']}").json()
    assert sorted(each["title"] for each in first["items"] + rest["items"]) == ["One", "Three", "Two"]
    assert (len(first["items"]), rest["next"], rest["total"]) == (2, None, 3)
    other = own.client("owner").get(f"/v1/receipts?cursor={first['next']}")
    assert other.status_code == 422
