"""Reads of a run: the same numbers as everywhere, each counted again here."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from fastapi.testclient import TestClient

from api.findings import fields_of
from api.routes.exports import download_name
from api.routes.parameters import decode_id, encode_id
from consult import Run
from consult.report import export_run
from consult.strength import strength_in_words
from consult.words import text_id
from tests.api.http.conftest import Service

QUESTIONS = ("buses", "street", "else")
FIGURES = ("rank", "n_respondents", "n_responses", "n_distinct", "share", "share_distinct", "rank_distinct")


def get(client: TestClient, address: str, **query: Any) -> Any:
    answer = client.get(address, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def show(run: Run) -> Any:
    """What `consult show --json` prints."""
    command = [sys.executable, "-m", "consult.cli", "show", str(run.folder), "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def test_the_counts_are_those_of_the_command_line(service: Service, viewer: TestClient, run: Run) -> None:
    shown = show(run)
    found = get(viewer, service.run)
    assert found["counts"] == shown["counts"]
    assert [q["question_id"] for q in found["questions"]] == list(QUESTIONS)
    for question, expected in zip(found["questions"], shown["questions"], strict=True):
        assert question["counts"] == expected["counts"]
        assert question["ledger"] == expected["ledger"]
        themes = get(viewer, f"{service.run}/questions/{question['question_id']}/themes")["themes"]
        added = {"rank_all", "share_distinct", "stability_word"}
        assert [{k: v for k, v in theme.items() if k not in added} for theme in themes] == expected["themes"]


def groups(run: Run) -> list[tuple[str, str, str]]:
    return [
        (question, each["field"], group["group"])
        for question in QUESTIONS
        for each in fields_of(run, question)
        for group in each["groups"]
        if group["n_group"] is not None
    ]


def test_themes_of_a_group_are_those_counted_by_hand(
    service: Service, viewer: TestClient, run: Run, celyn: Path
) -> None:
    with celyn.open(encoding="utf-8", newline="") as file:
        people = {row["Response ID"]: row for row in csv.DictReader(file)}
    every = groups(run)
    assert len(every) > 40
    n_shown = 0
    for question, field, group in every:
        analysis = run.analysis(question)
        mine = {who for who, row in people.items() if group in (row[field] or "Not given").split(";")}
        texts = {
            row["response_id"]: row["text"]
            for row in analysis.responses.to_dicts()
            if row["response_id"] in mine and row["status"] != "non_answer"
        }
        found = get(viewer, f"{service.run}/questions/{question}/themes", field=field, group=group, count="distinct")
        assert found["n_answered"] == len(texts)
        campaign = dict(analysis.campaigns.select("response_id", "campaign_id").iter_rows())
        copied = set(analysis.copies["point_id"])
        adding = set(analysis.points.filter(~pl.col("point_id").is_in(copied))["response_id"])
        alone = {text_id(text) for each, text in texts.items() if each not in campaign or each in adding}
        assert found["n_distinct"] == len(alone) + len({campaign[each] for each in texts if each in campaign})
        ranked = [theme for theme in found["themes"] if theme["rank"] is not None]
        hidden = [theme for theme in found["themes"] if theme["n_respondents"] is None]
        nobody = [theme for theme in found["themes"] if theme["n_respondents"] == 0]
        n_shown += len(ranked) + len(nobody)
        assert found["themes"] == [*ranked, *hidden, *nobody]
        for theme in hidden:
            assert {theme[name] for name in FIGURES} == {None}
        for part in (hidden, nobody):
            assert [theme["rank_all"] for theme in part] == sorted(theme["rank_all"] for theme in part)
        for theme in [*ranked, *nobody]:
            rows = [
                row
                for row in analysis.assignments.to_dicts()
                if row["theme_id"] == theme["theme_id"] and row["response_id"] in texts
            ]
            raising = [row["response_id"] for row in rows]
            said = {
                campaign[row["response_id"]] if row["point_id"] in copied else text_id(texts[row["response_id"]])
                for row in rows
            }
            assert theme["n_respondents"] == theme["n_responses"] == len(raising)
            assert theme["n_distinct"] == len(said)
            assert theme["share"] == (len(raising) / len(texts) if texts else 0)
            assert len(raising) not in range(1, 5)
        assert [theme["rank"] for theme in ranked] == list(range(1, len(ranked) + 1))
        distinct = [theme["n_distinct"] for theme in ranked]
        assert distinct == sorted(distinct, reverse=True)
    assert n_shown > 100


def test_a_row_that_is_shown_whole_adds_up_to_everyone(service: Service, viewer: TestClient) -> None:
    """The sum over a field with one answer each is the whole; one hidden count alone would follow from it."""
    n_rows = 0
    for theme in get(viewer, f"{service.run}/questions/street/themes")["themes"]:
        split = get(viewer, f"{service.run}/questions/street/themes/{theme['theme_id']}")["splits"]
        for each in split:
            if each["kind"] == "demographic":
                counts = [group["n_respondents"] for group in each["groups"]]
                n_rows += 1
                assert counts.count(None) > 1 or sum(counts) == theme["n_respondents"]
    assert n_rows > 20


def test_the_split_of_a_theme_is_that_of_the_library(service: Service, viewer: TestClient, run: Run) -> None:
    theme = get(viewer, f"{service.run}/questions/buses/themes/1")
    assert "not shown" in theme["hiding"].lower()
    for each in theme["splits"]:
        expected = run.by_group("buses", each["field"]).filter(pl.col("theme_id") == "1").drop("theme_id", "title")
        names = {row["group"]: row for row in expected.to_dicts()}
        assert [group for group in each["groups"] if group["group"] in names] == list(names.values())
        assert all(group["n_group"] == 0 for group in each["groups"] if group["group"] not in names)


def test_what_is_not_shown_cannot_be_listed_or_counted(service: Service, viewer: TestClient, run: Run) -> None:
    """Neither the list of a small group's responses, nor its length, nor a cursor through it; nor of a small cell."""
    of = f"{service.run}/questions/buses"
    [small] = [each for each in fields_of(run, "buses") if each["field"] == "Age"]
    [theme] = [split for split in get(viewer, f"{of}/themes/1")["splits"] if split["field"] == "Age"]
    groups = [(each["group"], "This theme in group") for each in theme["groups"] if each["n_respondents"] is None]
    assert groups
    for group, words in groups:
        answer = viewer.get(f"{of}/themes/1/responses", params={"field": "Age", "group": group, "limit": 1})
        assert answer.status_code == 422
        assert answer.json()["code"] == "group_small"
        assert words in answer.json()["detail"] or "Group" in answer.json()["detail"]
        assert "worked out" in answer.json()["hint"]
    for each in small["groups"]:
        if each["n_group"] is None:
            assert viewer.get(f"{of}/themes", params={"field": "Age", "group": each["group"]}).status_code == 422
            asked = {"field": "Age", "a": each["group"], "b": "16-24"}
            assert viewer.get(f"{of}/compare", params=asked).status_code == 422
    assert viewer.get(f"{of}/themes", params={"field": "Age", "group": "Not given"}).status_code in (200, 422)


def test_a_parent_is_that_of_the_library_and_counts_no_one_twice(
    service: Service, viewer: TestClient, run: Run
) -> None:
    analysis = run.analysis("buses")
    listed = get(viewer, f"{service.run}/questions/buses/themes")["parents"]
    assert [row["parent_id"] for row in listed] == analysis.parents["parent_id"].to_list()
    for row in listed:
        own = analysis.parent(row["parent_id"])
        assert {key: row[key] for key in ("n_respondents", "n_responses", "n_distinct", "share", "rank")} == {
            key: own[key] for key in ("n_respondents", "n_responses", "n_distinct", "share", "rank")
        }
        one = get(viewer, f"{service.run}/questions/buses/parents/{row['parent_id']}")
        assert [theme["theme_id"] for theme in one["themes"]] == row["theme_ids"]
        assert sum(group["n_respondents"] or 0 for group in one["splits"][0]["groups"]) <= own["n_respondents"]
        for theme_id in row["theme_ids"]:
            theme = get(viewer, f"{service.run}/questions/buses/themes/{theme_id}")
            assert (theme["parent_id"], theme["part_of"]) == (row["parent_id"], row["title"])
    young = get(viewer, f"{service.run}/questions/buses/themes", field="Age", group="16-24")
    assert {row["parent_id"] for row in young["parents"]} == set(analysis.parents["parent_id"])
    assert all((row["n_respondents"] or 0) <= young["n_answered"] for row in young["parents"])


def test_quotes_are_exact_and_lead_to_their_response(service: Service, viewer: TestClient) -> None:
    for question in QUESTIONS:
        for theme in get(viewer, f"{service.run}/questions/{question}/themes")["themes"]:
            one = get(viewer, f"{service.run}/questions/{question}/themes/{theme['theme_id']}")
            assert one["quotes"]
            for said in one["quotes"]:
                response = get(viewer, f"{service.run}/questions/{question}/responses/{said['response_id']}")
                assert response["text"][said["start"] : said["end"]] == said["quote"]
                assert theme["theme_id"] in [each["theme_id"] for each in response["themes"]]


def test_a_response_is_whole_and_says_why(service: Service, viewer: TestClient, run: Run) -> None:
    for row in run.analysis("buses").responses.to_dicts():
        found = get(viewer, f"{service.run}/questions/buses/responses/{row['response_id']}")
        assert found["text"] == row["text"]
        assert "".join(segment["text"] for segment in found["segments"]) == row["text"]
        assert bool(found["themes"]) == (row["status"] == "themed")
        marked = {theme for segment in found["segments"] for theme in segment["themes"]}
        assert marked == {theme["theme_id"] for theme in found["themes"]}
        assert found["explanation"]
        for theme in found["themes"]:
            assert f"{theme['strength']:.2f}" in theme["why"]
            assert theme["why"].endswith(f"which is {strength_in_words(theme['strength'])}.")


# Cursors


@pytest.mark.parametrize("limit", [1, 7, 25, 200])
def test_walking_the_cursors_gives_each_response_once(
    service: Service, viewer: TestClient, run: Run, limit: int
) -> None:
    address, cursor, seen = f"{service.run}/questions/buses/themes/1/responses", None, []
    while True:
        page = get(viewer, address, limit=limit, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= limit
        seen += [item["response_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == run.analysis("buses").responses_of("1")["response_id"].to_list()
    assert page["total"] == len(seen) == len(set(seen))


def test_a_cursor_is_opaque_and_cannot_be_made_or_moved(service: Service, viewer: TestClient) -> None:
    address = f"{service.run}/questions/buses/themes/1/responses"
    cursor = get(viewer, address, limit=5)["next"]
    forged = [
        cursor[:-1] + ("A" if cursor[-1] != "A" else "B"),
        cursor[1:],
        cursor + "A",
        "5",
        "NQ",
        "=",
        "%00",
        "é",
        "",
    ]
    for each in forged:
        answer = viewer.get(address, params={"cursor": each})
        assert answer.status_code == 422, each
        assert answer.json()["code"] == "cursor_invalid"
        assert answer.json()["errors"][0]["parameter"] == "cursor"
    others = (
        f"{service.run}/questions/buses/themes/2/responses",
        f"{service.run}/questions/street/themes/1/responses",
        f"{address}?field=Age&group=16-24",
    )
    for other in others:
        joined = f"{other}{'&' if '?' in other else '?'}cursor={cursor}"
        assert viewer.get(joined).status_code == 422, other


# Search


def test_search_by_words_finds_what_a_reader_would(service: Service, viewer: TestClient, run: Run) -> None:
    texts = dict(run.analysis("buses").responses.select("response_id", "text").iter_rows())
    for q, pattern in (("bus", r"\bbus"), ("BUS", r"\bbus"), ('"the bus"', r"\bthe\s+bus"), ("8am", r"\b8am")):
        expected = {each for each, text in texts.items() if re.search(pattern, text, re.IGNORECASE)}
        found = get(viewer, f"{service.run}/questions/buses/search", q=q, limit=200)
        assert {item["response_id"] for item in found["items"]} == expected, q
        assert found["total"] == len(expected) > 0
        for item in found["items"]:
            assert item["n_matches"] == len(item["matches"])
            for start, end in item["matches"]:
                assert re.match(pattern.removeprefix(r"\b"), item["text"][start:end], re.IGNORECASE)


def test_search_needs_every_word_and_walks_by_cursor(service: Service, viewer: TestClient) -> None:
    address = f"{service.run}/questions/buses/search"
    both = get(viewer, address, q="bus train", limit=200)["items"]
    assert both and all("train" in item["text"].lower() for item in both)
    walked, cursor = [], None
    while True:
        page = get(viewer, address, q="bus", limit=10, **({"cursor": cursor} if cursor else {}))
        walked += [item["response_id"] for item in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert walked == [item["response_id"] for item in get(viewer, address, q="bus", limit=200)["items"]]


@pytest.mark.parametrize("q", [".*", "(", "\\", "a{9}", "[", "\\b", '"', "--", "% _", "'; drop table runs; --"])
def test_search_takes_signs_for_what_they_are(service: Service, viewer: TestClient, q: str) -> None:
    answer = viewer.get(f"{service.run}/questions/buses/search", params={"q": q})
    assert answer.status_code == 200
    for item in answer.json()["items"]:
        assert all(word in item["text"].lower() for word in q.replace('"', "").split())


@pytest.mark.parametrize("q", ["", "  ", '""', "x" * 201, " ".join("abcdefghijklm")])
def test_a_search_for_nothing_or_too_much_is_refused(service: Service, viewer: TestClient, q: str) -> None:
    answer = viewer.get(f"{service.run}/questions/buses/search", params={"q": q})
    assert answer.status_code == 422 or q == '""'


def test_search_by_meaning_finds_other_words(service: Service, viewer: TestClient) -> None:
    address = f"{service.run}/questions/buses/search"
    found = get(viewer, address, q="I have no smartphone", by="meaning", limit=10)
    assert [item["similarity"] for item in found["items"]] == sorted(
        (item["similarity"] for item in found["items"]), reverse=True
    )
    top = " ".join(item["quote"].lower() for item in found["items"][:5])
    assert "phone" in top or "app" in top or "mobile" in top
    for item in found["items"]:
        assert item["text"][item["start"] : item["end"]] == item["quote"]
    exact = found["items"][0]["quote"][:200]
    again = get(viewer, address, q=exact, by="meaning", limit=3)["items"][0]
    assert again["similarity"] > 0.95 or len(found["items"][0]["quote"]) > 200


def test_search_by_meaning_shows_a_copied_text_once(service: Service, viewer: TestClient, run: Run) -> None:
    buses = run.analysis("buses")
    letter = buses.campaign("C1")
    members = set(buses.campaigns.filter(buses.campaigns["campaign_id"] == "C1")["response_id"])
    q = "".join(part["text"] for part in letter["parts"])[:200]
    found = get(viewer, f"{service.run}/questions/buses/search", q=q, by="meaning", limit=100)
    copied = [item for item in found["items"] if item["campaign"] is not None]
    assert [item["campaign"] for item in copied] == [{"campaign_id": "C1", "n_responses": len(members)}]
    assert copied[0] == found["items"][0] and copied[0]["response_id"] in members
    # A member is found besides only where its nearest point is its sender's own.
    own = set(buses.own_words["response_id"])
    assert {item["response_id"] for item in found["items"][1:]} & members <= own
    ids = [item["response_id"] for item in found["items"]]
    assert len(ids) == len(set(ids))


# ETag


def reads(service: Service) -> list[str]:
    of = f"{service.run}/questions/buses"
    return [
        service.run, f"{service.run}/ledger", f"{service.run}/made", of, f"{of}/themes",
        f"{of}/themes?field=Age&group=16-24", f"{of}/themes/1", f"{of}/themes/1/responses?limit=3",
        f"{of}/responses/MC-0003", f"{of}/search?q=bus", f"{of}/layout",
        f"{of}/compare?field=Age&a=16-24&b=75 and over",
        f"{service.run}/exports/jsonl",
    ]  # fmt: skip


def test_a_read_is_sent_once(service: Service, viewer: TestClient) -> None:
    tags = set()
    for address in reads(service):
        first = viewer.get(address)
        assert first.status_code == 200, first.text
        tag = first.headers["etag"]
        assert first.headers["cache-control"] == "private, no-cache"
        for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = viewer.get(address, headers={"If-None-Match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), address
        assert viewer.get(address, headers={"If-None-Match": '"other"'}).content == first.content
        tags.add(tag)
    assert len(tags) == len(reads(service))


def test_304_is_for_those_who_may_read(service: Service, viewer: TestClient) -> None:
    tag = viewer.get(service.run).headers["etag"]
    assert service.client("stranger").get(service.run, headers={"If-None-Match": tag}).status_code == 404


# The map, two groups, the ledger


def test_the_map_is_always_the_same(service: Service, viewer: TestClient, run: Run) -> None:
    found = get(viewer, f"{service.run}/questions/buses/layout")
    assert found["n_shown"] == found["n_all"] == len(found["points"]) == 102
    assert all(-1 <= dot["x"] <= 1 and -1 <= dot["y"] <= 1 for dot in found["points"])
    from api.findings.picture import _layout

    assert _layout(run, run.analysis("buses")) == found


def test_two_groups_side_by_side_are_the_two_filters(service: Service, viewer: TestClient) -> None:
    of = f"{service.run}/questions/buses"
    both = get(viewer, f"{of}/compare", field="Age", a="16-24", b="75 and over")
    for side, group in (("a", "16-24"), ("b", "75 and over")):
        alone = {t["theme_id"]: t for t in get(viewer, f"{of}/themes", field="Age", group=group)["themes"]}
        for theme in both["themes"]:
            assert theme[side]["n_respondents"] == alone[theme["theme_id"]]["n_respondents"]
    differences = [theme["difference"] for theme in both["themes"]]
    shown = [abs(difference) for difference in differences if difference is not None]
    assert differences[len(shown) :] == [None] * (len(differences) - len(shown))
    assert shown == sorted(shown, reverse=True)


def test_the_ledger_balances(service: Service, viewer: TestClient) -> None:
    found = get(viewer, f"{service.run}/ledger")
    assert found["balances"]
    for line in [*found["lines"], found["total"]]:
        assert line["n_read"] == line["n_responses"] + line["n_rejected"] + line["n_blank"]
        assert line["n_responses"] == line["n_themed"] + line["n_unthemed"] + line["n_non_answers"]


# Exports


@pytest.mark.parametrize("format", ["csv", "jsonl", "html", "xlsx"])
def test_an_export_holds_the_bytes_of_the_library(
    service: Service, viewer: TestClient, run: Run, tmp_path: Path, format: str
) -> None:
    answer = viewer.get(f"{service.run}/exports/{format}")
    assert answer.status_code == 200, answer.text
    ending = "zip" if format in ("csv", "jsonl") else format
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''Moving-Celyn.{ending}"
    # What people call the consultation stands above the files, and not the name of the run's folder.
    named = replace(run, name="Moving Celyn")
    files = {path.name: path.read_bytes() for path in export_run(named, format, tmp_path)}
    if len(files) == 1:
        assert answer.content == next(iter(files.values()))
    else:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == files
    assert viewer.get(f"{service.run}/exports/{format}").content == answer.content


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Moving Celyn: buses & Market Street", "Moving-Celyn-buses-Market-Street.xlsx"),
        ("../../etc/passwd", "etc-passwd.xlsx"),
        ("Bysiau’r dref – 2026", "Bysiau-r-dref-2026.xlsx"),
        ("???", "consultation.xlsx"),
        ("a" * 300, "a" * 80 + ".xlsx"),
    ],
)
def test_a_download_is_called_as_the_consultation(title: str, name: str) -> None:
    assert download_name(title, ".xlsx") == name


# What is not there


@pytest.mark.parametrize(
    ("below", "status", "code"),
    [
        ("/questions/none", 404, "question_missing"),
        ("/questions/buses/themes/99", 404, "theme_missing"),
        ("/questions/buses/responses/none", 404, "response_missing"),
        ("/questions/buses/themes?field=Age", 422, "filter_incomplete"),
        ("/questions/buses/themes?field=None&group=x", 422, "field_missing"),
        ("/questions/buses/themes?field=Age&group=x", 422, "group_missing"),
        ("/questions/buses/themes?count=votes", 422, "request_invalid"),
        ("/questions/buses/compare?field=Age&a=16-24", 422, "request_invalid"),
        ("/exports/pdf", 404, "format_unknown"),
        ("/nothing", 404, "not_found"),
    ],
)
def test_what_is_not_there_is_told_of(service: Service, viewer: TestClient, below: str, status: int, code: str) -> None:
    answer = viewer.get(service.run + below)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_ids_of_any_kind_go_into_an_address() -> None:
    for raw in ("Q1", "a/b", "", ".", "..", "~x", "é ü", "a?b#c", "~"):
        written = encode_id(raw)
        assert "/" not in written and written not in ("", ".", "..")
        assert decode_id(written) == raw
        assert quote(written, safe="")
