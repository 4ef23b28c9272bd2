"""A Keras model written down, layer by layer, as plain data: what runs it needs no Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from artml.networks import weights
from artml.networks.layers import MeanAndSpread

Options = dict[str, Any]
PIXELS = "pixels"


@dataclass(frozen=True)
class Step:
    """One layer at work: `inputs` are the names of the layers whose output it takes."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    options: Options


def plan(model: keras.Model) -> list[Step]:
    """The layers of a functional model of one input, in order; `NotImplementedError` for one without a rule.

    What the pixels enter by is called `pixels`. Layers must each be used once.
    """
    names: dict[int, str] = {id(model.input): PIXELS}
    steps = []
    for layer in model.operations:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if type(layer) not in RULES:
            raise NotImplementedError(f"No rule runs a {type(layer).__name__} ({layer.name}) by PyTorch.")
        node = layer._inbound_nodes[0]
        kind, options = RULES[type(layer)](layer)
        inputs = tuple(names[id(tensor)] for tensor in node.input_tensors)
        steps.append(Step(kind, layer.name, inputs, options))
        names[id(node.output_tensors[0])] = layer.name
    return steps


def arrays(model: keras.Model) -> dict[str, np.ndarray]:
    """Every variable, float32, by `layer/variable`, in Keras's layout."""
    return {name: np.asarray(value, np.float32) for name, value in weights.variables(model).items()}


def _conv(layer: Any) -> tuple[str, Options]:
    kind = "depthwise" if isinstance(layer, keras.layers.DepthwiseConv2D) else "conv"
    return kind, {
        "stride": layer.strides[0],
        "padding": layer.padding,
        "bias": layer.use_bias,
        "activation": layer.activation.__name__,
    }


def _norm(layer: Any) -> tuple[str, Options]:
    return "norm", {
        "epsilon": layer.epsilon,
        "momentum": layer.momentum,
        "scale": layer.scale,
        "center": layer.center,
    }


def _rescaling(layer: Any) -> tuple[str, Options]:
    values = (
        np.broadcast_to(np.asarray(value, np.float32), 3).tolist() for value in (layer.scale, layer.offset)
    )
    return "rescale", dict(zip(("scale", "offset"), values, strict=True))


def _max_pool(layer: Any) -> tuple[str, Options]:
    return "max_pool", {"kernel_size": layer.pool_size[0], "stride": layer.strides[0]}


RULES: dict[type, Callable[[Any], tuple[str, Options]]] = {
    keras.layers.Rescaling: _rescaling,
    keras.layers.BatchNormalization: _norm,
    keras.layers.Conv2D: _conv,
    keras.layers.DepthwiseConv2D: _conv,
    keras.layers.Dense: lambda layer: ("dense", {"activation": layer.activation.__name__}),
    keras.layers.ZeroPadding2D: lambda layer: ("pad", {"padding": layer.padding}),
    keras.layers.MaxPooling2D: _max_pool,
    keras.layers.ReLU: lambda layer: ("relu", {"most": layer.max_value}),
    keras.layers.Add: lambda layer: ("add", {}),
    keras.layers.Concatenate: lambda layer: ("concatenate", {}),
    keras.layers.Dropout: lambda layer: ("dropout", {"rate": layer.rate}),
    keras.layers.Activation: lambda layer: ("activation", {"activation": layer.activation.__name__}),
    keras.layers.GlobalAveragePooling2D: lambda layer: ("mean", {}),
    keras.layers.GlobalMaxPooling2D: lambda layer: ("most", {}),
    MeanAndSpread: lambda layer: ("mean_and_spread", {}),
}
