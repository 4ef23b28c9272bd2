"""ResNet-50, keras.applications' (He et al. 2015, "Deep residual learning for image recognition")."""

from __future__ import annotations

from typing import Any

import keras

from artml.networks import scaling
from artml.networks.base import PUBLISHED, Network, published

STAGES = ("conv2_block3_out", "conv3_block4_out", "conv4_block6_out", "conv5_block3_out")


def body(pixels: Any) -> dict[str, Any]:
    """The output of its four stages: side / 4, 8, 16 and 32; 256, 512, 1024 and 2048 channels."""
    whole = keras.applications.ResNet50(include_top=False, weights=None, input_tensor=scaling.centred(pixels))
    return {stage: whole.get_layer(stage).output for stage in STAGES}


NETWORKS = (
    Network(
        "resnet50",
        body,
        STAGES,
        224,
        published(
            f"{PUBLISHED}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
            STAGES[-1],
            "ResNet50",
            bgr="conv1_conv/kernel",
        ),
    ),
)
