"""Texts to unit vectors.

An `Embedder` is any object with a name, a fingerprint and `embed`. Four ship; a caller may pass its own to
`consult.analyse`. The built-in one needs no network and gives a text the same vector, to the bit, whatever stands
beside it. Those that the configuration names are brought to its scale, see `consult.embed.level`; one that a caller
passes is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from consult.config import EmbeddingConfig
from consult.embed.level import Levelled
from consult.embed.providers import BuiltinEmbedder, OnnxEmbedder, OpenAIEmbedder, SentenceTransformersEmbedder
from consult.errors import ModelError

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """What turns texts into vectors."""

    @property
    def name(self) -> str:
        """The model's name, for the manifest."""

    @property
    def fingerprint(self) -> str:
        """A hash of the weights, or of the server and model where those cannot be seen."""

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Vectors:
        """One row a text, in order, of unit length; shape (len(texts), d).

        `progress` is called with the number of texts done since the last call; it may raise `Cancelled`.
        """


EMBEDDERS: Final[dict[str, Callable[[EmbeddingConfig], Embedder]]] = {
    "builtin": BuiltinEmbedder,
    "onnx": OnnxEmbedder,
    "sentence-transformers": SentenceTransformersEmbedder,
    "openai": OpenAIEmbedder,
}


class Prefixed:
    """An embedder that is given each text with something before it, as some models were trained."""

    def __init__(self, embedder: Embedder, prefix: str) -> None:
        self.embedder = embedder
        self.name = embedder.name
        self.fingerprint = f"{embedder.fingerprint}:prefix-{prefix}"
        self._prefix = prefix

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Vectors:
        """See `Embedder`."""
        return self.embedder.embed([self._prefix + text for text in texts], progress)


def make_embedder(config: EmbeddingConfig) -> Embedder:
    """The embedder that the configuration asks for, on the scale of the built-in one.

    Raises:
        ModelError: its model is missing, altered, or needs a package that is not installed.
    """
    embedder = EMBEDDERS[config.provider](config)
    if config.prefix:
        embedder = Prefixed(embedder, config.prefix)
    return embedder if config.provider == "builtin" else Levelled(embedder)


def embed_texts(texts: Sequence[str], embedder: Embedder, progress: Callable[[int], None] = lambda _: None) -> Vectors:
    """Embeds distinct texts and checks what came back.

    Args:
        texts: Distinct texts; equal ones would only cost time.
        embedder: What embeds them.
        progress: Called with the number of texts done since its last call.

    Returns:
        Unit vectors, float32, shape (len(texts), d).

    Raises:
        ModelError: the embedder gave another number of vectors, a value that is no number, or a zero vector.
    """
    if not texts:
        return np.zeros((0, 1), dtype=np.float32)
    vectors = np.asarray(embedder.embed(texts, progress), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise ModelError(
            "vectors_shape", f"{embedder.name} gave vectors of shape {vectors.shape} for {len(texts)} texts.",
            "Check that the model embeds sentences.",
        )  # fmt: skip
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or (lengths == 0).any():
        raise ModelError(
            "vectors_values", f"{embedder.name} gave a vector that is zero or not a number.", "Use another."
        )
    # A vector that is of unit length to the last bits is left as it came.
    off = np.abs(lengths[:, 0] - 1) > 1e-5
    vectors[off] /= lengths[off]
    return vectors


__all__ = ["EMBEDDERS", "Embedder", "Levelled", "Vectors", "embed_texts", "make_embedder"]
