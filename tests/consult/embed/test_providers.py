"""The embedders that are chosen by configuration: what they need, what they send, and what they say when it fails."""

from __future__ import annotations

import json
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consult.config import EmbeddingConfig
from consult.embed import Embedder, embed_texts, make_embedder
from consult.embed.level import UNRELATED
from consult.errors import ModelError

SECRET = "my neighbour at number seven"


def refused(config: dict[str, Any]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        make_embedder(EmbeddingConfig(**config))
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("config", "code", "told"),
    [
        ({"provider": "onnx"}, "model_unnamed", "model is not set"),
        ({"provider": "sentence-transformers"}, "model_unnamed", "model is not set"),
        ({"provider": "openai"}, "model_unnamed", "model is not set"),
        ({"provider": "openai", "model": "m"}, "base_url_missing", "base_url is not set"),
        ({"provider": "onnx", "model": "/no/such/folder"}, "model_missing", "/no/such/folder"),
    ],
)
def test_what_is_missing_in_the_configuration_is_named(config: dict[str, Any], code: str, told: str) -> None:
    error = refused(config)
    assert error.code == code
    assert told in error.message


@pytest.mark.parametrize(
    ("provider", "package", "told"),
    [("sentence-transformers", "sentence_transformers", "sentence-transformers"), ("openai", "openai", "openai")],
)
def test_a_package_that_is_not_installed_is_named(
    provider: str, package: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    error = refused({"provider": provider, "model": "m", "base_url": "http://127.0.0.1:9/v1"})
    assert error.code == "package_missing"
    assert told in error.message
    assert "pip install" in error.hint


def test_cuda_is_asked_for_in_vain(onnx_folder: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine has CUDA")
    assert refused({"provider": "onnx", "model": str(onnx_folder), "device": "cuda"}).code == "device_missing"


# ONNX


def test_onnx_averages_token_vectors(onnx_folder: Path) -> None:
    embedder = make_embedder(EmbeddingConfig(provider="onnx", model=str(onnx_folder)))
    the, bus, both = embed_texts(["the", "bus", "the bus"], embedder)
    lengths = np.linalg.norm(np.random.default_rng(7).normal(size=(11, 8)).astype(np.float32)[1:3], axis=1)
    mean = the * lengths[0] + bus * lengths[1]
    assert both == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)
    assert embedder.name == "tiny"


def test_onnx_in_a_folder_of_its_own(onnx_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes((onnx_folder / "model.onnx").read_bytes())
    (tmp_path / "tokenizer.json").write_bytes((onnx_folder / "tokenizer.json").read_bytes())
    here = make_embedder(EmbeddingConfig(provider="onnx", model=str(tmp_path)))
    there = make_embedder(EmbeddingConfig(provider="onnx", model=str(onnx_folder)))
    assert here.fingerprint == there.fingerprint
    assert np.array_equal(embed_texts(["the bus"], here), embed_texts(["the bus"], there))


def test_onnx_of_other_weights_has_another_fingerprint(onnx_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes((onnx_folder / "model.onnx").read_bytes())
    (tmp_path / "tokenizer.json").write_bytes((onnx_folder / "tokenizer.json").read_bytes() + b"\n")
    there = make_embedder(EmbeddingConfig(provider="onnx", model=str(onnx_folder)))
    assert make_embedder(EmbeddingConfig(provider="onnx", model=str(tmp_path))).fingerprint != there.fingerprint


def pooled(onnx_folder: Path, folder: Path, **modes: bool) -> Path:
    """The tiny model with a file beside it that says how its token vectors become one."""
    shutil.copytree(onnx_folder, folder)
    (folder / "1_Pooling").mkdir()
    told = {f"pooling_mode_{name}": on for name, on in modes.items()} | {"word_embedding_dimension": 8}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(told))
    return folder


def test_onnx_that_pools_by_its_first_token(onnx_folder: Path, tmp_path: Path) -> None:
    plain = make_embedder(EmbeddingConfig(provider="onnx", model=str(onnx_folder)))
    folder = pooled(onnx_folder, tmp_path / "first", cls_token=True, mean_tokens=False)
    first = make_embedder(EmbeddingConfig(provider="onnx", model=str(folder)))
    assert np.allclose(embed_texts(["bus late"], first), embed_texts(["bus"], first))
    assert not np.allclose(embed_texts(["bus late"], plain), embed_texts(["bus"], plain))
    assert first.fingerprint != plain.fingerprint


def test_onnx_that_pools_by_the_mean_says_what_it_does_without_the_file(onnx_folder: Path, tmp_path: Path) -> None:
    plain = make_embedder(EmbeddingConfig(provider="onnx", model=str(onnx_folder)))
    folder = pooled(onnx_folder, tmp_path / "mean", cls_token=False, mean_tokens=True)
    assert make_embedder(EmbeddingConfig(provider="onnx", model=str(folder))).fingerprint == plain.fingerprint


def test_onnx_that_pools_in_another_way_is_refused(onnx_folder: Path, tmp_path: Path) -> None:
    folder = pooled(onnx_folder, tmp_path / "last", lasttoken=True)
    error = refused({"provider": "onnx", "model": str(folder)})
    assert (error.code, "lasttoken" in error.message) == ("model_pooling", True)


def test_onnx_that_is_none(onnx_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_bytes((onnx_folder / "tokenizer.json").read_bytes())
    error = refused({"provider": "onnx", "model": str(tmp_path)})
    assert (error.code, "model.onnx" in error.message) == ("model_unreadable", True)


def test_onnx_with_a_tokenizer_that_is_none(onnx_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes((onnx_folder / "model.onnx").read_bytes())
    (tmp_path / "tokenizer.json").write_text("{}")
    error = refused({"provider": "onnx", "model": str(tmp_path)})
    assert (error.code, "tokenizer.json" in error.message) == ("model_unreadable", True)


# A server


@pytest.fixture
def remote(server: Any) -> Iterator[Embedder]:
    pytest.importorskip("openai")
    embedder = make_embedder(EmbeddingConfig(provider="openai", model="letters", base_url=server.url))
    yield embedder
    embedder.embedder._client.close()  # type: ignore[attr-defined]


def test_every_text_is_sent_once_in_batches(server: Any, remote: Embedder) -> None:
    texts = [f"bus {n}" for n in range(300)]
    embed_texts(texts, remote)
    assert [len(batch) for batch in server.batches] == [128, 128, 44, len(UNRELATED)]
    assert [text for batch in server.batches for text in batch] == [*texts, *UNRELATED]
    embed_texts(["fares"], remote)
    assert server.batches[4:] == [["fares"]]


def test_a_prefix_is_put_before_each_text(server: Any) -> None:
    pytest.importorskip("openai")
    embedder: Any = make_embedder(EmbeddingConfig(provider="openai", model="m", base_url=server.url, prefix="query: "))
    embed_texts(["bus", "fares"], embedder)
    embedder.embedder.embedder._client.close()
    assert server.batches[0] == ["query: bus", "query: fares"]
    assert "query: " in embedder.fingerprint


def test_the_key_is_sent(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openai")
    monkeypatch.setenv("MY_KEY", "s3cret")
    embedder = make_embedder(
        EmbeddingConfig(provider="openai", model="m", base_url=server.url, api_key_variable="MY_KEY")
    )
    embed_texts(["bus"], embedder)
    embedder.embedder._client.close()  # type: ignore[attr-defined]
    assert set(server.keys) == {"Bearer s3cret"}
    assert "s3cret" not in embedder.fingerprint + embedder.name


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("repeats the input", "server_failed"),
        ("no protocol", "server_answer"),
        ("one too few", "server_answer"),
        ("ragged", "server_answer"),
        ("words", "server_answer"),
    ],
)
def test_a_server_that_fails_is_told_of_without_the_texts(
    answer: str, code: str, server: Any, remote: Embedder
) -> None:
    server.answer = answer
    with pytest.raises(ModelError) as caught:
        embed_texts([SECRET, "fares are high"], remote)
    assert caught.value.code == code
    assert SECRET not in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.hint


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openai")
    embedder = make_embedder(EmbeddingConfig(provider="openai", model="m", base_url="http://127.0.0.1:9/v1"))
    embedder.embedder._client.max_retries = 0  # type: ignore[attr-defined]
    with pytest.raises(ModelError) as caught:
        embed_texts([SECRET], embedder)
    embedder.embedder._client.close()  # type: ignore[attr-defined]
    assert caught.value.code == "server_failed"
    assert SECRET not in "".join(traceback.format_exception(caught.value))


# What comes back is checked, whoever gave it


class Answers:
    """An embedder of the caller's own that gives what it is told to."""

    name = "own"
    fingerprint = "own:1"

    def __init__(self, vectors: Any) -> None:
        self.vectors = vectors

    def embed(self, texts: Sequence[str], progress: Callable[[int], None]) -> Any:
        return self.vectors


@pytest.mark.parametrize(
    ("vectors", "code"),
    [
        ([[1.0, 0.0]], "vectors_shape"),
        ([1.0, 0.0], "vectors_shape"),
        ([[1.0, 0.0], [0.0, 0.0]], "vectors_values"),
        ([[1.0, 0.0], [float("nan"), 0.0]], "vectors_values"),
        ([[1.0, 0.0], [float("inf"), 0.0]], "vectors_values"),
    ],
)
def test_vectors_that_are_none_are_refused(vectors: Any, code: str) -> None:
    with pytest.raises(ModelError, match="own gave") as caught:
        embed_texts([SECRET, "fares are high"], Answers(vectors))
    assert caught.value.code == code
    assert SECRET not in str(caught.value)


def test_vectors_are_brought_to_unit_length() -> None:
    assert embed_texts(["a", "b"], Answers([[3.0, 4.0], [0.0, 1.0]])).tolist() == [
        [pytest.approx(0.6), pytest.approx(0.8)],
        [0.0, 1.0],
    ]
