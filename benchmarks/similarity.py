"""What exact search for look-alikes costs as a collection grows.

    .venv/bin/python benchmarks/similarity.py [--works 1000 10000 100000] [--size 256] [--rounds 9]

Vectors are drawn at random. A query is one picture's vector against all others, the twelve nearest wanted;
numbers of works take turns, and the median of the rounds is printed. Beside it, once, what the neighbours of
every work cost, for up to 25,000 works.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np

from artml.collection.similarity import Alike
from artml.environment import processor

NEAREST = 12
ALL_OF = 25_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    print(f"{processor()}; {asked.size} numbers a work; medians of {asked.rounds}")
    rng = np.random.default_rng(1)
    indexes = {
        count: Alike(rng.standard_normal((count, asked.size), dtype=np.float32)) for count in asked.works
    }
    query = rng.standard_normal(asked.size, dtype=np.float32)
    taken: dict[int, list[float]] = {count: [] for count in asked.works}
    for _ in range(asked.rounds):
        for count, alike in indexes.items():
            start = time.perf_counter()
            alike.nearest(query, NEAREST)
            taken[count].append(1000 * (time.perf_counter() - start))
    for count, times in taken.items():
        memory = 4 * count * asked.size / 2**20
        print(
            f"{count:,} works, {memory:,.0f} MiB: a query {statistics.median(times):.2f} ms "
            f"({min(times):.2f} to {max(times):.2f}), {1e6 * statistics.median(times) / count:.0f} ns a work"
        )
    for count, alike in indexes.items():
        if count <= ALL_OF:
            start = time.perf_counter()
            alike.neighbours(NEAREST)
            print(f"{count:,} works: the neighbours of all {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
