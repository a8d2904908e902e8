"""Points and clusters into response x theme: near enough, near the strongest, and by each response's own text."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from consult.arrays import unit
from consult.assign import (
    PLACED,
    RAISED,
    Floats,
    assign_responses,
    centres,
    common_part,
    in_context,
    less,
    place_points,
    shared_direction,
    without,
)
from consult.config import AssignConfig
from consult.schemas import POINTS

EAST_NORTH_UP = np.eye(3, dtype=np.float32)


def points_frame(*rows: tuple[str, str]) -> pl.DataFrame:
    """POINTS of (response_id, text_id), ten characters each."""
    place: dict[str, int] = {}
    made = []
    for response_id, text in rows:
        n = place[response_id] = place.get(response_id, 0) + 1
        made.append((f"{response_id}:{n}", response_id, 10 * (n - 1), 10 * n, text))
    return pl.DataFrame(made, schema=POINTS.schema, orient="row")


def placed_frame(*rows: tuple[str, int, float]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=PLACED, orient="row")


def directions(n: int, d: int = 32) -> Floats:
    return unit(np.random.default_rng(n).normal(size=(n, d)))


# Context

ROWS = [("A", "t1"), ("A", "t2"), ("A", "t3"), ("B", "t4"), ("C", "t1"), ("C", "t4")]
TEXT_IDS = ("t1", "t2", "t3", "t4")


def test_a_point_takes_in_some_of_its_neighbours_in_its_own_response() -> None:
    found = in_context(
        points_frame(("A", "t1"), ("A", "t2"), ("B", "t3")), ("t3", "t1", "t2"), EAST_NORTH_UP, weight=1.0
    )
    # A's two points lie on t1 (north) and t2 (up), B's on t3 (east).
    half = np.sqrt(0.5)
    first = np.array([0, 1 + half, half])
    second = np.array([0, half, 1 + half])
    assert found[0] == pytest.approx(first / np.linalg.norm(first), abs=1e-6)
    assert found[1] == pytest.approx(second / np.linalg.norm(second), abs=1e-6)
    assert found[2] == pytest.approx([1, 0, 0], abs=1e-6)


def test_without_weight_a_point_is_what_it_is() -> None:
    vectors = directions(4)
    found = in_context(points_frame(*ROWS), TEXT_IDS, vectors, weight=0.0)
    assert np.allclose(found, vectors[[0, 1, 2, 3, 0, 3]], atol=1e-6)


def test_the_context_is_of_unit_length() -> None:
    found = in_context(points_frame(*ROWS), TEXT_IDS, directions(4))
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-6)


def test_a_response_more_changes_no_other_to_the_bit() -> None:
    vectors = directions(4)
    all_of_them = in_context(points_frame(*ROWS), TEXT_IDS, vectors)
    assert np.array_equal(in_context(points_frame(*ROWS[:3]), TEXT_IDS, vectors), all_of_them[:3])
    assert np.array_equal(in_context(points_frame(*ROWS[:4]), TEXT_IDS, vectors), all_of_them[:4])
    assert np.array_equal(in_context(points_frame(*ROWS[3:]), TEXT_IDS, vectors), all_of_them[3:])


def test_equal_responses_have_equal_context() -> None:
    rows = [(response_id, text) for response_id in "ABC" for text in ("t2", "t1", "t2")]
    found = in_context(points_frame(*rows), TEXT_IDS, directions(4))
    assert np.array_equal(found[:3], found[3:6])
    assert np.array_equal(found[:3], found[6:])


def test_no_points_no_context() -> None:
    assert len(in_context(POINTS.empty(), (), np.zeros((0, 3), dtype=np.float32))) == 0


# The shared direction


def test_what_all_differ_in_most_is_left_out() -> None:
    rng = np.random.default_rng(1)
    vectors = unit(np.column_stack([rng.normal(0, 5, 40), rng.normal(0, 1, 40), rng.normal(0, 1, 40)]))
    direction = shared_direction(vectors)
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert abs(direction[0]) > 0.9
    left = without(vectors, direction)
    assert left @ direction.astype(np.float32) == pytest.approx(0, abs=1e-6)
    assert np.linalg.norm(left, axis=1) == pytest.approx(1, abs=1e-6)
    assert np.array_equal(without(vectors[:1], direction)[0], left[0])


def test_too_few_to_tell_a_direction() -> None:
    assert shared_direction(EAST_NORTH_UP[:2]).tolist() == [0, 0, 0]
    assert np.array_equal(without(EAST_NORTH_UP, np.zeros(3)), EAST_NORTH_UP)


def test_a_vector_along_the_direction_becomes_zero_and_no_nonsense() -> None:
    left = without(EAST_NORTH_UP, np.array([1.0, 0.0, 0.0]))
    assert left.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1]]


# Centres


def test_centres_are_unit_means_of_members() -> None:
    vectors = np.array([[1, 0], [0, 1], [0, 1], [-1, 0]], dtype=np.float32)
    found = centres(vectors, pl.Series([0, 0, 1, None], dtype=pl.Int64))
    assert found == pytest.approx(np.array([[np.sqrt(0.5), np.sqrt(0.5)], [0, 1]]))


@pytest.mark.parametrize("labels", [[], [None, None]])
def test_no_clusters_no_centres(labels: list[None]) -> None:
    found = centres(np.ones((len(labels), 2), dtype=np.float32), pl.Series(labels, dtype=pl.Int64))
    assert found.shape == (0, 2)


# Places

LEANING = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [-1, 0]], dtype=np.float32)
EAST_AND_NORTH = np.array([[1, 0], [0, 1]], dtype=np.float32)
FOUR = points_frame(("A", "t1"), ("B", "t2"), ("C", "t3"), ("D", "t4"))


@pytest.mark.parametrize(
    ("min_strength", "tie", "expected"),
    [
        (0.5, 0.0, [("A:1", 0, 1.0), ("B:1", 0, 0.8), ("C:1", 1, 0.8)]),
        (0.9, 0.0, [("A:1", 0, 1.0)]),
        (0.5, 0.25, [("A:1", 0, 1.0), ("B:1", 0, 0.8), ("B:1", 1, 0.6), ("C:1", 0, 0.6), ("C:1", 1, 0.8)]),
        # As good as nearest is not yet near enough
        (0.7, 0.25, [("A:1", 0, 1.0), ("B:1", 0, 0.8), ("C:1", 1, 0.8)]),
    ],
)
def test_a_point_belongs_where_it_is_near_enough(
    min_strength: float, tie: float, expected: list[tuple[str, int, float]]
) -> None:
    found = place_points(FOUR, LEANING, EAST_AND_NORTH, AssignConfig(min_strength=min_strength, tie=tie))
    assert found.schema == PLACED
    assert [(point, cluster, pytest.approx(near, abs=1e-6)) for point, cluster, near in expected] == found.rows()


def test_places_without_points_or_without_centres() -> None:
    config = AssignConfig()
    none = np.zeros((0, 2), dtype=np.float32)
    assert place_points(FOUR, LEANING, none, config).equals(pl.DataFrame(schema=PLACED))
    assert place_points(POINTS.empty(), none, EAST_AND_NORTH, config).equals(pl.DataFrame(schema=PLACED))


def test_equal_points_get_equal_places_and_one_more_changes_none_to_the_bit() -> None:
    vectors, centre, config = directions(60, 384), directions(7, 384), AssignConfig(min_strength=0, tie=0.05)
    points = points_frame(*((f"{n:02}", f"t{n}") for n in range(60)))
    together = place_points(points, vectors, centre, config)
    alone = pl.concat(place_points(points[n : n + 1], vectors[n : n + 1], centre, config) for n in range(60))
    assert together.equals(alone)
    twice = points_frame(*((f"{n:02}", f"t{n % 20}") for n in range(60)))
    found = place_points(twice, vectors[[n % 20 for n in range(60)]], centre, config).with_columns(
        text=pl.col("point_id").str.head(2).cast(pl.Int64) % 20
    )
    assert found.select("text", "cluster", "similarity").unique().height * 3 == len(found)


# Responses


def test_a_response_raises_the_clusters_of_its_points_by_the_nearest_of_them() -> None:
    points = points_frame(("B", "t1"), ("A", "t1"), ("A", "t2"), ("A", "t3"))
    placed = placed_frame(("A:1", 0, 0.6), ("A:2", 0, 0.9), ("A:3", 1, 0.8), ("B:1", 1, 0.7))
    found = assign_responses(points, placed, AssignConfig(margin=0.2))
    assert found.schema == RAISED
    assert found.rows() == [("A", 0, 0.9, "A:2", 10, 20), ("A", 1, 0.8, "A:3", 20, 30), ("B", 1, 0.7, "B:1", 0, 10)]


def test_of_equally_near_points_the_first_is_shown() -> None:
    points = points_frame(("A", "t1"), ("A", "t1"))
    placed = placed_frame(("A:2", 0, 0.9), ("A:1", 0, 0.9))
    assert assign_responses(points, placed, AssignConfig())["point_id"].to_list() == ["A:1"]


@pytest.mark.parametrize(("margin", "clusters"), [(0.0, [0]), (0.25, [0, 1]), (1.0, [0, 1, 2])])
def test_a_theme_far_behind_the_strongest_is_dropped(margin: float, clusters: list[int]) -> None:
    points = points_frame(("A", "t1"), ("A", "t2"), ("A", "t3"))
    placed = placed_frame(("A:1", 0, 0.875), ("A:2", 1, 0.625), ("A:3", 2, 0.5))
    assert assign_responses(points, placed, AssignConfig(margin=margin))["cluster"].to_list() == clusters


@pytest.mark.parametrize(("second", "clusters"), [(0.61, [0, 1]), (0.59, [0])])
def test_a_theme_is_held_against_no_more_than_a_sure_one(second: float, clusters: list[int]) -> None:
    points = points_frame(("A", "t1"), ("A", "t2"))
    placed = placed_frame(("A:1", 0, 0.99), ("A:2", 1, second))
    assert assign_responses(points, placed, AssignConfig(margin=0.2))["cluster"].to_list() == clusters


@pytest.mark.parametrize(("n_points", "clusters"), [(1, [0]), (2, [0]), (6, [0]), (7, [0, 1]), (40, [0, 1])])
def test_in_a_response_of_many_points_more_of_them_count(n_points: int, clusters: list[int]) -> None:
    points = points_frame(*(("A", f"t{n}") for n in range(n_points)))
    placed = placed_frame(("A:1", 0, 0.875), (f"A:{n_points}", 1, 0.47))
    assert assign_responses(points, placed, AssignConfig(margin=0.2))["cluster"].to_list() == clusters
    assert assign_responses(points, placed, AssignConfig(margin=0.0))["cluster"].to_list() == [0]


def test_what_somebody_adds_to_a_letter_drops_none_of_its_themes() -> None:
    points = points_frame(("A", "t1"), ("A", "t2"), ("A", "t3"), ("B", "t1"))
    placed = placed_frame(("A:1", 0, 0.5), ("A:2", 1, 0.875), ("A:3", 2, 0.55), ("B:1", 0, 0.5))
    copies = pl.DataFrame({"point_id": ["A:1", "B:1"], "canonical_point_id": ["B:1", "B:1"]})
    raised = assign_responses(points, placed, AssignConfig(margin=0.2), copies)
    assert raised.select("response_id", "cluster").rows() == [("A", 0), ("A", 1), ("B", 0)]


def test_a_response_more_changes_no_others_themes() -> None:
    points = points_frame(("A", "t1"), ("A", "t2"), ("B", "t1"))
    placed = placed_frame(("A:1", 0, 0.6), ("A:2", 1, 0.55), ("B:1", 0, 0.99))
    both = assign_responses(points, placed, AssignConfig())
    alone = assign_responses(points[:2], placed[:2], AssignConfig())
    assert both.filter(pl.col("response_id") == "A").equals(alone)


def test_nothing_placed_nothing_raised() -> None:
    assert assign_responses(FOUR, pl.DataFrame(schema=PLACED), AssignConfig()).equals(pl.DataFrame(schema=RAISED))


def test_what_points_have_in_common_is_left_out_of_each_by_a_share():
    common = common_part(np.array([[1, 0], [0.6, 0.8]], dtype=np.float32), few=2)
    assert common.tolist() == pytest.approx([0.24, 0.12], abs=1e-6)
    left = less(np.array([[1, 0], [0.6, 0.8]], dtype=np.float32), common)
    assert np.linalg.norm(left, axis=1).tolist() == pytest.approx([1, 1])
    assert left[0].tolist() == pytest.approx([0.98776, -0.15596], abs=1e-5)
    assert common_part(np.zeros((0, 2), dtype=np.float32), few=0).tolist() == [0, 0]


def test_few_points_keep_what_they_have_in_common():
    points = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    assert common_part(np.tile(points, (249, 1))).tolist() == [0, 0]
    assert common_part(np.tile(points, (250, 1))).tolist() == pytest.approx([0.24, 0.12], abs=1e-6)
