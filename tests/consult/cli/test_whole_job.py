"""The whole job on the samples, and the contract of the folder that it leaves."""

from __future__ import annotations

import csv
import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

QUESTIONS = ["buses", "street", "else"]


@pytest.fixture(params=QUESTIONS)
def folder(run_folder: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of each question in turn."""
    return run_folder / str(request.param)


def rows(folder: Path, frame: str) -> list[dict[str, Any]]:
    return pl.read_parquet(folder / f"{frame}.parquet").to_dicts()


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_the_whole_job_needs_no_network(sample_job):
    ended, folder = sample_job
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-2:] == [f"Run:    {folder}", f"Report: {folder / 'report.html'}"]
    assert (folder / "report.html").stat().st_size > 10_000


def test_nothing_but_the_run_is_left_in_the_folder_of_runs(run_folder):
    assert [path.name for path in run_folder.parent.iterdir()] == ["moving-celyn"]


def test_the_files_of_a_run(run_folder):
    assert {path.name for path in run_folder.iterdir()} >= {
        *QUESTIONS, "manifest.json", "report.html",
        "questions.parquet", "respondents.parquet", "answers.parquet", "rejects.parquet", "ledger.parquet",
    }  # fmt: skip


def test_the_files_of_a_question(folder):
    assert {path.name for path in folder.iterdir()} >= {
        "assignments.parquet", "themes.parquet", "responses.parquet", "points.parquet", "quotes.parquet",
        "summaries.parquet", "parents.parquet", "rejects.parquet", "manifest.json", "vectors.npy", "text_ids.json",
        "centres.npy", "shared.npy",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "columns"),
    [
        ("assignments", "question_id response_id theme_id strength start end assigned_by"),
        (
            "themes",
            "question_id theme_id rank title keywords n_respondents n_responses n_distinct share parent_id stability "
            "source",
        ),
        ("responses", "question_id response_id respondent_id text submitted_at source_file source_row status"),
        ("points", "point_id response_id start end text_id"),
        ("quotes", "question_id theme_id position response_id start end quote"),
        ("summaries", "question_id theme_id position sentence response_ids method"),
        ("rejects", "source_file source_row question_id column reason detail"),
    ],
)
def test_the_columns_of_a_frame(folder, frame, columns):
    assert set(columns.split()) <= set(pl.read_parquet_schema(folder / f"{frame}.parquet"))


def test_a_parent_counts_the_people_of_its_themes_once(folder):
    themes, parents = rows(folder, "themes"), rows(folder, "parents")
    raised, responses = rows(folder, "assignments"), rows(folder, "responses")
    who = {row["response_id"]: row["respondent_id"] for row in responses}
    assert parents
    assert {theme["parent_id"] for theme in themes} - {None} == {parent["parent_id"] for parent in parents}
    assert {row["theme_id"] for row in raised} == {theme["theme_id"] for theme in themes}
    titles = [row["title"] for row in (*themes, *parents)]
    assert all(titles)
    assert len({title.lower() for title in titles}) == len(titles)
    for parent in parents:
        mine = {theme["theme_id"] for theme in themes if theme["parent_id"] == parent["parent_id"]}
        raising = {row["response_id"] for row in raised if row["theme_id"] in mine}
        assert len(mine) == parent["n_themes"] >= 2
        assert len(raising) == parent["n_responses"]
        assert len({who[response_id] for response_id in raising}) == parent["n_respondents"]
    assert [p["rank"] for p in parents] == list(range(1, len(parents) + 1))
    assert sorted((p["n_respondents"] for p in parents), reverse=True) == [p["n_respondents"] for p in parents]


def test_ids_are_text(folder):
    for frame in ("assignments", "themes", "responses", "points", "quotes", "summaries"):
        for name, dtype in pl.read_parquet_schema(folder / f"{frame}.parquet").items():
            if name.endswith("_id"):
                assert dtype == pl.String, (frame, name)


def test_responses_are_exactly_as_submitted_but_for_personal_data(run_folder, samples):
    with (samples / "moving-celyn.csv").open(encoding="utf-8", newline="") as file:
        submitted = list(csv.DictReader(file))
    headers = {row["question_id"]: row["wording"] for row in rows(run_folder, "questions")}
    assert list(headers) == QUESTIONS
    for question_id, header in headers.items():
        expected = {row["Response ID"]: row[header] for row in submitted if row[header].strip()}
        removed = sorted(rows(run_folder / question_id, "redactions"), key=lambda row: -row["start"])
        for row in removed:
            text = expected[row["response_id"]]
            expected[row["response_id"]] = text[: row["start"]] + row["replacement"] + text[row["end"] :]
        found = {row["response_id"]: row["text"] for row in rows(run_folder / question_id, "responses")}
        assert found == expected


def test_the_ledger_balances(folder, run_folder):
    counts = manifest(folder)["counts"]
    status = Counter(row["status"] for row in rows(folder, "responses"))
    carrying = {row["response_id"] for row in rows(folder, "assignments")}
    assert counts["read"] == 449
    assert counts["read"] == counts["responses"] + counts["rejected"] + counts["blank"]
    assert counts["responses"] == counts["themed"] + counts["unthemed"] + counts["non_answers"]
    assert status == {
        "themed": counts["themed"], "unthemed": counts["unthemed"], "non_answer": counts["non_answers"],
    }  # fmt: skip
    assert len(carrying) == counts["themed"]
    entry = next(row for row in rows(run_folder, "ledger") if row["question_id"] == folder.name)
    assert (entry["n_read"], entry["n_responses"]) == (counts["read"], counts["responses"])


def test_every_quote_is_exact(folder):
    texts = {row["response_id"]: row["text"] for row in rows(folder, "responses")}
    quotes = rows(folder, "quotes")
    assert {quote["theme_id"] for quote in quotes} == {theme["theme_id"] for theme in rows(folder, "themes")}
    for quote in quotes:
        assert quote["quote"] == texts[quote["response_id"]][quote["start"] : quote["end"]] != ""


def test_every_summary_cites_responses_that_carry_its_theme(folder):
    carrying = {(row["theme_id"], row["response_id"]) for row in rows(folder, "assignments")}
    for summary in rows(folder, "summaries"):
        assert summary["response_ids"]
        assert {(summary["theme_id"], response_id) for response_id in summary["response_ids"]} <= carrying


def test_every_assignment_shows_its_evidence(folder):
    texts = {row["response_id"]: row["text"] for row in rows(folder, "responses")}
    points = {row["point_id"]: row for row in rows(folder, "points")}
    themes = {row["theme_id"] for row in rows(folder, "themes")}
    for row in rows(folder, "assignments"):
        point = points[row["point_id"]]
        assert (row["start"], row["end"]) == (point["start"], point["end"])
        assert row["response_id"] == point["response_id"]
        assert 0 <= row["start"] < row["end"] <= len(texts[row["response_id"]])
        assert 0 <= row["strength"] <= 1
        assert row["theme_id"] in themes
        assert row["assigned_by"] == "machine"


def test_the_counts_of_themes_are_those_of_the_assignments(folder):
    responses = {row["response_id"]: row for row in rows(folder, "responses")}
    answering = {row["respondent_id"] for row in responses.values() if row["status"] != "non_answer"}
    campaign = {row["response_id"]: row["campaign_id"] for row in rows(folder, "campaigns")}
    copied = {row["point_id"] for row in rows(folder, "copies")}
    raised, counted = defaultdict(list), defaultdict(set)
    for row in rows(folder, "assignments"):
        response = responses[row["response_id"]]
        raised[row["theme_id"]].append(response)
        # A point that a campaign makes counts as the campaign, any other as the text that makes it.
        text = " ".join(unicodedata.normalize("NFC", response["text"]).split())
        counted[row["theme_id"]].add((campaign[row["response_id"]],) if row["point_id"] in copied else text)
    themes = rows(folder, "themes")
    assert themes
    for theme in themes:
        own = raised[theme["theme_id"]]
        people = {row["respondent_id"] for row in own}
        assert theme["n_responses"] == len(own)
        assert theme["n_respondents"] == len(people)
        assert theme["n_distinct"] == len(counted[theme["theme_id"]])
        assert theme["share"] == pytest.approx(len(people) / len(answering))


def test_ranks_follow_people(folder):
    themes = rows(folder, "themes")
    assert [theme["rank"] for theme in themes] == list(range(1, len(themes) + 1))
    people = [theme["n_respondents"] for theme in themes]
    assert people == sorted(people, reverse=True)
    assert sorted(theme["rank_distinct"] for theme in themes) == list(range(1, len(themes) + 1))


def test_every_distinct_point_has_a_unit_vector(folder):
    text_ids = json.loads((folder / "text_ids.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    assert len(set(text_ids)) == len(text_ids) == len(vectors)
    assert set(text_ids) == {row["text_id"] for row in rows(folder, "points")}
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_manifest_says_what_the_run_rests_on(run_folder, samples):
    content = (samples / "moving-celyn.csv").read_bytes()
    kept = manifest(run_folder)
    assert [(source["name"], source["sha256"]) for source in kept["inputs"]] == [
        ("moving-celyn.csv", hashlib.sha256(content).hexdigest())
    ]
    assert kept["config"]["columns"]["response_id"] == "Response ID"
    assert kept["config"]["cluster"]["seed"] == kept["seed"] == 42
    assert kept["model"]["name"] == "all-MiniLM-L6-v2 (int8)"
    assert kept["model"]["fingerprint"]
    assert {"bertopic", "numpy", "polars", "umap-learn"} <= set(kept["versions"])
    assert kept["consult_version"]
    assert set(kept["seconds"]) >= {"read", "points", "embed", "cluster", "assign", "summarise"}
    assert kept["created_at"]
    assert kept["format"] == 4


def test_the_manifest_of_the_run_counts_what_its_questions_count(run_folder):
    counts = manifest(run_folder)["counts"]
    each = [manifest(run_folder / question)["counts"] for question in QUESTIONS]
    for name in ("read", "responses", "rejected", "blank", "themed", "unthemed", "non_answers", "points", "themes"):
        assert counts[name] == sum(question[name] for question in each)


def test_respondents_are_counted_once_in_a_run(run_folder):
    people = {row["respondent_id"] for question in QUESTIONS for row in rows(run_folder / question, "responses")}
    assert manifest(run_folder)["counts"]["respondents"] == len(people)


def test_the_same_command_again_shows_the_run_that_is_there(consult, run_folder, samples):
    def stamps() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in run_folder.rglob("*")}

    before = stamps()
    again = consult(
        "analyse", samples / "moving-celyn.csv", "-c", samples / "moving-celyn.toml", "-o", run_folder.parent, "--json"
    )
    assert again.code == 0
    assert again.json["folder"] == str(run_folder)
    assert stamps() == before


def test_another_configuration_does_not_overwrite_a_run(consult, run_folder, samples):
    before = {path: path.read_bytes() for path in run_folder.rglob("*") if path.is_file()}
    other = consult(
        "analyse", samples / "moving-celyn.csv", "-c", samples / "moving-celyn.toml", "-o", run_folder.parent,
        "--seed", 7,
    )  # fmt: skip
    assert other.code == 5
    assert "holds another run, of another configuration (cluster.seed)." in other.err
    assert "--name" in other.err
    assert {path: path.read_bytes() for path in run_folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in run_folder.parent.iterdir()] == ["moving-celyn"]


def test_names_may_differ_in_case_and_white_space(consult, run_folder):
    by = consult("show", run_folder, "--by", "area", "--question", "BUSES")
    assert by.code == 0 and "buses: themes by Area" in by.out
    assert by.out == consult("show", run_folder, "--by", "Area", "--question", "buses").out
    assert consult("show", run_folder, "-r", "mc-0001").out == consult("show", run_folder, "-r", "MC-0001").out
    assert consult("explain", run_folder, "mc-0003").out == consult("explain", run_folder, "MC-0003").out
    assert consult("show", run_folder, "-q", "buses", "--parent", "p1").code == 0
    assert consult("show", run_folder, "-q", "buses", "--campaign", "c1").code == 0


def test_a_near_miss_is_told_in_plain_words(consult, run_folder):
    field = consult("show", run_folder, "--by", "Arae")
    assert field.code == 5
    assert "Did you mean 'Area'? It has: Age, Area, Disability" in field.err and "[" not in field.err
    question = consult("show", run_folder, "--question", "bus")
    assert "Did you mean 'buses'? It has: 'buses', 'street', 'else'." in question.err
    response = consult("show", run_folder, "--response", "281")
    assert "Ids are written like 'MC-0001'." in response.err


def test_an_export_is_headed_by_the_title_that_was_given(consult, run_folder, tmp_path):
    assert consult("export", run_folder, "-f", "html", "-o", tmp_path, "--title", "Moving Celyn").code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (
        '<h1>What people said <span class="caption" dir="auto">Moving Celyn</span></h1>' in page
        and "<title>Moving Celyn: what people said</title>" in page
    )
    assert consult("export", run_folder, "-f", "csv", "-o", tmp_path, "--title", "Moving Celyn").code == 0
    assert (tmp_path / "README.txt").read_text(encoding="utf-8-sig").startswith("Moving Celyn\n")
