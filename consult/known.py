"""Themes that a team has already: where each lies among the points, and what is left over for new themes beside them.

A title and its description are turned into a vector and treated exactly as a point is: the shared direction left out,
its spelling beside, what all points have in common taken away. A phrase still lies farther from the points than a point
does from another, so that no similarity would do for both. Therefore each theme is moved once to the points that are
surely near to it, and to the examples that people gave; then it is a centre like any other, and the settings of
`[assign]` hold for it. What is near to no given theme is clustered as usual.

Centres are then sharpened (`consult.sharpen`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.arrays import unit
from consult.assign import centres, less, without
from consult.cluster import cluster_points, theme_words, themes_wanted
from consult.config import AnalysisConfig, KnownConfig, RedactConfig
from consult.covering import as_compared
from consult.ingest import Example, Given, GivenTheme, given_themes
from consult.ingest.given import is_of
from consult.lexical import Lexical, beside
from consult.notes import known_notes
from consult.redact import Redactor, redact_responses
from consult.sayings import Sayings
from consult.schemas import CLUSTERS, LABELS, RESPONSES, check_frame
from consult.sharpen import sharpen, showing
from consult.words import stem, words

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SURE: Final = 1.5
SURE_LEAST: Final = 0.15
"""A point is surely near to the theme that it is nearest to from so many standard deviations above the mean of the
cosines of all points to that theme, or to all given themes where that is less, and from this cosine.

Source: of 0.1 to 0.3 as a cosine, 1 to 2 deviations of all or of each theme, and quantiles, this did best on three
hand-coded sets with all of people's themes given, and with half of them. A title of one word is far from everything:
by the deviations of all themes none of its points would be sure.
"""
BORNE: Final = 0.4
BORNE_BY: Final = 3
"""A theme without examples, to whose title and description so many points are not this near, and whose words so many do
not hold, is held against points as it was written: it moves to none, learns from none, and nothing left over joins it.

Source: titles of one hand-coded set given to another, where nobody raises them, and to their own. Moved, one of them
took 346 of 990 answers.
"""
OWN_WEIGHT: Final = 10.0
"""What the title and description weigh beside the sure points, each of which weighs 1. Source: 10 and 20 alike."""
EXAMPLE_WEIGHT: Final = 10.0
"""What an example weighs. Source: 3 and 30 were worse on the same sets, at 5 and at 20 examples a theme."""
EXAMPLES_OVER: Final = 0.5
"""The sure points weigh 1 / (1 + this times the examples) each: where people have said, it is not guessed."""
AWAY: Final = 0.3
"""How far a theme is moved away from the examples of those near to it. Source: Rocchio 1971; 0.2 to 0.4 alike."""
TWIN: Final = 0.55
TWIN_TITLE: Final = 0.3
"""What is left over is no new theme but part of a given one where their centres have the first cosine, or its centre
and what was written of the theme the second, and that is as near as a sure point is.

Source: 0.4 for the centres merged what people part; the second changes nothing on the labelled sets, and is for titles
of a word or two.
"""
BEHIND: Final = 0.1
"""How much nearer a point must be to a new theme than to a given one. Source: between 0 (new themes take what is of the
given) and giving these the first choice (they take what is left over), on the same sets with half of the themes given.
"""


@dataclass(frozen=True)
class Phrases:
    """What a phrase goes through to be held against the points of a question.

    Attributes:
        embed: Texts to unit vectors.
        shared: See `consult.assign.shared_direction`.
        lexical: What was learnt of the points' spelling.
        common: See `consult.assign.common_part`.
        sayings: Where what says one thing in many words is drawn to.
    """

    embed: Callable[[list[str]], Floats]
    shared: Doubles
    lexical: Lexical
    common: Doubles
    sayings: Sayings

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors in the points' space, shape (len(texts), d)."""
        plain = list(map(as_compared, texts))
        if not plain:
            return np.zeros((0, len(self.common)), dtype=np.float32)
        found = less(beside(without(self.embed(plain), self.shared), self.lexical.vectors(plain)), self.common)
        return self.sayings.drawn_phrases(plain, found)


@dataclass(frozen=True)
class Asked:
    """The given themes of one question.

    Attributes:
        themes: In the order of the file.
        examples: Of each theme the answers by id, then those by text.
    """

    themes: tuple[GivenTheme, ...] = ()
    examples: tuple[tuple[Example, ...], ...] = ()

    @property
    def titles(self) -> list[str]:
        """As the user wrote them."""
        return [theme.title for theme in self.themes]


def asked_of(given: Given, question_id: str, wording: str) -> Asked:
    """The given themes of a question, and their examples, those of the themes' own file among them."""
    themes = given_themes(given, question_id, wording)
    mine = [example for example in given.examples if is_of(example.question, question_id, wording)]
    own = [
        (
            *(e for e in mine if _same(e.theme, theme.title)),
            *(Example(theme.title, text=text) for text in theme.examples),
        )
        for theme in themes
    ]
    return Asked(tuple(themes), tuple(own))


def find_known(
    asked: Asked,
    phrases: Phrases,
    points: pl.DataFrame,
    vectors: Floats,
    standing: Sequence[int],
    meant: Floats,
    texts: pl.DataFrame,
    ignored: frozenset[str],
    config: AnalysisConfig,
) -> dict[str, Any]:
    """Places the given themes among the points of a question, and clusters what is left over.

    Args:
        asked: The given themes.
        phrases: What their titles and examples go through.
        points: POINTS.
        vectors: Their vectors, as they are compared, a row a point.
        standing: The row of `points` that stands for each of `texts`.
        meant: What the points mean, a row a point.
        texts: The distinct points.
        ignored: Words that carry no subject.
        config: The configuration.

    Returns:
        `titles`, the unit vectors of what was written of the given themes, shape (k, d); `means`, unit centres of the
        given themes and then of the new ones, shape (k + new, d); `centre`, what points are held against in place of
        these, and `offsets`, what is taken from that, see `consult.sharpen`; `clusters`, CLUSTERS of all of them;
        `labels`, LABELS, the nearest of them to each text; `shown`, how many examples could be used, shape (k,);
        `borne`, whether points come near to what was written of each, or it has examples, shape (k,); `joined`, how
        many groups left over were part of each given theme, shape (k,).
    """
    distinct, n_known = vectors[standing], len(asked.themes)
    titles = phrases.vectors([_written(theme) for theme in asked.themes])
    shown = [_shown(own, phrases, points, vectors) for own in asked.examples]
    least = config.assign.min_strength
    borne = _borne(asked, shown, titles, distinct, texts["text"], ignored)
    centre = move_themes(titles, distinct, shown, least, borne=borne)
    sure = _sure(distinct @ titles.T, borne)
    sharp, offset = _sharpened(centre, distinct, shown, titles, sure, borne)
    near = (distinct @ sharp.T - offset).max(axis=1, initial=-1) >= least
    left: list[int] = np.flatnonzero(~near).tolist() if config.known.new else []
    rows = [standing[place] for place in left]
    n_left = points["response_id"].gather(rows).n_unique() if rows else 0
    wanted = themes_wanted(n_left, distinct[left], config.cluster)
    grown, clusters = cluster_points(texts[left], meant[rows], distinct[left], n_left, wanted, ignored, config.cluster)
    found = centres(distinct[left], grown["cluster"])
    twin = _twins(centre, titles, found, np.where(borne, sure, np.inf))
    extra = [distinct[left][np.isin(grown["cluster"].fill_null(-1), np.flatnonzero(twin == k))] for k in range(n_known)]
    centre = move_themes(titles, distinct, shown, least, extra, borne)
    sharp, offset = _sharpened(centre, distinct, shown, titles, sure, borne)
    new = np.flatnonzero(twin < 0)
    means, compared = (np.concatenate([given, found[new]]) for given in (centre, sharp))
    offsets = np.concatenate([offset, np.zeros(len(new))])
    labels = _labels(texts, distinct @ compared.T - offsets, n_known, least)
    named = theme_words(texts["text"].to_list(), labels["cluster"], len(means), ignored, config.cluster.keywords)
    kept = clusters[new]
    together = pl.DataFrame(
        {
            "cluster": list(range(len(means))),
            "keywords": [*named[:n_known], *kept["keywords"].to_list()],
            "stability": [*[None] * n_known, *kept["stability"].to_list()],
        },
        schema=CLUSTERS.schema,
    )
    return {
        "titles": titles,
        "means": means,
        "centre": compared,
        "offsets": offsets,
        "clusters": check_frame(together, CLUSTERS),
        "labels": labels,
        "shown": np.array([len(own) for own in shown], dtype=np.int64),
        "borne": borne,
        "joined": np.array([(twin == k).sum() for k in range(n_known)], dtype=np.int64),
    }


def move_themes(
    titles: Floats,
    vectors: Floats,
    shown: Sequence[Sequence[Floats]],
    least: float,
    extra: Sequence[Floats] | None = None,
    borne: Bools | None = None,
) -> Floats:
    """Moves each given theme from what was written of it to its sure points and its examples.

    With examples it is done twice: the first time tells which points are near, and which point of an answer it was that
    showed the theme.

    Args:
        titles: Unit vectors of what was written of the themes, shape (k, d).
        vectors: Of the distinct points, shape (n, d).
        shown: Of each theme the examples: vectors of the points of each, shape (points, d).
        least: From which cosine a point belongs to a theme that has been moved.
        extra: Of each theme more points that are its own, shape (any, d).
        borne: Whether some points come near to each; one that none comes near to does not move. All do where None.

    Returns:
        Unit centres, shape (k, d).
    """
    cosines = vectors @ titles.T
    sure, centre = _sure(cosines, borne), titles
    for _ in range(2 if any(shown) else 1):
        nearest = cosines.argmax(axis=1)
        near = np.take_along_axis(cosines, nearest[:, None], axis=1)[:, 0] >= sure[nearest]
        told = showing(shown, centre)
        moved = np.zeros(titles.shape)
        for k in range(len(titles)):
            members = vectors[near & (nearest == k)].sum(axis=0, dtype=np.float64)
            if extra is not None:
                members += extra[k].sum(axis=0, dtype=np.float64)
            moved[k] = OWN_WEIGHT * titles[k] + members / (1 + EXAMPLES_OVER * len(told[k]))
            if len(told[k]):
                moved[k] += EXAMPLE_WEIGHT * told[k].sum(axis=0, dtype=np.float64)
        centre = _apart(unit(moved), told)
        cosines, sure = vectors @ centre.T, np.full(len(titles), least)
    return centre


def _sure(cosines: Floats, borne: Bools | None = None) -> Doubles:
    """From which cosine a point is surely near to each theme, shape (themes,); `cosines` is of points and themes."""
    if not len(cosines):
        return np.ones(cosines.shape[1])
    of_all = cosines.mean(dtype=np.float64) + SURE * cosines.std(dtype=np.float64)
    of_each = cosines.mean(axis=0, dtype=np.float64) + SURE * cosines.std(axis=0, dtype=np.float64)
    sure: Doubles = np.maximum(np.minimum(of_each, of_all), SURE_LEAST)
    return sure if borne is None else np.where(borne, sure, np.inf)


def _borne(
    asked: Asked,
    shown: Sequence[Sequence[Floats]],
    titles: Floats,
    vectors: Floats,
    texts: pl.Series,
    ignored: frozenset[str],
) -> Bools:
    """Whether each theme has an example, or some points come near to what was written of it or hold all its words."""
    nth = min(BORNE_BY, len(vectors))
    if not nth:
        return np.zeros(len(titles), dtype=np.bool_)
    near = np.partition(vectors @ titles.T, -nth, axis=0)[-nth] >= BORNE
    held = [{stem(word) for word in words(text)} for text in texts]
    for k, theme in enumerate(asked.themes):
        telling = {stem(word) for word in words(theme.title) if word not in ignored}
        near[k] |= len(shown[k]) > 0 or (bool(telling) and sum(telling <= own for own in held) >= nth)
    return np.asarray(near, dtype=np.bool_)


def _sharpened(
    centre: Floats,
    vectors: Floats,
    shown: Sequence[Sequence[Floats]],
    titles: Floats,
    sure: Doubles,
    borne: Bools,
) -> tuple[Floats, Doubles]:
    """What `sharpen` gives, but for themes that no point comes near to, which stay as they were written."""
    sharp, offset = sharpen(centre, vectors, shown, titles, sure)
    return np.where(borne[:, None], sharp, titles).astype(np.float32), np.where(borne, offset, 0.0)


def _apart(centre: Floats, told: Sequence[Floats]) -> Floats:
    """The centres, each moved away from the examples of the others: the nearer those are, the more they count."""
    means = np.array([own.mean(axis=0) if len(own) else np.zeros(centre.shape[1]) for own in told])
    if not means.any():
        return centre
    weights = np.maximum(centre @ means.T, 0) ** 2
    np.fill_diagonal(weights, 0)
    away = (weights @ means) / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    return unit(centre - AWAY * away)


def _shown(examples: Sequence[Example], phrases: Phrases, points: pl.DataFrame, vectors: Floats) -> list[Floats]:
    """The vectors of the points of each example; one that says nothing is left out."""
    found = []
    for response_id in dict.fromkeys(e.response_id for e in examples if e.response_id):
        rows = np.flatnonzero((points["response_id"] == response_id).to_numpy())
        if len(rows):
            found.append(vectors[rows])
    texts = list(dict.fromkeys(e.text for e in examples if not e.response_id))
    return found + [row[None, :] for row in phrases.vectors(texts)]


def _twins(known: Floats, titles: Floats, found: Floats, sure: Doubles) -> Ints:
    """The given theme that each new centre is part of; -1 for none."""
    if not len(found) or not len(known):
        return np.full(len(found), -1, dtype=np.int64)
    centres_near, titles_near = found @ known.T, found @ titles.T
    alike = (centres_near >= TWIN) | (titles_near >= np.maximum(sure, TWIN_TITLE))
    nearest = np.where(alike, centres_near, -np.inf).argmax(axis=1)
    return np.where(alike.any(axis=1), nearest, -1).astype(np.int64)


def behind_of(n_known: int, count: int) -> Doubles:
    """What new themes stand back by where a point is near to a given one as well: 0 for given themes.

    Args:
        n_known: Given themes, which come first.
        count: All themes.

    Returns:
        A cosine a theme, shape (count,).
    """
    return np.where(np.arange(count) < n_known, 0.0, BEHIND if n_known else 0.0)


def _labels(texts: pl.DataFrame, near: Doubles, n_known: int, least: float) -> pl.DataFrame:
    held = np.where(near >= least, near - behind_of(n_known, near.shape[1]), -np.inf)
    nearest = [int(row.argmax()) if np.isfinite(row).any() else None for row in held]
    return check_frame(pl.DataFrame({"text_id": texts["text_id"], "cluster": nearest}, schema=LABELS.schema), LABELS)


def notes_of(asked: Asked, kept: Mapping[str, Any], themes: pl.DataFrame) -> list[str]:
    """`consult.notes.known_notes` on what `find_known` gave; `themes` are THEMES."""
    unused = [len(own) - int(used) for own, used in zip(asked.examples, kept["shown"], strict=True)]
    return known_notes(
        themes,
        {title: n for title, n in zip(asked.titles, unused, strict=True) if n},
        {title: int(n) for title, n in zip(asked.titles, kept["joined"], strict=True) if n},
        [title for title, borne in zip(asked.titles, kept["borne"], strict=True) if not borne],
    )


def told_of(asked: Asked, kept: Mapping[str, Any], order: Sequence[int], themes: pl.DataFrame) -> dict[str, Any]:
    """What a run keeps of the given themes: theme_id -> title, description, and how many examples were used."""
    return {
        theme_id: {
            "title": asked.themes[k].title,
            "description": asked.themes[k].description,
            "n_examples": int(kept["shown"][k]),
        }
        for theme_id, k in zip(themes["theme_id"], order, strict=True)
        if k < len(asked.themes)
    }


def redact_known(
    known: KnownConfig, redactor: Redactor, config: RedactConfig, stand_ins: dict[str, str]
) -> KnownConfig:
    """The given themes without personal data in their examples; what a team wrote of a theme stays as it is."""
    texts = [text for theme in known.themes for text in theme.examples] + [e.text for e in known.examples]
    if not known.themes:
        return known
    rows = [(str(place), "", "", text, None, "", 0, "received") for place, text in enumerate(texts)]
    frame = pl.DataFrame(rows, schema=RESPONSES.schema, orient="row")
    clean = iter(redact_responses(frame, redactor, config).responses["text"].to_list())
    themes = tuple(
        theme.model_copy(update={"examples": tuple(next(clean) for _ in theme.examples)}) for theme in known.themes
    )
    examples = tuple(
        e.model_copy(update={"text": next(clean), "response_id": stand_ins.get(e.response_id, e.response_id)})
        for e in known.examples
    )
    return known.model_copy(update={"themes": themes, "examples": examples})


def _written(theme: GivenTheme) -> str:
    """What is embedded of a theme: its title, and its description after it."""
    return f"{theme.title}. {theme.description}" if theme.description else theme.title


def _same(title: str, other: str) -> bool:
    return " ".join(title.split()).casefold() == " ".join(other.split()).casefold()


__all__ = [
    "Asked",
    "Phrases",
    "asked_of",
    "behind_of",
    "find_known",
    "move_themes",
    "notes_of",
    "redact_known",
    "told_of",
]
