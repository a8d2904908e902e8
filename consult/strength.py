"""The strength of an assignment in a word, and what the words are worth.

A strength is the cosine of the nearest point to the theme. It is no probability, and cannot be made one: how often an
assignment of a given strength is right differs more between questions than between strengths. Learnt on five labelled
sets and put to a sixth, a probability was further off than the cosine itself, alone or with the margin to the next
theme, its place within the question or the theme, the keywords shared, and the theme's stability (see README).
"""

from __future__ import annotations

from typing import Final

STRONG: Final = 0.75
FAIR: Final = 0.5
"""From what strength an assignment is strong, and from what fair.

Source: the steps at which assignments of six hand-coded sets are right 4 times in 5, and a third of the time, on the
mean; in each set the words stand in this order.
"""
STRENGTH: Final = (
    f"Strength says how near the point is to the theme, from 0 to 1: strong from {STRONG}, fair from {FAIR}, weak "
    "below. It is no probability. Where people had coded the answers, strong ones were right about 4 times in 5, fair "
    "ones a little more than half the time, weak ones a third of it, and questions differ widely: read a weak one "
    "before you rest anything on it."
)


def strength_in_words(strength: float) -> str:
    """A strength in one word: strong, fair or weak."""
    return "strong" if strength >= STRONG else "fair" if strength >= FAIR else "weak"
