"""Small clusters into few: which two to merge next, points to their nearest centre, and how far a result comes back.

All of it is plain linear algebra on unit vectors, with no chance in it but the samples that stability is measured on,
which are drawn with a seed.

Source: Ward 1963 for the criterion, its tempering measured on hand-coded sets; Lance and Williams 1967 for distances
after a merge; Hennig 2007 for stability by the Jaccard similarity of resampled clusters.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SIZE_WEIGHT: Final = 0.65
SIZE_WEIGHT_FEW: Final = 0.8
"""How far sizes count in merging, between 0 (centroid) and 1 (Ward); and where merging starts from single points.

Source: swept over the labelled sets, where 0.5 to 0.8 are alike. What people raise is
uneven, and Ward's criterion makes clusters too even. From single points a small weight lets one cluster swallow the
rest: small questions are left with two themes.
"""
BELONGS: Final = 0.35
"""A point this near to a centre, by cosine, takes part in it. Source: 0.3 to 0.4 measured alike."""
ROUNDS: Final = 3
"""Of moving centres to their points. Source: 2 to 4 measured alike, and better than none."""
HEARD: Final = 20
HEARD_WEIGHT: Final = 0.5
"""Of a point's nearest neighbours so many are heard, and what they say weighs so much beside 1 for the cosine.

Source: of the six hand-coded sets F1 rose by 2 % on two (0.399 to 0.405, 0.793 to 0.811), moved by less than 1 % on
three, and one has too few points a question for it; a weight of 0.2 gives half of that.
"""
FEWEST_PARTED: Final = 6
"""With fewer themes a list is read at a glance, and none gets a parent."""
PARENTS_SHARE: Final = 0.3
MOST_PARENTS: Final = 8
"""Parents are so many of the themes, and a handful.

Source: over seven questions whose themes people grouped, a sixth to a third of the themes agree with these alike.
"""
TOGETHER: Final = 0.5
"""What a theme is raised together with weighs so much in parents, beside 1 for what it means.

Source: over the same questions, each with five numbers of themes, the adjusted Rand index is 0.16 at 0, 0.18 to 0.19
from 0.4 to 0.7, and 0.16 at 1.3. Themes dealt to the texts at random leave it at 0.16; 0.14 without what
`raised_together` takes off for chance.
"""
FIT_SHARE: Final = 0.8
FIT_MOST: Final = 1_500
"""Each fit that stability is measured by takes this share of the points, and no more than so many."""


def merge_clusters(vectors: Floats, labels: Ints, wanted: int, size_weight: float = SIZE_WEIGHT) -> Ints:
    """Merges clusters, pair by pair: the pair with the lowest (a b / (a + b)) ** size_weight x squared distance.

    Here a and b are the sizes, and the distance lies between the means. With 1 this is Ward's criterion, which likes
    clusters of one size; with 0, the centroid's, which lets a large one swallow its surroundings.

    Args:
        vectors: Unit vectors, shape (n, d).
        labels: A cluster a vector, from 0 without gaps; -1 for none.
        wanted: Clusters to end with; nothing is done where there are no more.
        size_weight: How far sizes count, from 0 to 1.

    Returns:
        New labels from 0, -1 where it was.
    """
    n = int(labels.max()) + 1
    if n <= wanted:
        return labels.copy()
    inside = labels >= 0
    sizes = np.bincount(labels[inside], minlength=n).astype(np.float64)
    means = np.zeros((n, vectors.shape[1]))
    np.add.at(means, labels[inside], vectors[inside])
    group = merge_means(means / sizes[:, None], sizes, wanted, size_weight)
    return np.where(inside, group[np.maximum(labels, 0)], -1)


def merge_means(means: Doubles, sizes: Doubles, wanted: int, size_weight: float = SIZE_WEIGHT) -> Ints:
    """The cluster, from 0, that each of the given ones ends in.

    Args:
        means: The mean of each, shape (n, d).
        sizes: What each weighs, shape (n,).
        wanted: Clusters to end with.
        size_weight: See `merge_clusters`.
    """
    n, sizes = len(means), sizes.astype(np.float64)
    squares = (means**2).sum(1)
    gaps = np.maximum(squares[:, None] + squares[None, :] - 2 * means @ means.T, 0)
    cost = (sizes[:, None] * sizes[None, :] / (sizes[:, None] + sizes[None, :])) ** size_weight * gaps
    np.fill_diagonal(cost, np.inf)
    best = cost.argmin(1)
    lowest = cost[np.arange(n), best]
    group, alive = np.arange(n), np.ones(n, dtype=np.bool_)
    for _ in range(n - wanted):
        i = int(lowest.argmin())
        j = int(best[i])
        i, j = min(i, j), max(i, j)
        together = sizes[i] + sizes[j]
        between = sizes[i] * sizes[j] * gaps[i, j] / together
        gap = np.maximum((sizes[i] * gaps[i] + sizes[j] * gaps[j] - between) / together, 0)
        sizes[i] = together
        gaps[i], gaps[:, i] = gap, gap
        gaps[i, i] = 0
        group[group == j] = i
        alive[j] = False
        row = (sizes * sizes[i] / (sizes + sizes[i])) ** size_weight * gap
        row[~alive] = np.inf
        row[i] = np.inf
        cost[i], cost[:, i] = row, row
        cost[j], cost[:, j] = np.inf, np.inf
        lowest[j] = np.inf
        # Whose best partner has changed or gone looks again; to the others the new cluster is one more offer.
        stale = np.flatnonzero(alive & ((best == i) | (best == j)))
        stale = np.union1d(stale, [i])
        best[stale] = cost[stale].argmin(1)
        lowest[stale] = cost[stale, best[stale]]
        nearer = alive & (row < lowest)
        best[nearer], lowest[nearer] = i, row[nearer]
    _, numbered = np.unique(group, return_inverse=True)
    return numbered.astype(np.int64)


def raised_together(texts: Ints, themes: Ints, n: int) -> Doubles:
    """With which other themes each is raised more often, or less, than chance has it.

    How many texts raise both of a pair is held against how many would if each were raised whatever the others are, in
    standard deviations. What chance alone would give is taken off a row's length, so that few texts tell little.

    Args:
        texts: The number of a text that raises a theme, from 0.
        themes: The theme that it raises, from 0.
        n: Themes that there are.

    Returns:
        Shape (n, n), each row between 0 and 1 long; the diagonal is 0.

    Source: Haberman 1973 (residuals of counts); James and Stein 1961 (shrinkage).
    """
    from scipy.sparse import csr_array

    n_texts = int(texts.max(initial=0)) + 1
    raised = csr_array((np.ones(len(texts)), (texts, themes)), shape=(n_texts, n))
    raised.data = np.ones_like(raised.data)
    both = (raised.T @ raised).toarray()
    chance = np.outer(both.diagonal(), both.diagonal()) / n_texts
    beyond = (both - chance) / np.sqrt(chance + 1)
    np.fill_diagonal(beyond, 0)
    squares = (beyond**2).sum(1, keepdims=True)
    return np.asarray(beyond * np.sqrt(np.maximum(squares - (n - 1), 0)) / np.maximum(squares, 1e-12))


def group_centres(centres: npt.NDArray[np.floating], together: Doubles) -> Ints:
    """The parent that each theme is a part of: themes merged on, by Ward's criterion, all of one weight.

    What all themes of the question have in common is left out first; beside what a theme means stands what it is raised
    together with. A theme that is nearer to none of its group than to what is common stands alone.

    Args:
        centres: Unit centres of the themes, shape (n, d).
        together: What `raised_together` gives for them, shape (n, n).

    Returns:
        A group a theme, from 0, of two at the least; -1 for a theme that stands alone, and for all where they are few.
    """
    n = len(centres)
    if n < FEWEST_PARTED:
        return np.full(n, -1, dtype=np.int64)
    apart = centres.astype(np.float64) - centres.mean(axis=0, dtype=np.float64)
    apart /= np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-12)
    beside = np.hstack([apart, TOGETHER * together])
    group = merge_means(beside, np.ones(n), max(2, min(MOST_PARENTS, round(PARENTS_SHARE * n))), size_weight=1)
    products = np.einsum("nd,kd->nk", beside, beside)
    same = (group[:, None] == group[None, :]) & ~np.eye(n, dtype=np.bool_)
    near = (products * same).sum(1) / np.maximum(same.sum(1), 1)
    return _numbered(np.where(near > 0, group, -1), min_size=2)


def settle(vectors: Floats, labels: Ints, min_size: int, rounds: int = ROUNDS) -> Ints:
    """Drops clusters that are too small, then moves each centre to the points that it is nearest to, some rounds.

    Args:
        vectors: Unit vectors, shape (n, d).
        labels: A cluster a vector, from 0; -1 for none.
        min_size: Vectors that a cluster must hold at the least.
        rounds: How often centres are moved; 0 only drops.

    Returns:
        New labels from 0 without gaps; -1 for what is near no centre.
    """
    labels = _numbered(labels, min_size)
    for _ in range(rounds if labels.max() >= 0 else 0):
        labels = _numbered(nearest(vectors, centres_of(vectors, labels)), min_size, keep=labels)
    return labels


def hear_neighbours(vectors: Floats, labels: Ints, min_size: int, rounds: int = ROUNDS) -> Ints:
    """Moves points to the centre that is nearest when the clusters of their neighbours are heard too, some rounds.

    A theme is seldom a ball: a point at its rim, nearer to another's centre but among its points, comes to it here. For
    each centre within `BELONGS` of a point, the share that its cluster has among the point's nearest neighbours, each
    weighed by its cosine squared, is added to the cosine. A cluster that would be left with too few stays as it was:
    neighbours do not say how many there are.

    Args:
        vectors: Unit vectors, shape (n, d).
        labels: A cluster a vector, from 0 without gaps; -1 for none.
        min_size: Vectors that a cluster must hold at the least.
        rounds: How often points are moved.

    Returns:
        New labels from 0 without gaps; -1 for what is near no centre.
    """
    if labels.max() < 0 or len(vectors) <= HEARD:
        return labels.copy()
    near, gaps = (found[:, 1:] for found in nearest_points(vectors, HEARD + 1))
    weights = np.maximum(1 - gaps, 0) ** 2
    weights = HEARD_WEIGHT * weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
    for _ in range(rounds):
        centre = centres_of(vectors, labels)
        found = np.empty(len(vectors), dtype=np.int64)
        for start in range(0, len(vectors), 16_384):
            block = slice(start, start + 16_384)
            cosines = vectors[block] @ centre.T
            # One column more, for neighbours in no cluster: they are heard, and speak for none.
            heard = np.zeros((len(cosines), len(centre) + 1), dtype=np.float32)
            np.add.at(heard, (np.arange(len(cosines))[:, None], labels[near[block]]), weights[block])
            best = np.where(cosines >= BELONGS, cosines + heard[:, :-1], -np.inf).argmax(1)
            found[block] = np.where(cosines.max(1) >= BELONGS, best, -1)
        few = np.flatnonzero(np.bincount(found[found >= 0], minlength=len(centre)) < min_size)
        found = np.where(np.isin(labels, few), labels, found)
        labels = _numbered(found, min_size, keep=labels)
    return labels


def centres_of(vectors: Floats, labels: Ints) -> Floats:
    """The unit mean of each cluster's members, shape (clusters, d)."""
    count = int(labels.max()) + 1
    sums = np.zeros((count, vectors.shape[1]))
    np.add.at(sums, labels[labels >= 0], vectors[labels >= 0])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def nearest(vectors: Floats, centre: Floats) -> Ints:
    """The centre that each vector is nearest to; -1 where none is within `BELONGS`."""
    labels = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), 16_384):
        cosines = vectors[start : start + 16_384] @ centre.T
        labels[start : start + len(cosines)] = np.where(cosines.max(1) >= BELONGS, cosines.argmax(1), -1)
    return labels


def nearest_points(vectors: Floats, k: int) -> tuple[npt.NDArray[np.int32], Floats]:
    """Each vector's k nearest by cosine distance, itself first; equal distances in the order of the rows.

    Args:
        vectors: Unit vectors, shape (n, d).
        k: How many, from 1 to n.

    Returns:
        Row numbers and distances, each of shape (n, k), nearest first.
    """
    n = len(vectors)
    indices = np.empty((n, k), dtype=np.int32)
    distances = np.empty((n, k), dtype=np.float32)
    for start in range(0, n, 1024):
        block = slice(start, min(start + 1024, n))
        gaps = np.clip(1 - vectors[block] @ vectors.T, 0, 2)
        gaps[np.arange(block.stop - start), np.arange(start, block.stop)] = -1
        near = np.sort(np.argpartition(gaps, k - 1, axis=1)[:, :k], axis=1)
        order = np.take_along_axis(gaps, near, 1).argsort(axis=1, kind="stable")
        indices[block] = np.take_along_axis(near, order, 1)
        distances[block] = np.maximum(np.take_along_axis(gaps, indices[block].astype(np.int64), 1), 0)
    return indices, distances


def measure_stability(vectors: Floats, labels: Ints, wanted: int, min_size: int, fits: int, seed: int) -> list[float]:
    """How far each cluster comes back when clusters are found again on samples of the points.

    Each fit draws a sample without replacement, merges its single points to the number wanted, and gives every point to
    the nearest of the centres it found. A cluster comes back as far as the most alike of these is: by the Jaccard
    similarity of their members, from 0 (nothing in common) to 1 (the same points). Its stability is the mean of the
    fits.

    Args:
        vectors: Unit vectors, shape (n, d).
        labels: A cluster a vector, from 0 without gaps; -1 for none.
        wanted: Clusters that were wanted.
        min_size: Vectors that a cluster must hold at the least.
        fits: How many fits.
        seed: Of the samples.

    Returns:
        A number in [0, 1] a cluster.
    """
    count, n = int(labels.max()) + 1, len(vectors)
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    found = np.zeros(count)
    for fit in range(fits):
        size = min(FIT_MOST, max(2, round(FIT_SHARE * n)))
        sample = np.sort(np.random.default_rng([seed, fit]).choice(n, size, replace=False))
        again = merge_clusters(vectors[sample], np.arange(size), wanted, SIZE_WEIGHT_FEW)
        again = settle(vectors[sample], again, min_size)
        if again.max() < 0:
            continue
        theirs = nearest(vectors, centres_of(vectors[sample], again))
        both = np.zeros((count, int(again.max()) + 1))
        inside = (labels >= 0) & (theirs >= 0)
        np.add.at(both, (labels[inside], theirs[inside]), 1)
        either = sizes[:, None] + np.bincount(theirs[theirs >= 0], minlength=both.shape[1])[None, :] - both
        found += (both / np.maximum(either, 1)).max(1)
    return [round(float(share), 6) for share in found / max(fits, 1)]


def _numbered(labels: Ints, min_size: int, keep: Ints | None = None) -> Ints:
    """Labels without gaps, and without clusters that are too small; `keep` where none would be left."""
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    labels = np.where((labels >= 0) & (sizes[labels] >= min_size), labels, -1)
    if keep is not None and labels.max() < 0:
        return keep
    known = np.unique(labels[labels >= 0])
    return np.where(labels >= 0, np.searchsorted(known, labels), -1).astype(np.int64)
