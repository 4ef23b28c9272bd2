"""Weight files, and how their arrays find their variables."""

from __future__ import annotations

from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from artml.errors import WeightsNotFound
from artml.networks import weights
from tests.networks.drawn import draw, write_h5


def chain(*names: str, filters: int = 3) -> keras.Model:
    """Pixels, then a convolution and a batch norm a name."""
    pixels = x = keras.Input((4, 4, 3), name="pixels")
    for name in names:
        x = keras.layers.Conv2D(filters, 1, use_bias=False, name=name)(x)
        x = keras.layers.ReLU(name=f"{name}_relu")(keras.layers.BatchNormalization(name=f"{name}_bn")(x))
    model = keras.Model(pixels, x, name="chain")
    draw(model)
    return model


def test_layers_are_found_by_name_whatever_their_order(tmp_path: Path) -> None:
    model = chain("one", "two")
    write_h5(tmp_path / "file.h5", [*reversed(model.layers), *chain("three").layers[1:]])
    found = weights.read([tmp_path / "file.h5"], model)
    assert set(found) == set(weights.variables(model))
    for name, variable in weights.variables(model).items():
        np.testing.assert_array_equal(found[name], np.asarray(variable))


def test_layers_of_other_names_are_taken_in_order(tmp_path: Path) -> None:
    stored, model = chain("conv2d", "conv2d_1"), chain("one", "two")
    write_h5(tmp_path / "file.h5", stored.layers, "f2")
    found = weights.read([tmp_path / "file.h5"], model)
    for theirs, ours in (("conv2d", "one"), ("conv2d_1", "two")):
        kernel = np.asarray(stored.get_layer(theirs).kernel)
        np.testing.assert_allclose(found[f"{ours}/kernel"], kernel, rtol=1e-3)
        assert found[f"{ours}/kernel"].dtype == np.float32


def test_arrays_of_another_shape_are_refused(tmp_path: Path) -> None:
    write_h5(tmp_path / "file.h5", chain("one", filters=4).layers)
    with pytest.raises(WeightsNotFound, match=r"file\.h5 holds other arrays than one of chain needs"):
        weights.read([tmp_path / "file.h5"], chain("one"))


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    write_h5(tmp_path / "file.h5", chain("conv2d").layers)
    with pytest.raises(WeightsNotFound, match=r"file\.h5 has 2 layers with weights, chain 4"):
        weights.read([tmp_path / "file.h5"], chain("one", "two"))


@pytest.mark.parametrize("content", [b"", b"no file of weights", b"\x89HDF\r\n\x1a\n" + bytes(90)])
@pytest.mark.parametrize("name", ["file.h5", "file.npz"])
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WeightsNotFound, match=f"{name} cannot be read as weights"):
        weights.read([tmp_path / name], chain("one"))


def test_an_h5_of_something_else_is_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "file.h5", "w") as stored:
        stored["picture"] = np.zeros((3, 3))
    with pytest.raises(WeightsNotFound, match=r"file\.h5 cannot be read as weights"):
        weights.read([tmp_path / "file.h5"], chain("one"))


def test_assign_says_what_it_set() -> None:
    model = chain("one")
    given = {"one/kernel": np.full((1, 1, 3, 3), 0.25, np.float32), "two/kernel": np.zeros(1, np.float32)}
    assert weights.assign(model, given) == {"one/kernel"}
    assert np.asarray(model.get_layer("one").kernel).ravel().tolist() == [0.25] * 9
