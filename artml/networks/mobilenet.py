"""MobileNet and MobileNetV2, keras.applications' (Howard et al. 2017, Sandler et al. 2018), width 1."""

from __future__ import annotations

from typing import Any

import keras

from artml.networks import scaling
from artml.networks.base import PUBLISHED, Application, Network, Pretrained, published

STAGES = ("conv_pw_1_relu", "conv_pw_3_relu", "conv_pw_5_relu", "conv_pw_11_relu", "conv_pw_13_relu")
STAGES_V2 = (
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_10_expand_relu",
    "block_13_expand_relu",
    "block_16_expand_relu",
    "out_relu",
)


def body(pixels: Any) -> dict[str, Any]:
    """The last output at side / 2, 4, 8, 16 and 32; 64, 128, 256, 512 and 1024 channels."""
    whole = keras.applications.MobileNet(
        include_top=False, weights=None, input_tensor=scaling.symmetric(pixels)
    )
    return {stage: whole.get_layer(stage).output for stage in STAGES}


def body_v2(pixels: Any, normalise: str = scaling.NAME) -> dict[str, Any]:
    """Where its blocks are widest: at side / 4, 8, 16, 16, 32 and 32; 144, 192, 384, 576, 960, 1280 channels.

    Between the blocks its maps are narrow and not activated. `normalise` names the layer that scales pixels.
    """
    scaled = scaling.symmetric(pixels, normalise)
    whole = keras.applications.MobileNetV2(include_top=False, weights=None, input_tensor=scaled)
    return {stage: whole.get_layer(stage).output for stage in STAGES_V2}


NETWORKS = (
    Network(
        "mobilenet",
        body,
        STAGES,
        224,
        Pretrained(
            ("mobilenet_1_0_224_tf_no_top.dequantised.h5",),
            STAGES[-1],
            "It was made from Google's 8-bit MobileNet in https://github.com/google-coral/test_data, its "
            "batch norms folded.",
            Application("MobileNet", f"{PUBLISHED}/mobilenet/mobilenet_1_0_224_tf_no_top.h5"),
        ),
    ),
    Network(
        "mobilenet-v2",
        body_v2,
        STAGES_V2,
        224,
        published(
            f"{PUBLISHED}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
            STAGES_V2[-1],
            "MobileNetV2",
        ),
    ),
)
