"""Growth: do a work's time and the memory stay as they are, as a folder and a collection grow?

    .venv/bin/python -m benchmarks.growth [--full] [--rounds 5]

A folder into a CSV as in `folder`, of pictures of 600 × 450, by the swift network; then with a stub for
decoding and network, which leaves what artml itself does. Each run has a process of its own. Below, a
collection in SQLite filled as a job fills it, without thumbnails; and exact search among vectors drawn at
random, the twelve nearest wanted. The largest sizes run once.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Generator, Iterable
from functools import partial
from pathlib import Path
from typing import Final
from unittest.mock import patch

import numpy as np

from artml.markdown import markdown_table
from benchmarks.contenders import SWIFT
from benchmarks.folder import Way, ours, timed
from benchmarks.measure import (
    Contender,
    Figures,
    in_turn,
    options,
    peak_of,
    seconds,
    tell,
    write_photographs,
)

SIZES: Final = (100, 1_000, 10_000, 100_000)
ONCE: Final = 10_000
"""From here on, one run is enough."""
SMALL: Final = (600, 450)
LAST: Final = 100
"""Works over which the time of a write is taken."""
NUMBERS, NEAREST = 256, 12


def main() -> None:
    asked = options(__doc__)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        folders = {count: write_photographs(home / f"{count}", count, SMALL) for count in SIZES}
        tables = [
            folder_table(
                "a folder", partial(ours, SWIFT), folders, SIZES if asked.full else SIZES[:3], asked.rounds
            ),
            folder_table("a folder, stubs for decoding and network", _stubbed, folders, SIZES, asked.rounds),
            collection_table(home / "collection", SIZES if asked.full else SIZES[:3]),
            search_table(SIZES, 25_000 if asked.full else ONCE, asked.rounds),
        ]
    tell(*tables)


def folder_table(
    title: str,
    make: Callable[[], Way],
    folders: dict[int, Path],
    sizes: Iterable[int],
    rounds: int,
) -> str:
    """Milliseconds a work, and the most memory."""
    peaks: dict[int, float] = {}

    def run(count: int) -> float:
        contender = Contender(make)
        contender(folders[SIZES[0]])
        with peak_of(contender.pid) as peak:
            taken: float = contender(folders[count])
        contender.close()
        peaks[count] = max(peaks.get(count, 0.0), peak.mebibytes)
        return 1000 * taken / count

    found = _by_size(run, sizes, rounds)
    rows = [(f"{count:,}", figures.shown(2), f"{peaks[count]:,.0f}") for count, figures in found.items()]
    return markdown_table((title, "ms a work (spread)", "MiB at most"), rows)


def _by_size(run: Callable[[int], float], sizes: Iterable[int], rounds: int) -> dict[int, Figures]:
    """Several rounds of the small sizes in turn, and one of each large one."""
    found: dict[int, Figures] = {}
    for some, times in (([s for s in sizes if s < ONCE], rounds), ([s for s in sizes if s >= ONCE], 1)):
        found |= in_turn({size: partial(run, size) for size in some}, times, warm=0)
    return found


def _stubbed() -> Way:
    from artml import Classifier
    from artml.labelling.decoding import Decoded
    from artml.labelling.table import label_into_table

    guide = Classifier.load("guide")
    pixels = tuple(np.zeros(eye.shape, np.uint8) for eye in guide.sight.eyes)
    (answer,) = guide.answers([pixels])
    decoded = Decoded("0" * 64, *SMALL, None, pixels)

    class Stub:
        """Takes the place of `Decoders`."""

        workers = 2

        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Stub:
            return self

        def __exit__(self, *exc: object) -> None: ...
        def map(self, files: Iterable[Path], ahead: int) -> Generator[tuple[Path, Decoded]]:
            yield from ((file, decoded) for file in files)

    def run(folder: Path) -> None:
        with (
            patch("artml.labelling.pipeline.Decoders", Stub),
            patch.object(guide, "answers", lambda batch: [answer] * len(batch)),
        ):
            label_into_table(folder, folder.with_suffix(".csv"), guide)

    return timed(run)


def collection_table(home: Path, sizes: Iterable[int]) -> str:
    """Milliseconds to store a work, just before a collection has so many."""
    contender, before, rows = Contender(_storing, home), 0, []
    for size in sizes:
        contender(before, size - LAST)
        with peak_of(contender.pid) as peak:
            taken = contender(size - LAST, size)
        rows.append((f"{size:,}", f"{1000 * taken / LAST:.2f}", f"{peak.mebibytes:,.0f}"))
        before = size
    contender.close()
    return markdown_table(("works in a collection", f"ms a write, the last {LAST}", "MiB at most"), rows)


def _storing(home: Path) -> Callable[[int, int], float]:
    from artml import Classifier
    from artml.collection import Collection
    from artml.engine import BATCH

    guide = Classifier.load("guide")
    (answer,) = guide.answers([tuple(np.zeros(eye.shape, np.uint8) for eye in guide.sight.eyes)])
    assert guide.embedder and answer.embedding is not None
    said = {guide.embedder: answer.embedding}
    home.mkdir()
    museum = Collection.open(f"sqlite:///{home / 'collection.sqlite'}", str(home / "files"))

    def store(first: int, end: int) -> None:
        for start in range(first, end, BATCH):
            with museum.together():
                for number in range(start, min(start + BATCH, end)):
                    sha256 = hashlib.sha256(b"%d" % number).hexdigest()
                    name, (width, height) = f"{number}.jpg", SMALL
                    work = museum.add_work(
                        sha256, size=10**5, width=width, height=height, folder="f", name=name
                    )
                    museum.store(work, answer.values(), said)

    return lambda first, end: seconds(store, first, end)


def search_table(sizes: Iterable[int], all_of: int, rounds: int) -> str:
    """Milliseconds a search, and seconds for the neighbours of all where there are no more than `all_of`."""
    from artml.collection.similarity import Alike

    rng = np.random.default_rng(1)
    query = rng.standard_normal(NUMBERS, dtype=np.float32)
    searched = {size: Alike(rng.standard_normal((size, NUMBERS), dtype=np.float32)) for size in sizes}
    ways = {
        f"{size:,}": (lambda alike=alike: seconds(alike.nearest, query, NEAREST))
        for size, alike in searched.items()
    }
    found = in_turn(ways, 2 * rounds + 1)
    rows = [
        (
            name,
            found[name].shown(2, 1000),
            f"{4 * size * NUMBERS / 2**20:,.0f}",
            f"{seconds(alike.neighbours, NEAREST):.1f}" if size <= all_of else "",
        )
        for (size, alike), name in zip(searched.items(), found, strict=True)
    ]
    return markdown_table(("works searched", "ms a query (spread)", "MiB", "s, the neighbours of all"), rows)


if __name__ == "__main__":
    main()
