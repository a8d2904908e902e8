"""Clusters into fewer, points to their nearest centre, and how far clusters come back."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from consult.merge import (
    MOST_PARENTS,
    group_centres,
    hear_neighbours,
    measure_stability,
    merge_clusters,
    raised_together,
    settle,
)


def parts(labels: npt.NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@pytest.mark.parametrize("wanted", [1, 2, 5, 12, 40])
def test_with_whole_size_weight_merging_is_scipys_ward(wanted: int) -> None:
    points = np.random.default_rng(3).normal(size=(60, 5)).astype(np.float32)
    merged = merge_clusters(points, np.arange(60), wanted, size_weight=1)
    assert parts(merged) == parts(fcluster(linkage(points, "ward"), wanted, criterion="maxclust"))


@pytest.mark.parametrize("wanted", [2, 3, 5])
def test_a_cluster_of_two_at_one_place_is_two_points(wanted: int) -> None:
    points = np.random.default_rng(4).normal(size=(12, 3)).astype(np.float32)
    points[1] = points[0]
    together = merge_clusters(points, np.array([0, 0, *range(1, 11)]), wanted, size_weight=1)
    assert parts(together) == parts(fcluster(linkage(points, "ward"), wanted, criterion="maxclust"))


def test_with_no_size_weight_a_large_cluster_takes_its_neighbour() -> None:
    places = np.array([[-0.9], [0.0], [1.0]], dtype=np.float32)
    crowd = np.repeat(places, [50, 1, 1], axis=0)
    merged = merge_clusters(crowd, np.array([0] * 50 + [1, 2]), 2, size_weight=0)
    assert merged[50] == merged[0] != merged[51]


def test_a_large_cluster_is_dearer_to_join_than_a_small_one() -> None:
    places = np.array([[-0.9], [0.0], [1.0]], dtype=np.float32)
    alone = merge_clusters(places, np.array([0, 1, 2]), 2)
    assert alone[0] == alone[1] != alone[2]
    crowd = np.repeat(places, [50, 1, 1], axis=0)
    merged = merge_clusters(crowd, np.array([0] * 50 + [1, 2]), 2)
    assert merged[50] == merged[51] != merged[0]


def test_what_is_in_no_cluster_stays_in_none() -> None:
    places = np.array([[0.0], [0.1], [5.0], [9.0]], dtype=np.float32)
    merged = merge_clusters(places, np.array([0, 1, -1, 2]), 2)
    assert merged[2] == -1
    assert merged[0] == merged[1] != merged[3]
    assert set(merged.tolist()) == {-1, 0, 1}


def test_few_enough_clusters_are_left_as_they_are() -> None:
    labels = np.array([1, 0, -1, 1])
    merged = merge_clusters(np.ones((4, 1), dtype=np.float32), labels, 2)
    assert merged.tolist() == [1, 0, -1, 1]
    assert merged is not labels


# Settling


def around(centre: list[float], n: int, spread: float, seed: int) -> npt.NDArray[np.float32]:
    rows = np.array(centre) + np.random.default_rng(seed).normal(0, spread, (n, len(centre)))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_points_go_to_the_centre_that_they_are_nearest_to():
    vectors = np.vstack([around([1, 0, 0], 6, 0.05, 1), around([0, 1, 0], 6, 0.05, 2)])
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, -1])  # one in the other's cluster, one in none
    assert settle(vectors, labels, 3).tolist() == [0] * 6 + [1] * 6


def test_a_point_near_no_centre_is_in_no_cluster_and_one_too_small_is_none():
    vectors = np.vstack([around([1, 0, 0], 6, 0.05, 1), around([0, 1, 0], 2, 0.05, 2), around([0, 0, 1], 1, 0.0, 3)])
    assert settle(vectors, np.array([0] * 6 + [1] * 2 + [0]), 3).tolist() == [0] * 6 + [-1] * 3


def test_labels_of_nothing_stay():
    assert settle(np.eye(3, dtype=np.float32), np.array([-1, -1, -1]), 3).tolist() == [-1, -1, -1]


# Hearing neighbours


def crescent(first: float, last: float, n: int) -> npt.NDArray[np.float32]:
    """Points on a circle, from one angle to another in degrees."""
    angles = np.radians(np.linspace(first, last, n))
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_a_point_at_the_rim_of_a_long_cluster_comes_to_it_though_another_centre_is_nearer():
    # The long cluster ends at 50 degrees; its centre is at 25, and the small one's, all at 70, is nearer from 48 on.
    vectors = np.vstack([crescent(0, 50, 60), crescent(68, 72, 12)])
    labels = np.array([0] * 60 + [1] * 12)
    nearest_centre = settle(vectors, labels, 3, rounds=1)
    assert nearest_centre[59] == 1
    assert hear_neighbours(vectors, nearest_centre, 3).tolist() == [0] * 60 + [1] * 12


def test_hearing_neighbours_leaves_what_is_near_no_centre_out_and_does_not_change_what_it_was_given():
    vectors = np.vstack([around([1, 0, 0], 30, 0.05, 1), around([0, 1, 0], 30, 0.05, 2), around([0, 0, 1], 1, 0.0, 3)])
    labels = np.array([0] * 30 + [1] * 30 + [0])
    assert hear_neighbours(vectors, labels, 3).tolist() == [0] * 30 + [1] * 30 + [-1]
    assert labels[-1] == 0


def test_a_small_cluster_within_a_large_one_is_not_talked_away():
    vectors = around([1, 0.4, 0], 60, 0.1, 1)
    labels = np.where(np.arange(60) < 4, 1, 0)
    assert np.bincount(hear_neighbours(vectors, labels, 3)).min() >= 3


def test_with_too_few_points_there_are_no_neighbours_to_hear():
    labels = np.array([0] * 5 + [1] * 5)
    assert hear_neighbours(around([1, 0, 0], 10, 0.5, 1), labels, 3).tolist() == labels.tolist()


# Stability


def test_clusters_that_stand_apart_come_back_whole():
    vectors = np.vstack([around(row, 40, 0.02, place) for place, row in enumerate(np.eye(4).tolist())])
    assert measure_stability(vectors, np.repeat(np.arange(4), 40), 4, 3, 10, 42) == [1.0, 1.0, 1.0, 1.0]


def test_a_cut_through_one_cloud_does_not_come_back():
    solid = around([1, 0, 0, 0, 0, 0], 60, 0.02, 1)
    cloud = around([0, 1, 1, 1, 1, 1], 120, 0.25, 2)
    labels = np.concatenate([np.zeros(60), np.where(cloud[:, 1] > np.median(cloud[:, 1]), 1, 2)]).astype(np.int64)
    first, *halves = measure_stability(np.vstack([solid, cloud]), labels, 3, 3, 10, 42)
    assert first == 1.0
    assert max(halves) < 0.7


@given(st.integers(0, 1000), st.integers(2, 6), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_stability_is_a_share_and_repeats(seed: int, wanted: int, fits: int) -> None:
    vectors = around([1, 1, 0, 0], 40, 0.6, seed)
    labels = settle(vectors, merge_clusters(vectors, np.arange(40), wanted), 3)
    found = measure_stability(vectors, labels, wanted, 3, fits, seed)
    assert len(found) == labels.max() + 1
    assert all(0 <= share <= 1 for share in found)
    assert found == measure_stability(vectors, labels, wanted, 3, fits, seed)


def test_themes_that_are_alike_get_one_parent_and_one_unlike_any_stands_alone() -> None:
    places = np.array(
        [[1, 0, 0, 0.1], [1, 0.1, 0, 0], [1, 0, 0.1, 0], [0, 1, 0, 0.1], [0.1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    )
    centres = places / np.linalg.norm(places, axis=1, keepdims=True)
    assert group_centres(centres, np.zeros((7, 7))).tolist() in ([0, 0, 0, 1, 1, -1, -1], [0, 0, 0, -1, -1, 1, 1])


@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_parents_are_few_and_hold_two_themes_at_the_least(n: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(n, 8))
    raised = draw.random((200, n)) < 0.2
    together = raised_together(*np.nonzero(raised), n)
    group = group_centres(centres / np.linalg.norm(centres, axis=1, keepdims=True), together)
    assert len(group) == n
    sizes = np.bincount(group[group >= 0])
    assert len(sizes) <= MOST_PARENTS
    assert (sizes >= 2).all()
    assert n >= 6 or (group == -1).all()


def test_themes_at_one_place_stand_alone() -> None:
    assert group_centres(np.ones((7, 3)) / np.sqrt(3), np.zeros((7, 7))).tolist() == [-1] * 7


def raise_in_turn(*raised: list[int], times: int) -> np.ndarray:
    """What six themes are raised together with where texts raise these, each so many times."""
    texts = [themes for themes in raised for _ in range(times)]
    rows = [(text, theme) for text, themes in enumerate(texts) for theme in themes]
    return raised_together(*np.array(rows).T, 6)


def test_themes_that_nothing_in_their_meaning_parts_are_parted_by_what_they_are_raised_together_with() -> None:
    together = raise_in_turn([0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5], times=50)
    assert group_centres(np.eye(6), together).tolist() == [0, 0, 0, 1, 1, 1]
    other = raise_in_turn([0, 3], [3, 4], [0, 4], [1, 2], [2, 5], [1, 5], times=50)
    assert group_centres(np.eye(6), other).tolist() == [0, 1, 1, 0, 0, 1]


def test_raised_together_is_more_than_nothing_only_beyond_chance() -> None:
    few = raise_in_turn([0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5], times=1)
    assert not few.any()
    many = raise_in_turn([0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5], times=50)
    assert (np.sign(many[0]) == [0, 1, 1, -1, -1, -1]).all()
    assert ((many**2).sum(1) <= 1).all()
    every = raise_in_turn([0, 1, 2, 3, 4, 5], times=50)
    assert not every.any()


def test_a_theme_that_a_text_raises_twice_counts_once_and_order_tells_nothing() -> None:
    texts, themes = np.array([0, 0, 1, 1, 2, 3, 4, 5] * 9), np.array([0, 1, 0, 1, 2, 3, 2, 3] * 9)
    texts = texts + 6 * (np.arange(72) // 8)
    once = raised_together(texts, themes, 4)
    assert once.any()
    order = np.random.default_rng(0).permutation(144)
    twice = raised_together(np.tile(texts, 2)[order], np.tile(themes, 2)[order], 4)
    assert (once == twice).all()
