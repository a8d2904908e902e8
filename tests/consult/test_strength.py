"""Strength in a word."""

from __future__ import annotations

import pytest

from consult.strength import STRENGTH, strength_in_words


@pytest.mark.parametrize(
    ("strength", "word"),
    [(0.0, "weak"), (0.499, "weak"), (0.5, "fair"), (0.749, "fair"), (0.75, "strong"), (1.0, "strong")],
)
def test_a_strength_in_one_word(strength, word):
    assert strength_in_words(strength) == word


def test_what_the_words_mean_is_said_with_their_bounds():
    assert "strong from 0.75, fair from 0.5, weak below. It is no probability." in STRENGTH
