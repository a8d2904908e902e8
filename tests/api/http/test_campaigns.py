"""Campaigns over the API and on the pages: the library's numbers, and a response that says that it is a copy."""

from __future__ import annotations

from fastapi.testclient import TestClient

from consult import Run
from tests.api.http.conftest import Service


def test_the_list_is_the_librarys(service: Service, viewer: TestClient, run: Run) -> None:
    found = viewer.get(f"{service.run}/campaigns").json()
    expected = run.campaigns()
    assert expected.height >= 1
    shown = [{name: row[name] for name in expected.columns} for row in found["campaigns"]]
    assert shown == expected.to_dicts()
    for row in found["campaigns"]:
        titles = dict(run.analysis(row["question_id"]).themes.select("theme_id", "title").iter_rows())
        assert row["themes"] == [{"theme_id": each, "title": titles[each]} for each in row["theme_ids"]]


def test_the_list_of_a_question(service: Service, viewer: TestClient, run: Run) -> None:
    for question_id in ("buses", "street"):
        found = viewer.get(f"{service.run}/campaigns", params={"question": question_id}).json()
        assert len(found["campaigns"]) == run.analysis(question_id).campaigns["campaign_id"].n_unique()
    assert viewer.get(f"{service.run}/campaigns", params={"question": "none"}).status_code == 404


def test_one_campaign_page_by_page(service: Service, viewer: TestClient, run: Run) -> None:
    address = f"{service.run}/questions/buses/campaigns/C1"
    expected = run.analysis("buses").campaign("C1")
    whole = viewer.get(address, params={"limit": 200}).json()
    for name in ("n_responses", "n_texts", "first_on", "skeleton", "parts", "themes", "versions"):
        assert whole[name] == expected[name]
    text = dict(run.analysis("buses").responses.select("response_id", "text").iter_rows())
    assert "".join(part["text"] for part in whole["parts"]) == text[whole["canonical_response_id"]]
    versions, cursor = [], None
    while True:
        page = viewer.get(address, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        versions += page["versions"]
        cursor = page["next"]
        if cursor is None:
            break
    assert versions == expected["versions"]
    assert page["total"] == len(versions) == whole["n_texts"]
    assert viewer.get(f"{service.run}/questions/buses/campaigns/C99").status_code == 404


def test_a_response_says_that_it_is_a_copy(service: Service, viewer: TestClient, run: Run) -> None:
    members = run.analysis("buses").campaigns
    n = members.filter(members["campaign_id"] == "C1").height
    for row in members.to_dicts():
        found = viewer.get(f"{service.run}/questions/buses/responses/{row['response_id']}").json()["campaign"]
        assert (found["campaign_id"], found["kind"], found["n_responses"]) == ("C1", row["kind"], n)
        assert found["said"].startswith(f"One of {n} copies of a campaign letter, ")
    assert viewer.get(f"{service.run}/questions/buses/responses/MC-0001").json()["campaign"] is None
