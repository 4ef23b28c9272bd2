"""Pretrained weights: how they are read from files, and how they come into a network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np

from artml.errors import WeightsNotFound


def variables(model: keras.Model) -> dict[str, Any]:
    """The variables of a flat model by `layer/variable`, the name they go by in weight files and bundles."""
    return {f"{layer.name}/{variable.name}": variable for layer in model.layers for variable in layer.weights}


def read(files: Iterable[Path], model: keras.Model) -> dict[str, np.ndarray]:
    """The arrays of the files, float32, by `layer/variable`.

    An `.npz` has them by that name. An `.h5`, as Keras writes weights, has a list of arrays a layer, for
    `model`; it is read as data, and no code in it runs. Raises `WeightsNotFound` where it does not fit.
    """
    arrays: dict[str, np.ndarray] = {}
    for file in files:
        try:
            arrays |= _read_npz(file) if file.suffix == ".npz" else _read_h5(file, model)
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            raise WeightsNotFound(f"{file} cannot be read as weights: {error}.") from error
    return arrays


def assign(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> set[str]:
    """Set each variable that has an array of its name; returns the names set."""
    known = {name: variable for name, variable in variables(model).items() if name in arrays}
    for name, variable in known.items():
        variable.assign(arrays[name])
    return set(known)


def _read_npz(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as stored:
        return {key: stored[key].astype(np.float32) for key in stored.files}


def _read_h5(file: Path, model: keras.Model) -> dict[str, np.ndarray]:
    """Layers are matched by name where the file knows every name, else by their order, as Keras does it."""
    stored = dict(_h5_layers(file))
    layers = [layer for layer in model.layers if layer.weights]
    if not all(layer.name in stored for layer in layers):
        if len(stored) != len(layers):
            raise WeightsNotFound(
                f"{file} has {len(stored)} layers with weights, {model.name} {len(layers)}."
            )
        stored = dict(zip([layer.name for layer in layers], stored.values(), strict=True))
    arrays: dict[str, np.ndarray] = {}
    for layer in layers:
        if [tuple(v.shape) for v in layer.weights] != [array.shape for array in stored[layer.name]]:
            raise WeightsNotFound(f"{file} holds other arrays than {layer.name} of {model.name} needs.")
        names = [f"{layer.name}/{variable.name}" for variable in layer.weights]
        arrays |= dict(zip(names, stored[layer.name], strict=True))
    return arrays


def _h5_layers(file: Path) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Each layer that has weights, in the file's order."""
    import h5py

    with h5py.File(file) as stored:
        for layer in stored.attrs["layer_names"]:
            group = stored[_text(layer)]
            if len(names := group.attrs["weight_names"]):
                yield _text(layer), [group[_text(name)][...].astype(np.float32) for name in names]


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
