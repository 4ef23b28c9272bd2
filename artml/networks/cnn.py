"""Two small networks that were published with their results and without a name.

`cnn` is Picar's, on 200 pixels. `cnn-artylyze` is ArtyLyze's, on 180; its text gives neither the number of
filters nor the share of dropout, so both are those that networks of this input usually have.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from keras import layers

from artml.networks import scaling
from artml.networks.base import Network


def body(pixels: Any, stages: tuple[str, ...], filters: tuple[int, ...]) -> dict[str, Any]:
    """Three stages of 3x3 convolution, ReLU and pooling: stage s gives side / 2^s.

    A stage whose name says so ends in 20 % dropout.
    """
    x, maps = scaling.unit(pixels), {}
    for number, (stage, width) in enumerate(zip(stages, filters, strict=True), 1):
        name = f"stage{number}_"
        x = layers.Conv2D(width, 3, padding="same", activation="relu", name=name + "conv")(x)
        x = layers.MaxPooling2D(2, name=name + "pool")(x)
        if stage == name + "dropout":
            x = layers.Dropout(0.2, name=stage)(x)
        maps[stage] = x
    return maps


def _network(name: str, side: int, stages: tuple[str, ...], filters: tuple[int, ...]) -> Network:
    return Network(name, partial(body, stages=stages, filters=filters), stages, side)


NETWORKS = (
    _network("cnn", 200, ("stage1_pool", "stage2_pool", "stage3_pool"), (32, 64, 128)),
    _network("cnn-artylyze", 180, ("stage1_pool", "stage2_pool", "stage3_dropout"), (16, 32, 64)),
)
