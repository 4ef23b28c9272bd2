"""The facts of each network."""

from __future__ import annotations

from pathlib import Path

import pytest

from artml.networks import NETWORKS, overview


def test_a_pretrained_network(folder: Path) -> None:
    (folder / "vgg16_to_block3_pool_notop.fp16.h5").touch()
    found = overview.facts(NETWORKS["vgg16"])
    sought = found.pop("weights")
    assert found == {
        "name": "vgg16",
        "parameters": 14_714_688,
        "multiply_adds": 15_346_630_656,
        "side": 224,
        "stages": ["block1_pool", "block2_pool", "block3_pool", "block4_pool", "block5_pool"],
        "reachable": True,
        "reach": "block3_pool",
    }
    assert sought["files"] == ["vgg16_to_block3_pool_notop.fp16.h5"]
    assert sought["fetchable"] is True
    assert "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5" in sought["origin"]


def test_files_that_keras_does_not_have_cannot_be_fetched(folder: Path) -> None:
    found = overview.facts(NETWORKS["resnet50-v2"])
    assert (found["reachable"], found["reach"]) == (False, "stage3_act")
    assert found["weights"]["fetchable"] is False


def test_a_network_that_nobody_trained(folder: Path) -> None:
    found = overview.facts(NETWORKS["vgg-1-block"])
    assert (found["parameters"], found["multiply_adds"]) == (896, 256 * 256 * 864)
    assert (found["weights"], found["reachable"], found["reach"]) == (None, False, None)


def test_all_are_told_in_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = [NETWORKS[name] for name in ("cnn", "vgg-1-block")]
    monkeypatch.setattr(overview, "NETWORKS", {network.name: network for network in small})
    assert [found["name"] for found in overview.overview()] == ["cnn", "vgg-1-block"]
