"""Arithmetic in whole numbers: a graph's convolutions rounded to eight bits, and the ranges that this takes.

A bundle stores its weights once, in half precision; all that eight bits need besides is the range of the
numbers that enter each convolution. When it is loaded, inputs and weights are marked as rounded, and the
engine's own low-precision passes make int8 of what is so marked (Jacob et al. 2018, "Quantization and
training of neural networks for efficient integer-arithmetic-only inference", arXiv:1712.05877):

    inputs   256 steps over the range; one of them is exactly 0, which is what padding adds
    weights  255 steps over [-m, m], m the largest magnitude in one output channel

A convolution without a range stays as precise as the rest of the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from artml.openvino import op, ov

Ranges = Mapping[str, tuple[float, float]]
"""By layer: the lowest and the highest number that is told apart in what enters it."""

STEPS, WEIGHT_STEPS = 256, 255
CHANNEL_AXES: Final = {"Convolution": 1, "GroupConvolution": 2}
"""Convolutions, and how many leading axes of their weights number the output channels."""
FEWEST_CHANNELS: Final = 4
"""What sees fewer (a network's first layer: colours) stays precise: it would lose much and gain little."""


def mark(graph: ov.Model, ranges: Ranges) -> None:
    """Mark the convolutions of these layers, in the graph itself, as to be run in eight bits."""
    marked: dict[tuple[str, int], Any] = {}
    for layer, node in _convolutions(graph):
        if layer in ranges:
            entry, most = _entry(node), _magnitudes(node)
            value = entry.get_source_output()
            place = (value.get_node().get_friendly_name(), value.get_index())
            if place not in marked:
                marked[place] = _rounded(value, *_with_zero(*ranges[layer]), STEPS)
            entry.replace_source_output(marked[place])
            node.input(1).replace_source_output(_rounded(node.input_value(1), -most, most, WEIGHT_STEPS))
    graph.validate_nodes_and_infer_types()


def extremes(graph: ov.Model) -> ov.Model:
    """A graph that gives, by layer, the lowest and the highest number that enters its convolution: (n, 2) for
    n pictures.
    """
    results = []
    for layer, node in _convolutions(graph):
        value, places = node.input_value(0), np.array([1, 2, 3], np.int64)
        if value.get_partial_shape()[1].get_length() >= FEWEST_CHANNELS:
            ends = (op.reduce_min(value, places, False), op.reduce_max(value, places, False))
            results.append(op.result(op.concat([op.unsqueeze(end, np.int64(1)) for end in ends], 1)))
            results[-1].output(0).set_names({layer})
    return ov.Model(results, graph.get_parameters())


def _convolutions(graph: ov.Model) -> Iterator[tuple[str, Any]]:
    """Each convolution of a bundle's graph, after the name of its Keras layer."""
    for node in graph.get_ordered_ops():
        if node.get_type_name() in CHANNEL_AXES:
            yield _kernel(node).get_friendly_name().removeprefix("keras:").partition("/")[0], node


def _kernel(node: Any) -> Any:
    """The constant that a convolution's weights are made of."""
    found = node.input_value(1).get_node()
    while found.get_type_name() != "Constant":
        found = found.input_value(0).get_node()
    return found


def _entry(node: Any) -> Any:
    """Where a convolution's input is rounded: before padding, which can then join the convolution."""
    source = node.input_value(0).get_node()
    return source.input(0) if source.get_type_name() == "Pad" else node.input(0)


def _magnitudes(node: Any) -> npt.NDArray[np.float32]:
    """(output channels, 1, …): the largest magnitude among the weights of each."""
    shape = tuple(node.input_value(1).get_shape())
    weights = np.abs(np.asarray(_kernel(node).get_data(), np.float32).reshape(shape))
    axes = tuple(range(CHANNEL_AXES[node.get_type_name()], weights.ndim))
    return np.asarray(np.maximum(weights.max(axes, keepdims=True), np.finfo(np.float16).tiny), np.float32)


def _with_zero(low: float, high: float) -> tuple[float, float]:
    """The range moved by less than a step, so that 0 is one of the steps."""
    step = (high - low) / (STEPS - 1)
    below = round(-low / step)
    return -below * step, (STEPS - 1 - below) * step


def _rounded(value: Any, low: Any, high: Any, steps: int) -> Any:
    ends = (np.asarray(low, np.float32), np.asarray(high, np.float32))
    return op.fake_quantize(value, *ends, *ends, steps).output(0)
