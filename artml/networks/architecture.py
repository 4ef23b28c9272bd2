"""A network with heads for several facets, built in code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import keras
from keras import layers

import artml.networks
from artml.networks.head import Head
from artml.networks.layers import MeanAndSpread

EMBEDDING, FEATURE_MAP, PAINTING = "embedding", "feature_map", "painting"
HIDDEN: Final = "hidden"
"""The layer above the embedding."""
POOLS = {
    "spread": MeanAndSpread,
    "mean": layers.GlobalAveragePooling2D,
    "max": layers.GlobalMaxPooling2D,
    "flatten": layers.Flatten,
}


@dataclass(frozen=True)
class Architecture:
    """All that is needed to build a classifier of several facets in code.

    `side` is the input's height and width in pixels; the head stands on `stages`, shallow to deep; `facets`
    maps each facet to its number of labels.
    """

    network: str
    side: int
    stages: tuple[str, ...]
    facets: Mapping[str, int]
    head: Head = field(default_factory=Head)

    def build(self) -> keras.Model:
        """The Keras model: RGB pixels 0..255 (batch, side, side, 3) to a dictionary of float32 outputs.

        They are logits by facet and `feature_map` (batch, h, w, channels); where the head has an embedding,
        `embedding` (batch, embedding) and `painting` (batch, 1) too.
        """
        pixels = keras.Input((self.side, self.side, 3), name="pixels")
        maps = artml.networks.network(self.network).body(pixels)
        outputs = self._heads([maps[name] for name in self.stages])
        deepest = layers.Activation("linear", dtype="float32", name=FEATURE_MAP)
        outputs[FEATURE_MAP] = deepest(maps[self.stages[-1]])
        return keras.Model(pixels, outputs, name=self.network)

    def body_layers(self) -> list[str]:
        """The names of the network's own layers below the head, shallow to deep."""
        pixels = keras.Input((self.side, self.side, 3), name="pixels")
        maps = artml.networks.network(self.network).body(pixels)
        return [layer.name for layer in keras.Model(pixels, [maps[name] for name in self.stages]).layers]

    def _heads(self, maps: Sequence[Any]) -> dict[str, Any]:
        pool = POOLS[self.head.pool]
        pooled = [
            pool(dtype="float32", name=f"{name}_pool")(tensor)
            for name, tensor in zip(self.stages, maps, strict=True)
        ]
        x = layers.Concatenate(dtype="float32", name="pooled")(pooled) if len(pooled) > 1 else pooled[0]
        if self.head.pool == "spread":
            x = layers.BatchNormalization(
                center=False, scale=False, momentum=0.97, dtype="float32", name="pooled_bn"
            )(x)
            x = layers.Dropout(self.head.dropout, dtype="float32", name="pooled_dropout")(x)
        for number, units in enumerate(self.head.units, 1):
            x = layers.Dense(units, activation="relu", dtype="float32", name=f"dense{number}")(x)
            x = layers.Dropout(self.head.dropout, dtype="float32", name=f"dense{number}_dropout")(x)
        if not self.head.embedding:
            return self._logits(dict.fromkeys(self.facets, x), keras.initializers.GlorotUniform)
        vector = layers.Dense(
            self.head.embedding, kernel_initializer=small(), dtype="float32", name=EMBEDDING
        )(x)
        painting = layers.Dense(1, dtype="float32", name=PAINTING)(vector)
        logits = self._logits(self._below_facets(vector), small)
        return {**logits, PAINTING: painting, EMBEDDING: vector}

    def _below_facets(self, vector: Any) -> Mapping[str, Any]:
        """What each facet's head stands on."""
        if not self.head.hidden:
            return dict.fromkeys(self.facets, vector)
        x = layers.Dense(self.head.hidden, "relu", kernel_initializer=small(), dtype="float32", name=HIDDEN)(
            vector
        )
        x = layers.Dropout(self.head.dropout, dtype="float32", name=f"{HIDDEN}_dropout")(x)
        return {facet: vector if facet in self.head.linear else x for facet in self.facets}

    def _logits(self, below: Mapping[str, Any], kernels: Callable[[], Any]) -> dict[str, Any]:
        return {
            facet: layers.Dense(size, kernel_initializer=kernels(), dtype="float32", name=facet)(below[facet])
            for facet, size in self.facets.items()
        }


def small() -> keras.initializers.Initializer:
    """For layers on many frozen numbers: evenly within 1 / sqrt(numbers), LeCun's variance by three.

    What chance puts into a layer of thousands of inputs, a short training leaves there: begun by Glorot's
    rule, which draws two to three times as wide, the guide's heads lose two points of style, one of artist.
    """
    return keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
