"""Keras architectures: one file a family, and the registry that knows them by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras

from artml.errors import UnknownName
from artml.networks import resnet50_v2, weights
from artml.networks.layers import MeanAndSpread

if TYPE_CHECKING:
    import numpy as np

EMBEDDING, FEATURE_MAP, PAINTING = "embedding", "feature_map", "painting"


@dataclass(frozen=True)
class Network:
    """An architecture: `body` turns pixels into the activated output of each stage, by name, shallow to deep;
    `stage` is the stage of that number alone, from the output of the one before.
    """

    name: str
    body: Callable[[Any], dict[str, Any]]
    stage: Callable[[Any, int], Any]
    stages: tuple[str, ...]
    weights: tuple[str, ...]

    def pretrained(self) -> dict[str, np.ndarray]:
        """The pretrained arrays by `layer/variable`; raises `WeightsNotFound` where they are absent."""
        return weights.read(*self.weights)


NETWORKS = {
    "resnet50-v2": Network(
        "resnet50-v2", resnet50_v2.body, resnet50_v2.stage, resnet50_v2.STAGES, resnet50_v2.WEIGHTS
    ),
}


def network(name: str) -> Network:
    """The network of that name; raises `UnknownName`."""
    if name not in NETWORKS:
        raise UnknownName(f"There is no network {name!r}. Known: {', '.join(sorted(NETWORKS))}.")
    return NETWORKS[name]


@dataclass(frozen=True)
class Architecture:
    """All that is needed to build a classifier of several facets in code.

    `side` is the input's height and width in pixels; the heads stand on `stages`, shallow to deep; `facets`
    maps each facet to its number of labels; `embedding` is the size of the vector that all heads share.
    """

    network: str
    side: int
    stages: tuple[str, ...]
    facets: Mapping[str, int]
    embedding: int = 256
    dropout: float = 0.4

    def build(self) -> keras.Model:
        """The Keras model: RGB pixels 0..255 (batch, side, side, 3) to a dictionary of logits by facet,
        `painting` (batch, 1), `embedding` (batch, embedding) and `feature_map` (batch, h, w, channels), all
        float32.
        """
        pixels = keras.Input((self.side, self.side, 3), name="pixels")
        maps = network(self.network).body(pixels)
        outputs = self.heads([MeanAndSpread(name=f"{name}_pool")(maps[name]) for name in self.stages])
        deepest = keras.layers.Activation("linear", dtype="float32", name=FEATURE_MAP)
        return keras.Model(
            pixels, {**outputs, FEATURE_MAP: deepest(maps[self.stages[-1]])}, name=self.network
        )

    def heads(self, pooled: Sequence[Any]) -> dict[str, Any]:
        """One shared embedding, and a linear head a facet, on mean and spread of each stage."""
        layers = keras.layers
        pooled = layers.Concatenate(dtype="float32", name="pooled")(pooled)
        x = layers.BatchNormalization(
            center=False, scale=False, momentum=0.97, dtype="float32", name="pooled_bn"
        )(pooled)
        x = layers.Dropout(self.dropout, dtype="float32", name="pooled_dropout")(x)
        vector = layers.Dense(self.embedding, dtype="float32", name=EMBEDDING)(x)
        outputs = {f: layers.Dense(n, dtype="float32", name=f)(vector) for f, n in self.facets.items()}
        outputs[PAINTING] = layers.Dense(1, dtype="float32", name=PAINTING)(vector)
        return {**outputs, EMBEDDING: vector}
