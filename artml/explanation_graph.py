"""Reads from an engine's graph what stands between its pooled maps and its logits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
CHANNELS_FIRST, CHANNELS_LAST = {2, 3}, {1, 2}


class NotLinear(Exception):
    """The logits are no affine function of means and spreads of maps."""


@dataclass(frozen=True)
class Affine:
    """An output as `source @ weights + bias`."""

    source: Any
    weights: Floats
    """(numbers of the source, numbers of the output)"""
    bias: Floats

    @property
    def below(self) -> str:
        """The name of its source."""
        return str(self.source.get_node().get_friendly_name())


@dataclass(frozen=True)
class Pool:
    """One pooled map: the mean of each of its channels or, where there is an `epsilon`, their spread."""

    map: Any
    channels_last: bool
    epsilon: float | None = None

    @property
    def name(self) -> str:
        """The name of its map."""
        return f"map:{self.map.get_node().get_friendly_name()}"

    @property
    def channels(self) -> int:
        """How many channels it has."""
        return int(self.map.get_partial_shape()[3 if self.channels_last else 1].get_length())

    def shares(self, maps: npt.NDArray[np.float32], gradient: Floats) -> Floats:
        """(h, w, k): the share of each place in the pooled numbers, each times its row of `gradient`
        (channels, k): over the places, they add up to `pooled @ gradient`.

        `maps` is what the graph gives for one picture, (h, w, channels) or with the channels first.
        """
        maps = maps if self.channels_last else np.moveaxis(maps, 0, -1)
        places = maps.shape[0] * maps.shape[1]
        if self.epsilon is None:
            return np.asarray(maps @ np.float32(gradient / places), np.float64)
        squares = np.asarray(np.square(maps - maps.mean(axis=(0, 1))))
        by_spread = gradient / (np.sqrt(squares.mean(axis=(0, 1)) + self.epsilon) * places)[:, None]
        varied = squares @ np.float32(by_spread)
        return np.asarray(varied + self.epsilon * by_spread.sum(axis=0), np.float64)


def affine(output: Any) -> Affine:
    """A graph's output as an affine function of the first thing below it that is something else."""
    source = output.get_node().input_value(0)
    size = source.get_partial_shape()[1].get_length()
    weights, bias = np.eye(size), np.zeros(size)
    while True:
        node = source.get_node()
        match node.get_type_name():
            case "Add":
                bias = bias + _constant(node, 1).ravel() @ weights
            case "Multiply":
                weights = _constant(node, 1).reshape(-1, 1) * weights
            case "MatMul":
                weights = _constant(node, 1) @ weights
            case "BatchNormInference":
                gamma, beta, mean, variance = (_constant(node, place) for place in (1, 2, 3, 4))
                scale = gamma / np.sqrt(variance + node.get_attributes()["epsilon"])
                bias = bias + (beta - mean * scale) @ weights
                weights = scale[:, None] * weights
            case _:
                return Affine(source, weights, bias)
        source = node.input_value(0)


def pools(source: Any) -> Iterator[Pool]:
    """The pooled maps that a vector is put together from, in order. Raises `NotLinear`."""
    node = source.get_node()
    match node.get_type_name():
        case "Concat":
            for part in node.input_values():
                yield from pools(part)
        case "Squeeze":
            yield from pools(node.input_value(0))
        case "ReduceMean":
            yield _mean(node)
        case "Sqrt":
            yield _spread(node)
        case kind:
            raise NotLinear(kind)


def _mean(node: Any) -> Pool:
    axes = {int(axis) for axis in _constant(node, 1).ravel()}
    if axes not in (CHANNELS_FIRST, CHANNELS_LAST) or len(node.input_value(0).get_partial_shape()) != 4:
        raise NotLinear(f"a mean over {axes}")
    return Pool(node.input_value(0), axes == CHANNELS_LAST)


def _spread(node: Any) -> Pool:
    """sqrt(mean((map - mean(map))^2) + epsilon)"""
    added = _below(node, "Add")
    epsilon = float(_constant(added, 1).ravel()[0])
    difference = _below(_below(_below(added, "ReduceMean"), "Multiply"), "Subtract")
    pooled = _mean(_below(difference, "ReduceMean", 1))
    return Pool(pooled.map, pooled.channels_last, epsilon)


def _below(node: Any, kind: str, place: int = 0) -> Any:
    found = node.input_value(place).get_node()
    if found.get_type_name() != kind:
        raise NotLinear(f"{found.get_type_name()} below {node.get_type_name()}")
    return found


def _constant(node: Any, place: int) -> Floats:
    found = node.input_value(place).get_node()
    if found.get_type_name() == "Convert":
        found = found.input_value(0).get_node()
    if found.get_type_name() != "Constant":
        raise NotLinear(f"{found.get_type_name()} beside {node.get_type_name()}")
    return np.asarray(found.get_data(), np.float64)
