"""Multiply-adds and parameters, by hand and against the published figures."""

from __future__ import annotations

import keras
import pytest

from artml.networks import NETWORKS
from artml.networks.cost import Cost, cost


def test_by_hand() -> None:
    layers = keras.layers
    pixels = keras.Input((8, 6, 3), name="pixels")
    x = layers.Conv2D(4, 3, strides=2, padding="same", name="conv")(pixels)  # 4 x 3 places
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="depthwise")(x)
    x = layers.Dense(5, name="dense")(layers.Flatten(name="flat")(x))
    found = cost(keras.Model(pixels, x))
    convolution, norm, depthwise, dense = 3 * 3 * 3 * 4, 4 * 4, 3 * 3 * 4, 4 * 3 * 4 * 5
    assert found == Cost(
        12 * convolution + 12 * depthwise + dense, convolution + 4 + norm + depthwise + dense + 5
    )


@pytest.mark.parametrize(
    ("name", "millions"),  # published, with their layer of 1,000 classes where that is little
    [
        ("mobilenet", 569),
        ("mobilenet-v2", 300),
        ("efficientnet-b0", 390),
        ("resnet50", 3_860),
        ("densenet121", 2_850),
        ("inception-v3", 5_720),
        ("vgg16", 15_350),
    ],
)
def test_the_known_networks_cost_what_is_published(name: str, millions: float) -> None:
    assert cost(NETWORKS[name].model()).multiply_adds / 1e6 == pytest.approx(millions, rel=0.02)
