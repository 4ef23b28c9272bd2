"""Keras model -> OpenVINO graph, layer by layer, so that every constant keeps its Keras name.

Converters fold and rename what they are given. Written out here, the graph in a bundle is the only copy of
the weights: the engine runs it, and `variables` reads the Keras variables back from it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from artml.networks.layers import SPREAD_EPSILON, MeanAndSpread
from artml.openvino import op, ov

Emit = Callable[[Any, list[Any]], Any]
TO_NCHW = np.array([0, 3, 1, 2], dtype=np.int64)
TO_NHWC = np.array([0, 2, 3, 1], dtype=np.int64)
KERNEL_TO_OIHW = (3, 2, 0, 1)


def export(model: keras.Model) -> ov.Model:
    """The graph of a functional model: NHWC uint8 pixels in, the model's outputs, by name, out.

    Kernels are kept in half precision, everything else as it is. Maps leave as NHWC. Raises
    `NotImplementedError` for a layer without a rule here.
    """
    side = model.input.shape[1]
    pixels = op.parameter([-1, side, side, 3], np.uint8, name="pixels")
    pixels.output(0).set_names({"pixels"})
    values = {id(model.input): op.transpose(op.convert(pixels, "f32"), TO_NCHW)}
    for operation in model.operations:
        if isinstance(operation, keras.layers.InputLayer):
            continue
        node = operation._inbound_nodes[0]
        inputs = [values[id(tensor)] for tensor in node.input_tensors]
        emitted = _rule(operation)(operation, inputs)
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
            found[name] = array.transpose(np.argsort(KERNEL_TO_OIHW)) if layout == "oihw" else array
    return found


def _result(value: Any, name: str) -> Any:
    if len(value.get_partial_shape()) == 4:
        value = op.transpose(value, TO_NHWC).output(0)
    value.set_names({name})
    result = op.result(value)
    result.output(0).set_names({name})
    return result


def _rule(layer: Any) -> Emit:
    for kind, rule in RULES.items():
        if type(layer) is kind:
            return rule
    raise NotImplementedError(f"No rule turns a {type(layer).__name__} ({layer.name}) into an engine graph.")


def _constant(layer: Any, variable: Any) -> Any:
    """A named constant; kernels in half precision, convolution kernels as output, input, height, width."""
    name, array = f"keras:{layer.name}/{variable.name}", np.asarray(variable, dtype=np.float32)
    if variable.name != "kernel":
        return op.constant(array, name=name)
    if array.ndim == 4:
        name, array = f"{name}@oihw", array.transpose(KERNEL_TO_OIHW)
    return op.convert(op.constant(np.ascontiguousarray(array, dtype=np.float16), name=name), "f32")


def _rescaling(layer: Any, inputs: list[Any]) -> Any:
    def channels(values: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, dtype=np.float32), 3).reshape(1, 3, 1, 1)

    return op.add(op.multiply(inputs[0], channels(layer.scale)), channels(layer.offset))


def _norm(layer: Any, inputs: list[Any]) -> Any:
    size = layer.moving_mean.shape[0]
    gamma = _constant(layer, layer.gamma) if layer.scale else op.constant(np.ones(size, np.float32))
    beta = _constant(layer, layer.beta) if layer.center else op.constant(np.zeros(size, np.float32))
    mean, variance = _constant(layer, layer.moving_mean), _constant(layer, layer.moving_variance)
    return op.batch_norm_inference(inputs[0], gamma, beta, mean, variance, float(layer.epsilon))


def _conv(layer: Any, inputs: list[Any]) -> Any:
    padding = "same_upper" if layer.padding == "same" else "valid"
    x = op.convolution(
        inputs[0],
        _constant(layer, layer.kernel),
        list(layer.strides),
        [0, 0],
        [0, 0],
        list(layer.dilation_rate),
        padding,
    )
    if layer.use_bias:
        x = op.add(x, op.reshape(_constant(layer, layer.bias), np.array([1, -1, 1, 1], np.int64), False))
    return _activated(x, layer.activation)


def _dense(layer: Any, inputs: list[Any]) -> Any:
    x = op.matmul(inputs[0], _constant(layer, layer.kernel), False, False)
    if layer.use_bias:
        x = op.add(x, _constant(layer, layer.bias))
    return _activated(x, layer.activation)


def _activated(x: Any, activation: Any) -> Any:
    match activation.__name__:
        case "linear":
            return x
        case "relu":
            return op.relu(x)
        case name:
            raise NotImplementedError(f"No rule turns the activation {name} into an engine graph.")


def _pad(layer: Any, inputs: list[Any]) -> Any:
    (top, bottom), (left, right) = layer.padding
    begin, end = np.array([0, 0, top, left], np.int64), np.array([0, 0, bottom, right], np.int64)
    return op.pad(inputs[0], begin, end, "constant", np.float32(0))


def _max_pool(layer: Any, inputs: list[Any]) -> Any:
    padding = "same_upper" if layer.padding == "same" else "valid"
    pool = op.max_pool(
        inputs[0], list(layer.strides), [1, 1], [0, 0], [0, 0], list(layer.pool_size), auto_pad=padding
    )
    return pool.output(0)


def _mean_and_spread(layer: Any, inputs: list[Any]) -> Any:
    axes = np.array([2, 3], np.int64)
    mean = op.reduce_mean(inputs[0], axes, True)
    difference = op.subtract(inputs[0], mean)
    variance = op.reduce_mean(op.multiply(difference, difference), axes, False)
    spread = op.sqrt(op.add(variance, np.float32(SPREAD_EPSILON)))
    return op.concat([op.squeeze(mean, axes), spread], 1)


RULES: dict[type, Emit] = {
    keras.layers.Rescaling: _rescaling,
    keras.layers.BatchNormalization: _norm,
    keras.layers.Conv2D: _conv,
    keras.layers.Dense: _dense,
    keras.layers.ZeroPadding2D: _pad,
    keras.layers.MaxPooling2D: _max_pool,
    keras.layers.ReLU: lambda _, inputs: op.relu(inputs[0]),
    keras.layers.Add: lambda _, inputs: op.add(*inputs),
    keras.layers.Concatenate: lambda _, inputs: op.concat(inputs, 1),
    keras.layers.Dropout: lambda _, inputs: inputs[0],
    keras.layers.Activation: lambda layer, inputs: _activated(inputs[0], layer.activation),
    MeanAndSpread: _mean_and_spread,
}
