"""Who raises a theme is for or against as they chose, and never as their words sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest

from consult import groups
from consult.analysis import Analysis, Run
from consult.report.groups import tables_of, theme_sentences
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

ASKED = "Do you agree with the proposal?"
FLIPPED = {"Agree": "Disagree", "Disagree": "Agree"}
# The words are of the other side: praise by those who disagree, complaint by those who agree.
PRAISE = "This lovely scheme of trees and benches is a wonderful gift to everyone on street {n}"
COMPLAINT = "The awful noise of lorries at night wakes children and must end near house {n}"


def make(*, flip: bool = False) -> Run:
    """Of 80 people one half praises and the other complains; the closed answers of the first are mostly against."""
    responses, assignments, answers = [], [], []
    for n in range(80):
        praises = n % 2 == 1
        answer = "Disagree" if praises else "Agree"
        if n % 10 < 2 and n < 50:  # one in eight thinks otherwise
            answer = FLIPPED[answer]
        text = (PRAISE if praises else COMPLAINT).format(n=n)
        responses.append((f"R{n}", "why", f"R{n}", text, None, "one.csv", n + 2, "themed"))
        assignments.append(("why", f"R{n}", "1" if praises else "2", 0.9, f"R{n}:1", 0, len(text), "machine"))
        answers.append((f"R{n}", ASKED, FLIPPED[answer] if flip else answer))
    themes = [("why", id_, int(id_), None, title, ["w"], 40, 40, 40, 40, 0.5, int(id_), None, "found")
              for id_, title in (("1", "Praise"), ("2", "Complaint"))]  # fmt: skip
    analysis = Analysis(
        "why", "Why?", frame(RESPONSES, responses), POINTS.empty(), frame(THEMES, themes),
        frame(ASSIGNMENTS, assignments), QUOTES.empty(), SUMMARIES.empty(), REJECTS.empty(),
    )  # fmt: skip
    manifest = {"mapping": {"questions": [{"question_id": "why", "explains": ASKED}]}}
    return Run(
        "one", frame(QUESTIONS, [("why", "Why?")]), RESPONDENTS.empty(), frame(ANSWERS, answers), REJECTS.empty(),
        LEDGER.empty(), (analysis,), manifest,
    )  # fmt: skip


def frame(spec: FrameSpec, rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=spec.schema, orient="row")


@pytest.fixture(scope="module")
def runs() -> tuple[Run, Run]:
    """The same words twice, the answers to the closed question exchanged in the second."""
    return make(), make(flip=True)


def agreeing(run: Run) -> dict[str, float]:
    """Of the themes of each planted kind, the share of those who raise it that agree."""
    analysis = run.analysis("why")
    split = run.by_group("why", ASKED).filter(pl.col("group") == "Agree")
    kinds = {}
    for theme_id, n, total in split.select("theme_id", "n_respondents", "share_of_theme").iter_rows():
        praising = analysis.responses_of(theme_id)["text"].str.contains("lovely").mean()
        assert n is not None
        assert isinstance(praising, float)
        assert praising in (0.0, 1.0)
        kinds["praise" if praising else "complaint"] = total
    return kinds


def check_polarity(run: Run, *, flipped: bool) -> None:
    """Those who complain agree, nine in ten, and those who praise do not; the other way round where it was flipped."""
    found = agreeing(run)
    assert set(found) == {"praise", "complaint"}
    for_it, against = ("praise", "complaint") if flipped else ("complaint", "praise")
    assert found[for_it] >= 0.8
    assert found[against] <= 0.2


def test_the_split_is_what_people_chose(runs: tuple[Run, Run]) -> None:
    check_polarity(runs[0], flipped=False)


def test_the_split_turns_with_the_answers_and_not_with_the_words(runs: tuple[Run, Run]) -> None:
    check_polarity(runs[1], flipped=True)
    plain, flipped = (agreeing(run) for run in runs)
    assert {kind: pytest.approx(1 - share) for kind, share in plain.items()} == flipped


def test_a_flipped_sign_would_be_found(runs: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is no good unless an implementation that takes for for against fails it."""
    honest = groups.members_of

    def mutated(respondents: pl.DataFrame, answers: pl.DataFrame, field_name: str) -> pl.DataFrame:
        return honest(respondents, answers, field_name).with_columns(pl.col("group").replace(FLIPPED))

    monkeypatch.setattr("consult.analysis.members_of", mutated)
    for run, flipped in zip(runs, (False, True), strict=True):
        with pytest.raises(AssertionError):
            check_polarity(run, flipped=flipped)


def said(run: Run) -> dict[str, list[str]]:
    analysis = run.analysis("why")
    return theme_sentences(run, analysis, tables_of(run, analysis), "person", "people")


def test_the_report_says_how_those_who_raise_a_theme_chose(runs: tuple[Run, Run]) -> None:
    assert said(runs[0]) == {
        "1": [f"To “{ASKED}” the 40 people answered: 35 (88%) “Disagree”, 5 (13%) “Agree”."],
        "2": [f"To “{ASKED}” the 40 people answered: 35 (88%) “Agree”, 5 (13%) “Disagree”."],
    }


def test_where_no_closed_question_is_tied_to_it_nothing_is_said_of_position(runs: tuple[Run, Run]) -> None:
    """Groups that raise it more often are told as of any field; that they are for or against is not."""
    assert all("answered" not in each for told in said(replace(runs[0], manifest={})).values() for each in told)
