"""What a run is compared with: methods that are no work of ours, on the vectors that the run holds.

Vectors are of points; that of an answer is the mean of its points'. An answer that makes no point, such as a
non-answer, has none, and gets no theme from a method that needs one. No text is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from consult.analysis import Analysis
from consult.arrays import unit
from consult.cluster import plain_bertopic

Floats = npt.NDArray[np.float32]

_LEAST: Final = 20
"""With fewer answers BERTopic cannot lay out its neighbours."""
_SEED: Final = 42


def kmeans(vectors: npt.NDArray[np.floating], n_themes: int, seed: int = _SEED) -> list[int]:
    """K-means on vectors, told how many themes people used: a theme a row."""
    from sklearn.cluster import KMeans

    most = len(np.unique(vectors.round(6), axis=0))
    found: list[int] = KMeans(min(n_themes, most), n_init=10, random_state=seed).fit_predict(vectors).tolist()
    return found


def tfidf_kmeans(texts: list[str], n_themes: int, seed: int = _SEED) -> list[int]:
    """What needs no model at all, told how many themes people used: TF-IDF, SVD to 100 dimensions, k-means."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=1 if len(texts) < 300 else 2)
    try:
        counts = words.fit_transform(texts)
    except ValueError:  # no word is left to count
        return [-1] * len(texts)
    reduced = TruncatedSVD(max(1, min(100, min(counts.shape) - 1)), random_state=seed).fit_transform(counts)
    return kmeans(normalize(reduced), n_themes, seed)


def _by_bertopic(analysis: Analysis, n_themes: int) -> list[tuple[str, int]]:
    del n_themes
    ids, vectors = _answers(analysis)
    if len(ids) < _LEAST:
        return []
    texts = dict(analysis.responses.select("response_id", "text").iter_rows())
    return list(zip(ids, plain_bertopic([texts[id_] for id_ in ids], vectors), strict=True))


def _by_kmeans(analysis: Analysis, n_themes: int) -> list[tuple[str, int]]:
    ids, vectors = _answers(analysis)
    return list(zip(ids, kmeans(vectors, n_themes), strict=True)) if ids else []


def _by_tfidf(analysis: Analysis, n_themes: int) -> list[tuple[str, int]]:
    ids, texts = (analysis.responses.sort("response_id")[name].to_list() for name in ("response_id", "text"))
    return list(zip(ids, tfidf_kmeans(texts, n_themes), strict=True))


BASELINES: Final[dict[str, Callable[[Analysis, int], list[tuple[str, int]]]]] = {
    "bertopic": _by_bertopic,
    "kmeans": _by_kmeans,
    "tfidf": _by_tfidf,
}
"""The answers' themes, -1 for none: given a question and the number of themes that people used."""


def run_baseline(name: str, analysis: Analysis, n_themes: int) -> pl.DataFrame:
    """Assignments of a baseline: columns response_id and theme_id."""
    found = [(id_, str(theme)) for id_, theme in BASELINES[name](analysis, n_themes) if theme >= 0]
    return pl.DataFrame(found, schema={"response_id": pl.String, "theme_id": pl.String}, orient="row")


def _answers(analysis: Analysis) -> tuple[list[str], Floats]:
    """The answers that make a point, sorted by id, and a unit vector for each."""
    row = {text_id: place for place, text_id in enumerate(analysis.text_ids)}
    ids, vectors = [], []
    for (response_id,), points in analysis.points.sort("response_id", "start").group_by(
        ["response_id"], maintain_order=True
    ):
        ids.append(str(response_id))
        vectors.append(analysis.vectors[[row[text_id] for text_id in points["text_id"]]].mean(axis=0))
    return ids, unit(np.array(vectors).reshape(len(ids), analysis.vectors.shape[1]))
