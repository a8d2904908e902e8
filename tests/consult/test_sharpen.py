"""Centres that are turned: what all share counts less, similarities keep their scale, what is none stays it."""

from __future__ import annotations

import numpy as np
import pytest

from consult.arrays import unit
from consult.assign import similarities
from consult.sharpen import GUESSED_WEIGHT, STRICTER, STRICTER_ALONE, TRUSTED, sharpen


def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Sixty points about two directions, all with much in common: centres, shape (2, 8), and points, shape (60, 8)."""
    centre = unit(np.array([[2, 1, 0, 0, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0, 0, 0]], dtype=np.float64))
    drawn = np.random.default_rng(4).normal(size=(60, 8)) * 0.4
    return centre, unit(np.repeat(centre, 30, axis=0) + drawn)


def shown_of(centre: np.ndarray, points: np.ndarray, n: int) -> list[list[np.ndarray]]:
    """The first n points about each centre as examples of one point each."""
    return [[points[row : row + 1] for row in range(30 * k, 30 * k + n)] for k in range(len(centre))]


NEAR = np.full(2, 0.5)
"""From which cosine a point is surely near to each of the two titles, which are the centres themselves here."""


def test_with_too_few_points_centres_stay_as_they_are():
    centre, points = cloud()
    same, offset = sharpen(centre, points[:2], shown_of(centre, points, 5), centre, NEAR)
    assert same is centre
    assert offset.tolist() == [0, 0]


@pytest.mark.parametrize("n", [0, 5], ids=["titles alone", "with examples"])
def test_the_other_theme_is_farther(n):
    centre, points = cloud()
    turned, offset = sharpen(centre, points, shown_of(centre, points, n), centre, NEAR)
    before, after = similarities(points, centre), similarities(points, turned, offset)
    other = np.repeat([1, 0], 30)
    rows = np.arange(60)
    assert after[rows, other].mean() < before[rows, other].mean() - 0.1
    assert (after.argmax(axis=1) != other).sum() >= (before.argmax(axis=1) != other).sum() - 1


@pytest.mark.parametrize(
    ("n", "near", "stricter"),
    [
        (0, -1.0, STRICTER_ALONE * GUESSED_WEIGHT * 30 / (GUESSED_WEIGHT * 30 + TRUSTED)),
        (5, 0.5, STRICTER * 5 / (5 + TRUSTED)),
    ],
    ids=["thirty points a theme are surely near", "five examples"],
)
def test_nearest_similarities_keep_their_mean_and_spread_but_for_what_is_asked_more(n, near, stricter):
    centre, points = cloud()
    turned, offset = sharpen(centre, points, shown_of(centre, points, n), centre, np.full(2, near))
    before = similarities(points, centre).max(axis=1)
    after = similarities(points, turned, offset).max(axis=1)
    assert after.std() == pytest.approx(before.std(), abs=1e-5)
    assert after.mean() == pytest.approx(before.mean() - stricter, abs=1e-5)


def test_what_is_said_of_neither_theme_is_no_nearer_to_one_for_being_far_from_the_other():
    centre, points = cloud()
    stray = unit(np.array([[2, 0, 0, 1, 0, 0, 0, 0]] * 20, dtype=np.float64) + 0.01 * points[:20])
    shown = shown_of(centre, points, 5)
    turned, offset = sharpen(centre, np.concatenate([points, stray]), shown, centre, np.full(2, 0.9))
    after = similarities(stray, turned, offset) + STRICTER * 5 / (5 + TRUSTED)
    assert after.max() < similarities(stray, centre).max() - 0.1


def test_points_that_are_all_alike_change_nothing():
    centre, points = cloud()
    same, offset = sharpen(centre, np.repeat(points[:1], 30, axis=0), shown_of(centre, points, 5), centre, NEAR)
    assert same is centre
    assert offset.tolist() == [0, 0]
