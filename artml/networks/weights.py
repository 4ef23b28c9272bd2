"""Pretrained weights: where they are, and how they come into a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from artml.errors import WeightsNotFound
from artml.settings import settings

if TYPE_CHECKING:
    import keras


def find(name: str) -> Path:
    """The weight file of that name in the weights folder.

    Raises `WeightsNotFound`, saying where it was looked for.
    """
    path = settings().weights / name
    if not path.is_file():
        raise WeightsNotFound(
            f"The pretrained weights {name} are not in {settings().weights}. "
            "Put the file there, or set ARTML_WEIGHTS to the folder that has it."
        )
    return path


def variables(model: keras.Model) -> dict[str, Any]:
    """The variables of a flat model by `layer/variable`, the name they go by in weight files and bundles."""
    return {f"{layer.name}/{variable.name}": variable for layer in model.layers for variable in layer.weights}


def read(*names: str) -> dict[str, np.ndarray]:
    """The arrays of the named `.npz` files, float32, by `layer/variable`."""
    arrays: dict[str, np.ndarray] = {}
    for name in names:
        with np.load(find(name), allow_pickle=False) as stored:
            arrays |= {key: stored[key].astype(np.float32) for key in stored.files}
    return arrays


def assign(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> set[str]:
    """Set each variable that has an array of its name; returns the names set."""
    known = {name: variable for name, variable in variables(model).items() if name in arrays}
    for name, variable in known.items():
        variable.assign(arrays[name])
    return set(known)
