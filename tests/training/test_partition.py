from __future__ import annotations

import keras
import numpy as np
import pytest

from artml.errors import RecipeError
from artml.networks import Architecture, Network
from artml.networks.head import Head
from artml.training.partition import partition

STAGES = ("stage2_act", "stage4_act")


@pytest.fixture
def architecture(tiny: Network) -> Architecture:
    return Architecture("tiny", 32, STAGES, {"style": 3}, Head(embedding=8))


@pytest.mark.parametrize(
    ("train", "boundary"),
    [
        ("heads", {"pooled"}),
        ("stage4", {"stage2_act_pool", "stage3_act"}),
        (0.25, {"stage2_act_pool", "stage3_act"}),
        ("stage", {"normalise"}),
    ],
)
def test_where_it_is_cut(architecture: Architecture, train: str | float, boundary: set[str]) -> None:
    model = architecture.build()
    parts = partition(model, architecture, train)
    assert parts.frozen is not None
    assert set(parts.frozen.output) == boundary
    pixels = np.random.default_rng(0).uniform(0, 255, (4, 32, 32, 3)).astype(np.float32)
    between = parts.frozen.predict(pixels, verbose=0)
    whole = model.predict(pixels, verbose=0)["style"]
    np.testing.assert_allclose(parts.trained.predict(between, verbose=0)["style"], whole, atol=1e-4)


def test_training_a_part_trains_the_model_itself(architecture: Architecture) -> None:
    model = architecture.build()
    parts = partition(model, architecture, "stage4")
    assert parts.trained.get_layer("stage4_conv") is model.get_layer("stage4_conv")
    assert "stage3_conv" not in {layer.name for layer in parts.trained.layers}


def test_facets_are_all_that_stands_on_the_embedding(tiny: Network) -> None:
    architecture = Architecture("tiny", 32, STAGES, {"style": 3}, Head(embedding=8, hidden=5))
    parts = partition(architecture.build(), architecture, "facets")
    assert parts.frozen is not None
    assert set(parts.frozen.output) == {"embedding"}
    trainable = {v.path.split("/")[0] for v in parts.trained.trainable_variables}
    assert trainable == {"hidden", "style"}


def test_all_of_it_takes_pixels(architecture: Architecture) -> None:
    parts = partition(architecture.build(), architecture, "all")
    assert parts.frozen is None
    assert parts.trained.input_shape == (None, 32, 32, 3)


def test_what_lies_above_the_chosen_layers_keeps_still(architecture: Architecture) -> None:
    parts = partition(architecture.build(), architecture, "stage3")
    trainable = {v.path.split("/")[0] for v in parts.trained.trainable_variables}
    assert "stage3_conv" in trainable and "embedding" in trainable
    assert "stage4_conv" not in trainable


def test_a_name_without_layers_is_refused(architecture: Architecture) -> None:
    with pytest.raises(RecipeError, match="No layer's name begins with 'stage9'"):
        partition(architecture.build(), architecture, "stage9")


def test_a_plain_head_is_cut_below_its_dense_layers(tiny: Network) -> None:
    architecture = Architecture(
        "tiny", 32, ("stage4_act",), {"style": 3}, Head(pool="flatten", units=(6,), embedding=0)
    )
    parts = partition(architecture.build(), architecture, "heads")
    assert parts.frozen is not None
    assert {name: tuple(t.shape) for name, t in parts.frozen.output.items()} == {
        "stage4_act_pool": (None, 32)
    }
    assert isinstance(parts.trained, keras.Model)
