"""A campaign planted among a thousand answers neither makes nor moves a theme, and all of its members are counted."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from consult.analysis import Analysis, Run, check_quotes
from consult.config import AnalysisConfig
from consult.explain import explain_response, find_space
from consult.pipeline import analyse

QUESTION = "What do you think of the plans for the town?"
OPTIONS: dict[str, Any] = {
    "columns": {"response_id": "id", "open": [QUESTION], "question_ids": {QUESTION: "town"}},
    "cluster": {"small_question": 10_000, "stability_fits": 0},
}
SUBJECTS = (
    "library reading books shelves borrow librarian", "harbour boats moorings quay fishermen tide",
    "playground swings slides toddlers sandpit climbing", "buses timetable routes stops drivers fares",
    "market stalls traders vegetables cheese awnings", "hospital nurses wards beds doctors clinic",
)  # fmt: skip
LETTER = (
    "The cinema must never be demolished by developers. Its projectors and velvet seats belong to every film lover "
    "here. Ask the cinema trust to reopen the matinee screen before the council sells its beautiful foyer."
)
Rows = list[tuple[str, str]]


def answers() -> Rows:
    """440 answers, each of six words on one subject and a place of its own; some subjects come oftener than others."""
    rows: Rows = []
    for n in range(440):
        words = SUBJECTS[min(n % 7, n % 6)].split()
        one, two, three = words[n % 6], words[(n // 6 + 1) % 6], words[(n // 36 + 3) % 6]
        rows.append((f"A{n:03}", f"Keep {one}, {two} and {three} at lane {n}."))
    return rows


def edited(n: int) -> str:
    """A word is changed, here and there a full stop with it."""
    words = LETTER.split()
    words[4 + n % 20] = f"changed{n}"
    return " ".join(words)


def members() -> Rows:
    exact = [(f"B{n:03}", LETTER) for n in range(500)]
    return exact + [(f"C{n:03}", edited(n)) for n in range(40)]


def additions() -> Rows:
    """What twenty have to add, each in an order of its own: on buses and a farm."""
    words = SUBJECTS[3].split()
    rows: Rows = []
    for n in range(20):
        a, b, c, d, e = (words[(n * step + step) % 6] for step in (1, 5, 7, 11, 13))
        said = f"Farm{n} {a} lane{n} {b} ridge{n} {c} past{n} {d} barn{n} {e} stile{n} {words[n % 6]}."
        rows.append((f"D{n:03}", said))
    return rows


def added() -> Rows:
    return [(response_id, f"{LETTER} {text}") for response_id, text in additions()]


def town(folder: Path, rows: Sequence[tuple[str, str]], embedder: Any) -> Run:
    path = folder / "town.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", QUESTION), *rows])
    return analyse([path], AnalysisConfig.model_validate(OPTIONS), embedder=embedder)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, fake_embedder: Any) -> Run:
    return town(tmp_path_factory.mktemp("planted"), answers() + members() + added(), fake_embedder)


@pytest.fixture(scope="module")
def planted(whole: Run) -> Analysis:
    return whole.analysis("town")


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, fake_embedder: Any) -> Analysis:
    """No letter at all: only the other answers, and what twenty added to it sent by itself."""
    return town(tmp_path_factory.mktemp("without"), [*answers(), *additions()], fake_embedder).analysis("town")


def who(analysis: Analysis, theme_id: str, first: str) -> frozenset[str]:
    raised = analysis.assignments.filter(pl.col("theme_id") == theme_id)["response_id"]
    return frozenset(response_id for response_id in raised if response_id[0] in first)


def by_text(analysis: Analysis) -> list[frozenset[str]]:
    """Who of the 440 raises each theme that any of them raises, by the rank of distinct texts."""
    ordered = analysis.themes.sort("rank_distinct")["theme_id"]
    return [members for theme_id in ordered if (members := who(analysis, theme_id, "A"))]


def test_the_campaign_is_found_whole(planted):
    assert planted.campaigns["campaign_id"].value_counts().rows() == [("C1", 560)]
    assert sorted(planted.campaigns["kind"].value_counts().rows()) == [("exact", 500), ("near", 60)]
    assert planted.manifest["campaigns"] == {"campaigns": 1, "responses": 560, "distinct_texts": 461}


def test_it_neither_makes_nor_moves_a_theme(planted, without):
    """The themes, their words, their ranks by distinct texts and who raises them are those of the run without it."""
    assert planted.themes.height == without.themes.height > 5
    assert planted.themes.sort("rank_distinct").select("keywords", "stability").rows() == (
        without.themes.sort("rank_distinct").select("keywords", "stability").rows()
    )
    ours, theirs = by_text(planted), by_text(without)
    assert ours == theirs
    assert frozenset.union(*ours) > {f"A{n:03}" for n in range(400)}


def test_its_members_are_all_counted(planted):
    """Where one letter raises a theme, all 540 do: they count as people, and as one distinct text."""
    raised = 0
    for theme in planted.themes.to_dicts():
        n = len(who(planted, theme["theme_id"], "BC"))
        assert n in (0, 540)
        others = who(planted, theme["theme_id"], "AD")
        assert theme["n_respondents"] == len(who(planted, theme["theme_id"], "ABCD"))
        assert theme["n_distinct"] == len(others) + (n > 0) or not others.isdisjoint(f"D{n:03}" for n in range(20))
        raised += n > 0
    status = planted.responses.filter(pl.col("response_id").str.contains("^[BC]"))["status"].unique().to_list()
    assert status == ["themed" if raised else "unthemed"]
    told = [
        note
        for note in planted.manifest["notes"]
        if "540 of the " in note and " copied responses raise no theme" in note
    ]
    assert len(told) == (not raised)


def test_additions_are_themed_on_their_own_words(planted, without):
    """Each raises the themes that the same words raise where they are sent alone, and those of the letter."""
    mine, alone = (
        [who(run, theme_id, "D") for theme_id in run.themes.sort("rank_distinct")["theme_id"]]
        for run in (planted, without)
    )
    letters = [bool(who(planted, theme_id, "B")) for theme_id in planted.themes.sort("rank_distinct")["theme_id"]]
    everyone = frozenset(response_id for response_id, _ in additions())
    raising = planted.assignments.filter(pl.col("response_id").str.starts_with("D"))
    own = raising.join(planted.copies, on="point_id", how="anti")
    assert own["response_id"].n_unique() == 20
    assert mine == [everyone if letter else each for letter, each in zip(letters, alone, strict=True)]


def test_every_inherited_point_is_a_span_of_its_own_response(planted):
    texts = dict(planted.responses.select("response_id", "text").iter_rows())
    raised = planted.assignments.select("response_id", "start", "end").rows()
    assert all(0 <= start < end <= len(texts[response_id]) for response_id, start, end in raised)
    assert check_quotes(planted).is_empty()
    added_to = planted.own_words.filter(pl.col("response_id").str.starts_with("D"))
    own = [texts[each][start:end] for each, start, end, _ in added_to.iter_rows()]
    assert own == [text for _, text in additions()]


def test_what_is_inherited_is_explained(whole, planted):
    space = find_space(whole, planted)
    theme_ids = planted.themes["theme_id"].to_list()
    for response_id in ("B499", "C007", "D013"):
        _, cosines = space.similarities(response_id)
        assert len(cosines)
        for row in explain_response(whole, planted, response_id)["carries"]:
            assert cosines[:, theme_ids.index(row["theme_id"])].max() == pytest.approx(row["strength"], abs=1e-5)


def test_a_letter_in_another_language_does_not_change_how_answers_are_read(tmp_path, fake_embedder):
    welsh = [
        (f"A{n}", f"Mae angen mwy o feinciau yn y parc i bobl hŷn, ac mae'r llwybr yn dywyll, rhif {n}")
        for n in range(30)
    ]
    run = town(tmp_path, [*welsh, *((f"B{n}", LETTER) for n in range(60))], fake_embedder).analysis("town")
    assert run.manifest["languages"] == {"cy": 30, "en": 60}
    assert run.manifest["language"] == "cy"
