"""Keras architectures: one file a family, and the registry that knows them by name."""

from __future__ import annotations

from artml.errors import UnknownName
from artml.networks import (
    cnn,
    densenet121,
    efficientnet_b0,
    inception_v3,
    mobilenet,
    pair,
    resnet50,
    resnet50_v2,
    vgg,
)
from artml.networks.architecture import EMBEDDING, FEATURE_MAP, HIDDEN, PAINTING, Architecture
from artml.networks.base import Network, Pretrained

__all__ = [
    "EMBEDDING",
    "FEATURE_MAP",
    "HIDDEN",
    "NETWORKS",
    "PAINTING",
    "Architecture",
    "Network",
    "Pretrained",
    "network",
]

FAMILIES = (resnet50, resnet50_v2, vgg, cnn, inception_v3, mobilenet, densenet121, efficientnet_b0, pair)
NETWORKS: dict[str, Network] = {known.name: known for family in FAMILIES for known in family.NETWORKS}


def network(name: str) -> Network:
    """The network of that name; raises `UnknownName`."""
    if name not in NETWORKS:
        raise UnknownName(f"There is no network {name!r}. Known: {', '.join(sorted(NETWORKS))}.")
    return NETWORKS[name]
