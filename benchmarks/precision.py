"""The guide's network alone: in each precision, and asked in several ways.

    .venv/bin/python -m benchmarks.precision [--full] [--rounds 5]

Contenders are in processes of their own, and take turns; a round is 32 pictures of each. artml asks in one
stream on all processors: one picture for a visitor, sixteen for a folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from artml.bundle import GUIDE, Bundle
from artml.classifier import BATCH
from artml.engine import Engine, Precision
from artml.markdown import markdown_table
from artml.openvino import ov
from artml.quantisation import mark
from benchmarks.contenders import KERAS, answerer, export, side
from benchmarks.measure import Contender, Figures, in_turn, options, seconds, tell

EACH = 32
PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8")
ONE, TWO = "LATENCY", "THROUGHPUT"
USUAL = "one stream, 16 at once"
WAYS = {
    "one stream, 1 at once": (ONE, 1, 1),
    "one stream, 2 at once": (ONE, 2, 1),
    "one stream, 8 at once": (ONE, 8, 1),
    USUAL: (ONE, BATCH, 1),
    "one stream, 32 at once": (ONE, 2 * BATCH, 1),
    "one stream, two visitors": (ONE, 1, 2),
    "a stream a processor, two visitors": (TWO, 1, 2),
    "a stream a processor, 16 at once each": (TWO, BATCH, 2),
}
"""Hint, pictures at once, how many ask."""

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
        contenders |= {how: Contender(network, how) for how in PRECISIONS}
        names = [(name, size) for size in (1, BATCH) for name in contenders]
        found = in_turn({each: partial(contenders[each[0]], each[1]) for each in names}, rounds)
        for contender in contenders.values():
            contender.close()
    heading = ("the network, a picture", "1 at once, ms", "× Keras", f"{BATCH} at once, ms", "× Keras")
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
    engine = Engine(bundle.network, precision=precision, ranges=bundle.ranges)
    if engine.precision != precision:
        raise SystemExit(f"{GUIDE} does not run in {precision} here, but in {engine.precision}.")
    return lambda size: _each(engine, size)


def keras_network(folder: Path) -> Network:
    """The same network by Keras's `predict`."""
    return partial(_each, answerer(KERAS, folder))


def asking(hint: str, size: int, askers: int) -> Callable[[], float]:
    """The shipped guide's network, asked by several at once."""
    bundle, core = Bundle.load(GUIDE), ov.Core()
    graph = core.read_model(bundle.network)
    mark(graph, bundle.ranges or {})
    compiled = core.compile_model(
        graph, "CPU", {"PERFORMANCE_HINT": hint, "NUM_STREAMS": askers if hint == TWO else 1}
    )
    requests = [compiled.create_infer_request() for _ in range(askers)]
    pool = ThreadPoolExecutor(askers)

    def ask() -> float:
        return seconds(lambda: list(pool.map(partial(_run, size, EACH // askers), requests))) / EACH

    return ask


def _run(size: int, count: int, request: ov.InferRequest) -> None:
    pixels = _pixels(size)
    for _ in range(count // size):
        request.infer({0: pixels}, share_inputs=True)


def _each(run: Callable[[np.ndarray], object], size: int) -> float:
    pixels = _pixels(size)
    return seconds(lambda: [run(pixels) for _ in range(EACH // size)]) / EACH


def _pixels(size: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (size, side(), side(), 3), dtype=np.uint8)


def _cells(found: dict[tuple[str, int], Figures], name: str) -> list[str]:
    cells = []
    for size in (1, BATCH):
        own, plain = found[name, size], found[KERAS, size].median
        cells += [own.shown(1, 1000), f"{plain / own.median:.1f}"]
    return cells


if __name__ == "__main__":
    main()
