"""Bundles whose answers are known beforehand: they go by colour.

`colours` sees the whole picture. Red is Impressionism, green Cubism, blue Naïve Art; red is a portrait, blue
a landscape; green is by Claude Monet. Grey is nothing in particular, and white is no painting. `Naïve Art`
has an accent on purpose.

`technique` sees nine crops and cannot tell a painting. Red is made by hand, green by an algorithm.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from artml.bundle import Facet, seal
from artml.openvino import op, ov
from artml.views import Crops

STYLES = ("Impressionism", "Cubism", "Naïve Art (Primitivism)")
GENRES = ("landscape", "portrait")
ARTISTS = ("Claude Monet", "Henri Matisse")
TECHNIQUES = ("algorithm", "hand")
SIDE, SHARPNESS = 32, 8.0
CROP, CROPS = 16, 9

RED, GREEN, BLUE, GREY, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90), (255, 255, 255)


def write_colour_bundle(
    folder: Path, version: str = "7", styles: tuple[str, ...] = STYLES, taught_by: str = ""
) -> Path:
    """Write the bundle `colours` into `folder`, and return it. Only its styles have prediction sets."""
    pixels, colour = _eye(SIDE)
    whiteness = op.reduce_mean(colour, np.array([1]), keep_dims=True)
    outputs = {
        "style": _heads(colour, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        "genre": _heads(colour, [[0, 0, 1], [1, 0, 0]]),
        "artist": _heads(colour, [[0, 1, 0], [0, 0, 0]]),
        "painting": op.subtract(np.float32(0.9), whiteness),
        "embedding": op.multiply(colour, np.float32(1)),
    }
    facets = {
        "style": Facet(labels=styles, temperature=1.0, threshold=0.9, set_threshold=0.2),
        "genre": Facet(labels=GENRES, temperature=1.0, threshold=0.9),
        "artist": Facet(labels=ARTISTS, temperature=1.0, threshold=0.9, open_set=True),
    }
    facts = {"side": SIDE, "facets": facets, "painting_threshold": 0.0, "taught_by": taught_by}
    return _write(folder, pixels, outputs, name="colours", version=version, **facts)


def write_technique_bundle(folder: Path, version: str = "3") -> Path:
    """Write the bundle `technique` into `folder`, and return it."""
    pixels, colour = _eye(CROP)
    outputs = {"technique": _heads(colour, [[0, 1, 0], [1, 0, 0]])}
    facets = {"technique": Facet(labels=TECHNIQUES, temperature=1.0, threshold=0.9, set_threshold=0.2)}
    facts = {"side": CROP, "facets": facets, "view": Crops(count=CROPS, size=CROP, area=4 * CROP**2)}
    return _write(folder, pixels, outputs, name="technique", version=version, **facts)


def _write(folder: Path, pixels: Any, outputs: dict[str, Any], **facts: Any) -> Path:
    folder.mkdir(parents=True)
    graph = ov.Model([named(node, name) for name, node in outputs.items()], [pixels], facts["name"])
    ov.save_model(graph, folder / "network.xml", compress_to_fp16=False)
    (folder / "card.md").write_text(f"# {facts['name']}\n", encoding="utf-8")
    seal(folder, network="colours", stages=(), made_with={}, **facts)
    return folder


def _eye(side: int) -> tuple[Any, Any]:
    """Pixels, and their mean red, green and blue in 0..1."""
    pixels = op.parameter([-1, side, side, 3], np.uint8, name="pixels")
    mean = op.reduce_mean(op.convert(pixels, "f32"), np.array([1, 2]))
    return pixels, op.multiply(mean, np.float32(1 / 255))


def _heads(colour: Any, weights: list[list[float]]) -> Any:
    """A logit for each row of `weights` over red, green, blue."""
    return op.matmul(colour, np.float32(SHARPNESS) * np.array(weights, np.float32).T, False, False)


def named(node: Any, name: str) -> Any:
    result = op.result(node, name=name)
    result.output(0).set_names({name})
    return result
