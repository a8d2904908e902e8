"""What a theme is made of: the few things that its points say, in phrases of theirs, and which responses say each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from consult.summarise.quotes import Evidence
from consult.summarise.weigh import NEAR, Scored, share_words

MOST_PARTS: Final = 4
LEAST_GAIN: Final = 0.06
"""A further part is told where it brings in this share of the theme's points, which no part told before comes near."""
APART: Final = 0.75
"""Cosine from which two parts are too alike to be told apart."""
WHOLE: Final = 0.3
"""How whole a phrase must stand (`Phrase.fluency`) to be put between quotation marks."""
LEAST_RESPONSES: Final = 2
MOST_CITED: Final = 50
"""Responses that a part names; it counts them all."""


@dataclass(frozen=True)
class Part:
    """One thing that a theme's points say.

    Attributes:
        words: A phrase of the respondents, exact but for case.
        n_responses: Responses of which a point comes near to it, nearer than to the other parts.
        response_ids: Theirs, the nearest first, no more than `MOST_CITED`.
    """

    words: str
    n_responses: int
    response_ids: tuple[str, ...]


def responses_in(points: pl.DataFrame) -> pl.Series:
    """By row of `Evidence.points`, the responses that make the point in these words."""
    if "response_ids" in points.columns:
        return points["response_ids"]
    return points.select(response_ids=pl.concat_list("response_id"))["response_ids"]


def tell_parts(
    named: Sequence[Scored],
    scored: Sequence[Scored],
    theme: Evidence,
    spell: Callable[[str], str],
    *,
    lexical: bool = False,
) -> tuple[Part, ...]:
    """The parts of one theme, that which most responses say first.

    Phrases are taken one by one: those of the title, then that which brings in most of what is left. A point counts for
    the nearest of them, where it comes near to one at all.

    Args:
        named: The phrases of its title, at least one.
        scored: All phrases of the theme that may be told.
        theme: The theme.
        spell: Cases a phrase.
        lexical: Whether a point comes near to a phrase only where it holds words of it, too.
    """
    chosen = list(named)
    covered = np.logical_or.reduce([one.near for one in chosen])
    while len(chosen) < MOST_PARTS:
        fresh = [
            one
            for one in scored
            if len(one.phrase.key) > 1
            and one.phrase.fluency >= WHOLE * one.phrase.times
            and all(float(one.vector @ other.vector) < APART for other in chosen)
            and not any(one.phrase.content <= other.phrase.content for other in chosen)
        ]
        gains = [round(float((one.near & ~covered).mean()), 6) for one in fresh]
        if not gains or max(gains) < LEAST_GAIN:
            break
        best = fresh[max(range(len(fresh)), key=lambda at: (gains[at], fresh[at].score, fresh[at].phrase.key))]
        chosen.append(best)
        covered = covered | best.near
    cosines = np.einsum("nd,kd->nk", theme.vectors, np.array([one.vector for one in chosen]))
    if lexical:
        cosines = np.where(share_words([one.phrase.content for one in chosen], theme.points["text"]), cosines, 0.0)
    belongs = np.where(cosines.max(axis=1) >= NEAR, cosines.argmax(axis=1), -1)
    said = responses_in(theme.points).to_list()
    parts = []
    for at, one in enumerate(chosen):
        rows = np.flatnonzero(belongs == at)
        rows = rows[np.argsort(-np.round(cosines[rows, at], 6), kind="stable")]
        who = tuple(dict.fromkeys(response_id for row in rows for response_id in said[row]))
        if len(who) >= LEAST_RESPONSES:
            parts.append(Part(spell(one.phrase.spelling), len(who), who[:MOST_CITED]))
    return tuple(sorted(parts, key=lambda part: -part.n_responses))
