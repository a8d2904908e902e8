"""The model that a run was made with, for searches by meaning; loaded on the first of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from fastapi import FastAPI

from api.findings.runs import Recent
from api.findings.search import Embed
from consult import Embedder, Run, make_embedder
from consult.config import EmbeddingConfig
from consult.errors import RunError

_MODELS: Final[Recent[Embedder]] = Recent(2)
_VECTORS: Final[Recent[npt.NDArray[np.float32]]] = Recent(512)
_LOCK: Final = threading.Lock()


def embedder_of(app: FastAPI, run: Run) -> Embed:
    """Turns texts into vectors that can be held against those of a run.

    Raises:
        ModelError: the model is missing, or does not answer.
        RunError: the model is not the one that the run was made with.
    """
    made: dict[str, Any] = (run.manifest.get("config") or {}).get("embedding") or {}
    said = json.dumps(made, sort_keys=True)
    make = getattr(app.state, "make_embedder", make_embedder)
    embedder = _MODELS.get((said, make), lambda: make(EmbeddingConfig.model_validate(made)))
    wanted = (run.manifest.get("model") or {}).get("fingerprint")
    if wanted is not None and embedder.fingerprint != wanted:
        raise RunError(
            "model_changed",
            f"Run {run.name!r} was made with another model than is installed now, so meanings cannot be compared.",
            "Search by words, or analyse again.",
        )

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        def one(text: str) -> npt.NDArray[np.float32]:
            # One at a time: a runtime takes all cores for itself, and the pages must not wait for it.
            with _LOCK:
                vectors = embedder.embed([text], lambda _: None)
            found: npt.NDArray[np.float32] = vectors[0]
            return found

        return np.stack([_VECTORS.get((said, embedder.fingerprint, text), partial(one, text)) for text in texts])

    return embed
