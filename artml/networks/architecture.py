"""A network with heads for several facets, built in code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
from keras import layers

import artml.networks
from artml.networks.head import Head
from artml.networks.layers import MeanAndSpread

EMBEDDING, FEATURE_MAP, PAINTING = "embedding", "feature_map", "painting"
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
            return self._logits(x)
        vector = layers.Dense(self.head.embedding, dtype="float32", name=EMBEDDING)(x)
        painting = layers.Dense(1, dtype="float32", name=PAINTING)(vector)
        return {**self._logits(vector), PAINTING: painting, EMBEDDING: vector}

    def _logits(self, x: Any) -> dict[str, Any]:
        return {f: layers.Dense(n, dtype="float32", name=f)(x) for f, n in self.facets.items()}
