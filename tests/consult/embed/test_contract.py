"""What every embedder that ships holds to. One test each, run over all of those that this machine can run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from consult.config import EmbeddingConfig
from consult.embed import Embedder, embed_texts, make_embedder
from consult.errors import Cancelled

TEXTS = [
    "the bus is late",
    "fares are high",
    "no lights here",
    "The bus is late!",
    "😊",
    "الحافلات متأخرة",
    "late " * 600,
    " spaces \n within ",
]


@pytest.fixture(params=["builtin", "onnx", "openai", "fake"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    if request.param == "builtin":
        yield make_embedder(EmbeddingConfig())
    elif request.param == "onnx":
        folder: Path = request.getfixturevalue("onnx_folder")
        yield make_embedder(EmbeddingConfig(provider="onnx", model=str(folder)))
    elif request.param == "openai":
        pytest.importorskip("openai")
        url = request.getfixturevalue("server").url
        client = make_embedder(EmbeddingConfig(provider="openai", model="letters", base_url=url))
        yield client
        client.embedder._client.close()  # type: ignore[attr-defined]
    else:
        yield request.getfixturevalue("fake_embedder")


def test_it_says_who_it_is(embedder: Embedder) -> None:
    assert embedder.name
    assert ":" in embedder.fingerprint


def test_one_unit_vector_a_text(embedder: Embedder) -> None:
    vectors = embed_texts(TEXTS, embedder)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), vectors.shape[1])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_order_of_the_texts_is_kept(embedder: Embedder) -> None:
    texts = [f"{text} {n}" for n in range(40) for text in TEXTS[:6]]
    assert np.allclose(embed_texts(texts[::-1], embedder), embed_texts(texts, embedder)[::-1], atol=1e-6)


def test_equal_texts_get_equal_vectors(embedder: Embedder) -> None:
    vectors = embed_texts([*TEXTS, *TEXTS], embedder)
    assert np.array_equal(vectors[: len(TEXTS)], vectors[len(TEXTS) :])


def test_unlike_texts_get_unlike_vectors(embedder: Embedder) -> None:
    first, second = embed_texts(TEXTS[:2], embedder)
    assert first @ second < 0.95


def test_no_texts(embedder: Embedder) -> None:
    assert len(embed_texts([], embedder)) == 0


def test_it_tells_of_every_text_once(embedder: Embedder) -> None:
    told: list[int] = []
    embed_texts([f"bus {n}" for n in range(300)], embedder, told.append)
    assert sum(told) == 300
    assert len(told) > 1


class Counted(Sequence[str]):
    """Texts that know how many of them were asked for."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.asked = 0

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, place: int | slice) -> str | list[str]:  # type: ignore[override]
        if isinstance(place, slice):
            return [str(self[n]) for n in range(*place.indices(self.n))]
        if place >= self.n:
            raise IndexError
        self.asked += 1
        time.sleep(0.0005)  # so that one who listens can be heard, however fast the model is
        return f"the bus {place} is late"


def test_it_stops_soon_when_it_is_asked_to(embedder: Embedder) -> None:
    def stop(_: int) -> None:
        raise Cancelled("cancelled", "Stopped.")

    texts = Counted(4_000)
    with pytest.raises(Cancelled):
        embedder.embed(texts, stop)
    # Workers that had begun may end what they began.
    assert texts.asked < max(1_000, 200 * (os.cpu_count() or 1))


@pytest.mark.parametrize("provider", ["builtin", "onnx"])
def test_a_text_has_its_vector_to_the_bit_whatever_stands_beside_it(
    provider: str, request: pytest.FixtureRequest
) -> None:
    make: Callable[[int], Embedder] = lambda workers: make_embedder(  # noqa: E731
        EmbeddingConfig(provider="builtin", workers=workers)
        if provider == "builtin"
        else EmbeddingConfig(provider="onnx", model=str(request.getfixturevalue("onnx_folder")), workers=workers)
    )
    others = [f"{'the fares are high ' * (n % 7)}{n}" for n in range(90)]
    one, two = make(1), make(2)
    for text in ("the bus is late", "late " * 400):
        alone = embed_texts([text], one)[0]
        assert np.array_equal(embed_texts([text, *others], one)[0], alone)
        assert np.array_equal(embed_texts([*others, text], one)[-1], alone)
        assert np.array_equal(embed_texts([*others[:70], text, *others[70:]], two)[70], alone)
