"""Themes that a team has already: given on the page of the check or by the API, and marked on the pages of the run."""

from __future__ import annotations

import pytest

from api import records
from tests.api.pages.conftest import Service
from tests.api.pages.reading import strict_faults
from tests.api.pages.test_forms import FILE, fields, upload

THEMES = "Later buses | Buses should run later\nShelters at stops"


def test_themes_are_given_one_a_line_and_shown_again(own: Service) -> None:
    client = own.client()
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    sent = fields(client, address) | {"known_themes": THEMES, "then": "check"}
    assert client.post(address, data=sent).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id)["known"] == {
        "themes": [{"title": "Later buses", "description": "Buses should run later"}, {"title": "Shelters at stops"}]
    }
    page = client.get(address).text
    assert f">{THEMES}</textarea>" in page
    assert strict_faults(page) == []
    assert client.post(address, data=sent | {"known_themes": "  \n"}).status_code == 303
    assert "known" not in records.get_setup(own.engine, own.consultation_id)


def test_what_the_form_does_not_show_stays(own: Service) -> None:
    client = own.client()
    upload(own, client, FILE)
    known = {
        "themes": [
            {"title": "Later buses", "examples": ["Nothing runs after nine"], "question": "buses"},
            {"title": "Zoo"},
        ],
        "examples": [{"theme": "Later buses", "response_id": "3"}, {"theme": "Zoo", "text": "Let the tiger go"}],
        "new": False,
    }
    records.put_setup(own.engine, own.consultation_id, {"known": known})
    address = f"{own.consultation}/check"
    sent = fields(client, address) | {"known_themes": "Later buses\tAfter nine\nFares", "then": "check"}
    assert client.post(address, data=sent).status_code == 303
    assert records.get_setup(own.engine, own.consultation_id)["known"] == {
        "themes": [
            {"title": "Later buses", "description": "After nine", "examples": ["Nothing runs after nine"],
             "question": "buses"},
            {"title": "Fares"},
        ],
        "examples": [{"theme": "Later buses", "response_id": "3"}],
        "new": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Buses\nbuses | again", "Line 2 of the themes has the title of a line above it"),
        ("| what is this", "Line 1 of the themes has no title"),
        ("long " * 50, "Line 1 of the themes has a title of more than 200 characters"),
        ("\n".join(f"Theme {n}" for n in range(201)), "Give 200 themes at the most"),
    ],
)
def test_themes_that_cannot_be_used_are_told_by_their_line(own: Service, typed: str, told: str) -> None:
    client = own.client()
    upload(own, client, FILE)
    address = f"{own.consultation}/check"
    answer = client.post(address, data=fields(client, address) | {"known_themes": typed, "then": "check"})
    assert answer.status_code == 422
    assert told in answer.text
    assert strict_faults(answer.text) == []
    assert records.get_setup(own.engine, own.consultation_id) == {}
