"""A network and its heads, in one pass."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from artml.engine import Engine
from artml.networks import Architecture, graph
from artml.networks.head import Head
from tests.networks.drawn import draw, noise

FACETS = {"style": 5, "genre": 3}


def shapes(model: keras.Model) -> dict[str, tuple[int | None, ...]]:
    return {name: tuple(output.shape) for name, output in model.output.items()}


def test_one_pass_gives_every_output() -> None:
    stages = ("block1_pool", "block3_pool")
    assert shapes(Architecture("vgg-3-block", 32, stages, FACETS, Head(embedding=16)).build()) == {
        "style": (None, 5),
        "genre": (None, 3),
        "painting": (None, 1),
        "embedding": (None, 16),
        "feature_map": (None, 4, 4, 128),
    }


def test_without_an_embedding_there_is_none_to_give() -> None:
    head = Head(pool="flatten", units=(7,), embedding=0)
    model = Architecture("vgg-1-block", 32, ("block1_pool",), FACETS, head).build()
    assert shapes(model) == {"style": (None, 5), "genre": (None, 3), "feature_map": (None, 16, 16, 32)}
    assert model.get_layer("dense1").kernel.shape == (16 * 16 * 32, 7)


def test_a_hidden_layer_stands_between_the_embedding_and_facets_that_are_not_linear() -> None:
    head = Head(embedding=6, hidden=9, linear=("genre",))
    model = Architecture("vgg-1-block", 32, ("block1_pool",), FACETS, head).build()
    assert model.get_layer("hidden").kernel.shape == (6, 9)
    assert model.get_layer("style").kernel.shape == (9, 5)
    assert model.get_layer("genre").kernel.shape == (6, 3)
    assert model.get_layer("painting").kernel.shape == (6, 1)
    with pytest.raises(ValueError, match="hidden stands on an embedding"):
        Head(embedding=0, hidden=9)
    with pytest.raises(ValueError, match="every facet is linear"):
        Head(linear=("genre",))


@pytest.mark.parametrize("pool", ["spread", "mean", "max", "flatten"])
@pytest.mark.parametrize("embedding", [0, 6])
def test_every_head_can_be_exported(pool: str, embedding: int) -> None:
    head = Head.model_validate(
        {"pool": pool, "units": (16, 8), "embedding": embedding, "hidden": 2 * embedding}
    )
    model = Architecture("vgg-2-block", 16, ("block1_pool", "block2_pool"), FACETS, head).build()
    draw(model)
    pixels = noise(16)
    engine = Engine(graph.export(model), precision="fp32")(pixels)
    expected = model(pixels.astype(np.float32), training=False)
    assert set(engine) == set(expected)
    for name, values in expected.items():
        assert np.ptp(values) > 0
        np.testing.assert_allclose(engine[name], np.asarray(values), atol=1e-4 * np.abs(values).max())
