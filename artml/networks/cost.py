"""What a network costs: arithmetic and size, counted from its layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Cost:
    """Multiply-adds for one picture, and parameters, trained or not."""

    multiply_adds: int
    parameters: int


def cost(model: keras.Model) -> Cost:
    """The cost of a built model of fixed input size.

    Counted are convolutions (depthwise too) and dense layers: each number of a kernel is used once at every
    place of the output. Everything else adds little.
    """
    work = 0
    for layer in model.layers:
        if (kernel := getattr(layer, "kernel", None)) is not None:
            work += math.prod(kernel.shape) * math.prod(layer.output.shape[1:-1])
    return Cost(work, model.count_params())
