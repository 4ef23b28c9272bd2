"""VGG: 3x3 convolutions in blocks that end in pooling (Simonyan and Zisserman 2015).

`vgg-1-block` to `vgg-3-block` have one convolution a block, and their kernels start as He's uniform draws;
the published hand-or-algorithm work used the first. Their `-dropout` variants drop 20 % after each block.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
from keras import layers

from artml.networks import scaling
from artml.networks.base import PUBLISHED, Application, Network, Pretrained

FILTERS = (32, 64, 128)
DROPOUT = 0.2
STAGES = tuple(f"block{number}_pool" for number in range(1, 6))
WHOLE = Application("VGG16", f"{PUBLISHED}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5")


def body(pixels: Any) -> dict[str, Any]:
    """VGG16 without its dense layers: block b gives side / 2^b; 64, 128, 256, 512 and 512 channels."""
    whole = keras.applications.VGG16(include_top=False, weights=None, input_tensor=scaling.centred(pixels))
    return {stage: whole.get_layer(stage).output for stage in STAGES}


def blocks(pixels: Any, stages: tuple[str, ...]) -> dict[str, Any]:
    """As many blocks as stages, which say whether a block ends in its pooling or in dropout: block b gives
    side / 2^b; 32, 64 and 128 channels.
    """
    x, maps = scaling.unit(pixels), {}
    for number, (stage, filters) in enumerate(zip(stages, FILTERS, strict=False), 1):
        name = f"block{number}_"
        x = layers.Conv2D(
            filters, 3, padding="same", activation="relu", kernel_initializer="he_uniform", name=name + "conv"
        )(x)
        x = layers.MaxPooling2D(2, name=name + "pool")(x)
        if stage == name + "dropout":
            x = layers.Dropout(DROPOUT, name=stage)(x)
        maps[stage] = x
    return maps


def _of_blocks(count: int, end: str) -> Network:
    stages = tuple(f"block{number}_{end}" for number in range(1, count + 1))
    name = f"vgg-{count}-block" + ("-dropout" if end == "dropout" else "")
    return Network(name, partial(blocks, stages=stages), stages, 256)


NETWORKS = (
    *(_of_blocks(count, end) for count in range(1, len(FILTERS) + 1) for end in ("pool", "dropout")),
    Network(
        "vgg16",
        body,
        STAGES,
        224,
        Pretrained(
            ("vgg16_to_block3_pool_notop.fp16.h5",),
            "block3_pool",
            "It was put together from https://github.com/ADLsourceCode/TensorflowJS; all five blocks can be "
            f"had from {WHOLE.url}.",
            WHOLE,
            bgr="block1_conv1/kernel",
        ),
    ),
)
