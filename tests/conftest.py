"""Fixtures that every room's tests share."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from consult.words import words

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of samples."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def labelled_sets() -> Path:
    """Real responses with human codes, kept beside the project; the tests that use them skip where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the labelled sets are not beside the project (../shared/data)")
    return folder


class FakeEmbedder:
    """Bags of hashed words as unit vectors: equal words are near, whatever their order, and no model is loaded."""

    name = "fake"
    fingerprint = "fake:1"

    def __init__(self, size: int = 64) -> None:
        self.size = size

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in words(text) or ["nothing"]:
                vectors[row, int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest()) % self.size] += 1
            vectors[row] /= np.linalg.norm(vectors[row])
            progress(1)
        return vectors


@pytest.fixture(scope="session")
def fake_embedder() -> FakeEmbedder:
    """An embedder that needs no model."""
    return FakeEmbedder()


@pytest.fixture(scope="session")
def alike_rows() -> list[tuple[str, str, str]]:
    """Id, date and text of 70 answers of 30 words, each of its own words, but for three, A10, A40 and A69, which have
    the same words in orders of their own.
    """
    chosen = random.Random(3)
    vocabulary = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("na", "rel", "ting", "mos", "lo", "dap")]
    same = chosen.sample(vocabulary, 30)
    rows = []
    for n in range(70):
        said = chosen.sample(same if n in (10, 40, 69) else vocabulary, 30)
        rows.append((f"A{n}", f"2026-03-{1 + n % 28:02}", " ".join(said).capitalize() + "."))
    return rows
