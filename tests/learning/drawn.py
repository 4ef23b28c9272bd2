"""A guide small enough to learn in seconds: its embedding is a picture's colour, and how yellow that is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artml.bundle import CARD, HISTORY, METRICS, NETWORK, RANGES, WORKS, Facet, seal
from artml.bundle_works import BundleWorks
from artml.classifier import ModelVersion
from artml.collection import Collection, Work
from artml.memory import Recall
from artml.networks.head import Head
from artml.openvino import op, ov
from tests.collection.acting import ANA
from tests.colours import named

SIDE, SCALE = 8, 16.0
COLOURS = {
    "Impressionism": (1.0, 0.1, 0.1, 0.0),
    "Cubism": (0.1, 1.0, 0.1, 0.0),
    "Fauvism": (0.1, 0.1, 1.0, 0.0),
    "Mannerism": (1.0, 1.0, 0.1, 1.0),
}
STYLES = ("Cubism", "Fauvism", "Impressionism")
"""What the guide knows; Mannerism it has to learn."""
GENRES = ("landscape", "portrait")
GENRE_KERNEL = np.array([[1, -1], [0, 0], [-1, 1], [0, 0]], np.float32)
HALVES = (np.hstack([np.eye(4), -np.eye(4)]), np.repeat([-SCALE / 2, SCALE / 2], 4))
"""Kernel and bias of a hidden layer, (4, 8) and (8,)."""
GUIDE = ModelVersion("guide", "1")


def embedding_of(style: str, count: int, seed: int) -> np.ndarray:
    """Embeddings of works of a style, (count, 4)."""
    noise = np.random.default_rng(seed).normal(0, 0.12, (count, 4))
    return ((np.array(COLOURS[style]) + noise) * SCALE).astype(np.float32)


def write_guide(folder: Path, each: int = 2_000, memory: Recall | None = None, hidden: bool = False) -> Path:
    """Write the bundle, with `each` works a style to rehearse and half as many to validate on.

    `hidden` puts a layer with ReLU between embedding and style: what is above its middle, and what below.
    """
    folder.mkdir(parents=True)
    pixels = op.parameter([-1, SIDE, SIDE, 3], np.uint8, name="pixels")
    colour = op.reduce_mean(op.convert(pixels, "f32"), np.array([1, 2]))
    yellow = op.matmul(colour, np.array([[1], [1], [0]], np.float32), False, False)
    yellow = op.multiply(op.relu(op.subtract(yellow, np.float32(1.2 * 255))), np.float32(1 / 0.8))
    vector = op.multiply(op.concat([colour, yellow], 1), np.float32(SCALE / 255))
    toward = np.array([COLOURS[style] for style in STYLES], np.float32).T / 4
    stood = op.relu(_dense(vector, "hidden", *HALVES)) if hidden else vector
    toward = np.concatenate([toward, -toward]) if hidden else toward
    outputs = {
        "embedding": op.multiply(vector, np.float32(1)),
        "style": _dense(stood, "style", toward),
        "genre": _dense(vector, "genre", GENRE_KERNEL),
        "painting": op.reduce_mean(vector, np.array([1]), keep_dims=True),
    }
    ov.save_model(
        ov.Model([named(node, name) for name, node in outputs.items()], [pixels], "guide"),
        folder / NETWORK,
        compress_to_fp16=False,
    )
    _works(each).write(folder / WORKS)
    (folder / CARD).write_text("# guide 1\n", encoding="utf-8")
    (folder / METRICS).write_text('{"test": {}}', encoding="utf-8")
    (folder / HISTORY).write_text("recipe,leg\n", encoding="utf-8")
    (folder / RANGES).write_text('{"conv": [0.0, 1.5]}', encoding="utf-8")
    facets = {
        "style": Facet(labels=STYLES, temperature=1.0, threshold=0.9),
        "genre": Facet(labels=GENRES, temperature=1.3, threshold=0.8),
    }
    facts: dict[str, Any] = {"name": "guide", "version": "1", "side": SIDE, "stages": ()}
    facts |= {"painting_threshold": 0.0, "memory": memory}
    facts |= {"head": Head(hidden=8, linear=("genre",)) if hidden else Head()}
    seal(folder, network="drawn", made_with={}, facets=facets, **facts)
    return folder


def decide(
    museum: Collection,
    style: str,
    count: int,
    *,
    looks: str = "",
    seed: int = 9,
    model: ModelVersion = GUIDE,
    numbers: Iterable[str] = (),
) -> list[Work]:
    """Add works that a curator says are of a style, and that look like one of it, or of another."""
    given, works = list(numbers), list[Work]()
    for number, vector in enumerate(embedding_of(looks or style, count, seed)):
        name = f"{style}-{seed}-{number}"
        work = museum.add_work(
            hashlib.sha256(name.encode()).hexdigest(),
            size=1,
            width=8,
            height=8,
            folder="new",
            name=name,
            object_number=given[number] if given else "",
        )
        museum.store(work, (), {model: vector})
        museum.decide(ANA, work, "style", "corrected", [style])
        works.append(work)
    return works


def _dense(vector: object, name: str, kernel: np.ndarray, bias: np.ndarray | None = None) -> object:
    """A dense layer as Keras's graphs have it, kernel in half precision."""
    weights = op.convert(
        op.constant(np.ascontiguousarray(kernel, np.float16), name=f"keras:{name}/kernel"), "f32"
    )
    values = np.zeros(kernel.shape[1]) if bias is None else bias
    added = op.constant(values.astype(np.float32), name=f"keras:{name}/bias")
    return op.add(op.matmul(vector, weights, False, False), added)


def _works(each: int) -> BundleWorks:
    parts, frames = list[np.ndarray](), list[pd.DataFrame]()
    for seed, (split, count) in enumerate((("train", each), ("validation", each // 2))):
        for style in STYLES:
            parts.append(embedding_of(style, count, 100 + seed))
            genre = "" if style == "Cubism" else "landscape" if style == "Impressionism" else "portrait"
            frames.append(pd.DataFrame({"split": split, "style": style, "genre": genre}, index=range(count)))
    frame = pd.concat(frames, ignore_index=True)
    order = np.random.default_rng(0).permutation(len(frame))
    return BundleWorks(np.concatenate(parts)[order], frame.iloc[order].reset_index(drop=True))
