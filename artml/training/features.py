"""Features of the frozen stages: computed once by the engine, kept on disk, read as memory maps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from artml.engine import Engine
from artml.extraction import Features, extract
from artml.networks import graph, weights
from artml.training.pictures import Pictures

__all__ = ["Features", "compute", "fingerprint"]


def fingerprint(part: keras.Model) -> str:
    """A digest of the model's layers and weights, hexadecimal: where one differs, so do features."""
    digest = hashlib.sha256()
    for layer in part.layers:
        digest.update(type(layer).__name__.encode())
    for name, variable in weights.variables(part).items():
        digest.update(name.encode() + np.asarray(variable).tobytes())
    return digest.hexdigest()


def compute(
    part: keras.Model, pictures: Pictures, folder: Path, versions: int, advance: Callable[[int], None]
) -> Features:
    """What the frozen `part` says of `versions` versions of each picture, by the name of its outputs:
    float16 (pictures, versions, …).

    Version 0 is the picture itself, the others are varied. See `extract` for `folder` and `advance`.
    """
    return extract(
        lambda: Engine(graph.export(part)),
        lambda item: pictures.versions(item, versions),
        len(pictures),
        folder,
        advance,
        versions,
    )
