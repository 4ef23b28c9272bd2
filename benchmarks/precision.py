"""The guide's network alone: in each precision, and asked in several ways.

    .venv/bin/python -m benchmarks.precision [--full] [--rounds 5]

Contenders are in processes of their own, and take turns; a round is 32 pictures of each. What this processor
does not have is left out. artml asks in one stream on all processors for a visitor's one picture, and in a
stream a processor for a folder.
"""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from artml.bundle import GUIDE, Bundle
from artml.engine import Engine, Precision
from artml.environment import has_bfloat16
from artml.markdown import markdown_table
from benchmarks.contenders import KERAS, answerer, engine, export, side
from benchmarks.measure import Contender, Figures, in_turn, options, seconds, tell

EACH, MANY = 32, 16
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
USUAL = "two streams, 8 at once each"
WAYS = {
    "one stream, 1 at once": (1, 1, 1),
    "one stream, 2 at once": (1, 2, 1),
    "one stream, 8 at once": (1, 8, 1),
    "one stream, 16 at once": (1, 16, 1),
    "one stream, two visitors": (1, 1, 2),
    "two streams, two visitors": (2, 1, 2),
    USUAL: (2, 8, 2),
    "two streams, 16 at once each": (2, 16, 2),
}
"""Streams, pictures at once, how many ask."""

Network = Callable[[int], float]
"""Seconds a picture, so many at once."""


def main() -> None:
    asked = options(__doc__)
    rounds = 4 * asked.rounds if asked.full else asked.rounds
    tell(precisions(rounds), ways(rounds))


def precisions(rounds: int) -> str:
    """A table of milliseconds a picture, by precision, one at once and a batch at once."""
    with tempfile.TemporaryDirectory() as place:
        export(Path(place), [])
        contenders = {KERAS: Contender(keras_network, Path(place))}
        contenders |= {how: Contender(network, how) for how in PRECISIONS if how != "bf16" or has_bfloat16()}
        names = [(name, size) for size in (1, MANY) for name in contenders]
        found = in_turn({each: partial(contenders[each[0]], each[1]) for each in names}, rounds)
        for contender in contenders.values():
            contender.close()
    heading = ("the network, a picture", "1 at once, ms", "× Keras", f"{MANY} at once, ms", "× Keras")
    return markdown_table(heading, [(name, *_cells(found, name)) for name in contenders])


def ways(rounds: int) -> str:
    """A table of pictures a second, by how the network is asked."""
    contenders = {name: Contender(asking, *way) for name, way in WAYS.items()}
    found = in_turn(contenders, rounds)
    for contender in contenders.values():
        contender.close()
    usual = found[USUAL].median
    rows = [(name, each.shown(1, 1000), f"{usual / each.median:.2f}") for name, each in found.items()]
    return markdown_table(("asked in", "ms a picture", f"× {USUAL}"), rows)


def network(precision: Precision) -> Network:
    """The shipped guide's, in that precision."""
    bundle = Bundle.load(GUIDE)
    run = Engine(bundle.network, precision=precision, ranges=bundle.ranges)
    assert run.precision == precision
    return partial(_each, run)


def keras_network(folder: Path) -> Network:
    """The same network by Keras's `predict`."""
    return partial(_each, answerer(KERAS, folder))


def asking(streams: int, size: int, askers: int) -> Callable[[], float]:
    """The shipped guide's network, asked by several at once."""
    run, pool, batches = engine(streams=streams), ThreadPoolExecutor(askers), [_pixels(size)] * (EACH // size)
    return lambda: seconds(lambda: deque(pool.map(run, batches), maxlen=0)) / EACH


def _each(run: Callable[[np.ndarray], object], size: int) -> float:
    pixels = _pixels(size)
    return seconds(lambda: [run(pixels) for _ in range(EACH // size)]) / EACH


def _pixels(size: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (size, side(), side(), 3), dtype=np.uint8)


def _cells(found: dict[tuple[str, int], Figures], name: str) -> list[str]:
    cells = []
    for size in (1, MANY):
        own, plain = found[name, size], found[KERAS, size].median
        cells += [own.shown(1, 1000), f"{plain / own.median:.1f}"]
    return cells


if __name__ == "__main__":
    main()
