from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from artml.engine import Engine
from artml.networks import NETWORKS, graph, weights
from artml.networks.layers import MeanAndSpread
from tests.networks.drawn import built, noise


def network() -> keras.Model:
    """A small network with every kind of layer the export knows, its weights drawn at random."""
    keras.utils.set_random_seed(7)
    layers = keras.layers
    pixels = keras.Input((16, 16, 3), name="pixels")
    x = layers.Rescaling([1 / 50, 1 / 60, 1 / 70], [-1, -2, -3], name="scale")(pixels)
    x = layers.ZeroPadding2D(((1, 2), (0, 1)), name="pad")(x)
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="conv")(x)
    x = layers.BatchNormalization(name="norm")(x)
    y = layers.Conv2D(8, 3, padding="same", use_bias=False, name="conv_same")(x)
    y = layers.ReLU(name="relu")(layers.BatchNormalization(scale=False, center=False, name="norm_bare")(y))
    x = layers.Add(name="add")([x, y])
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool")(x)
    pooled = layers.Concatenate(name="both")([MeanAndSpread(name="one")(x), MeanAndSpread(name="two")(x)])
    vector = layers.Dense(6, activation="relu", name="vector")(layers.Dropout(0.5, name="drop")(pooled))
    logits = layers.Dense(3, name="logits")(vector)
    outputs = {"logits": logits, "map": layers.Activation("linear", name="map")(x), **more(x)}
    model = keras.Model(pixels, outputs)
    dice = np.random.default_rng(7)
    for name, variable in weights.variables(model).items():
        low = 0.5 if name.endswith("variance") else -0.5
        variable.assign(dice.uniform(low, 1.5, variable.shape))
    return model


def more(x: Any) -> dict[str, Any]:
    """What other networks and heads add, on maps of an odd and an even side."""
    layers = keras.layers
    x = layers.ReLU(6.0, name="relu6")(layers.ZeroPadding2D(((0, 1), (1, 1)), name="pad_more")(x))
    y = layers.DepthwiseConv2D(3, 2, "same", depth_multiplier=2, activation="tanh", name="depthwise")(x)
    weight = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(y)
    weight = layers.Conv2D(16, 1, activation="sigmoid", name="excite")(weight)
    y = layers.Multiply(name="excited")([y, weight])
    average = layers.AveragePooling2D(3, 2, "same", name="average")(x)
    y = layers.Concatenate(name="joined")([y, average])
    flat = layers.Flatten(name="flat")(layers.Conv2D(4, (1, 3), 2, "same", activation="silu", name="wide")(y))
    pools = [layers.GlobalAveragePooling2D(name="mean")(y), layers.GlobalMaxPooling2D(name="max")(y)]
    vector = layers.Concatenate(name="vectors")([layers.Flatten(name="again")(flat), *pools])
    share = layers.Dense(4, activation="softmax", name="share")(vector)
    return {"share": share, "flat_map": flat, "joined_map": y}


def test_the_graph_answers_as_keras_does(tmp_path: Path) -> None:
    model = network()
    graph.save(graph.export(model), tmp_path / "network.xml")
    pixels = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3), dtype=np.uint8)
    engine = Engine(tmp_path / "network.xml", precision="fp32")(pixels)
    expected = model(pixels.astype(np.float32), training=False)
    assert set(engine) == set(expected)
    for name in expected:
        assert np.ptp(expected[name]) > 0
        scale = float(np.abs(expected[name]).max())
        np.testing.assert_allclose(engine[name], np.asarray(expected[name]), atol=2e-3 * scale)


def test_every_variable_reads_back(tmp_path: Path) -> None:
    model = network()
    graph.save(graph.export(model), tmp_path / "network.xml")
    stored = graph.variables(tmp_path / "network.xml")
    variables = weights.variables(model)
    assert set(stored) == set(variables)
    for name, array in stored.items():
        np.testing.assert_allclose(array, np.asarray(variables[name]), rtol=1e-3, atol=1e-6)


def test_an_unknown_layer_is_named() -> None:
    pixels = keras.Input((8, 8, 3), name="pixels")
    model = keras.Model(pixels, {"out": keras.layers.UpSampling2D(name="larger")(pixels)})
    with pytest.raises(NotImplementedError, match=r"UpSampling2D \(larger\)"):
        graph.export(model)


def test_an_unknown_activation_is_named() -> None:
    pixels = keras.Input((8, 8, 3), name="pixels")
    model = keras.Model(pixels, {"out": keras.layers.Activation("gelu", name="act")(pixels)})
    with pytest.raises(NotImplementedError, match="gelu"):
        graph.export(model)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (keras.layers.ReLU(negative_slope=0.1, name="leaky"), "leaky"),
        (keras.layers.Conv2D(6, 1, groups=3, name="grouped"), "grouped"),
        (lambda x: keras.layers.Concatenate(axis=1, name="taller")([x, x]), "taller, axis 1"),
    ],
)
def test_what_would_come_out_wrong_is_refused(layer: Any, said: str) -> None:
    pixels = keras.Input((8, 8, 3), name="pixels")
    with pytest.raises(NotImplementedError, match=said):
        graph.export(keras.Model(pixels, {"out": layer(pixels)}))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_answers_and_reads_back(name: str, tmp_path: Path) -> None:
    model = built(name)
    graph.save(graph.export(model), tmp_path / "network.xml")
    pixels = noise(model.input.shape[1])
    engine = Engine(tmp_path / "network.xml", precision="fp32")(pixels)
    expected = model(pixels.astype(np.float32), training=False)
    assert set(engine) == set(NETWORKS[name].stages)
    for stage, maps in expected.items():
        assert np.ptp(maps) > 0
        scale = float(np.abs(maps).max())
        np.testing.assert_allclose(engine[stage], np.asarray(maps), atol=1e-4 * scale, err_msg=stage)
    variables = weights.variables(model)
    stored = graph.variables(tmp_path / "network.xml")
    assert set(stored) == set(variables)
    for variable, array in stored.items():
        np.testing.assert_array_equal(array, np.asarray(variables[variable]), err_msg=variable)
