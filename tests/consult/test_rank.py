"""Clusters into ranked themes: people, responses and distinct texts, each counted once."""

from __future__ import annotations

import polars as pl
import pytest

from consult.assign import PLACED, RAISED
from consult.rank import mark_themed, rank_parents, rank_themes, ranking
from consult.schemas import CLUSTERS, POINTS, RESPONSES


def ranked(
    answers: list[tuple[str, str, str, str]], raised: list[tuple[str, int]]
) -> tuple[pl.DataFrame, pl.DataFrame, list[int]]:
    """Ranks (response_id, respondent_id, text, status) that raise (response_id, cluster), a point for each."""
    responses = pl.DataFrame(
        [(rid, "Q", who, text, None, "one.csv", n, status) for n, (rid, who, text, status) in enumerate(answers)],
        schema=RESPONSES.schema,
        orient="row",
    )
    points = pl.DataFrame(
        [(f"{rid}:{cluster}", rid, cluster, cluster + 1, f"t{rid}") for rid, cluster in raised],
        schema=POINTS.schema,
        orient="row",
    )
    placed = pl.DataFrame([(f"{rid}:{cluster}", cluster, 0.5) for rid, cluster in raised], schema=PLACED, orient="row")
    raising = pl.DataFrame(
        [(rid, cluster, 0.5, f"{rid}:{cluster}", cluster, cluster + 1) for rid, cluster in raised],
        schema=RAISED,
        orient="row",
    )
    clusters = pl.DataFrame(
        [(n, [f"word{n}"], None) for n in range(1 + max((c for _, c in raised), default=0))],
        schema=CLUSTERS.schema,
        orient="row",
    )
    return rank_themes("Q", raising, points, placed, responses, clusters)


ANSWERS = [
    # response_id, respondent_id, text, status
    ("A", "P1", "Late buses.", "received"),
    ("B", "P2", "Late buses.", "received"),
    ("C", "P3", "Late  buses.", "received"),
    ("D", "P4", "Dear tickets, dark stops.", "received"),
    ("E", "P4", "Dark stops.", "received"),
    ("F", "P5", "Trams.", "received"),
    ("G", "P6", "No", "non_answer"),
    ("H", "P7", "n/a", "non_answer"),
]
RAISED_BY = [("A", 2), ("B", 2), ("C", 2), ("D", 0), ("D", 1), ("E", 1)]


def test_themes_are_counted_as_people_as_responses_and_as_distinct_texts() -> None:
    themes, _, order = ranked(ANSWERS, RAISED_BY)
    counted = themes.select(
        "theme_id", "rank", "n_respondents", "n_responses", "n_distinct", "n_points", "rank_distinct"
    )
    assert themes["share"].to_list() == pytest.approx([3 / 5, 1 / 5, 1 / 5])
    # Five people gave an answer: P6 and P7 said nothing. Three equal texts are one when texts are counted.
    assert counted.rows() == [
        ("1", 1, 3, 3, 1, 3, 2),
        ("2", 2, 1, 2, 2, 2, 1),
        ("3", 3, 1, 1, 1, 1, 3),
    ]
    assert order == [2, 1, 0]
    assert themes["keywords"].to_list() == [["word2"], ["word1"], ["word0"]]
    assert themes["question_id"].unique().to_list() == ["Q"]


def test_a_parent_counts_who_raises_any_of_its_themes_once() -> None:
    themes, assignments, _ = ranked(ANSWERS, RAISED_BY)
    responses = pl.DataFrame(
        [(rid, "Q", who, text, None, "one.csv", n, status) for n, (rid, who, text, status) in enumerate(ANSWERS)],
        schema=RESPONSES.schema,
        orient="row",
    )
    # Theme 1 stands alone; 2 and 3 are one parent: D raises both, and D and E are one person.
    parted, parents = rank_parents(themes, [-1, 0, 0], assignments, responses)
    assert parted["parent_id"].to_list() == [None, "P1", "P1"]
    assert parted.drop("parent_id").equals(themes.drop("parent_id"))
    assert parents.rows(named=True) == [
        {"question_id": "Q", "parent_id": "P1", "rank": 1, "title": "", "n_themes": 2, "n_respondents": 1,
         "n_responses": 2, "n_distinct": 2, "share": 0.2, "rank_distinct": 1}
    ]  # fmt: skip


def test_parents_are_ranked_by_people_and_themes_that_all_stand_alone_have_none() -> None:
    themes, assignments, _ = ranked(ANSWERS, RAISED_BY)
    responses = pl.DataFrame(
        [(rid, "Q", who, text, None, "one.csv", n, status) for n, (rid, who, text, status) in enumerate(ANSWERS)],
        schema=RESPONSES.schema,
        orient="row",
    )
    parted, parents = rank_parents(themes, [1, 0, 1], assignments, responses)
    assert parted["parent_id"].to_list() == ["P1", "P2", "P1"]
    assert parents.select("parent_id", "rank", "n_respondents", "n_distinct", "rank_distinct").rows() == [
        ("P1", 1, 4, 2, 1),
        ("P2", 2, 1, 2, 2),
    ]
    alone, none = rank_parents(themes, [-1, -1, -1], assignments, responses)
    assert alone["parent_id"].null_count() == 3
    assert none.is_empty()


def test_assignments_show_the_point_by_response_and_rank() -> None:
    _, assignments, _ = ranked(ANSWERS, RAISED_BY)
    assert assignments.rows() == [
        ("Q", "A", "1", 0.5, "A:2", 2, 3, "machine"),
        ("Q", "B", "1", 0.5, "B:2", 2, 3, "machine"),
        ("Q", "C", "1", 0.5, "C:2", 2, 3, "machine"),
        ("Q", "D", "2", 0.5, "D:1", 1, 2, "machine"),
        ("Q", "D", "3", 0.5, "D:0", 0, 1, "machine"),
        ("Q", "E", "2", 0.5, "E:1", 1, 2, "machine"),
    ]


def test_the_rule() -> None:
    assert ranking() == [("n_respondents", True), ("n_responses", True), ("n_distinct", True), ("cluster", False)]


@pytest.mark.parametrize(
    ("why", "answers", "raised", "order"),
    [
        (
            "more people before more responses",
            [("A", "P1", "a", "received"), ("B", "P1", "b", "received"), ("C", "P1", "c", "received"),
             ("D", "P2", "d", "received"), ("E", "P3", "e", "received")],
            [("A", 0), ("B", 0), ("C", 0), ("D", 1), ("E", 1)],
            [1, 0],
        ),
        (
            "as many people: more responses",
            [("A", "P1", "a", "received"), ("B", "P2", "b", "received"), ("C", "P2", "c", "received")],
            [("A", 0), ("B", 1), ("C", 1)],
            [1, 0],
        ),
        (
            "as many responses: more distinct texts",
            [("A", "P1", "a", "received"), ("B", "P2", "a", "received"), ("C", "P3", "c", "received"),
             ("D", "P4", "d", "received")],
            [("A", 0), ("B", 0), ("C", 1), ("D", 1)],
            [1, 0],
        ),
        (
            "all alike: the older number",
            [("A", "P1", "a", "received"), ("B", "P2", "b", "received")],
            [("A", 1), ("B", 0)],
            [0, 1],
        ),
    ],
)  # fmt: skip
def test_ties(
    why: str, answers: list[tuple[str, str, str, str]], raised: list[tuple[str, int]], order: list[int]
) -> None:
    assert ranked(answers, raised)[2] == order, why


def test_equal_counts_of_distinct_texts_keep_the_order_of_the_ranks() -> None:
    themes, _, _ = ranked(
        [("A", "P1", "a", "received"), ("B", "P2", "a", "received"), ("C", "P3", "c", "received")],
        [("A", 0), ("B", 0), ("C", 1)],
    )
    assert themes.select("n_distinct", "rank_distinct").rows() == [(1, 1), (1, 2)]


def test_a_cluster_that_nobody_raises_is_no_theme() -> None:
    themes, _, order = ranked(ANSWERS, [("A", 3)])
    assert (themes["theme_id"].to_list(), order) == (["1"], [3])


def test_the_order_of_the_rows_plays_no_part() -> None:
    straight, back = ranked(ANSWERS, RAISED_BY), ranked(ANSWERS[::-1], RAISED_BY[::-1])
    assert straight[0].equals(back[0])
    assert straight[1].equals(back[1])


@pytest.mark.parametrize("answers", [[], [("A", "P1", "No", "non_answer")], [("A", "P1", "Trams", "received")]])
def test_nothing_raised(answers: list[tuple[str, str, str, str]]) -> None:
    themes, assignments, order = ranked(answers, [])
    assert (len(themes), len(assignments), order) == (0, 0, [])


def test_mark_themed() -> None:
    _, assignments, _ = ranked(ANSWERS, RAISED_BY)
    responses = pl.DataFrame(
        [(rid, "Q", who, text, None, "one.csv", n, status) for n, (rid, who, text, status) in enumerate(ANSWERS)],
        schema=RESPONSES.schema,
        orient="row",
    )
    marked = mark_themed(responses, assignments)
    assert marked["status"].to_list() == ["themed"] * 5 + ["unthemed"] + ["non_answer"] * 2
    assert marked.drop("status").equals(responses.drop("status"))
