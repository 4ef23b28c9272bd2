"""Layers of our own, beside Keras's."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

SPREAD_EPSILON = 1e-5


@keras.saving.register_keras_serializable("artml")
class MeanAndSpread(keras.layers.Layer):
    """Pools a map to the mean and the standard deviation of each channel.

    (batch, height, width, channels) -> (batch, 2 x channels), float32. The spread says how a texture varies
    over the picture, which the mean forgets; style lives in both.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, maps: Any) -> Any:
        """Pool."""
        mean = ops.mean(maps, axis=(1, 2), keepdims=True)
        variance = ops.mean(ops.square(maps - mean), axis=(1, 2))
        return ops.concatenate([mean[:, 0, 0, :], ops.sqrt(variance + SPREAD_EPSILON)], axis=-1)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Two numbers a channel."""
        channels = shape[-1]
        return (shape[0], None if channels is None else 2 * channels)
