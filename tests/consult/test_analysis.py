"""A finished run: what can be asked of it, and that its quotes are what was said."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from consult.analysis import Analysis, Run, check_quotes
from consult.errors import RunError, SchemaError
from consult.schemas import (
    ANSWERS,
    ASSIGNMENTS,
    LEDGER,
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

FEW = "too few to say"
TEXT = "😊 Les bus sont en retard. Cafe\u0301 fermé."


def frame(spec: FrameSpec, *rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=spec.schema, orient="row")


def theme(theme_id: str, title: str, n_respondents: int) -> tuple[object, ...]:
    n = n_respondents
    return ("Q", theme_id, int(theme_id), None, title, ["word"], n, n, n, n, n / 4, int(theme_id), None, "found")


def raises(response_id: str, theme_id: str, strength: float) -> tuple[object, ...]:
    return ("Q", response_id, theme_id, strength, f"{response_id}:1", 0, 4, "machine")


@pytest.fixture
def analysis() -> Analysis:
    return Analysis(
        question_id="Q",
        wording="Why?",
        responses=frame(
            RESPONSES,
            ("A", "Q", "P1", TEXT, None, "one.csv", 2, "themed"),
            ("B", "Q", "P2", "Late buses.", None, "one.csv", 3, "themed"),
            ("C", "Q", "P2", "Dear buses.", None, "one.csv", 4, "themed"),
            ("D", "Q", "P3", "Trams.", None, "one.csv", 5, "unthemed"),
            ("E", "Q", "P4", "No", None, "one.csv", 6, "non_answer"),
            ("F", "Q", "P5", "Late.", None, "one.csv", 7, "themed"),
        ),
        points=POINTS.empty(),
        themes=frame(THEMES, theme("1", "Late buses", 3), theme("2", "Dear buses", 1)),
        assignments=frame(
            ASSIGNMENTS,
            raises("A", "1", 0.6), raises("B", "1", 0.9), raises("C", "1", 0.5), raises("C", "2", 0.8),
            raises("F", "1", 0.9),
        ),
        quotes=frame(
            QUOTES,
            ("Q", "1", 1, "A", 2, 26, "Les bus sont en retard. "),
            ("Q", "1", 2, "A", 26, 38, "Cafe\u0301 fermé."),
            ("Q", "2", 1, "C", 0, 10, "Dear buses"),
        ),
        summaries=SUMMARIES.empty(),
        rejects=REJECTS.empty(),
        manifest={"counts": {"read": 6, "responses": 6}},
    )  # fmt: skip


@pytest.fixture
def run(analysis: Analysis) -> Run:
    return Run(
        name="one",
        questions=frame(QUESTIONS, ("Q", "Why?")),
        respondents=frame(
            RESPONDENTS,
            ("P1", "age", "16-24"), ("P2", "age", "65+"), ("P3", "age", "65+"), ("P4", "age", "65+"),
            ("P9", "age", "25-34"), ("P1", "sex", "F"),
        ),
        answers=frame(
            ANSWERS, ("P1", "travel", "bus"), ("P1", "travel", "car"), ("P2", "travel", "bus"), ("P3", "travel", "bus")
        ),
        rejects=REJECTS.empty(),
        ledger=LEDGER.empty(),
        analyses=(analysis,),
        manifest={},
    )  # fmt: skip


def test_counts_are_those_of_the_manifest(analysis: Analysis) -> None:
    assert analysis.counts == {"read": 6, "responses": 6}


def test_a_frame_that_is_not_as_declared_is_refused(analysis: Analysis) -> None:
    with pytest.raises(SchemaError, match="themes: missing columns"):
        replace(analysis, themes=analysis.themes.drop("title"))


# Themes


def test_a_theme(analysis: Analysis) -> None:
    found = analysis.theme("2")
    assert (found["title"], found["n_respondents"], found["share"]) == ("Dear buses", 1, 0.25)


def test_a_theme_that_is_not_there(analysis: Analysis) -> None:
    with pytest.raises(RunError, match=r"Question 'Q' has no theme '7'\. It has: 1, 2\.") as caught:
        analysis.theme("7")
    assert caught.value.code == "theme_missing"


def test_a_question_without_themes(analysis: Analysis) -> None:
    with pytest.raises(RunError, match="It has: none"):
        replace(analysis, themes=THEMES.empty()).theme("1")


def test_the_responses_of_a_theme_strongest_first_then_by_id(analysis: Analysis) -> None:
    found = analysis.responses_of("1")
    assert found.select("response_id", "strength", "start", "end").rows() == [
        ("B", 0.9, 0, 4), ("F", 0.9, 0, 4), ("A", 0.6, 0, 4), ("C", 0.5, 0, 4),
    ]  # fmt: skip
    assert found["text"][2] == TEXT
    assert set(RESPONSES.columns) <= set(found.columns)


def test_the_responses_of_a_theme_that_is_not_there(analysis: Analysis) -> None:
    with pytest.raises(RunError, match="no theme '7'"):
        analysis.responses_of("7")


# Questions


def test_the_analysis_of_a_question(run: Run, analysis: Analysis) -> None:
    assert run.analysis("Q") is analysis


def test_a_question_that_is_not_there(run: Run) -> None:
    with pytest.raises(RunError, match=r"Run 'one' has no question 'Z'\. It has: 'Q'\.") as caught:
        run.analysis("Z")
    assert caught.value.code == "question_missing"


# Groups


@pytest.fixture
def whole(run: Run) -> Run:
    """The run, configured to show every count."""
    return replace(run, manifest={"config": {"groups": {"smallest": 0}}})


def test_by_group_of_a_demographic_field(whole: Run) -> None:
    """P4 gave no answer and P9 did not answer the question: they count in no group. P5 gave no age."""
    assert whole.by_group("Q", "age").rows() == [
        ("1", "Late buses", "16-24", 1, 1, 1.0, 1 / 3, FEW),
        ("1", "Late buses", "65+", 1, 2, 0.5, 1 / 3, FEW),
        ("1", "Late buses", "Not given", 1, 1, 1.0, 1 / 3, FEW),
        ("2", "Dear buses", "16-24", 0, 1, 0.0, 0.0, FEW),
        ("2", "Dear buses", "65+", 1, 2, 0.5, 1.0, FEW),
        ("2", "Dear buses", "Not given", 0, 1, 0.0, 0.0, FEW),
    ]


def test_by_group_of_a_closed_question_counts_a_person_in_each_option(whole: Run) -> None:
    assert whole.by_group("Q", "travel").drop("share_of_theme", "compared").rows() == [
        ("1", "Late buses", "Not given", 1, 1, 1.0),
        ("1", "Late buses", "bus", 2, 3, pytest.approx(2 / 3)),
        ("1", "Late buses", "car", 1, 1, 1.0),
        ("2", "Dear buses", "Not given", 0, 1, 0.0),
        ("2", "Dear buses", "bus", 1, 3, pytest.approx(1 / 3)),
        ("2", "Dear buses", "car", 0, 1, 0.0),
    ]


def test_by_group_shows_no_small_group(run: Run) -> None:
    """As a run does that says nothing of it."""
    shown = run.by_group("Q", "age")
    assert shown["group"].unique().sort().to_list() == ["16-24", "65+", "Not given"]
    assert shown.drop("theme_id", "title", "group").null_count().sum_horizontal().item() == 5 * shown.height


def test_by_group_columns(run: Run) -> None:
    assert run.by_group("Q", "age").schema == pl.Schema(
        {
            "theme_id": pl.String, "title": pl.String, "group": pl.String, "n_respondents": pl.Int64,
            "n_group": pl.Int64, "share": pl.Float64, "share_of_theme": pl.Float64, "compared": pl.String,
        }
    )  # fmt: skip


def test_by_group_of_a_field_that_is_not_there(run: Run) -> None:
    with pytest.raises(RunError, match=r"has no field 'colour'\. It has: age, sex, travel\.") as caught:
        run.by_group("Q", "colour")
    assert caught.value.code == "field_missing"
    with pytest.raises(RunError, match="has no question 'Z'"):
        run.by_group("Z", "age")


def test_names_are_found_whatever_their_case_and_a_near_miss_is_told(run: Run) -> None:
    assert run.by_group("q", " AGE ").equals(run.by_group("Q", "age"))
    with pytest.raises(RunError) as caught:
        run.by_group("Q", "travl")
    assert caught.value.hint == "Did you mean 'travel'? It has: age, sex, travel."


# Quotes


def test_exact_quotes_pass(analysis: Analysis) -> None:
    assert check_quotes(analysis).is_empty()
    assert check_quotes(replace(analysis, quotes=QUOTES.empty())).is_empty()


@pytest.mark.parametrize(
    "wrong",
    [
        ("A", 2, 26, "Les bus sont en retard.\u00a0"),  # another space
        ("A", 2, 26, "les bus sont en retard. "),  # a capital
        ("A", 2, 26, "Les bus sont en retard."),  # shorter than its offsets
        ("A", 3, 27, "Les bus sont en retard. "),  # offsets that count the emoji twice, as UTF-16 does
        ("A", 26, 38, "Café fermé."),  # another Unicode form
        ("A", 26, 39, "Cafe\u0301 fermé."),  # beyond the end
        ("A", -12, 38, "Cafe\u0301 fermé."),  # from behind
        ("A", 5, 5, ""),  # nothing
        ("Z", 2, 26, "Les bus sont en retard. "),  # a response that does not exist
        ("B", 2, 26, "Les bus sont en retard. "),  # another's
    ],
)
def test_a_quote_that_is_not_exact_is_found(wrong: tuple[str, int, int, str], analysis: Analysis) -> None:
    quotes = pl.concat([analysis.quotes, frame(QUOTES, ("Q", "2", 2, *wrong))])
    assert check_quotes(replace(analysis, quotes=quotes)).rows() == [("Q", "2", 2, *wrong)]
