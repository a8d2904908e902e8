"""Centres that are turned: what all share counts less, similarities keep their scale, nothing without examples."""

from __future__ import annotations

import numpy as np
import pytest

from consult.arrays import unit
from consult.assign import similarities
from consult.sharpen import STRICTER, TRUSTED, sharpen


def cloud() -> tuple[np.ndarray, np.ndarray]:
    """Sixty points about two directions, all with much in common: centres, shape (2, 8), and points, shape (60, 8)."""
    centre = unit(np.array([[2, 1, 0, 0, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0, 0, 0]], dtype=np.float64))
    drawn = np.random.default_rng(4).normal(size=(60, 8)) * 0.4
    return centre, unit(np.repeat(centre, 30, axis=0) + drawn)


def shown_of(centre: np.ndarray, points: np.ndarray, n: int) -> list[list[np.ndarray]]:
    """The first n points about each centre as examples of one point each."""
    return [[points[row : row + 1] for row in range(30 * k, 30 * k + n)] for k in range(len(centre))]


def test_without_examples_centres_stay_as_they_are():
    centre, points = cloud()
    same, offset = sharpen(centre, points, [[], []])
    assert same is centre
    assert offset == 0


def test_with_too_few_points_centres_stay_as_they_are():
    centre, points = cloud()
    same, offset = sharpen(centre, points[:2], shown_of(centre, points, 5))
    assert same is centre
    assert offset == 0


def test_with_examples_the_other_theme_is_farther():
    centre, points = cloud()
    turned, offset = sharpen(centre, points, shown_of(centre, points, 5))
    before, after = similarities(points, centre), similarities(points, turned, np.full(2, offset))
    other = np.repeat([1, 0], 30)
    rows = np.arange(60)
    assert after[rows, other].mean() < before[rows, other].mean() - 0.1
    assert (after.argmax(axis=1) != other).sum() >= (before.argmax(axis=1) != other).sum()


def test_nearest_similarities_keep_their_mean_and_spread_but_for_what_is_asked_more():
    centre, points = cloud()
    turned, offset = sharpen(centre, points, shown_of(centre, points, 5))
    before = similarities(points, centre).max(axis=1)
    after = similarities(points, turned, np.full(2, offset)).max(axis=1)
    assert after.std() == pytest.approx(before.std(), abs=1e-5)
    assert after.mean() == pytest.approx(before.mean() - STRICTER * 5 / (5 + TRUSTED), abs=1e-5)


def test_points_that_are_all_alike_change_nothing():
    centre, points = cloud()
    same, offset = sharpen(centre, np.repeat(points[:1], 30, axis=0), shown_of(centre, points, 5))
    assert np.isfinite(same).all()
    assert np.isfinite(offset)
