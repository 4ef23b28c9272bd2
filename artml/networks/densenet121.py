"""DenseNet-121, keras.applications' (Huang et al. 2017, "Densely connected convolutional networks")."""

from __future__ import annotations

from typing import Any

import keras

from artml.networks import scaling
from artml.networks.base import PUBLISHED, Network, published

STAGES = ("pool2_relu", "pool3_relu", "pool4_relu", "relu")


def body(pixels: Any) -> dict[str, Any]:
    """The activated output of its four dense blocks: side / 4, 8, 16, 32; 256, 512, 1024, 1024 channels."""
    whole = keras.applications.DenseNet121(
        include_top=False, weights=None, input_tensor=scaling.standardised(pixels)
    )
    return {stage: whole.get_layer(stage).output for stage in STAGES}


NETWORKS = (
    Network(
        "densenet121",
        body,
        STAGES,
        224,
        published(
            f"{PUBLISHED}/densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
            STAGES[-1],
            "DenseNet121",
        ),
    ),
)
