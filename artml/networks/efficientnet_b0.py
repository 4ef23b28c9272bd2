"""EfficientNet-B0 (Tan and Le 2019, "EfficientNet: rethinking model scaling for convolutional networks").

The same network as `keras.applications.EfficientNetB0`, with its layers' names. That one reads the mean and
the spread of its input from the weight file, and scales once more where it is pretrained; here the input is
scaled alike, pretrained or not.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from keras import initializers, layers

from artml.networks import scaling
from artml.networks.base import Network, published

STAGES = (
    "block2a_expand_activation",
    "block3a_expand_activation",
    "block4a_expand_activation",
    "block6a_expand_activation",
    "top_activation",
)
BLOCKS = (  # repeats, kernel size, filters, expansion, stride of the first
    (1, 3, 16, 1, 1),
    (2, 3, 24, 6, 2),
    (2, 5, 40, 6, 2),
    (3, 3, 80, 6, 2),
    (3, 5, 112, 6, 1),
    (4, 5, 192, 6, 2),
    (1, 3, 320, 6, 1),
)
DROP = 0.2  # of a residual branch: nought at the first block, rising to this


def body(pixels: Any) -> dict[str, Any]:
    """The widest map at side / 2, 4, 8, 16 and 32; 96, 144, 240, 672 and 1280 channels.

    Between the blocks its maps are narrow and not activated.
    """
    maps: dict[str, Any] = {}
    x = _activated(_conv(scaling.standardised(pixels), 32, 3, 2, "stem_conv"), "stem_bn", "stem_activation")
    depth, total = count(), sum(repeats for repeats, *_ in BLOCKS)
    for number, (repeats, size, filters, expansion, stride) in enumerate(BLOCKS, 1):
        for letter in "abcd"[:repeats]:
            name = f"block{number}{letter}_"
            step = stride if letter == "a" else 1
            x = _block(x, name, size, filters, expansion, step, DROP * next(depth) / total, maps)
    maps["top_activation"] = _activated(_conv(x, 1280, 1, 1, "top_conv"), "top_bn", "top_activation")
    return {stage: maps[stage] for stage in STAGES}


def _block(
    x: Any,
    name: str,
    size: int,
    filters: int,
    expansion: int,
    stride: int,
    drop: float,
    maps: dict[str, Any],
) -> Any:
    narrow = x.shape[-1]
    y = x
    if expansion > 1:
        y = _conv(x, narrow * expansion, 1, 1, name + "expand_conv")
        y = _activated(y, name + "expand_bn", name + "expand_activation")
        maps[name + "expand_activation"] = y
    y = layers.DepthwiseConv2D(
        size, stride, "same", use_bias=False, depthwise_initializer=_start(), name=name + "dwconv"
    )(y)
    y = _activated(y, name + "bn", name + "activation")
    y = layers.Multiply(name=name + "se_excite")([y, _attention(y, max(1, narrow // 4), name + "se_")])
    y = layers.BatchNormalization(name=name + "project_bn")(_conv(y, filters, 1, 1, name + "project_conv"))
    if stride > 1 or narrow != filters:
        return y
    y = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=name + "drop")(y)
    return layers.Add(name=name + "add")([y, x])


def _attention(x: Any, squeezed: int, name: str) -> Any:
    """A weight a channel, 0..1, from the mean of every channel."""
    y = layers.GlobalAveragePooling2D(keepdims=True, name=name + "squeeze")(x)
    for layer, filters, activation in (("reduce", squeezed, "silu"), ("expand", x.shape[-1], "sigmoid")):
        y = layers.Conv2D(filters, 1, activation=activation, kernel_initializer=_start(), name=name + layer)(
            y
        )
    return y


def _activated(x: Any, norm: str, activation: str) -> Any:
    return layers.Activation("silu", name=activation)(layers.BatchNormalization(name=norm)(x))


def _conv(x: Any, filters: int, size: int, stride: int, name: str) -> Any:
    return layers.Conv2D(
        filters, size, stride, "same", use_bias=False, kernel_initializer=_start(), name=name
    )(x)


def _start() -> Any:
    return initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")


NETWORKS = (
    Network(
        "efficientnet-b0",
        body,
        STAGES,
        224,
        published(
            "https://storage.googleapis.com/keras-applications/efficientnetb0_notop.h5",
            STAGES[-1],
            "EfficientNetB0",
        ),
    ),
)
