"""Quotes that cover a theme: its main sub-points, its range and its dissent, each in the words that stand for it best.

Source: the gain of a quote is that of facility location (Nemhauser, Wolsey and Fisher 1978, by which the greedy choice
comes within 1 - 1/e of the best one).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.config import SummariseConfig
from consult.summarise.uses import clauses, value_of_clauses
from consult.words import stem, words

Floats = npt.NDArray[np.float32]

MOST: Final = 1_500
"""Points of a theme that are weighed as quotes and covered by them, spread evenly from its nearest to its farthest."""
CORE: Final = 0.5
LEAST: Final = 30
"""Quotes come from the nearer part of a theme: this share with diversity 0, all with 1, and at least 30 points."""
FROM: Final = 0.25
FULL: Final = 0.65
"""A quote covers a point in part from the first cosine, and wholly from the second."""
READS: Final = 0.01
NEAREST: Final = 0.01
"""What a quote that reads well, and one at the centre, count beside the share of the theme that it newly covers.

Source: set on ten consultations so that quotes read whole and still cover more than random ones."""
FEW_WORDS: Final = 9
MANY_WORDS: Final = 40
"""Quotes between these lengths read well: shorter ones say little, longer ones are not read."""
KEYWORDS: Final = 3
"""A quote that holds this many of its theme's keywords holds enough."""
ALIKE: Final = 0.8
SAME: Final = 0.9
"""Cosines from which two quotes say much the same, which is avoided, and the same, which never happens."""
DISSENT: Final = 0.1
LEAST_DISSENT: Final = 3
"""Share, and number, of the points that value, from which those that value the other way are heard."""


@dataclass(frozen=True)
class Quote:
    """An exact span of a response: `text` is the response's text from `start` to `end`."""

    response_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Evidence:
    """What a theme rests on.

    Attributes:
        theme_id: The theme.
        keywords: By c-TF-IDF, best first.
        points: Columns response_id, respondent_id, start, end, text (the exact span), similarity to the centre, and
            response_ids, of all responses that make the point in these words; nearest first, a row a distinct text.
        centre: Its unit centre.
        quotes: Chosen by `choose_quotes`.
    """

    theme_id: str
    keywords: tuple[str, ...]
    points: pl.DataFrame
    vectors: Floats
    centre: Floats
    quotes: tuple[Quote, ...]


def choose_quotes(
    points: pl.DataFrame,
    vectors: Floats,
    centre: Floats,
    keywords: Sequence[str],
    config: SummariseConfig,
    taken: Set[Quote] = frozenset(),
) -> tuple[Quote, ...]:
    """Chooses quotes for one theme.

    One by one, that point is taken which covers most of what the others leave open of the theme (`FROM`, `FULL`), names
    what the theme is about, and is of a length that reads well. Where a minority blames what most praise, or the other
    way round, and no quote tells of it, the last is theirs. A respondent is quoted once, and nothing twice in nearly
    the same words, as far as there are others.

    Args:
        points: As in `Evidence.points`.
        vectors: Their vectors, a row a point.
        centre: The theme's unit centre.
        keywords: The theme's words.
        config: How many quotes, and how different.
        taken: Quotes that other themes have; they are used again only where there is nothing else.

    Returns:
        At most `config.quotes` quotes; at least one when there is a point.
    """
    if points.is_empty():
        return ()
    if len(points) > MOST:
        spread = [place * len(points) // MOST for place in range(MOST)]
        points, vectors = points[spread], vectors[spread]
    core = max(LEAST, round((CORE + (1 - CORE) * config.diversity) * len(points)))
    quotes = [Quote(*row) for row in points.select("response_id", "start", "end", "text").head(core).iter_rows()]
    covers = np.clip((vectors[:core] @ vectors.T - FROM) / (FULL - FROM), 0, 1).astype(np.float64)
    worth = READS * _reads(points.head(core), keywords)
    worth += NEAREST * (1 - config.diversity) * np.einsum("nd,d->n", vectors[:core], centre)
    chooser = _Chooser(quotes, points["respondent_id"].head(core).to_list(), vectors[:core], covers, worth, taken)
    for alike in (ALIKE, SAME):
        while len(chooser.chosen) < config.quotes and chooser.take(alike):
            pass
    values = np.array([value_of_clauses(lower for _, _, lower in clauses(text)) for text in points["text"]])
    _hear_dissent(chooser, values, config.quotes)
    return tuple(quotes[row] for row in chooser.chosen or [int(np.argmax(worth))])


@dataclass
class _Chooser:
    """Quotes chosen so far, and what may still be.

    Attributes:
        quotes: The candidates.
        people: Who says each.
        vectors: Their unit vectors.
        covers: Candidates x points: how far a candidate covers a point, in [0, 1].
        worth: What each counts by itself.
        taken: Quotes of other themes.
        chosen: Rows of the candidates chosen, in order.
    """

    quotes: list[Quote]
    people: list[str]
    vectors: Floats
    covers: npt.NDArray[np.float64]
    worth: npt.NDArray[np.float64]
    taken: Set[Quote]
    chosen: list[int] = field(default_factory=list)

    def take(self, alike: float, among: npt.NDArray[np.bool_] | None = None) -> bool:
        """Takes the best that is left, of some where they are given; says whether there was one."""
        open_ = np.array(
            [person not in self._speakers and quote not in self.taken for person, quote in self._candidates]
        )
        if among is not None:
            open_ &= among
        if self.chosen:
            open_ &= (self.vectors @ self.vectors[self.chosen].T).max(axis=1) < alike
        if not open_.any():
            return False
        covered = self.covers[self.chosen].max(axis=0) if self.chosen else np.zeros(self.covers.shape[1])
        gain = np.maximum(self.covers - covered, 0).mean(axis=1) + self.worth
        self.chosen.append(int(np.argmax(np.where(open_, np.round(gain, 6), -np.inf))))
        return True

    @property
    def _candidates(self) -> list[tuple[str, Quote]]:
        return list(zip(self.people, self.quotes, strict=True))

    @property
    def _speakers(self) -> set[str]:
        return {self.people[row] for row in self.chosen}


def _hear_dissent(chooser: _Chooser, values: npt.NDArray[np.int64], wanted: int) -> None:
    """Gives the last place to those who value the other way, where they are some and nobody chosen speaks for them."""
    n_praise, n_blame = int((values > 0).sum()), int((values < 0).sum())
    fewer = min(n_praise, n_blame)
    side = 1 if n_praise < n_blame else -1
    if wanted < 2 or fewer < max(LEAST_DISSENT, DISSENT * (n_praise + n_blame)) or not chooser.chosen:
        return
    own = values[: len(chooser.quotes)]
    if (own[chooser.chosen] == side).any():
        return
    last = chooser.chosen.pop() if len(chooser.chosen) >= wanted else None
    if not chooser.take(SAME, own == side) and last is not None:
        chooser.chosen.append(last)


def _reads(points: pl.DataFrame, keywords: Sequence[str]) -> npt.NDArray[np.float64]:
    """How well each point would read as a quote, about -3 to 1: its words, its length, a whole start and end."""
    sought = {stem(part) for keyword in keywords for part in keyword.split()}
    named = np.array([len(sought & {stem(word) for word in words(text)}) for text in points["text"]])
    small = np.array([text[:1].islower() for text in points["text"]])
    # Where most write no capitals a small letter is no broken start.
    broken = small * (2 * small.sum() < len(small)) + np.array([text[-1:] in ",;:" for text in points["text"]])
    n_words = points["text"].str.split(" ").list.len().to_numpy()
    too_short = np.clip((FEW_WORDS - n_words) / FEW_WORDS, 0, 1)
    too_long = np.clip((n_words - MANY_WORDS) / MANY_WORDS, 0, 1)
    reads: npt.NDArray[np.float64] = (
        np.minimum(named, KEYWORDS) / KEYWORDS - 1.5 * broken - 1.5 * too_short - 1.5 * too_long
    )
    return reads
