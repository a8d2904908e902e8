"""Points into clusters, by BERTopic. The only file that names bertopic, umap or hdbscan, or that knows of outliers.

BERTopic is given the vectors and two parts of ours in its slots: a reducer (UMAP with exact neighbours), and a
clusterer that grows many small, pure clusters with HDBSCAN and merges them, by a criterion between Ward's and the
centroid's, to the number of themes that the responses support. A question with few distinct points is merged from
single points instead, where UMAP and HDBSCAN have too little to go on. Clusters are found on distinct texts, so copies
neither make nor move one.

Source: Grootendorst 2022 (BERTopic, c-TF-IDF); McInnes, Healy and Melville 2018 (UMAP); Campello, Moulavi and Sander
2013 (HDBSCAN). The settings were chosen by measurement on six hand-coded sets together, see README.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.config import ClusterConfig
from consult.merge import (
    SIZE_WEIGHT,
    SIZE_WEIGHT_FEW,
    hear_neighbours,
    measure_stability,
    merge_clusters,
    nearest_points,
    settle,
)
from consult.schemas import CLUSTERS, LABELS, check_frame
from consult.words import words

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NEIGHBOURS: Final = 10
"""Of each point, for UMAP. Source: 8 to 15 measured alike on the labelled sets, 25 worse."""
DIMENSIONS: Final = 5
THEMES_SCALE: Final = 5.1
THEMES_GROWTH: Final = 0.3
THEMES_SPREAD: Final = 2.5
"""Themes wanted are 5.1 n ** 0.3 v ** 2.5, of n responses whose points have the variance v (see `themes_wanted`): 5 or
so for 120 arguments on one motion, 13 for 1,000 answers on one proposal, 24 for 1,000 to "what could be better?".

Source: the numbers of themes that people used on seven hand-coded sets, 5 to 77, follow 11 n ** 0.3 v ** 4 within a
fifth (least squares of the logarithms; 115 to 12,719 responses, v from 0.58 to 0.81). What stands here keeps to it
where all answers are on one proposal; where they are on anything people used 40, which is more than are read at a
glance, and F1 is no higher with 30 than with 20. The root of the responses gave 17 where people used 12.
"""
THEMES_PER_ROOT: Final = 0.85
"""No more themes than this times the root of the responses, so that each is more than a few people's: 6 of 50."""
FEWEST_THEMES: Final = 3
FINE_SHARE: Final = 200
VOICES_SHARE: Final = 100
"""HDBSCAN's smallest cluster is one 200th of the points or one 100th of the responses, whichever is less, and at least
three: of long responses a theme that one in fifty raises may be one point in three hundred.
"""
AGGLOMERATE_AT_MOST: Final = 3_000
FEW: Final = 12
"""With fewer distinct points there is nothing to cluster."""


def themes_wanted(n_responses: int, vectors: Floats, config: ClusterConfig) -> int:
    """How many themes to look for: more where responses are more, and where the points lie further apart.

    Answers that are all on one proposal have much in common, and people find fewer themes in them than in as many
    answers on anything. What they have in common is the length of the mean of their unit vectors, m; 1 - m * m is
    their variance.

    Args:
        n_responses: Responses that say something, copies counted once.
        vectors: The unit vectors of their distinct points, shape (n, d).
        config: A number in `themes` is taken as it is, as far as there are points for it.
    """
    most = max(1, len(vectors) // config.min_theme_size)
    if config.themes is not None:
        return min(config.themes, most)
    variance = 1 - float(np.linalg.norm(vectors.mean(axis=0, dtype=np.float64))) ** 2 if len(vectors) else 0.0
    variance = max(0.0, variance)
    number = THEMES_SCALE * math.pow(n_responses, THEMES_GROWTH) * math.pow(variance, THEMES_SPREAD)
    number = config.granularity * min(number, THEMES_PER_ROOT * math.sqrt(n_responses))
    return max(1, min(most, config.most_themes, max(FEWEST_THEMES, round(number))))


def cluster_points(
    texts: pl.DataFrame,
    meant: Floats,
    vectors: Floats,
    n_responses: int,
    wanted: int,
    ignored: frozenset[str],
    config: ClusterConfig,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clusters the distinct points of one question.

    Args:
        texts: Columns text_id and text, one row a distinct point, in an order that rests on the texts alone.
        meant: Unit vectors of what they mean, shape (len(texts), d): fine clusters are grown in these.
        vectors: Unit vectors of all that they are compared by, shape (len(texts), d'): clusters are merged in these.
        n_responses: Responses that say something, copies counted once.
        wanted: Clusters to look for, see `themes_wanted`.
        ignored: Words that carry no subject, in lower case.
        config: How to cluster.

    Returns:
        LABELS, a row a text (null for those in no cluster, or left out of a sample), and CLUSTERS, numbered from 0 by
        size. Both are empty of clusters when there are too few points.
    """
    if len(texts) < FEW:
        labels = np.full(len(texts), -1, dtype=np.int64)
        return _frames(texts, labels, {})
    chosen = _sample(texts, config.max_fit)
    smallest = max(3, min(len(chosen) // FINE_SHARE, n_responses // VOICES_SHARE))
    found, topic_words = _fit(
        texts["text"].gather(chosen).to_list(), meant[chosen], vectors[chosen], wanted, smallest, ignored, config
    )
    labels = np.full(len(texts), -1, dtype=np.int64)
    labels[chosen] = found
    stability = None
    if config.stability_fits and found.max() >= 0:
        stability = measure_stability(
            vectors[chosen], found, wanted, config.min_theme_size, config.stability_fits, config.seed
        )
    return _frames(texts, labels, topic_words, stability)


def _sample(texts: pl.DataFrame, most: int) -> Ints:
    """Rows to fit on: all, or those whose text_id, itself a hash, comes first. Late responses hardly move it."""
    if len(texts) <= most:
        return np.arange(len(texts))
    order = texts.with_row_index("row").sort("text_id").head(most)["row"].sort()
    return order.to_numpy().astype(np.int64)


def _fit(
    texts: list[str],
    meant: Floats,
    vectors: Floats,
    wanted: int,
    smallest: int,
    ignored: frozenset[str],
    config: ClusterConfig,
) -> tuple[Ints, dict[int, list[str]]]:
    """Runs BERTopic; returns a cluster a text, from 0 by size with -1 for none, and each cluster's words."""
    from sklearn.feature_extraction.text import CountVectorizer

    small = len(texts) < config.small_question
    with warnings.catch_warnings():
        # BERTopic and UMAP warn of their own internals; the process's own filters stand again afterwards.
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
        from bertopic.vectorizers import ClassTfidfTransformer

        model = BERTopic(
            # "english" would strip every letter that is not ASCII before words are counted.
            language="multilingual",
            embedding_model=None,
            umap_model=_AsTheyAre() if small else _ExactUmap(config.seed),
            hdbscan_model=_FineThenMerge(vectors, wanted, config.min_theme_size, 0 if small else smallest),
            vectorizer_model=CountVectorizer(analyzer=lambda text: _terms(text, ignored)),
            ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
            top_n_words=4 * config.keywords,
            calculate_probabilities=False,
            verbose=False,
        )
        topics, _ = model.fit_transform(texts, embeddings=meant)
    found = np.asarray(topics, dtype=np.int64)
    topic_words = {
        int(topic): _distinct_keywords([word for word, weight in pairs if word.strip() and weight > 0], config.keywords)
        for topic, pairs in model.get_topics().items()
        if topic >= 0
    }
    return found, topic_words


def theme_words(
    texts: list[str], clusters: pl.Series, count: int, ignored: frozenset[str], most: int
) -> list[list[str]]:
    """The words of each cluster by BERTopic's c-TF-IDF, for clusters that BERTopic did not find.

    Args:
        texts: Distinct points.
        clusters: The cluster of each, from 0; null for none.
        count: How many clusters there are.
        ignored: Words that carry no subject, in lower case.
        most: Words a cluster.

    Returns:
        A list a cluster, best first; empty for one that has no text.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic.vectorizers import ClassTfidfTransformer

        together: list[list[str]] = [[] for _ in range(count + 1)]
        for text, cluster in zip(texts, clusters, strict=True):
            together[count if cluster is None else cluster] += _terms(text, ignored)
        counter = CountVectorizer(analyzer=lambda terms: terms)
        try:
            counts = counter.fit_transform(together)
        except ValueError:  # no term in any of them
            return [[] for _ in range(count)]
        weights = ClassTfidfTransformer(reduce_frequent_words=True).fit_transform(counts)
    names = counter.get_feature_names_out()
    found = []
    for cluster in range(count):
        row = weights[cluster].toarray()[0]
        best = [names[place] for place in np.lexsort((names, -row))[: 4 * most] if row[place] > 0]
        found.append(_distinct_keywords([word for word in best if word.strip()], most))
    return found


def plain_bertopic(texts: list[str], vectors: Floats, seed: int = 42) -> list[int]:
    """BERTopic as it comes, to compare with: UMAP of 15 neighbours and 5 dimensions, the number of its own.

    Args:
        texts: Whole answers.
        vectors: Their unit vectors, shape (len(texts), d).
        seed: Of UMAP.

    Returns:
        A topic an answer; -1 for those that it leaves out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bertopic import BERTopic
        from umap import UMAP

        umap = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed)
        topics, _ = BERTopic(embedding_model=None, umap_model=umap).fit_transform(texts, vectors)
    return [int(topic) for topic in topics]


class _AsTheyAre:
    """BERTopic's reducer slot, for a small question: the vectors themselves."""

    def fit(self, vectors: Floats, y: Any = None) -> _AsTheyAre:  # noqa: ANN401 (BERTopic's signature)
        del vectors, y
        return self

    def transform(self, vectors: Floats) -> Floats:
        return vectors


class _ExactUmap:
    """BERTopic's reducer slot: seeded UMAP over exact neighbours, which halves its time and repeats to the bit."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._reduced: Floats = np.zeros((0, DIMENSIONS), dtype=np.float32)

    def fit(self, vectors: Floats, y: Any = None) -> _ExactUmap:  # noqa: ANN401 (BERTopic's signature)
        del y
        from umap import UMAP

        model = UMAP(
            n_neighbors=NEIGHBOURS,
            n_components=DIMENSIONS,
            min_dist=0.0,
            metric="cosine",
            random_state=self._seed,
            n_jobs=1,
            precomputed_knn=nearest_points(vectors, NEIGHBOURS),
        )
        self._reduced = model.fit_transform(vectors)
        return self

    def transform(self, vectors: Floats) -> Floats:
        del vectors  # BERTopic asks for the vectors that were fitted, and for no others
        return self._reduced


class _FineThenMerge:
    """BERTopic's clusterer slot: pure fine clusters, merged to the number wanted.

    Args:
        vectors: Unit vectors of the same points, to merge in; fine clusters are grown in the reduced space.
        wanted: Clusters wanted.
        min_size: Points that a cluster must hold at the least.
        smallest: Points of a fine cluster of HDBSCAN's at the least; 0 where each point is one.
    """

    def __init__(self, vectors: Floats, wanted: int, min_size: int, smallest: int) -> None:
        self._vectors, self._wanted, self._min_size, self._smallest = vectors, wanted, min_size, smallest
        self.labels_: Ints = np.zeros(0, dtype=np.int64)

    def fit(self, reduced: Floats, y: Any = None) -> _FineThenMerge:  # noqa: ANN401 (BERTopic's signature)
        del y
        n = len(reduced)
        labels = self._grow(reduced) if self._smallest or n > AGGLOMERATE_AT_MOST else np.arange(n)
        single = int(labels.max()) + 1 == n
        labels = merge_clusters(self._vectors, labels, self._wanted, SIZE_WEIGHT_FEW if single else SIZE_WEIGHT)
        labels = settle(self._vectors, labels, self._min_size)
        if self._smallest:
            labels = hear_neighbours(self._vectors, labels, self._min_size)
        self.labels_ = labels if (labels >= 0).any() else np.zeros(n, dtype=np.int64)
        return self

    def _grow(self, reduced: Floats) -> Ints:
        from hdbscan import HDBSCAN

        smallest = self._smallest or max(3, len(reduced) // FINE_SHARE)
        model = HDBSCAN(min_cluster_size=smallest, min_samples=2, cluster_selection_method="leaf", core_dist_n_jobs=1)
        labels = model.fit_predict(reduced).astype(np.int64)
        # Fewer dense spots than themes wanted: every point for itself, and merging alone decides.
        return (
            labels
            if labels.max() + 1 >= self._wanted or len(reduced) > AGGLOMERATE_AT_MOST
            else np.arange(len(reduced))
        )


def _terms(text: str, ignored: frozenset[str]) -> list[str]:
    """The single words and pairs of neighbours of a text that carry a subject."""
    found = words(text)
    kept = [word if word not in ignored and (len(word) > 1 or word.isdigit()) else "" for word in found]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(kept) if a and b]
    terms = [word for word in kept if word] + pairs
    # BERTopic cannot count fewer than two terms: texts of function words alone leave blanks, which are no keywords.
    return terms if len(set(terms)) > 1 else [*terms, " ", "  "]


def _distinct_keywords(ranked: list[str], most: int) -> list[str]:
    """The best keywords of which none only repeats the words of a better one."""
    kept: list[str] = []
    used: set[str] = set()
    for keyword in ranked:
        parts = {part.rstrip("s") for part in keyword.split()}
        if not parts <= used:
            kept.append(keyword)
            used |= parts
        if len(kept) == most:
            break
    return kept


def _frames(
    texts: pl.DataFrame, labels: Ints, topic_words: dict[int, list[str]], stability: list[float] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """LABELS and CLUSTERS, with clusters renumbered: largest first, then by the hash of their members."""
    text_ids = texts["text_id"].to_list()
    members: dict[int, list[str]] = {}
    for text_id, label in zip(text_ids, labels.tolist(), strict=True):
        if label >= 0:
            members.setdefault(label, []).append(text_id)

    def order(label: int) -> tuple[int, str]:
        return -len(members[label]), hashlib.blake2b("".join(sorted(members[label])).encode()).hexdigest()

    number = {label: place for place, label in enumerate(sorted(members, key=order))}
    frame = pl.DataFrame(
        {"text_id": text_ids, "cluster": [number.get(label) for label in labels.tolist()]}, schema=LABELS.schema
    )
    clusters = pl.DataFrame(
        {
            "cluster": list(number.values()),
            "keywords": [topic_words.get(label, []) for label in number],
            "stability": [stability[label] if stability else None for label in number],
        },
        schema=CLUSTERS.schema,
    )
    return check_frame(frame, LABELS), check_frame(clusters, CLUSTERS)
