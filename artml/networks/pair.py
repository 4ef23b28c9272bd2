"""MobileNetV2 and ResNet50 v2 side by side: what one passes over, the other may see.

Layers keep the names that they have alone, so that weights trained alone come together here.
"""

from __future__ import annotations

from typing import Any

from artml.networks import mobilenet, resnet50_v2
from artml.networks.base import Network

PARTS = (mobilenet.NETWORKS[-1], resnet50_v2.NETWORKS[0])


def body(pixels: Any) -> dict[str, Any]:
    """The stages of both, MobileNetV2's first."""
    return {**mobilenet.body_v2(pixels, "mobilenet_normalise"), **resnet50_v2.body(pixels)}


NETWORKS = (
    Network(
        "mobilenet-v2+resnet50-v2",
        body,
        tuple(stage for part in PARTS for stage in part.stages),
        PARTS[-1].side,
        parts=PARTS,
    ),
)
