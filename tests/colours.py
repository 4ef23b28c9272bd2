"""A bundle whose answers are known beforehand: it names what it sees by colour.

Red is Impressionism, green Cubism, blue Naïve Art; red is a portrait, blue a landscape; green is by Claude
Monet. Grey is nothing in particular, and white is no painting. `Naïve Art` has an accent on purpose.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from artml.bundle import Facet, seal
from artml.openvino import op, ov

STYLES = ("Impressionism", "Cubism", "Naïve Art (Primitivism)")
GENRES = ("landscape", "portrait")
ARTISTS = ("Claude Monet", "Henri Matisse")
SIDE, SHARPNESS = 32, 8.0

RED, GREEN, BLUE, GREY, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90), (255, 255, 255)


def write_colour_bundle(folder: Path, version: str = "7") -> Path:
    """Write the bundle `colours` into `folder`, and return it."""
    folder.mkdir(parents=True)
    ov.save_model(_graph(), folder / "network.xml", compress_to_fp16=False)
    (folder / "card.md").write_text("# Colours\n", encoding="utf-8")
    facets = {
        "style": Facet(labels=STYLES, temperature=1.0, threshold=0.9),
        "genre": Facet(labels=GENRES, temperature=1.0, threshold=0.9),
        "artist": Facet(labels=ARTISTS, temperature=1.0, threshold=0.9, open_set=True),
    }
    seal(
        folder,
        name="colours",
        version=version,
        network="colours",
        side=SIDE,
        stages=(),
        embedding=3,
        facets=facets,
        painting_threshold=0.0,
        made_with={},
    )
    return folder


def _graph() -> ov.Model:
    """Logits are shares of red, green and blue; the logit of `painting` sinks as the picture whitens."""
    pixels = op.parameter([-1, SIDE, SIDE, 3], np.uint8, name="pixels")
    colour = op.multiply(op.reduce_mean(op.convert(pixels, "f32"), np.array([1, 2])), np.float32(1 / 255))
    whiteness = op.reduce_mean(colour, np.array([1]), keep_dims=True)
    outputs = {
        "style": _heads(colour, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
        "genre": _heads(colour, [[0, 0, 1], [1, 0, 0]]),
        "artist": _heads(colour, [[0, 1, 0], [0, 0, 0]]),
        "painting": op.subtract(np.float32(0.9), whiteness),
        "embedding": op.multiply(colour, np.float32(1)),
    }
    return ov.Model([_named(node, name) for name, node in outputs.items()], [pixels], "colours")


def _heads(colour: Any, weights: list[list[float]]) -> Any:
    """A logit for each row of `weights` over red, green, blue."""
    return op.matmul(colour, np.float32(SHARPNESS) * np.array(weights, np.float32).T, False, False)


def _named(node: Any, name: str) -> Any:
    result = op.result(node, name=name)
    result.output(0).set_names({name})
    return result
