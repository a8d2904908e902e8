"""Models whose vectors lie in a narrow cone are brought to the scale that the settings were chosen on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import consult
from consult.embed import Levelled, embed_texts
from consult.embed.level import UNRELATED, common_of
from consult.errors import ModelError

WORDS = (
    ("bus", "late", "timetable"), ("fares", "price", "ticket"), ("seats", "dirty", "smell"),
    ("driver", "rude", "shouting"), ("shelter", "roof", "bench"), ("lights", "dark", "lamp"),
)  # fmt: skip
SUBJECTS = {word: subject for subject, words in enumerate(WORDS) for word in words}


class Cone:
    """Words of a subject lie together, every word a little for itself, and `lean` puts all of it to one side."""

    name = "cone"

    def __init__(self, lean: float) -> None:
        self.lean, self.fingerprint, self.calls = lean, f"cone:{lean}", 0

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Any:
        self.calls += 1
        progress(len(texts))
        rows = np.array([self._one(text) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _one(self, text: str) -> Any:
        row = np.zeros(64)
        for word in text.lower().replace(".", "").split():
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
            own = np.random.default_rng(seed).normal(size=64)
            row += 0.6 * own / np.linalg.norm(own)
            if word in SUBJECTS:
                row[SUBJECTS[word]] += 1
        row /= max(float(np.linalg.norm(row)), 1e-9)
        row[63] += self.lean
        return row


def median_cosine(vectors: Any) -> float:
    return float(np.median((vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]))


def test_unrelated_sentences_are_as_far_apart_as_in_the_built_in_model() -> None:
    cone = Cone(2)
    assert median_cosine(embed_texts(UNRELATED, cone)) > 0.7
    assert 0 < median_cosine(embed_texts(UNRELATED, Levelled(cone))) <= 0.1


def test_what_is_alike_stays_alike() -> None:
    levelled = embed_texts(["bus late", "timetable bus", "seats dirty"], Levelled(Cone(2)))
    assert levelled[0] @ levelled[1] > 0.5
    assert levelled[0] @ levelled[2] < 0.2
    assert np.allclose(np.linalg.norm(levelled, axis=1), 1, atol=1e-6)


def test_a_model_that_needs_none_of_it_is_left_to_the_bit() -> None:
    plain = Cone(0)
    assert np.array_equal(
        embed_texts(["bus late", "fares"], Levelled(plain)), embed_texts(["bus late", "fares"], plain)
    )


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    alone = embed_texts(["bus late"], Levelled(Cone(2)))[0]
    assert np.array_equal(embed_texts(["fares", "bus late", "seats"], Levelled(Cone(2)))[1], alone)


def test_the_sentences_are_embedded_once() -> None:
    cone = Cone(2)
    levelled, told = Levelled(cone), []
    levelled.embed(["bus", "fares"], told.append)
    levelled.embed(["seats"], told.append)
    assert (cone.calls, told) == (3, [2, 1])
    assert levelled.fingerprint != cone.fingerprint


def test_a_model_that_tells_nothing_apart_is_left_alone() -> None:
    assert not common_of(np.ones((50, 4))).any()


def test_what_is_no_vector_is_told_of() -> None:
    class Broken(Cone):
        def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Any:
            return np.full((len(texts), 4), np.nan)

    with pytest.raises(ModelError, match="not a number"):
        embed_texts(["bus"], Levelled(Broken(0)))


def test_a_model_in_a_narrow_cone_finds_about_as_many_themes_as_without_it(tmp_path: Path) -> None:
    """As it comes all is near to everything, and fewer themes are found."""
    pairs = [(a, b) for words in WORDS for a in words for b in words if a != b]
    texts = [f"{a} {b}" if times % 2 else f"{a} and {b}" for times in range(4) for a, b in pairs]
    file = tmp_path / "answers.csv"
    file.write_text("id,What should change?\n" + "".join(f"{n},{text}\n" for n, text in enumerate(texts)))

    def found(embedder: Any) -> int:
        return len(consult.analyse([file], embedder=embedder).analyses[0].themes)

    assert found(Cone(3)) < found(Levelled(Cone(3)))
    assert abs(found(Levelled(Cone(3))) - found(Cone(0))) <= 1
