"""How each Keras layer is written in the engine's graph: a rule a layer, on maps in channels-first order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from artml.networks.layers import SPREAD_EPSILON, MeanAndSpread
from artml.openvino import op

Emit = Callable[[Any, list[Any]], Any]
TO_NHWC = np.array([0, 2, 3, 1], dtype=np.int64)
SPACE = np.array([2, 3], dtype=np.int64)
LAYOUTS = {"oihw": (3, 2, 0, 1), "cmhw": (2, 3, 0, 1)}
"""How kernels are stored: Keras's axes in the engine's order. c and m: a depthwise kernel's input channel,
and which of its outputs.
"""


def rule(layer: Any) -> Emit:
    """The rule for a layer; raises `NotImplementedError` where there is none."""
    if type(layer) not in RULES:
        raise NotImplementedError(
            f"No rule turns a {type(layer).__name__} ({layer.name}) into an engine graph."
        )
    return RULES[type(layer)]


def _constant(layer: Any, variable: Any, layout: str = "") -> Any:
    """A named constant; kernels in half precision, those of convolutions in `layout`."""
    name, array = f"keras:{layer.name}/{variable.name}", np.asarray(variable, dtype=np.float32)
    if variable.name != "kernel":
        return op.constant(array, name=name)
    if layout:
        name, array = f"{name}@{layout}", array.transpose(LAYOUTS[layout])
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
    if layer.groups > 1:
        raise NotImplementedError(f"No rule turns convolution in groups ({layer.name}) into an engine graph.")
    return _convolved(layer, op.convolution, inputs[0], _constant(layer, layer.kernel, "oihw"))


def _depthwise(layer: Any, inputs: list[Any]) -> Any:
    kernel = op.unsqueeze(_constant(layer, layer.kernel, "cmhw"), np.int64(2))
    return _convolved(layer, op.group_convolution, inputs[0], kernel)


def _convolved(layer: Any, convolution: Any, x: Any, kernel: Any) -> Any:
    x = convolution(
        x, kernel, list(layer.strides), [0, 0], [0, 0], list(layer.dilation_rate), _padding(layer)
    )
    if layer.use_bias:
        x = op.add(x, op.reshape(_constant(layer, layer.bias), np.array([1, -1, 1, 1], np.int64), False))
    return _activated(x, layer.activation)


def _padding(layer: Any) -> str:
    """TensorFlow pads the odd pixel at the end."""
    return "same_upper" if layer.padding == "same" else "valid"


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
        case "relu6":
            return op.clamp(x, 0.0, 6.0)
        case "silu":
            return op.swish(x)
        case "sigmoid":
            return op.sigmoid(x)
        case "softmax":
            return op.softmax(x, 1)
        case "tanh":
            return op.tanh(x)
        case name:
            raise NotImplementedError(f"No rule turns the activation {name} into an engine graph.")


def _relu(layer: Any, inputs: list[Any]) -> Any:
    if layer.negative_slope or layer.threshold:
        raise NotImplementedError(f"No rule turns a leaky ReLU ({layer.name}) into an engine graph.")
    return op.relu(inputs[0]) if layer.max_value is None else op.clamp(inputs[0], 0.0, float(layer.max_value))


def _pad(layer: Any, inputs: list[Any]) -> Any:
    (top, bottom), (left, right) = layer.padding
    begin, end = np.array([0, 0, top, left], np.int64), np.array([0, 0, bottom, right], np.int64)
    return op.pad(inputs[0], begin, end, "constant", np.float32(0))


def _max_pool(layer: Any, inputs: list[Any]) -> Any:
    pool = op.max_pool(
        inputs[0],
        list(layer.strides),
        [1, 1],
        [0, 0],
        [0, 0],
        list(layer.pool_size),
        auto_pad=_padding(layer),
    )
    return pool.output(0)


def _average_pool(layer: Any, inputs: list[Any]) -> Any:
    """Padding does not count."""
    return op.avg_pool(
        inputs[0],
        list(layer.strides),
        [0, 0],
        [0, 0],
        list(layer.pool_size),
        exclude_pad=True,
        auto_pad=_padding(layer),
    )


def _mean_and_spread(layer: Any, inputs: list[Any]) -> Any:
    mean = op.reduce_mean(inputs[0], SPACE, True)
    difference = op.subtract(inputs[0], mean)
    variance = op.reduce_mean(op.multiply(difference, difference), SPACE, False)
    spread = op.sqrt(op.add(variance, np.float32(SPREAD_EPSILON)))
    return op.concat([op.squeeze(mean, SPACE), spread], 1)


def _flatten(layer: Any, inputs: list[Any]) -> Any:
    """Keras counts the channels of a pixel first, so maps go back to its order."""
    maps = len(inputs[0].get_partial_shape()) == 4
    x = op.transpose(inputs[0], TO_NHWC) if maps else inputs[0]
    return op.reshape(x, np.array([0, -1], np.int64), True)


def _concatenate(layer: Any, inputs: list[Any]) -> Any:
    rank = len(inputs[0].get_partial_shape())
    if layer.axis not in (-1, rank - 1):
        raise NotImplementedError(
            f"No rule joins anything but channels ({layer.name}, axis {layer.axis}) in an engine graph."
        )
    return op.concat(inputs, 1)


RULES: dict[type, Emit] = {
    keras.layers.Rescaling: _rescaling,
    keras.layers.BatchNormalization: _norm,
    keras.layers.Conv2D: _conv,
    keras.layers.DepthwiseConv2D: _depthwise,
    keras.layers.Dense: _dense,
    keras.layers.ZeroPadding2D: _pad,
    keras.layers.MaxPooling2D: _max_pool,
    keras.layers.AveragePooling2D: _average_pool,
    keras.layers.GlobalAveragePooling2D: lambda layer, inputs: op.reduce_mean(
        inputs[0], SPACE, layer.keepdims
    ),
    keras.layers.GlobalMaxPooling2D: lambda layer, inputs: op.reduce_max(inputs[0], SPACE, layer.keepdims),
    keras.layers.Flatten: _flatten,
    keras.layers.ReLU: _relu,
    keras.layers.Add: lambda _, inputs: op.add(*inputs),
    keras.layers.Multiply: lambda _, inputs: op.multiply(*inputs),
    keras.layers.Concatenate: _concatenate,
    keras.layers.Dropout: lambda _, inputs: inputs[0],
    keras.layers.Activation: lambda layer, inputs: _activated(inputs[0], layer.activation),
    MeanAndSpread: _mean_and_spread,
}
