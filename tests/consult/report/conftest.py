"""A small run, written out: one question with two themes, one with none, rows rejected, and text meant to do harm."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from consult.analysis import Analysis, Run
from consult.schemas import (
    ANSWERS,
    ASSIGNMENTS,
    LEDGER,
    NON_ANSWERS,
    PARENTS,
    POINTS,
    QUESTIONS,
    QUOTES,
    REJECTS,
    RESPONDENTS,
    RESPONSES,
    SUMMARIES,
    THEMES,
    FrameSpec,
)

SCRIPT = "Later buses <script>alert('x')</script> please.\r\nNow!"
ARABIC = "نريد حافلات في المساء"

RESPONSE_ROWS = [
    # response_id, question_id, respondent_id, text, submitted_at, source_file, source_row, status
    ("A1", "buses", "P1", SCRIPT, "2026-03-03", "one.csv", 2, "themed"),
    ("A2", "buses", "P2", ARABIC, None, "one.csv", 3, "themed"),
    ("A3", "buses", "P3", "=HYPERLINK(1)", None, "one.csv", 4, "themed"),
    ("A4", "buses", "P4", "-5 buses & a <b>tram</b>", None, "one.csv", 5, "unthemed"),
    ("A5", "buses", "P5", "No", None, "one.csv", 6, "non_answer"),
    ("A6", "buses", "P6", "no ", None, "one.csv", 7, "non_answer"),
    ("A7", "buses", "P7", "No", None, "one.csv", 8, "non_answer"),
]
THEME_ROWS = [
    # question_id, theme_id, rank, parent_id, title, keywords, respondents, responses, distinct, points, share,
    # rank_distinct, stability, source
    ("buses", "1", 1, "P1", "Later <i>buses</i>", ["bus", "late"], 2, 2, 1, 2, 0.5, 6, 0.9, "found"),
    ("buses", "2", 2, "P1", "@Fares", ["=fare", "cost"], 1, 2, 1, 1, 0.25, 2, None, "given"),
]
PARENT_ROWS = [
    # question_id, parent_id, rank, title, themes, respondents, responses, distinct, share, rank_distinct
    ("buses", "P1", 1, "=Buses <b>", 2, 3, 3, 3, 0.75, 1),
]
QUOTE_ROWS = [
    ("buses", "1", 1, "A1", 0, len(SCRIPT), SCRIPT),
    ("buses", "1", 2, "A2", 0, len(ARABIC), ARABIC),
]
SUMMARY_ROWS = [
    ("buses", "1", 1, "People want later buses.", ["A1", "A2"], "extractive"),
    ("buses", "2", 1, "Some mention fares.", ["A3"], "mistral-small"),
]
ASSIGNMENT_ROWS = [
    ("buses", "A1", "1", 0.9, "A1:1", 0, len(SCRIPT), "machine"),
    ("buses", "A2", "1", 0.8, "A2:1", 0, len(ARABIC), "machine"),
    ("buses", "A1", "2", 0.5, "A1:1", 0, len(SCRIPT), "machine"),
    ("buses", "A3", "2", 1.0, None, None, None, "person"),
]
POINT_ROWS = [
    ("A1:1", "A1", 0, len(SCRIPT), "t1"),
    ("A2:1", "A2", 0, len(ARABIC), "t2"),
]
REJECT_ROWS = [
    ("one.csv", 9, "buses", "Response ID", "duplicate_id", "first seen in one.csv row 2"),
    ("one.csv", 10, None, "Question", "blank_question_id", "the cell is blank"),
]
NON_ANSWER_ROWS = [("A5", "none", None), ("A6", "refers", "street"), ("A7", "none", None)]
LEDGER_ROWS = [
    ("one.csv", "buses", 9, 7, 1, 1),
    ("one.csv", "street", 3, 2, 0, 1),
    ("one.csv", None, 1, 0, 1, 0),
]
MANIFEST: dict[str, Any] = {
    "created_at": "2026-03-03T14:05:00+00:00",
    "consult_version": "0.1.0",
    "inputs": [{"name": "one.csv", "sha256": "ab12", "bytes": 18200, "rows": 13, "notes": ["read as UTF-8"]}],
    "config": {"cluster": {"seed": 42, "themes": None}, "embedding": {"provider": "builtin"}},
    "versions": {"polars": "2.1.0"},
    "model": {"name": "all-MiniLM-L6-v2", "fingerprint": "f00d"},
    "seed": 42,
    "seconds": {"buses": 61.0, "street": 1.0},
    "notes": ["Personal data was not removed."],
}


def frame(spec: FrameSpec, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=spec.schema, orient="row")


def make_analysis(question_id: str, wording: str, rows: dict[str, list[tuple[Any, ...]]], **manifest: Any) -> Analysis:
    specs = (RESPONSES, POINTS, THEMES, PARENTS, ASSIGNMENTS, QUOTES, SUMMARIES, REJECTS, NON_ANSWERS)
    frames = {spec.name: frame(spec, rows.get(spec.name, [])) for spec in specs}
    return Analysis(question_id=question_id, wording=wording, manifest=manifest, **frames)


def make_run(**changes: Any) -> Run:
    buses = make_analysis(
        "buses",
        "What of the buses?",
        {"responses": RESPONSE_ROWS, "points": POINT_ROWS, "themes": THEME_ROWS, "parents": PARENT_ROWS,
         "assignments": ASSIGNMENT_ROWS,
         "quotes": QUOTE_ROWS, "summaries": SUMMARY_ROWS, "rejects": REJECT_ROWS,
         "non_answers": NON_ANSWER_ROWS},
        language="en",
        put_back=[["A4", "refers"]],
    )  # fmt: skip
    street = make_analysis(
        "street",
        "And of the street?",
        {"responses": [("A1", "street", "P1", "Trees", None, "one.csv", 2, "unthemed"),
                       ("A2", "street", "P2", "Plus de bancs", None, "one.csv", 3, "unthemed")]},
        language="fr",
        notes=["Only 2 responses: too few to find themes."],
        keywords=[["trees", 2], ["bancs", 1]],
    )  # fmt: skip
    told: dict[str, Any] = {
        "name": "Buses <2026>",
        "questions": frame(QUESTIONS, [("buses", "What of the buses?"), ("street", "And of the street?")]),
        "respondents": frame(RESPONDENTS, [("P1", "Age", "16-24")]),
        "answers": frame(ANSWERS, [("P1", "Agree?", "+ Yes")]),
        "rejects": frame(REJECTS, REJECT_ROWS),
        "ledger": frame(LEDGER, LEDGER_ROWS),
        "analyses": (buses, street),
        "manifest": MANIFEST,
    }
    return Run(**(told | changes))


@pytest.fixture
def run() -> Run:
    return make_run()


@pytest.fixture
def run_with() -> Callable[..., Run]:
    """Makes the run with some of its fields replaced."""
    return make_run


@pytest.fixture
def question_of() -> Callable[..., Run]:
    """Makes the run with its first question from other rows: frames by name, and keys of its manifest."""

    def make(*, of_run: dict[str, Any] | None = None, manifest: dict[str, Any] | None = None, **rows: Any) -> Run:
        own = {"responses": RESPONSE_ROWS, "points": POINT_ROWS, "themes": THEME_ROWS, "parents": PARENT_ROWS,
               "assignments": ASSIGNMENT_ROWS, "quotes": QUOTE_ROWS, "summaries": SUMMARY_ROWS}  # fmt: skip
        buses = make_analysis("buses", "What of the buses?", own | rows, **(manifest or {}))
        return make_run(analyses=(buses, make_run().analyses[1]), **(of_run or {}))

    return make


@pytest.fixture
def ledger_of() -> Callable[[list[tuple[Any, ...]]], pl.DataFrame]:
    return lambda rows: frame(LEDGER, rows)


@pytest.fixture
def rejects_of() -> Callable[[list[tuple[Any, ...]]], pl.DataFrame]:
    return lambda rows: frame(REJECTS, rows)


@pytest.fixture
def run_of() -> Callable[[list[tuple[Any, ...]]], Run]:
    """Makes a run of one question from rows of RESPONSES, with no themes."""

    def make(rows: list[tuple[Any, ...]]) -> Run:
        return make_run(
            questions=frame(QUESTIONS, [("q", "Why?")]),
            rejects=REJECTS.empty(),
            ledger=frame(LEDGER, [("one.csv", "q", len(rows), len(rows), 0, 0)]),
            analyses=(make_analysis("q", "Why?", {"responses": rows}),),
            manifest={},
        )

    return make
