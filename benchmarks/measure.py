"""What every question shares: contenders in turn, memory, pictures like photographs, tables of figures."""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from artml.environment import environment

DISTINCT = 50
"""Pictures of a folder that differ; the others are the same under other names."""

LARGE, USUAL = (4000, 3000), (1200, 900)
OTHERS = ("torch", "onnxruntime", "streamlit")

Name = TypeVar("Name", str, int, tuple[str, int])


@dataclass(frozen=True)
class Figures:
    """What several rounds gave, in the order they were run."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the most."""
        return min(self.values), max(self.values)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def shown(self, digits: int = 1, unit: float = 1.0) -> str:
        """The median, and in brackets the spread, times `unit`."""
        low, high = self.spread
        return f"{self.median * unit:,.{digits}f} ({low * unit:,.{digits}f} to {high * unit:,.{digits}f})"


def in_turn(
    ways: Mapping[Name, Callable[[], float | Sequence[float]]], rounds: int = 5, warm: int = 1
) -> dict[Name, Figures]:
    """Run each way once a round, A B A B …, and keep what each says of itself; `warm` rounds do not count."""
    found: dict[Name, list[float]] = {name: [] for name in ways}
    for number in range(1 - warm, rounds + 1):
        for name, way in ways.items():
            print(f"round {number} of {rounds}: {name}", file=sys.stderr)
            said = way()
            if number > 0:
                found[name].extend(said if isinstance(said, Sequence) else [said])
    return {name: Figures(tuple(values)) for name, values in found.items()}


def seconds(step: Callable[..., object], *given: object) -> float:
    """How long it takes."""
    start = time.perf_counter()
    step(*given)
    return time.perf_counter() - start


class Contender:
    """One way of doing something, in a process of its own, so that nobody's threads disturb another's.

    `make(*given)` is called once in that process, and what it returns as often as the contender is.
    """

    def __init__(self, make: Callable[..., Callable[..., Any]], *given: object) -> None:
        self._pool = ProcessPoolExecutor(
            1, get_context("spawn"), initializer=_make_ready, initargs=(make, given)
        )

    def __call__(self, *asked: object) -> Any:
        return self._pool.submit(_answer, asked).result()

    @property
    def pid(self) -> int:
        """Its process, once it has been called."""
        return self._pool.submit(os.getpid).result()

    def close(self) -> None:
        self._pool.shutdown()


_ready: Callable[..., Any]


def _make_ready(make: Callable[..., Callable[..., Any]], given: Sequence[object]) -> None:
    global _ready
    _ready = make(*given)


def _answer(asked: Sequence[object]) -> Any:
    return _ready(*asked)


def held(pid: int, passed_over: bytes = b"\0") -> float:
    """MiB that a process and those it started use now, shared pages counted once.

    Those whose command line holds `passed_over` do not count.
    """
    try:
        if passed_over in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" "):
            return 0.0
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        own = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) / 1024
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
        return own + sum(held(int(child), passed_over) for child in children)
    except (OSError, StopIteration):
        return 0.0


@dataclass
class Peak:
    """The most that a process and its children held."""

    mebibytes: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self, pid: int) -> None:
        """Only what is held twice in a row counts: a process just begun has its parent's memory for a moment
        (vfork), and what is shared in that way counts twice.
        """
        going, before = True, held(pid)
        while going:
            now = held(pid)
            self.mebibytes, before = max(self.mebibytes, min(before, now)), now
            going = not self._over.wait(0.1)


@contextmanager
def peak_of(pid: int) -> Iterator[Peak]:
    """Watch a process meanwhile."""
    peak = Peak()
    thread = threading.Thread(target=peak.watch, args=(pid,))
    thread.start()
    try:
        yield peak
    finally:
        peak._over.set()
        thread.join()


def photograph(size: tuple[int, int], seed: int = 0, form: str = "JPEG") -> bytes:
    """Patches and grain, which compress like a photograph: 0.2 bytes a pixel as JPEG."""
    width, height = size
    rng = np.random.default_rng(seed)
    patches = Image.fromarray(rng.integers(0, 256, (height // 50, width // 50, 3), dtype=np.uint8))
    large = np.asarray(patches.resize(size, Image.Resampling.BICUBIC), np.int16)
    grain = rng.normal(0, 6, (height, width, 1)).astype(np.int16)
    file = io.BytesIO()
    Image.fromarray((large + grain).clip(0, 255).astype(np.uint8)).save(file, form, quality=85)
    return file.getvalue()


def write_photographs(folder: Path, count: int, size: tuple[int, int] = USUAL) -> Path:
    """A folder of so many; beyond `DISTINCT`, links to the same."""
    folder.mkdir(parents=True)
    for number in range(count):
        file = folder / f"{number:06}.jpg"
        if number < DISTINCT:
            file.write_bytes(photograph(size, number))
        else:
            file.hardlink_to(folder / f"{number % DISTINCT:06}.jpg")
    return folder


def machine() -> str:
    """Machine, versions and day, in a sentence."""
    facts = environment()
    versions = {**facts["versions"], **{name: found for name in OTHERS if (found := _version(name))}}
    what = ", ".join(f"{name} {number}" for name, number in versions.items())
    load = f"load {os.getloadavg()[0]:.1f}"
    return (
        f"{datetime.now(UTC):%-d %B %Y}; {facts['processor']}, {facts['cores']} cores, {load} at the end;"
        f" Python {facts['python']}, {what}."
    )


def options(question: str | None) -> argparse.Namespace:
    """What a question may be asked for: `--full`, and `--rounds`."""
    parser = argparse.ArgumentParser(description=question, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--full", action="store_true", help="everything on everything, however long it takes")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def tell(*parts: str) -> None:
    """Print what was found, and on what machine, as Markdown."""
    print("\n\n".join((*parts, machine())), flush=True)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
