"""A museum of coloured pictures, and a network small enough to train on them in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from PIL import Image

import artml.networks
from artml.networks import Network, Pretrained, weights
from artml.settings import settings

STAGES = ("stage1_act", "stage2_act", "stage3_act", "stage4_act")
STYLES = {"Cubism": (200, 40, 40), "Fauvism": (40, 180, 60), "Realism": (50, 60, 210)}
GENRES = ("portrait", "landscape")


def stage(x: Any, number: int) -> Any:
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name=f"stage{number}_conv")(x)
    x = keras.layers.BatchNormalization(momentum=0.8, name=f"stage{number}_bn")(x)
    return keras.layers.ReLU(name=f"stage{number}_act")(x)


def body(pixels: Any) -> dict[str, Any]:
    x = keras.layers.Rescaling([1 / 127.5] * 3, [-1.0] * 3, name="normalise")(pixels)
    stages = {}
    for number in range(1, 5):
        x = stages[f"stage{number}_act"] = stage(x, number)
    return stages


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Network]:
    """The small network, registered as `tiny`, with weights to start from."""
    network = Network("tiny", body, STAGES, 32, Pretrained(("tiny.npz",), "stage3_act", "made here"))
    keras.utils.set_random_seed(3)
    pixels = keras.Input((32, 32, 3))
    start = weights.variables(keras.Model(pixels, body(pixels)["stage3_act"]))
    np.savez(tmp_path / "tiny.npz", **{name: np.asarray(variable) for name, variable in start.items()})
    monkeypatch.setitem(artml.networks.NETWORKS, "tiny", network)
    monkeypatch.setenv("ARTML_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("ARTML_RUNS", str(tmp_path / "runs"))
    settings.cache_clear()
    yield network
    settings.cache_clear()


@pytest.fixture
def museum(tmp_path: Path) -> Path:
    """A catalogue of 96 pictures whose style is their colour; genre and artist have none to go by."""
    rng = np.random.default_rng(1)
    folder = tmp_path / "museum"
    folder.mkdir()
    rows = ["path,artist,style,genre,split,source"]
    for number in range(96):
        style = list(STYLES)[number % 3]
        noise = rng.normal(STYLES[style], 60, (40, 48, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(noise).save(folder / f"{number:02}.png")
        split = "test" if number >= 78 else "validation" if number >= 60 else "train"
        source = "small" if number in range(0, 60, 10) else "large"
        rows.append(f"{number:02}.png,Painter {number % 5},{style},{GENRES[number % 2]},{split},{source}")
    (folder / "catalogue.csv").write_text("\n".join(rows) + "\n")
    return folder / "catalogue.csv"
