"""How long a folder takes by each of those who could label it: some of its pictures are tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from artml.bundle import choices
from artml.classifier import Classifier
from artml.labelling.decoding import Decoders
from artml.labelling.pipeline import label_with

LONG: Final = 500
"""Pictures from which on it is worth finding out."""

TRIED: Final = 32
"""Pictures that are labelled to find out."""


@dataclass(frozen=True)
class Forecast:
    """What a folder would take by some bundles."""

    bundles: tuple[str, ...]
    seconds: float


def forecasts(
    files: Sequence[Path],
    count: int,
    load: Callable[[tuple[str, ...]], Classifier],
    thumbnail: int = 0,
) -> Iterator[Forecast]:
    """What `count` pictures like these files would take by each of `choices`, in their order.

    Raises as `load` and `label` do.
    """
    for bundles in choices():
        yield Forecast(bundles, count * pace(load(bundles), files, thumbnail))


def pace(classifier: Classifier, files: Sequence[Path], thumbnail: int = 0) -> float:
    """Seconds that a picture like these takes once everything has started: they are labelled twice."""
    with Decoders(classifier.sight, thumbnail=thumbnail) as decoders:
        times = []
        for _ in range(2):
            start = time.perf_counter()
            for _ in label_with(decoders, files, classifier):
                pass
            times.append(time.perf_counter() - start)
    return times[-1] / len(files)


def some(names: Sequence[str]) -> list[str]:
    """`TRIED` of them at most, spread evenly."""
    return list(names[:: max(1, len(names) // TRIED)][:TRIED])
