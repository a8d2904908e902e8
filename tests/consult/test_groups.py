"""Themes by group: what is counted, what is said of it, and what is not shown."""

from __future__ import annotations

import polars as pl
import pytest

from consult.groups import NOT_GIVEN, compare_words, explained_by, sizes_of, smallest_of, tabulate, tell_raising


def members(**groups: range) -> pl.DataFrame:
    pairs = [(who, group) for group, people in groups.items() for who in people]
    return pl.DataFrame(pairs, schema={"who": pl.Int64, "group": pl.String}, orient="row")


def raised(**themes: list[int]) -> pl.DataFrame:
    pairs = [(theme, who) for theme, people in themes.items() for who in people]
    return pl.DataFrame(pairs, schema={"theme_id": pl.String, "who": pl.Int64}, orient="row")


PEOPLE = pl.Series("who", range(100), dtype=pl.Int64)


def test_a_person_counts_once_in_a_broad_theme_and_the_blank_are_a_group() -> None:
    found = tabulate(
        members(north=range(40), south=range(40, 90), west=range(200, 220)),
        tell_raising(
            raised(a=[*range(20), *range(40, 60), *range(90, 97)], b=[*range(10, 30), *range(40, 50)], c=[]),
            PEOPLE,
            {"a": "P", "b": "P", "c": None},
        ),
        0,
    )
    assert found.groups == ("north", "south", NOT_GIVEN)
    assert not found.is_hiding
    assert [found.size(group) for group in found.groups] == [40, 50, 10]
    assert [found.cell("a", group).n_respondents for group in found.groups] == [20, 20, 7]
    assert found.cell("P", "north").n_respondents == 30
    assert found.cell("c", "south").n_respondents == 0


def test_shares_are_of_the_group_and_of_the_theme() -> None:
    raising = tell_raising(raised(a=list(range(30, 60))), PEOPLE, {"a": None})
    found = tabulate(members(north=range(40), south=range(40, 100)), raising, 5)
    north = found.cell("a", "north")
    assert (north.n_respondents, north.n_group, north.share) == (10, 40, 0.25)
    assert north.share_of_theme == pytest.approx(1 / 3)
    assert north.compared == "about as often"


def test_what_is_hidden_has_neither_count_nor_share_nor_words() -> None:
    raising = tell_raising(raised(a=list(range(37, 60))), PEOPLE, {"a": None})
    found = tabulate(members(north=range(40), south=range(40, 100)), raising, 5)
    for group in ("north", "south"):
        cell = found.cell("a", group)
        assert (cell.n_respondents, cell.share, cell.share_of_theme, cell.compared) == (None,) * 4
        assert not found.shows("a", group)
    assert found.size("north") == 40


def test_one_field_under_two_names_is_hidden_alike() -> None:
    """Ties go by who is in the groups; else one column would show what the other hides."""
    plain = members(x=range(3), y=range(3, 23), z=range(23, 43), w=range(43, 100))
    renamed = plain.with_columns(pl.col("group").replace({"x": "1", "y": "9", "z": "4", "w": "0"}))
    sizes = sizes_of(plain, PEOPLE, 5)
    assert sizes == {"x": None, "y": None, "z": 20, "w": 57}
    assert sizes_of(renamed, PEOPLE, 5) == {"1": None, "9": None, "4": 20, "0": 57}


@pytest.mark.parametrize(
    ("n", "size", "everyone", "words"),
    [
        (20, 40, 0.25, "more often"),
        (12, 40, 0.25, "about as often"),  # two people more than the ten
        (14, 40, 0.25, "about as often"),  # 1.4 times, but four people
        (4, 40, 0.5, "less often"),
        (480, 1000, 0.45, "about as often"),
        (29, 29, 0.1, "too few to say"),
        (0, 0, 0.1, None),
        (0, 40, 0.0, "about as often"),
    ],
)
def test_over_and_under_representation_in_words(n: int, size: int, everyone: float, words: str | None) -> None:
    assert compare_words(n, size, everyone) == words


def test_the_threshold_is_the_run_s() -> None:
    assert smallest_of({"config": {"groups": {"smallest": 10}}}) == 10
    assert smallest_of({}) == 5


def test_the_closed_question_is_the_mapping_s() -> None:
    manifest = {"mapping": {"questions": [{"question_id": "why", "explains": "Agree?"}, {"question_id": "else"}]}}
    assert explained_by(manifest, "why") == "Agree?"
    assert explained_by(manifest, "else") is None
    assert explained_by({}, "why") is None
