"""Every network of the registry: its stages, its size, its input, and its twin in keras.applications."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from artml.errors import UnknownName
from artml.networks import NETWORKS, Network, network, weights
from artml.networks.layers import MeanAndSpread
from artml.settings import settings
from tests.networks.drawn import SIDES, built, draw, noise, write_h5

MAPS = {  # side and channels of each stage, for pictures of 64 pixels (75: inception-v3)
    "resnet50": [(16, 256), (8, 512), (4, 1024), (2, 2048)],
    "resnet50-v2": [(16, 256), (8, 512), (4, 1024), (2, 2048)],
    "vgg-1-block": [(32, 32)],
    "vgg-2-block": [(32, 32), (16, 64)],
    "vgg-3-block": [(32, 32), (16, 64), (8, 128)],
    "vgg-1-block-dropout": [(32, 32)],
    "vgg-2-block-dropout": [(32, 32), (16, 64)],
    "vgg-3-block-dropout": [(32, 32), (16, 64), (8, 128)],
    "vgg16": [(32, 64), (16, 128), (8, 256), (4, 512), (2, 512)],
    "cnn": [(32, 32), (16, 64), (8, 128)],
    "cnn-artylyze": [(32, 16), (16, 32), (8, 64)],
    "inception-v3": [(7, 288), (3, 768), (3, 768), (1, 1280), (1, 2048)],
    "mobilenet": [(32, 64), (16, 128), (8, 256), (4, 512), (2, 1024)],
    "mobilenet-v2": [(16, 144), (8, 192), (4, 384), (4, 576), (2, 960), (2, 1280)],
    "mobilenet-v2+resnet50-v2": [
        *((16, 144), (8, 192), (4, 384), (4, 576), (2, 960), (2, 1280)),
        *((16, 256), (8, 512), (4, 1024), (2, 2048)),
    ],
    "densenet121": [(16, 256), (8, 512), (4, 1024), (2, 1024)],
    "efficientnet-b0": [(32, 96), (16, 144), (8, 240), (4, 672), (2, 1280)],
}
PUBLISHED = {  # keras.applications' counts without the top
    "resnet50": 23_587_712,
    "vgg16": 14_714_688,
    "inception-v3": 21_802_784,
    "mobilenet": 3_228_864,
    "mobilenet-v2": 2_257_984,
    "densenet121": 7_037_504,
    "efficientnet-b0": 4_049_571 - 7,  # less what its input's norm keeps
}
SCALED = {
    "resnet50": keras.applications.resnet,
    "vgg16": keras.applications.vgg16,
    "inception-v3": keras.applications.inception_v3,
    "mobilenet": keras.applications.mobilenet,
    "mobilenet-v2": keras.applications.mobilenet_v2,
    "densenet121": keras.applications.densenet,
    "efficientnet-b0": keras.applications.densenet,  # its own does nothing
}
CAFFE = ("resnet50", "vgg16")  # blue comes first


def builder(name: str) -> Any:
    sought = NETWORKS[name].weights
    assert sought and sought.application
    return getattr(keras.applications, sought.application.builder)


def test_the_registry_has_each_network_under_its_name() -> None:
    assert set(NETWORKS) == set(MAPS)
    assert all(name == known.name for name, known in NETWORKS.items())


def test_unknown_network_says_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"'resnet51'.*resnet50-v2"):
        network("resnet51")


@pytest.mark.parametrize("name", MAPS)
def test_stages_are_layers_from_shallow_to_deep(name: str) -> None:
    model = built(name)
    assert tuple(model.output) == NETWORKS[name].stages
    assert [(maps.shape[1], maps.shape[3]) for maps in model.output.values()] == MAPS[name]
    assert all(model.get_layer(stage).output is maps for stage, maps in model.output.items())


@pytest.mark.parametrize("name", MAPS)
def test_what_has_weights_is_named_alike_each_time(name: str) -> None:
    again = NETWORKS[name].model(side=SIDES.get(name, 64))
    assert list(weights.variables(again)) == list(weights.variables(built(name)))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_size_is_the_published_one(name: str) -> None:
    assert built(name).count_params() == PUBLISHED[name]


def test_resnet50_v2_has_the_published_size() -> None:
    trainable = sum(int(np.prod(variable.shape)) for variable in built("resnet50-v2").trainable_variables)
    # The zoo's count, less its layer of 1,000 classes and the fixed scale and shift of the input's norm.
    assert trainable == 25_549_486 - 1000 * 2049 - 6


@pytest.mark.parametrize("name", SCALED)
def test_the_input_is_scaled_as_the_weights_expect(name: str) -> None:
    model = built(name)
    pixels = noise(model.input.shape[1]).astype(np.float32)
    expected = SCALED[name].preprocess_input(pixels.copy())
    found = model.get_layer("normalise")(pixels)
    np.testing.assert_allclose(
        np.asarray(found), expected[..., ::-1] if name in CAFFE else expected, atol=1e-4
    )


@pytest.mark.parametrize("name", [name for name in MAPS if name.startswith(("vgg-", "cnn"))])
def test_untrained_networks_see_nought_to_one(name: str) -> None:
    found = built(name).get_layer("normalise")(np.float32([[[[0, 51, 255]]]]))
    np.testing.assert_allclose(np.asarray(found), [[[[0, 0.2, 1]]]], atol=1e-6)


def test_a_variant_drops_after_each_block() -> None:
    assert not [layer for layer in built("vgg-3-block").layers if isinstance(layer, keras.layers.Dropout)]
    drops = [
        layer for layer in built("vgg-3-block-dropout").layers if isinstance(layer, keras.layers.Dropout)
    ]
    assert [(layer.name, layer.rate) for layer in drops] == [(f"block{n}_dropout", 0.2) for n in (1, 2, 3)]


@pytest.mark.parametrize("name", PUBLISHED)
def test_with_the_weights_of_keras_it_answers_as_keras_does(name: str, folder: Path) -> None:
    """Its input given in Keras's order of colours, the file read from the weights folder."""
    own, side = NETWORKS[name], SIDES.get(name, 64)
    theirs = builder(name)(include_top=False, weights=None, input_shape=(side, side, 3))
    draw(theirs)
    application = own.weights.application if own.weights else None
    assert application
    pixels = noise(side).astype(np.float32)
    if name == "efficientnet-b0":
        given = as_imagenet(theirs, pixels)
    else:
        given = SCALED[name].preprocess_input(pixels.copy())
    write_h5(folder / application.file, theirs.layers)
    model = own.model(side=side)
    assert weights.assign(model, own.pretrained()) == set(weights.variables(model))
    expected = np.asarray(theirs(given, training=False))
    assert np.ptp(expected) > 0
    np.testing.assert_allclose(
        np.asarray(model(pixels, training=False)), expected, atol=1e-4 * float(np.abs(expected).max())
    )


def as_imagenet(theirs: keras.Model, pixels: np.ndarray) -> np.ndarray:
    """Keras scales the input of this one by figures in the weight file: set those that mean no change."""
    (norm,) = (layer for layer in theirs.layers if isinstance(layer, keras.layers.Normalization))
    norm.adapt_mean.assign(np.zeros(3))
    norm.adapt_variance.assign(np.ones(3))
    norm.finalize_state()
    scaled: np.ndarray = keras.applications.densenet.preprocess_input(pixels.copy()) * 255
    return scaled


def real(name: str) -> tuple[Network, Path]:
    """A network and its file of ours; skips, with the reason, where it is absent."""
    own = NETWORKS[name]
    assert own.weights
    file = settings().weights / own.weights.files[0]
    if not file.is_file():
        pytest.skip(f"{file.name} is not in {settings().weights} (set ARTML_WEIGHTS)")
    return own, file


@pytest.mark.collection
@pytest.mark.parametrize("name", ["resnet50-v2", "vgg16", "inception-v3", "mobilenet", "mobilenet-v2"])
def test_every_array_of_the_real_files_has_its_place(name: str, collection: Path) -> None:
    own, _ = real(name)
    assert own.reachable()
    arrays = own.pretrained()
    assert set(weights.variables(own.model(own.reach))) <= set(arrays)
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert weights.assign(own.model(), arrays) == set(arrays)


@pytest.mark.collection
@pytest.mark.parametrize("name", ["vgg16", "inception-v3", "mobilenet", "mobilenet-v2"])
def test_with_the_real_files_it_answers_as_keras_does(name: str, collection: Path) -> None:
    own, file = real(name)
    whole = builder(name)(include_top=False, weights=None, input_shape=(96, 96, 3))
    theirs = keras.Model(whole.input, whole.get_layer(own.reach).output)
    theirs.load_weights(file)
    model = own.model(own.reach, side=96)
    weights.assign(model, own.pretrained())
    pixels = noise(96).astype(np.float32)
    expected = np.asarray(theirs(SCALED[name].preprocess_input(pixels.copy()), training=False))
    np.testing.assert_allclose(
        np.asarray(model(pixels, training=False)), expected, atol=1e-4 * float(expected.max())
    )


def test_two_side_by_side_answer_as_each_alone() -> None:
    both = built("mobilenet-v2+resnet50-v2")
    draw(both)
    pixels = noise(both.input.shape[1]).astype(np.float32)
    together = both(pixels, training=False)
    for part in NETWORKS["mobilenet-v2+resnet50-v2"].parts:
        alone = part.model(side=both.input.shape[1])
        own = {name: np.asarray(variable) for name, variable in weights.variables(both).items()}
        assert weights.assign(alone, own) == set(weights.variables(alone))
        np.testing.assert_allclose(
            np.asarray(alone(pixels, training=False)),
            np.asarray(together[part.stages[-1]]),
            rtol=1e-4,
            atol=1e-4,
        )


@pytest.mark.collection
def test_two_side_by_side_have_the_weights_of_each(collection: Path) -> None:
    both = NETWORKS["mobilenet-v2+resnet50-v2"]
    for part in both.parts:
        real(part.name)
    arrays = both.pretrained()
    assert (
        weights.assign(both.model(), arrays) == set(arrays) == {n for p in both.parts for n in p.pretrained()}
    )


def test_mean_and_spread_by_hand() -> None:
    maps = np.array([[[[1.0], [3.0]], [[5.0], [7.0]]]], dtype=np.float32)
    np.testing.assert_allclose(np.asarray(MeanAndSpread()(maps)), [[4.0, np.sqrt(5.0)]], rtol=1e-5)
