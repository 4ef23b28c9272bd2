from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from artml.errors import UnknownName, WeightsNotFound
from artml.networks import Architecture, network, weights
from artml.networks.layers import MeanAndSpread
from artml.settings import settings


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return Architecture("resnet50-v2", 64, ("stage2_act", "stage4_act"), {"style": 5, "genre": 3}, 16).build()


def test_one_pass_gives_every_output(model: keras.Model) -> None:
    shapes = {name: tuple(output.shape) for name, output in model.output.items()}
    assert shapes == {
        "style": (None, 5),
        "genre": (None, 3),
        "painting": (None, 1),
        "embedding": (None, 16),
        "feature_map": (None, 2, 2, 2048),
    }


def test_resnet50_v2_has_the_published_size(model: keras.Model) -> None:
    heads = ("embedding", "style", "genre", "painting", "pooled_bn")
    body = [layer for layer in model.layers if layer.name not in heads]
    trainable = sum(int(np.prod(v.shape)) for layer in body for v in layer.trainable_variables)
    # The zoo's count, less its layer of 1,000 classes and the fixed scale and shift of the input's norm.
    assert trainable == 25_549_486 - 1000 * 2049 - 6


def test_unknown_network_says_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"'resnet51'.*resnet50-v2"):
        network("resnet51")


def test_missing_weights_say_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARTML_WEIGHTS", str(tmp_path))
    settings.cache_clear()
    try:
        with pytest.raises(WeightsNotFound, match=r"resnet50_v2.*Put the file there, or set ARTML_WEIGHTS"):
            network("resnet50-v2").pretrained()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.collection
def test_every_pretrained_array_has_its_place(collection: Path) -> None:
    model = Architecture("resnet50-v2", 64, ("stage4_act",), {"style": 5}, 16).build()
    arrays = network("resnet50-v2").pretrained()
    assert weights.assign(model, arrays) == set(arrays)


def test_mean_and_spread_by_hand() -> None:
    maps = np.array([[[[1.0], [3.0]], [[5.0], [7.0]]]], dtype=np.float32)
    np.testing.assert_allclose(np.asarray(MeanAndSpread()(maps)), [[4.0, np.sqrt(5.0)]], rtol=1e-5)
