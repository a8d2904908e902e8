"""A tiny ONNX model, and a server on this machine that speaks the OpenAI embeddings protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

VOCABULARY = ["[UNK]", "the", "bus", "is", "late", "fares", "are", "high", "no", "lights", "here"]


def write_onnx(folder: Path) -> Path:
    """Token vectors drawn at random, with no layer over them."""
    table = np.random.default_rng(7).normal(size=(len(VOCABULARY), 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [1, "tokens", 8])],
        [numpy_helper.from_array(table, "table")],
    )
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "model.onnx"
    )
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def onnx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as sentence-transformers exports it."""
    return write_onnx(tmp_path_factory.mktemp("models") / "tiny")


class EmbeddingServer:
    """Gives a text its letters counted, in whatever way `answer` says; keeps the batches that it was sent."""

    def __init__(self) -> None:
        self.answer = "vectors"
        self.batches: list[list[str]] = []
        self.keys: list[str | None] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def reply(self, texts: list[str]) -> tuple[int, Any]:
        """Status and body for a batch."""
        rows: list[Any] = [[1.0, *(text.lower().count(letter) for letter in "abcdefghij")] for text in texts]
        if self.answer == "repeats the input":
            return 500, {"error": {"message": f"could not embed {texts!r}"}}
        if self.answer == "no protocol":
            return 200, {"found": texts}
        if self.answer == "one too few":
            rows = rows[1:]
        if self.answer == "ragged":
            rows[-1] = [1.0]
        if self.answer == "words":
            rows = [texts for _ in texts]
        # Last first: a server may answer in any order, as long as it says which is which.
        return 200, {"data": [{"index": n, "embedding": row} for n, row in reversed(list(enumerate(rows)))]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.batches.append(request["input"])
                server.keys.append(self.headers["Authorization"])
                status, content = server.reply(request["input"])
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                # Told to ask no more: the client would otherwise wait and try again.
                self.send_header("x-should-retry", "false")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    """A server on this machine."""
    server = EmbeddingServer()
    yield server
    server.close()
