"""No link on a page leads to an error, nor does anything that a form offers: every page of a service is walked."""

from __future__ import annotations

import csv
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from consult import AnalysisConfig, analyse_into
from tests.api.pages.conftest import Service, add_run, add_upload, make_service


class Doors(HTMLParser):
    """Where a page leads: its links, and its forms that ask for a page, with what each of their fields offers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._form: dict[str, list[str]] | None = None
        self._select: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "a" and named.get("href"):
            self.links.append(named["href"])
        elif tag == "form":
            self._form = {}
            if named.get("method", "get").lower() == "get":
                self.forms.append((named.get("action", ""), self._form))
        elif self._form is not None and tag == "select":
            self._select = self._form.setdefault(named["name"], [])
        elif self._form is not None and tag == "option":
            self._select.append(named["value"])
        elif self._form is not None and tag == "input" and named.get("name"):
            values = self._form.setdefault(named["name"], [])
            if named.get("type") == "checkbox":
                values.append("")
            values.append(named.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def all(self) -> list[str]:
        """The links, and the addresses that the forms lead to: everything that each field offers, the rest as it is."""
        found = list(self.links)
        for action, fields in self.forms:
            first = {name: values[0] for name, values in fields.items() if values}
            chosen = [first] + [first | {name: one} for name, values in fields.items() for one in values[1:]]
            found += [f"{action}?{urlencode(each)}" for each in chosen]
        return found


def walk(service: Service, *begin: str) -> tuple[dict[str, str], list[str]]:
    """Every address that a reader can get to from some, each with the page that led there; and those that failed."""
    client = service.client()
    client.follow_redirects = True
    came_from = dict.fromkeys(begin, "")
    waiting, failed = deque(begin), []
    while waiting:
        address = waiting.popleft()
        answer = client.get(address)
        if answer.status_code != 200:
            failed.append(f"{address} on {came_from[address]}: {answer.status_code}")
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        doors = Doors()
        doors.feed(answer.text)
        here = str(answer.url)
        for each in doors.all():
            leads = urlsplit(urljoin(here, each))
            to = leads.path + (f"?{leads.query}" if leads.query else "")
            if to not in came_from:
                came_from[to] = address
                waiting.append(to)
    return came_from, failed


@pytest.fixture(scope="module")
def grouped(fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Service:
    """Fields that groups of are hidden of: sizes of one and two, one of which one group is shown, one of 70 values."""
    says = ["The last bus goes too early for the shift", "Parking fees are too high in the town centre"]
    folder = tmp_path_factory.mktemp("files")
    path: Path = folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "What do you think?", "Age", "Area", "Postcode", "Blind"])
        for n in range(90):
            age = "16-24" if n < 2 else "25-34" if n < 5 else "35 and over" if n < 60 else ""
            area = "North" if n % 30 else "Isle / & été"
            writer.writerow(
                [
                    f"r{n}",
                    f"{says[n % 2]} {n}.",
                    age,
                    area,
                    f"CF{n if n < 70 else 70 + n % 2}",
                    "Yes" if n == 7 else "No",
                ]
            )
    config = AnalysisConfig.model_validate(
        {
            "columns": {
                "layout": "wide", "response_id": "id", "open": ["What do you think?"],
                "demographics": ["Age", "Area", "Postcode", "Blind"], "question_ids": {"What do you think?": "q"},
            },
            "cluster": {"small_question": 5000, "min_theme_size": 2},
            "assign": {"min_strength": 0.0},
            "campaigns": {"on": False},
        }
    )  # fmt: skip
    made = make_service(tmp_path_factory.mktemp("data"))
    add_upload(made, path)
    add_run(made, lambda where, name: analyse_into(where, [path], config, name=name, embedder=fake_embedder))
    return made


def test_the_walk_sees_what_forms_offer() -> None:
    doors = Doors()
    doors.feed(
        '<a href="/a#b">A</a><form action="/q"><select name="x"><option value="1">One</option><option value="">None'
        '</option></select><input type="hidden" name="y" value="é"></form><form method="post" action="/no"></form>'
    )
    assert doors.all() == ["/a#b", "/q?x=1&y=%C3%A9", "/q?x=&y=%C3%A9"]


def test_no_way_through_the_sample_ends_in_an_error(service: Service) -> None:
    seen, failed = walk(service, "/")
    assert failed == []
    assert len(seen) > 400
    assert {f"{service.run}/q/{each}" for each in ("buses", "street", "else")} < set(seen)


def test_no_way_through_a_run_of_hidden_groups_ends_in_an_error(grouped: Service) -> None:
    table = grouped.client().get(f"/v1/runs/{grouped.run_id}/questions/q").json()["fields"]
    hidden = {(each["field"], one["group"]) for each in table for one in each["groups"] if one["n_group"] is None}
    assert {("Age", "16-24"), ("Age", "25-34"), ("Area", "Isle / & été"), ("Blind", "Yes")} < hidden
    seen, failed = walk(grouped, "/")
    assert failed == []
    assert len(seen) > 100


def test_no_way_through_a_hostile_run_ends_in_an_error(hostile: Service) -> None:
    seen, failed = walk(hostile, "/")
    assert failed == []
    assert len(seen) > 50


def test_a_choice_that_is_refused_leads_back_to_its_page(service: Service) -> None:
    client, page = service.client(), f"{service.run}/q/buses"
    refused = client.get(f"{page}?field=Age&group=12")
    assert refused.status_code == 422
    doors = Doors()
    doors.feed(refused.text)
    assert page in doors.links
    assert client.get(page).status_code == 200
