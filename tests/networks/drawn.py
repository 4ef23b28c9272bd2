"""Networks drawn at random, and weight files made of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from artml.networks import NETWORKS, weights

SIDES = {"inception-v3": 75}


@cache
def built(name: str) -> keras.Model:
    """A network on small pictures, all its stages as outputs, drawn at random; shared, so change none."""
    network = NETWORKS[name]
    side = SIDES.get(name, 64)
    pixels = keras.Input((side, side, 3), name="pixels")
    model = keras.Model(pixels, network.body(pixels), name=name)
    draw(model)
    return model


def draw(model: keras.Model) -> None:
    """Draw norms and biases at random; kernels, drawn already, keep the digits of half precision."""
    dice = np.random.default_rng(7)
    for name, variable in weights.variables(model).items():
        if name.endswith("kernel"):
            variable.assign(np.asarray(variable).astype(np.float16))
        elif name.endswith(("beta", "bias", "mean")):
            variable.assign(dice.uniform(-0.3, 0.3, variable.shape))
        else:
            variable.assign(dice.uniform(0.7, 1.4, variable.shape))


def noise(side: int, count: int = 2) -> np.ndarray:
    """Pictures of soft noise, uint8."""
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def write_h5(file: Path, layers: Iterable[Any], dtype: str = "f4") -> None:
    """A weight file as Keras 2 wrote it: lists of arrays, a layer each."""
    with h5py.File(file, "w") as stored:
        names = []
        for layer in layers:
            group = stored.create_group(layer.name)
            inside = [f"{layer.name}/{variable.name}:0" for variable in layer.weights]
            for name, variable in zip(inside, layer.weights, strict=True):
                group.create_dataset(name, data=np.asarray(variable), dtype=dtype)
            group.attrs["weight_names"] = [name.encode() for name in inside]
            names.append(layer.name.encode())
        stored.attrs["layer_names"] = names
