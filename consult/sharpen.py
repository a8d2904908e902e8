"""Centres of given themes, turned so that they tell themes apart, and what is of none.

Where there are examples, centres are turned away from what the question's points have in common, and from the
directions in which the points of one theme differ; measured, that wins nothing with a title alone. Then, with examples
or without, what a linear classifier learns is mixed in: of the examples, or of the points surely near to a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from consult.arrays import unit

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_Heads = tuple[Doubles, Doubles]
"""Centres, shape (k, d), and what is taken from products with them, shape (k,)."""

SHRUNK: Final = 0.6
"""How much of the points' scatter about their themes is taken to be alike in all directions. Source: on six labelled
sets 0.4 to 0.7 measured alike, 0.2 and 1 worse."""
EXAMPLES_SHARE: Final = 0.3
"""How much of that scatter is the examples' own. Source: 0 was worse on nhs_fft, better on ottensen, by 0.01, at 20."""
TRUSTED: Final = 2.0
"""Centres are turned n / (n + this) of the way with n examples a theme on the mean. Source: 0 and 5 measured alike but
for 0 at 5 examples, which was worse."""
LEARNT: Final = 0.6
"""What the classifier counts, as far as it is relied on: n / (n + `TRUSTED`), n being what examples a theme it has on
the mean; where these are guessed, times (k - 1) / (k + 1) with k themes, of which it must see the others to tell one.

Source: five labelled sets. Mean F1 at 5 and 20 examples a theme was 0.59 and 0.69 without it, and 0.61 and 0.69 with
0.4 to 0.6 of it, at a higher precision (0.59 to 0.61, and 0.68 to 0.71) and with more under `none`; 0.8 and 1 were
worse on some of the sets. Without examples F1 was 0.487, and 0.492 with 0.3 to 0.5.
"""
RIDGE: Final = 2.0
"""How much the classifier is shrunk, in examples. Source: of 0.3 to 6 sets of few themes do best at 1, of many at 4."""
UNEVEN: Final = 0.5
"""How much it counts that some themes have more examples than others. Source: where only every second theme had any,
F1 was 0.556, 0.554 and 0.548 with 0, 0.5 and 1 at 20 a theme; where all had, as their size allowed, 0.682, 0.688 and
0.690."""
TITLE_WEIGHT: Final = 3.0
GUESSED_WEIGHT: Final = 0.3
"""What a title, and a point that is surely near to one, count to the classifier beside an example.

Source: titles at 0.3 and 1 were worse at 1 example a theme; points at 0.1 to 1 measured alike. With examples of any
theme the points are left out: kept, even of themes without, they lost 0.03 of F1.
"""
GUESSED_MOST: Final = 100
"""So many points of a theme, the nearest, at most: however many answers there are, the title counts. Source: 30 and all
of them measured alike, 15 worse."""
REST_WEIGHT: Final = 3.0
REST_MOST: Final = 5_000
"""What the points that are surely near to no title count together, as examples of none, and how many of them at most.

Source: 0, 3 and 10 measured alike on the sets; without any, two or three given themes share out all that is said.
"""
STRICTER: Final = 0.06
STRICTER_ALONE: Final = 0.03
"""How much nearer a point must then be, as far as the classifier is relied on; the second where there are no examples.
What is won goes to precision and `none`. Source: at 0.09 F1 with 5 examples was 0.695 and not 0.709 on one of three
sets with the new themes beside; without examples 0.05 lost 0.007 of the mean of five."""


def showing(shown: Sequence[Sequence[Floats]], centre: Floats) -> list[Floats]:
    """Of each theme's examples the point that is nearest to it: that which shows the theme."""
    return [np.array([own[int((own @ centre[k]).argmax())] for own in of]) for k, of in enumerate(shown)]


def sharpen(
    centre: Floats, vectors: Floats, shown: Sequence[Sequence[Floats]], titles: Floats, sure: Doubles
) -> tuple[Floats, Doubles]:
    """Turns the centres of given themes so that they tell themes apart, and what is none.

    With examples, what all points have in common is left out of each centre, and the directions in which the points of
    one theme differ count less: Fisher's linear discriminant, its scatter taken from all points about the theme that
    they are nearest to and from the examples about theirs, and shrunk. Then a ridge classifier of one theme against the
    others is mixed in. The similarities of points to their nearest theme have the mean and the deviation that they had
    before, so that they mean what a cosine does, less what `STRICTER` asks.

    Args:
        centre: Unit centres, shape (k, d).
        vectors: Of the distinct points, shape (n, d).
        shown: The examples of each theme, of which there are n on the mean.
        titles: Unit vectors of what was written of the themes, shape (k, d).
        sure: From which cosine to its title a point is surely near to a theme, shape (k,).

    Returns:
        Centres of one scale, shape (k, d), and what is taken from a point's product with each to give its similarity,
        shape (k,); `centre` itself and zeros where there are too few points to tell, or they are all alike.

    Source: Fisher 1936; Friedman 1989, "Regularized Discriminant Analysis"; Hoerl and Kennard 1970, "Ridge Regression".
    """
    nothing = np.zeros(len(centre))
    if len(vectors) <= len(centre):
        return centre, nothing
    n_shown = sum(map(len, shown)) / max(1, len(shown))
    share = n_shown / (n_shown + TRUSTED)
    told = showing(shown, centre)
    cosines = vectors @ centre.T
    nearest = cosines.max(axis=1)
    turned: _Heads | None = (centre.astype(np.float64), nothing)
    if n_shown:
        turned = _scaled((_turned(centre, vectors, cosines, told, share), nothing), vectors, nearest)
    rows, whose, weights = _examples(told, titles, vectors, sure)
    learnt = _scaled(_ridge(rows, whose, weights, len(centre)), vectors, nearest)
    if turned is None or learnt is None:
        return centre, nothing
    if n_shown:
        mix, stricter = LEARNT * share, STRICTER * share
    else:
        n_guessed = float(weights[whose < len(centre)].sum()) / len(centre) - TITLE_WEIGHT
        share = n_guessed / (n_guessed + TRUSTED)
        mix, stricter = LEARNT * share * (len(centre) - 1) / (len(centre) + 1), STRICTER_ALONE * share
    mixed = [(1 - mix) * one + mix * other for one, other in zip(turned, learnt, strict=True)]
    scaled = _scaled((mixed[0], mixed[1]), vectors, nearest)
    return (centre, nothing) if scaled is None else (scaled[0].astype(np.float32), scaled[1] + stricter)


def _turned(centre: Floats, vectors: Floats, cosines: Floats, shown: Sequence[Floats], share: float) -> Doubles:
    """The centres turned so far by Fisher's discriminant, shape (k, d); `shown` are the examples of each theme."""
    told = [own for own in shown if len(own)]
    whose = np.repeat(np.arange(len(told)), list(map(len, told)))
    scatter = _mixed(_scatter(vectors, cosines.argmax(axis=1)), _scatter(np.concatenate(told), whose))
    own = centre - vectors.mean(axis=0, dtype=np.float64)
    turned = unit(np.linalg.solve((1 - SHRUNK) * scatter + SHRUNK * np.eye(len(scatter)), own.T).T)
    return unit((1 - share) * centre + share * turned).astype(np.float64)


def _examples(told: Sequence[Floats], titles: Floats, vectors: Floats, sure: Doubles) -> tuple[Doubles, Ints, Doubles]:
    """What the classifier learns from: vectors, shape (m, d), the theme of each, k for none, and what it counts."""
    rows, whose, weights = [titles], [np.arange(len(titles))], [np.full(len(titles), TITLE_WEIGHT)]
    guessed = not any(map(len, told))
    cosines = vectors @ titles.T
    nearest, best = cosines.argmax(axis=1), cosines.max(axis=1)
    for k, own in enumerate(told):
        if guessed:
            near = np.flatnonzero((nearest == k) & (best >= sure[k]))
            own = vectors[near[np.argsort(-best[near], kind="stable")[:GUESSED_MOST]]]
        if len(own):
            rows.append(own)
            whose.append(np.full(len(own), k))
            weights.append(np.full(len(own), GUESSED_WEIGHT if guessed else 1.0))
    rest = np.flatnonzero((cosines < sure).all(axis=1))
    if len(rest):
        rows.append(vectors[rest[:: -(-len(rest) // REST_MOST)]])
        whose.append(np.full(len(rows[-1]), len(titles)))
        weights.append(np.full(len(rows[-1]), REST_WEIGHT / len(rows[-1])))
    return np.concatenate(rows).astype(np.float64), np.concatenate(whose).astype(np.int64), np.concatenate(weights)


def _ridge(rows: Doubles, whose: Ints, weights: Doubles, count: int) -> _Heads:
    """Ridge regression of each theme, 1, against all else, 0, its intercept as if themes were shown less unevenly."""
    wanted, total = np.eye(count + 1)[whose][:, :count], float(weights.sum())
    mean, often = weights @ rows / total, weights @ wanted / total
    about = rows - mean
    weighed = about * weights[:, None]
    scatter: Doubles = weighed.T @ about + RIDGE * np.eye(len(mean))
    slopes = np.linalg.solve(scatter, weighed.T @ (wanted - often)).T.astype(np.float64)
    return slopes, slopes @ mean - UNEVEN * often


def _scaled(heads: _Heads, vectors: Floats, nearest: Floats) -> _Heads | None:
    """Centres and offsets at which the largest similarities have the mean and deviation of `nearest`, shape (n,)."""
    found = (vectors @ heads[0].astype(np.float32).T - heads[1]).max(axis=1)
    spread = float(found.std(dtype=np.float64))
    if spread < 1e-6:
        return None
    length = float(nearest.std(dtype=np.float64)) / spread
    shift = length * float(found.mean(dtype=np.float64)) - float(nearest.mean(dtype=np.float64))
    return length * heads[0], length * heads[1] + shift


def _scatter(vectors: Floats, nearest: Ints) -> Doubles:
    """The mean of the products of the vectors less the mean of those of their theme, shape (d, d)."""
    total = np.zeros((vectors.shape[1], vectors.shape[1]))
    for start in range(0, len(vectors), 16_384):
        block = vectors[start : start + 16_384].astype(np.float64)
        total += block.T @ block
    for k in np.unique(nearest):
        own = vectors[nearest == k]
        mean = own.mean(axis=0, dtype=np.float64)
        total -= len(own) * np.outer(mean, mean)
    return total / max(1, len(vectors))


def _mixed(of_points: Doubles, of_examples: Doubles) -> Doubles:
    """Two scatters as one, whose mean along a direction is 1; one example a theme says nothing."""
    both = (1 - EXAMPLES_SHARE) * of_points + EXAMPLES_SHARE * of_examples
    mixed: Doubles = both * (len(both) / max(float(np.trace(both)), 1e-9))
    return mixed


__all__ = ["sharpen", "showing"]
