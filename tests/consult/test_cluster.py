"""Points into clusters: how many, which, the same every time, and nothing left behind in the process."""

from __future__ import annotations

import itertools
import logging
import math
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from consult.cluster import _sample, cluster_points, themes_wanted
from consult.config import ClusterConfig
from consult.words import function_words, text_id

SUBJECTS = (
    ("the bus_stop is", "shelter timetable driver evening route service".split()),
    ("we have no", "parking street meters kerb permits garage".split()),
    ("they are closing", "library books branch shelves reading archive".split()),
)
"""What the planted texts open with, and the words of which each holds three to five."""

Planted = tuple[pl.DataFrame, npt.NDArray[np.float32], list[int]]


def planted(n: int) -> Planted:
    """n texts in three groups that lie apart, in the order of their texts; the group of each."""
    texts: list[tuple[str, int]] = []
    for group, (opening, subject) in enumerate(SUBJECTS):
        phrases = itertools.chain.from_iterable(itertools.permutations(subject, k) for k in (3, 4, 5))
        own = [f"{opening} {' '.join(phrase)}" for phrase in itertools.islice(phrases, len(range(group, n, 3)))]
        texts += [(text, group) for text in own]
    texts.sort()
    noise = np.random.default_rng(0).normal(0, 0.08, size=(n, 16))
    vectors = (np.eye(16)[[group for _, group in texts]] + noise).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pl.DataFrame({"text_id": [text_id(text) for text, _ in texts], "text": [text for text, _ in texts]})
    return frame, vectors, [group for _, group in texts]


def fit(given: Planted, **settings: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    texts, vectors, _ = given
    config = ClusterConfig(**settings)  # type: ignore[arg-type]
    wanted = themes_wanted(len(texts), vectors, config)
    return cluster_points(texts, vectors, vectors, len(texts), wanted, function_words("en"), config)


# How many


def spread(n: int, shared: float = 0.0) -> npt.NDArray[np.float32]:
    """n unit vectors that point every way but for `shared`, the length of their mean."""
    half = np.eye(max(1, -(-n // 2)))[: -(-n // 2)]
    own = np.vstack([half, -half])[:n]
    return np.hstack([np.full((n, 1), shared), math.sqrt(1 - shared**2) * own]).astype(np.float32)


@pytest.mark.parametrize(
    ("n_responses", "vectors", "settings", "expected"),
    [
        # Where points lie every way, with the root of the responses
        (100, spread(300), {}, 8),
        (400, spread(900), {}, 17),
        (1_000, spread(900), {}, 27),
        # Fewer, the more the answers have in common: variance 0.75, 0.51
        (1_000, spread(900, 0.5), {}, 20),
        (1_000, spread(900, 0.7), {}, 8),
        # Four tenths as many again for three times the responses
        (3_000, spread(900, 0.5), {}, 27),
        (3_000, spread(900, 0.7), {}, 10),
        # Never more than one would read
        (10_000, spread(900), {}, 40),
        (10_000, spread(900), {"most_themes": 25}, 25),
        # Never fewer than three, where there are points for three
        (4, spread(20), {}, 3),
        (4, spread(8), {}, 2),
        (4, spread(2), {}, 1),
        (1, spread(0), {}, 1),
        # Never more than can hold min_theme_size points each
        (400, spread(12), {}, 4),
        (400, spread(12), {"min_theme_size": 6}, 2),
        # Finer and coarser
        (100, spread(300), {"granularity": 2.0}, 17),
        (100, spread(300), {"granularity": 0.5}, 4),
        # As many as one says, as far as there are points
        (100, spread(300), {"themes": 8}, 8),
        (100, spread(300), {"themes": 60, "granularity": 2.0}, 60),
        (100, spread(300), {"themes": 2}, 2),
        (100, spread(12), {"themes": 8}, 4),
    ],
)
def test_themes_wanted(
    n_responses: int, vectors: npt.NDArray[np.float32], settings: dict[str, float], expected: int
) -> None:
    assert themes_wanted(n_responses, vectors, ClusterConfig(**settings)) == expected  # type: ignore[arg-type]


# Clusters


@pytest.mark.parametrize("n", [30, 90], ids=["single points merged", "UMAP and HDBSCAN"])
def test_three_groups_become_three_clusters(n: int) -> None:
    given = planted(n)
    labels, clusters = fit(given, themes=3)
    assert labels["text_id"].to_list() == given[0]["text_id"].to_list()
    assert clusters["cluster"].to_list() == [0, 1, 2]
    pairs = pl.DataFrame({"group": given[2], "cluster": labels["cluster"]}).drop_nulls()
    assert len(pairs) > n / 2
    assert pairs.unique().height == 3
    # Numbered by size, and no trace of what BERTopic calls an outlier.
    sizes = pairs["cluster"].value_counts().sort("cluster")["count"].to_list()
    assert sizes == sorted(sizes, reverse=True)
    assert labels["cluster"].drop_nulls().min() == 0
    for keywords, cluster in zip(clusters["keywords"], clusters["cluster"], strict=True):
        group = pairs.filter(pl.col("cluster") == cluster)["group"][0]
        found = {word for keyword in keywords for word in keyword.split()}
        assert found & set(SUBJECTS[group][1])
        assert not any(found & set(subject) for other, (_, subject) in enumerate(SUBJECTS) if other != group)
        assert not found & function_words("en")
        assert not any("_" in keyword for keyword in keywords)
    assert fit(given, themes=3)[0].equals(labels)


def test_the_number_wanted_is_the_number_found() -> None:
    given = planted(45)
    assert [len(fit(given, themes=themes)[1]) for themes in (2, 3)] == [2, 3]


def test_another_seed_moves_the_number_of_clusters_by_a_fifth_at_the_most() -> None:
    given = planted(240)
    counts = [len(fit(given, small_question=0, seed=seed)[1]) for seed in range(10)]
    assert min(counts) >= 3
    assert max(counts) - min(counts) <= 0.2 * sum(counts) / len(counts)


def test_keywords_are_as_many_as_asked_for_and_none_repeats_another() -> None:
    _, clusters = fit(planted(30), themes=3, keywords=3)
    for keywords in clusters["keywords"]:
        assert len(keywords) == 3
        assert len({word for keyword in keywords for word in keyword.split()}) >= 3


@pytest.mark.parametrize("n", [0, 1, 11])
def test_too_few_points_are_no_clusters(n: int) -> None:
    labels, clusters = fit(planted(n))
    assert labels["cluster"].to_list() == [None] * n
    assert clusters.is_empty()


# Sampling


def test_beyond_max_fit_it_is_the_text_ids_that_choose() -> None:
    given = planted(1_010)
    before = (list(warnings.filters), list(logging.getLogger().handlers))
    labels, clusters = fit(given, themes=3, max_fit=1_000)
    assert (list(warnings.filters), list(logging.getLogger().handlers)) == before
    left_out = sorted(given[0]["text_id"])[1_000:]
    assert labels.filter(pl.col("text_id").is_in(left_out))["cluster"].to_list() == [None] * 10
    assert len(clusters) == 3


def test_one_text_more_moves_one_place_of_the_sample_at_most() -> None:
    texts = planted(60)[0]
    before = set(texts[:-1]["text_id"].gather(_sample(texts[:-1], 20)))
    after = set(texts["text_id"].gather(_sample(texts, 20)))
    assert len(before) == len(after) == 20
    assert len(before - after) <= 1
    assert _sample(texts, 20).tolist() == sorted(_sample(texts, 20).tolist())


# The process


def test_the_process_is_left_as_it_was() -> None:
    code = """
        import json, logging, random, warnings
        import numpy as np, polars as pl
        import sklearn.feature_extraction.text  # it adds filters of its own, which are not ours to take away
        from consult.cluster import cluster_points
        from consult.config import ClusterConfig

        def state():
            root = logging.getLogger()
            return [repr(warnings.filters), repr(root.handlers), repr(root.level)]

        def chance():
            return [repr(np.random.get_state()), repr(random.getstate())]

        n = 30
        vectors = np.random.default_rng(0).normal(size=(n, 8)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = pl.DataFrame({"text_id": [str(i) for i in range(n)], "text": [f"bus number {i}" for i in range(n)]})
        first = state()
        cluster_points(texts, vectors, vectors, n, 5, frozenset(), ClusterConfig())
        assert state() == first, "filters or logging"
        before = chance()
        cluster_points(texts, vectors, vectors, n, 5, frozenset(), ClusterConfig())
        assert chance() == before, "global random state"
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_keywords_keep_their_letters_in_every_script():
    texts = ["La bibliothèque ferme trop tôt", "Une bibliothèque près du café", "Le café près de la mairie"] * 5
    _, clusters = cluster_frames([f"{text} {n}" for n, text in enumerate(texts)], "fr")
    keywords = {part for row in clusters["keywords"] for keyword in row for part in keyword.split()}
    assert {"bibliothèque", "café"} <= keywords
    _, clusters = cluster_frames([f"المكتبة تغلق مبكرا {n}" for n in range(15)], "en")
    assert "المكتبة" in {part for row in clusters["keywords"] for keyword in row for part in keyword.split()}


def test_texts_of_function_words_alone_make_clusters_without_keywords():
    _, clusters = cluster_frames(["of the " * n for n in range(1, 21)], "en")
    assert len(clusters)
    assert all(row == [] for row in clusters["keywords"].to_list())


def cluster_frames(texts: list[str], language: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = pl.DataFrame({"text_id": [text_id(text) for text in texts], "text": texts})
    vectors = np.random.default_rng(0).normal(size=(len(texts), 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    config = ClusterConfig(small_question=1000)
    wanted = themes_wanted(len(texts), vectors, config)
    return cluster_points(frame, vectors, vectors, len(texts), wanted, function_words(language), config)
