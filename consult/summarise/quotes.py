"""Quotes that cover a theme: its main sub-points, each by the point that stands for it best."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.cluster.hierarchy import fcluster, linkage

from consult.config import SummariseConfig
from consult.words import stem, words

Floats = npt.NDArray[np.float32]

MOST: Final = 1_500
CORE: Final = 0.5
LEAST: Final = 30
"""Points of a theme that are weighed as quotes: the nearer half to its centre, at least 30 and at most 1,500."""
FEW_WORDS: Final = 9
MANY_WORDS: Final = 40
"""Quotes between these lengths read well: shorter ones say little, longer ones are not read."""
KEYWORDS: Final = 3
"""A quote that holds this many of its theme's keywords holds enough."""
ALIKE: Final = 0.9
"""Cosine from which two quotes say the same."""


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
        points: Columns response_id, respondent_id, start, end, text (the exact span), similarity to the centre; nearest
            first, a row a distinct text.
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

    The theme's points are parted by Ward's criterion into as many groups as quotes are wanted; from each comes the
    point that is central both to the group and to the theme, names what the theme is about, and is of a length that
    reads well. Groups that most points fall
    in come first. A respondent is quoted once, and nothing nearly the same twice, as far as there are others.

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
    core = min(MOST, max(LEAST, round(CORE * len(points))))
    points, vectors = points.head(core), vectors[:core]
    if points.is_empty():
        return ()
    groups = _groups(vectors, config.quotes)
    value = _value(points, vectors, centre, groups, keywords, config.diversity)
    order = [int(row) for row in np.argsort(-value, kind="stable")]
    size = np.bincount(groups)
    chosen: list[int] = []
    speakers: set[str] = set()
    ids = points["respondent_id"].to_list()

    quotes = [Quote(*row) for row in points.select("response_id", "start", "end", "text").iter_rows()]

    def fits(row: int) -> bool:
        if ids[row] in speakers or quotes[row] in taken:
            return False
        return not chosen or float((vectors[chosen] @ vectors[row]).max()) < ALIKE

    for group in sorted(range(len(size)), key=lambda g: (-size[g], g)):
        found = next((row for row in order if groups[row] == group and fits(row)), None)
        if found is not None:
            chosen.append(found)
            speakers.add(ids[found])
    for row in order:
        if len(chosen) >= config.quotes:
            break
        if fits(row):
            chosen.append(row)
            speakers.add(ids[row])
    return tuple(quotes[row] for row in chosen or order[:1])


def _groups(vectors: Floats, wanted: int) -> npt.NDArray[np.int64]:
    if len(vectors) <= wanted:
        return np.arange(len(vectors))
    groups: npt.NDArray[np.int64] = (
        fcluster(linkage(vectors, "ward"), wanted, criterion="maxclust").astype(np.int64) - 1
    )
    return groups


def _value(
    points: pl.DataFrame,
    vectors: Floats,
    centre: Floats,
    groups: npt.NDArray[np.int64],
    keywords: Sequence[str],
    diversity: float,
) -> npt.NDArray[np.float64]:
    """How well each point would stand as a quote: nearness to theme and group, its words, its length, a whole start."""
    means = np.array([vectors[groups == group].mean(axis=0) for group in range(int(groups.max()) + 1)])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    to_group = np.einsum("nd,nd->n", vectors, means[groups])
    to_theme = np.einsum("nd,d->n", vectors, centre)
    sought = {stem(part) for keyword in keywords for part in keyword.split()}
    named = np.array([len(sought & {stem(word) for word in words(text)}) for text in points["text"]])
    broken = np.array([text[:1].islower() + (text[-1:] in ",;:") for text in points["text"]], dtype=np.float64)
    n_words = points["text"].str.split(" ").list.len().to_numpy()
    too_short = np.clip((FEW_WORDS - n_words) / FEW_WORDS, 0, 1)
    too_long = np.clip((n_words - MANY_WORDS) / MANY_WORDS, 0, 1)
    value: npt.NDArray[np.float64] = (
        (1 - diversity) * to_theme
        + diversity * to_group
        + 0.2 * np.minimum(named, KEYWORDS) / KEYWORDS
        - 0.1 * broken
        - 0.3 * too_short
        - 0.3 * too_long
    ).astype(np.float64)
    return value
