"""A campaign is shown with the same numbers by the command line, the library and every export."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from consult import Run, read_run

LETTER = (
    "Please keep the harbour bridge open to people on foot. It is the only safe way to the school for our children, "
    "and closing it would force two hundred families into their cars every single morning."
)
EDITED = LETTER.replace("two hundred families", "so many of us")
OWN = "My own daughter has asthma, and the diesel fumes at the roundabout put her in hospital last winter."
ROWS = [
    ("R1", "ann", "3/4/2026", LETTER),
    ("R2", "ben", "4/4/2026", LETTER.upper()),
    ("R3", "ben", "14/4/2026", LETTER),
    ("R4", "cat", "", f"{LETTER} {OWN}"),
    ("R5", "dan", "5/4/2026", EDITED),
    ("R6", "eve", "1/1/2026", "The car park behind the library floods whenever it rains."),
]
LIST = {
    "question_id": "bridge", "campaign_id": "C1", "n_responses": 5, "n_respondents": 4, "n_texts": 3, "n_exact": 3,
    "n_adding": 1, "first_on": "2026-04-03", "last_on": "2026-04-14", "n_dated": 4, "canonical_response_id": "R1",
    "skeleton": LETTER.replace("two hundred families", "{two hundred families}"), "theme_ids": [],
}  # fmt: skip


@pytest.fixture
def folder(consult: Any, tmp_path: Path) -> Path:
    path = tmp_path / "bridge.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("id", "question_id", "who", "sent", "text")] + [(r, "bridge", *x) for r, *x in ROWS]
        )
    config = tmp_path / "bridge.toml"
    config.write_text(
        '[columns]\nlayout = "long"\nresponse_id = "id"\nquestion_id = "question_id"\nrespondent_id = "who"\n'
        'submitted_at = "sent"\ntext = "text"\n'
    )
    done = consult("analyse", path, "--config", config, "--out", tmp_path / "runs")
    assert done.code == 0, done.err
    return tmp_path / "runs" / "bridge"


@pytest.fixture
def run(folder: Path) -> Run:
    return read_run(folder)


def test_the_table_is_the_same_everywhere(consult: Any, folder: Path, run: Run, tmp_path: Path) -> None:
    assert run.campaigns().to_dicts() == [LIST]
    assert consult("show", folder, "--campaigns", "--json").json == {
        "run": "bridge", "campaigns": [LIST], "alike": [],
    }  # fmt: skip
    for kind in ("csv", "jsonl", "xlsx"):
        assert consult("export", folder, "--format", kind, "--out", tmp_path).code == 0
    assert pl.read_ndjson(tmp_path / "campaigns.jsonl").to_dicts() == [LIST]
    with (tmp_path / "campaigns.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {key: "" if key == "theme_ids" else str(value) for key, value in LIST.items()}
    sheet = fastexcel.read_excel(tmp_path / "report.xlsx").load_sheet("Campaigns", dtypes="string").to_polars()
    assert sheet.to_dicts() == [
        {"question id": "bridge", "campaign id": "C1", "people": "4", "responses": "5", "distinct texts": "3",
         "in the same words": "3", "with words of their own": "1", "first submitted": "2026-04-03",
         "last submitted": "2026-04-14", "with a date": "4", "text": LIST["skeleton"], "themes": None,
         "response that stands for it": "R1"}
    ]  # fmt: skip


def test_the_table_for_people(consult: Any, folder: Path, run: Run) -> None:
    said = consult("show", folder, "--campaigns").out
    assert "bridge: 1 campaign" in said
    assert "nothing is removed" in said
    told = consult("show", folder, "--campaign", "C1").out
    assert "C1: 5 responses from 4 people, in 3 distinct texts; 3 in the same words, 1 with words" in told
    assert "Submitted: 3 April 2026 to 14 April 2026 (4 have a date)." in told
    assert LIST["skeleton"] in told
    report = (folder / "report.html").read_text(encoding="utf-8")
    for label, value in (("People", 4), ("Responses", 5), ("Distinct texts", 3), ("With words of their own", 1)):
        assert f'<td role="cell" class="numeric" data-label="{label}"><span>{value}</span></td>' in report
    assert "<mark>{two hundred families}</mark>" in report


def test_one_campaign(consult: Any, folder: Path, run: Run) -> None:
    view = run.analysis("bridge").campaign("C1")
    assert consult("show", folder, "--campaign", "C1", "--json").json == view
    assert {key: view[key] for key in LIST} == LIST
    assert [(part["text"], part["kept"], part["n_texts"]) for part in view["parts"]] == [
        (LETTER.partition("two hundred families")[0], True, 3),
        ("two hundred families", False, 2),
        (LETTER.partition("two hundred families")[2], True, 3),
    ]
    versions = [(each["response_id"], each["n_responses"], each["kind"], each["own"]) for each in view["versions"]]
    assert versions == [("R1", 3, "exact", []), ("R4", 1, "near", [OWN]), ("R5", 1, "near", [])]


def test_a_response_says_that_it_is_a_copy(consult: Any, folder: Path) -> None:
    (mine,) = consult("show", folder, "--response", "R4", "--json").json
    assert (mine["campaign"]["campaign_id"], mine["campaign"]["n_responses"]) == ("C1", 5)
    assert [mine["text"][own["start"] : own["end"]] for own in mine["campaign"]["own"]] == [OWN]
    assert "One of 5 copies of a campaign letter, with some words changed or added." in (
        consult("show", folder, "--response", "R4").out
    )
    (alone,) = consult("show", folder, "--response", "R6", "--json").json
    assert alone["campaign"] is None


def test_a_campaign_that_is_not_there(consult: Any, folder: Path) -> None:
    ended = consult("show", folder, "--campaign", "C7")
    assert ended.code == 5
    assert "Question 'bridge' has no campaign 'C7'." in ended.err
    assert "It has: C1." in ended.err
    assert consult("show", folder, "--campaign", "C1", "--campaigns").code == 2


FEW = [
    ("R1", "The evening bus is far too late for anybody who works at the mill on a Sunday"),
    ("R2", "The evening bus is far too late for anybody who works at the mill on a Sunday, sadly"),
    ("R3", "Fares for children should be free all year round because the school is so far away from us"),
    ("R4", "fares for children should be free all year round because the school is so far away from us!"),
    ("R5", "More shade at the stops"),
]


def test_a_text_that_few_share_is_no_campaign_letter(consult: Any, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "What do you think of the bus?"), *FEW])
    done = consult("analyse", path, "--out", tmp_path / "runs")
    assert done.code == 0, done.err
    folder = tmp_path / "runs" / "few"
    assert [(row["n_responses"], row["n_texts"]) for row in read_run(folder).campaigns().to_dicts()] == [(2, 2), (2, 1)]
    for response_id in ("R1", "R2"):
        assert "One of 2 responses with nearly the same text." in consult("show", folder, "--response", response_id).out
    assert "One of 2 responses with the same text." in consult("show", folder, "--response", "R3").out
    shown = consult("show", folder, "--campaigns").out + consult("show", folder, "--campaign", "C1").out
    assert "the file gives no dates" in shown and "no date that can be read" not in shown
    assert "The text (response R1)" in shown
    assert "the file gives no dates" in (folder / "report.html").read_text(encoding="utf-8")
    (note,) = [note for note in read_run(folder).analyses[0].manifest["notes"] if "copies of one another" in note]
    assert "2 texts, each of which 2 sent alike. Each counts once among distinct texts" in note
