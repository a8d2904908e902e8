"""The embedders that ship with Consult."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from consult.config import EmbeddingConfig, api_key
from consult.embed import minilm
from consult.errors import ModelError

CHUNK: Final = 64
"""Texts a worker takes at a time: enough to hide the hand-over, few enough that progress moves."""
REMOTE_BATCH: Final = 128

Progress = Callable[[int], None]
Vectors = npt.NDArray[np.float32]


def cache_folder() -> Path:
    """Where prepared models are kept: `CONSULT_CACHE`, or the user's cache folder."""
    chosen = os.environ.get("CONSULT_CACHE")
    return Path(chosen) if chosen else user_cache_path("consult", appauthor=False)


def _session(path: Path, device: str) -> Any:  # noqa: ANN401 (onnxruntime is untyped)
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    wanted = "CUDAExecutionProvider" if device == "cuda" else "CPUExecutionProvider"
    if wanted not in onnxruntime.get_available_providers():
        raise ModelError(
            "device_missing", "[embedding] device is cuda, but this onnxruntime has no CUDA.",
            "Install onnxruntime-gpu in place of onnxruntime, or set device to cpu.",
        )  # fmt: skip
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=[wanted])
    except Exception as error:
        raise ModelError(
            "model_unreadable", f"{path.name}: cannot be loaded as an ONNX model ({type(error).__name__}).",
            "Delete it, if it is a cached one, or export the model again.",
        ) from None  # fmt: skip


def _in_parallel(run: Callable[[str], Vectors], texts: Sequence[str], workers: int, progress: Progress) -> Vectors:
    """Runs one text a call on several threads; the rows come back in the order of `texts`."""
    chunks = [range(i, min(i + CHUNK, len(texts))) for i in range(0, len(texts), CHUNK)]

    def embed(chunk: range) -> Vectors:
        return np.vstack([run(texts[i]) for i in chunk])

    found: dict[int, Vectors] = {}
    with ThreadPoolExecutor(workers) as pool:
        waiting: dict[Future[Vectors], range] = {pool.submit(embed, chunk): chunk for chunk in chunks}
        try:
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    chunk = waiting.pop(future)
                    found[chunk.start] = future.result()
                    progress(len(chunk))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return np.vstack([found[chunk.start] for chunk in chunks])


class BuiltinEmbedder:
    """all-MiniLM-L6-v2 from its installed package: 384 numbers a text, offline, on one thread a core."""

    def __init__(self, config: EmbeddingConfig) -> None:
        from tokenizers import Tokenizer

        self.name = minilm.NAME
        self.fingerprint = f"sha256:{minilm.WEIGHTS_SHA256}"
        self._tokenizer = Tokenizer.from_str(minilm.tokenizer_json())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(config.max_tokens)
        self._session = _session(minilm.graph_path(cache_folder()), config.device)
        self._workers = config.workers or os.cpu_count() or 1

    def embed(self, texts: Sequence[str], progress: Progress) -> Vectors:
        """See `consult.embed.Embedder`."""
        return _in_parallel(self._one, texts, self._workers, progress)

    def _one(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: Vectors = self._session.run(None, {"input_ids": ids})[0]
        return vector


class OnnxEmbedder:
    """A folder with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`, as sentence-transformers exports it.

    The token vectors of the first output are averaged, or the first of them is taken where `1_Pooling/config.json` says
    so, unless the model gives one vector a text. One text a call.
    """

    def __init__(self, config: EmbeddingConfig) -> None:
        from tokenizers import Tokenizer

        folder = Path(_required(config, "a folder with model.onnx and tokenizer.json"))
        model = next((p for p in (folder / "model.onnx", folder / "onnx" / "model.onnx") if p.is_file()), None)
        tokenizer = folder / "tokenizer.json"
        if model is None or not tokenizer.is_file():
            raise ModelError(
                "model_missing", f"{folder}: holds no model.onnx with a tokenizer.json beside it.",
                "Check [embedding] model.",
            )  # fmt: skip
        self.name = folder.name
        self.fingerprint = "sha256:" + hashlib.sha256(model.read_bytes() + tokenizer.read_bytes()).hexdigest()
        try:
            self._tokenizer = Tokenizer.from_str(tokenizer.read_text(encoding="utf-8"))
        except Exception as error:
            raise ModelError(
                "model_unreadable", f"{tokenizer}: cannot be loaded as a tokeniser ({type(error).__name__}).",
                "Export the model again.",
            ) from None  # fmt: skip
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(config.max_tokens)
        self._session = _session(model, config.device)
        self._first = _pools_first(folder / "1_Pooling" / "config.json")
        self.fingerprint += ":first" if self._first else ""
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._workers = config.workers or os.cpu_count() or 1

    def embed(self, texts: Sequence[str], progress: Progress) -> Vectors:
        """See `consult.embed.Embedder`."""
        return _in_parallel(self._one, texts, self._workers, progress)

    def _one(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        try:
            output = self._session.run(None, {name: known[name] for name in self._inputs if name in known})[0]
        except Exception as error:
            # onnxruntime's message may repeat what it was given.
            raise ModelError(
                "model_failed", f"{self.name}: the ONNX model failed ({type(error).__name__}).",
                "It must take input_ids (and may take attention_mask and token_type_ids); export it again.",
            ) from None  # fmt: skip
        if output.ndim == 3:
            output = output[:, 0] if self._first else output.mean(axis=1)
        vector: Vectors = output.astype(np.float32)
        unit: Vectors = vector / np.linalg.norm(vector, axis=1, keepdims=True)
        return unit


def _pools_first(path: Path) -> bool:
    """Whether a text's vector is that of its first token, as sentence-transformers wrote it down; else the mean.

    Raises:
        ModelError: it is neither, or the file cannot be read.
    """
    if not path.is_file():
        return False
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        modes = {
            key.removeprefix("pooling_mode_") for key, on in found.items() if key.startswith("pooling_mode_") and on
        }
    except (OSError, ValueError, AttributeError):
        modes = {"that cannot be read"}
    if modes - {"cls_token", "mean_tokens"} or len(modes) > 1:
        raise ModelError(
            "model_pooling", f"{path}: asks for pooling {', '.join(sorted(modes))}.",
            "Known are cls_token and mean_tokens. Export the model with its pooling inside.",
        )  # fmt: skip
    return modes == {"cls_token"}


class SentenceTransformersEmbedder:
    """Any model of sentence-transformers, by name or folder; needs that package, which the default install leaves out.

    It embeds in batches, so a vector's last bits may depend on its neighbours.
    """

    def __init__(self, config: EmbeddingConfig) -> None:
        self.name = _required(config, "the name or folder of a sentence-transformers model")
        try:
            from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found, unused-ignore]
        except ImportError:
            raise ModelError(
                "package_missing", "[embedding] provider is sentence-transformers, which is not installed.",
                "Install it (pip install sentence-transformers), or set provider to builtin.",
            ) from None  # fmt: skip
        try:
            self._model = SentenceTransformer(self.name, device=config.device)
        except Exception as error:
            raise ModelError(
                "model_missing", f"sentence-transformers cannot load {self.name!r} ({type(error).__name__}).",
                "Check [embedding] model; on a machine without a network give the model's folder.",
            ) from None  # fmt: skip
        self._model.max_seq_length = config.max_tokens
        self.fingerprint = f"sentence-transformers:{self.name}"

    def embed(self, texts: Sequence[str], progress: Progress) -> Vectors:
        """See `consult.embed.Embedder`."""
        rows = []
        for batch in _batches(texts):
            rows.append(self._model.encode(list(batch), normalize_embeddings=True, show_progress_bar=False))
            progress(len(batch))
        return np.vstack(rows).astype(np.float32)


class OpenAIEmbedder:
    """Any server that speaks the OpenAI embeddings protocol. The points' texts are sent to `base_url`."""

    def __init__(self, config: EmbeddingConfig) -> None:
        self.name = _required(config, "the model's name on that server")
        if not config.base_url:
            raise ModelError(
                "base_url_missing", "[embedding] provider is openai, but base_url is not set.",
                "Say where texts may be sent: base_url = \"http://localhost:8080/v1\".",
            )  # fmt: skip
        try:
            from openai import OpenAI
        except ImportError:
            raise ModelError(
                "package_missing", "[embedding] provider is openai, which needs the openai package.",
                "Install it: pip install openai.",
            ) from None  # fmt: skip
        self._client = OpenAI(base_url=config.base_url, api_key=api_key(config) or "none")
        self.fingerprint = f"openai:{config.base_url}:{self.name}"

    def embed(self, texts: Sequence[str], progress: Progress) -> Vectors:
        """See `consult.embed.Embedder`."""
        from openai import OpenAIError

        rows: list[Vectors] = []
        for batch in _batches(texts):
            try:
                answer = self._client.embeddings.create(model=self.name, input=list(batch), encoding_format="float")
            except OpenAIError as error:
                # The server's own message may repeat what it was sent, so only the kind of error is passed on.
                status = getattr(error, "status_code", None)
                told = f"{type(error).__name__} {status or ''}".strip()
                raise ModelError(
                    "server_failed", f"The embedding server failed: {told}.",
                    "Check [embedding] base_url and model, the key, and that the server runs.",
                ) from None  # fmt: skip
            rows.append(_answered(answer, len(batch)))
            progress(len(batch))
        return np.vstack(rows)


def _answered(answer: Any, wanted: int) -> Vectors:  # noqa: ANN401 (a server may answer anything)
    """The vectors in a server's answer, in the order of the texts."""
    try:
        items = sorted(answer.data, key=lambda item: item.index)
        vectors = np.array([item.embedding for item in items], dtype=np.float32)
    except (AttributeError, TypeError, ValueError):
        vectors = np.zeros((0, 0), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != wanted:
        raise ModelError(
            "server_answer", f"The embedding server did not give one vector for each of {wanted} texts.",
            "Check that [embedding] base_url speaks the OpenAI embeddings protocol and that model embeds.",
        )  # fmt: skip
    return vectors


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[i : i + REMOTE_BATCH] for i in range(0, len(texts), REMOTE_BATCH))


def _required(config: EmbeddingConfig, what: str) -> str:
    if not config.model:
        raise ModelError(
            "model_unnamed",
            f"[embedding] provider is {config.provider}, but model is not set.",
            f"Set model to {what}.",
        )
    return config.model
