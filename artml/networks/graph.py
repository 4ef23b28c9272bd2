"""Keras model -> OpenVINO graph, layer by layer, so that every constant keeps its Keras name.

Converters fold and rename what they are given. Written out here, the graph in a bundle is the only copy of
the weights: the engine runs it, and `variables` reads the Keras variables back from it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from artml.networks.graph_rules import LAYOUTS, TO_NHWC, rule
from artml.openvino import op, ov

TO_NCHW = np.array([0, 3, 1, 2], dtype=np.int64)


def export(model: keras.Model) -> ov.Model:
    """The graph of a functional model: NHWC uint8 pixels in, the model's outputs, by name, out.

    Kernels are kept in half precision, everything else as it is. Maps leave as NHWC. Raises
    `NotImplementedError` for a layer without a rule.
    """
    side = model.input.shape[1]
    pixels = op.parameter([-1, side, side, 3], np.uint8, name="pixels")
    pixels.output(0).set_names({"pixels"})
    values = {id(model.input): op.transpose(op.convert(pixels, "f32"), TO_NCHW).output(0)}
    for operation in model.operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        node = operation._inbound_nodes[0]
        inputs = [values[id(tensor)] for tensor in node.input_tensors]
        emitted = rule(operation)(operation, inputs)
        values[id(node.output_tensors[0])] = emitted.output(0) if isinstance(emitted, ov.Node) else emitted
    results = [_result(values[id(tensor)], name) for name, tensor in model.output.items()]
    return ov.Model(results, [pixels], model.name)


def save(graph: ov.Model, path: Path) -> None:
    """Write `path` (.xml) and the weights beside it (.bin)."""
    ov.save_model(graph, path, compress_to_fp16=False)


def variables(path: Path) -> dict[str, np.ndarray]:
    """The Keras variables in a saved graph, by `layer/variable`, float32, in Keras's layout."""
    graph = ov.Core().read_model(path)
    found: dict[str, np.ndarray] = {}
    for node in graph.get_ops():
        name = node.get_friendly_name()
        if node.get_type_name() == "Constant" and name.startswith("keras:"):
            name, _, layout = name.removeprefix("keras:").partition("@")
            array = np.array(node.get_data(), dtype=np.float32)
            found[name] = array.transpose(np.argsort(LAYOUTS[layout])) if layout else array
    return found


def _result(value: Any, name: str) -> Any:
    if len(value.get_partial_shape()) == 4:
        value = op.transpose(value, TO_NHWC).output(0)
    value.set_names({name})
    result = op.result(value)
    result.output(0).set_names({name})
    return result
