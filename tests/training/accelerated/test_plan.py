from __future__ import annotations

import keras
import numpy as np
import pytest

from artml.networks import Architecture, Network, weights
from artml.networks.head import Head
from artml.training.accelerated.plan import PIXELS, arrays, plan
from tests.training.accelerated.torch_here import torch_or_skip


def test_every_layer_is_a_step_on_those_before_it(tiny: Network) -> None:
    model = Architecture("tiny", 32, ("stage3_act", "stage4_act"), {"style": 3}).build()
    steps = plan(model)
    named = [PIXELS]
    for step in steps:
        assert set(step.inputs) <= set(named)
        named.append(step.name)
    assert {"stage1_conv", "pooled_bn", "embedding", "style"} <= set(named)
    assert set(arrays(model)) == set(weights.variables(model))


def test_a_layer_without_a_rule_is_named() -> None:
    pixels = keras.Input((8, 8, 3))
    model = keras.Model(pixels, keras.layers.UpSampling2D(name="larger")(pixels))
    with pytest.raises(NotImplementedError, match="UpSampling2D .larger."):
        plan(model)


@pytest.mark.parametrize("name", ["mobilenet-v2", "resnet50-v2", "vgg16", "vgg-2-block-dropout", "tiny"])
def test_pytorch_answers_as_keras(tiny: Network, name: str) -> None:
    torch = torch_or_skip()
    from artml.networks import network
    from artml.training.accelerated.network import Network as Torch

    keras.utils.set_random_seed(1)
    head = Head(embedding=8) if name != "vgg16" else Head(pool="mean", embedding=0)
    model = Architecture(name, 64, network(name).stages[-2:], {"style": 3}, head).build()
    pixels = np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)
    net = Torch(plan(model), arrays(model), ["style"]).eval()
    with torch.no_grad():
        found = net(torch.from_numpy(pixels).permute(0, 3, 1, 2))["style"].numpy()
    expected = np.asarray(model(pixels)["style"])
    np.testing.assert_allclose(found, expected, atol=2e-4 * max(1, np.abs(expected).max()))
    back, own = net.arrays(), arrays(model)
    assert all(np.array_equal(array, own[layer]) for layer, array in back.items())
