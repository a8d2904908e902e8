"""Texts alike in other words are shown with the same evidence by the command line, the library and every export."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from consult import AnalysisConfig, Run, analyse_into

QUESTION = "What do you think of the harbour?"
COLUMNS = {"response_id": "id", "submitted_at": "sent", "open": [QUESTION], "question_ids": {QUESTION: "harbour"}}
FLAGGED = ["A10", "A40", "A69"]


def analysed(folder: Path, rows: list[tuple[str, str, str]], embedder: Any, **campaigns: Any) -> Run:
    path = folder / "harbour.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "sent", QUESTION), *rows])
    config = AnalysisConfig.model_validate(
        {"columns": COLUMNS, "cluster": {"small_question": 5000, "stability_fits": 0}, "campaigns": campaigns}
    )
    return analyse_into(folder, [path], config, embedder=embedder)


@pytest.fixture(scope="module")
def run(alike_rows: Any, fake_embedder: Any, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return analysed(tmp_path_factory.mktemp("alike"), alike_rows, fake_embedder)


def test_they_are_flagged_with_what_shows_it(run: Run, alike_rows: Any) -> None:
    (group,) = run.analysis("harbour").alike_groups()
    texts = {response_id: text for response_id, _, text in alike_rows}
    assert sorted(each["response_id"] for each in group["texts"]) == FLAGGED
    assert all(each["text"] == texts[each["response_id"]] for each in group["texts"])
    assert (group["alike_id"], group["n_texts"], group["n_responses"], group["by"]) == ("L1", 3, 3, "meaning")
    assert (group["first_on"], group["last_on"], group["n_dated"]) == ("2026-03-11", "2026-03-14", 3)
    between = [sent for _, sent, _ in alike_rows if "2026-03-11" <= sent <= "2026-03-14"]
    assert group["share_then"] == len(between) / 70
    assert group["usual"] < 0.9 < group["least"] <= group["most"]
    (note,) = (note for note in run.analysis("harbour").manifest["notes"] if "in other words" in note)
    assert note.startswith("3 texts, in 1 group, say nearly the same in other words")


def test_nothing_rests_on_it(run: Run, alike_rows: Any, fake_embedder: Any, tmp_path: Path) -> None:
    unflagged = analysed(tmp_path, alike_rows, fake_embedder, alike=False)
    assert unflagged.analysis("harbour").alike.is_empty()
    for name in ("themes", "assignments", "quotes", "campaigns"):
        assert getattr(run.analysis("harbour"), name).equals(getattr(unflagged.analysis("harbour"), name))


def test_every_door_shows_the_same(consult: Any, run: Run, tmp_path: Path) -> None:
    (group,) = groups = run.analysis("harbour").alike_groups()
    assert consult("show", run.folder, "--campaigns", "--json").json["alike"] == groups
    said = consult("show", run.folder, "--campaigns").out
    assert group["said"] in said
    assert "each counts as its own, and nothing rests on it" in said
    for kind in ("csv", "jsonl", "xlsx", "html"):
        assert consult("export", run.folder, "--format", kind, "--out", tmp_path).code == 0
    expected = run.analysis("harbour").alike.to_dicts()
    assert pl.read_ndjson(tmp_path / "alike.jsonl").drop("question_id").to_dicts() == expected
    with (tmp_path / "alike.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["response_id"] for row in csv.DictReader(file)] == FLAGGED
    sheet = fastexcel.read_excel(tmp_path / "report.xlsx").load_sheet("Alike", dtypes="string").to_polars()
    assert sheet["response id"].to_list() == FLAGGED
    report = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert group["said"] in report
    assert all(each["text"] in report for each in group["texts"])
