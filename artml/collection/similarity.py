"""Which works look alike: exact search over vectors, and what neighbours say of labels.

Likeness is the cosine between vectors less their mean: 1 for the same picture, about 0 for any two. Every
vector is compared with every other; `benchmarks/growth.py` shows what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

BLOCK: Final = 512
"""Vectors that are compared with all others at once."""


class Near(NamedTuple):
    """A row, and how like it is: at most 1."""

    row: int
    likeness: float


class Alike:
    """Vectors to search among, (n, size), n at least 1."""

    def __init__(self, vectors: npt.NDArray[np.floating]) -> None:
        values = np.asarray(vectors, dtype=np.float32)
        self._mean = values.mean(axis=0)
        self._units = _units(values - self._mean) if len(values) > 1 else _units(values)
        if len(values) == 1:
            self._mean = np.zeros_like(self._mean)

    def __len__(self) -> int:
        return len(self._units)

    @property
    def size(self) -> int:
        """Numbers in each vector."""
        return int(self._units.shape[1])

    def nearest(self, vector: npt.NDArray[np.floating], count: int, among: Rows | None = None) -> list[Near]:
        """The `count` rows most like a vector, (size,), the likest first; of `among` alone if given."""
        rows = np.arange(len(self)) if among is None else among
        unit = _units(np.asarray(vector, dtype=np.float32)[np.newaxis] - self._mean)[0]
        likeness = (self._units if among is None else self._units[rows]) @ unit
        best = _largest(likeness[np.newaxis], min(count, len(rows)))[0]
        return [Near(int(rows[place]), float(likeness[place])) for place in best]

    def like(self, row: int, count: int, among: Rows | None = None) -> list[Near]:
        """The `count` other rows most like a row."""
        found = self.nearest(self._units[row] + self._mean, count + 1, among)
        return [near for near in found if near.row != row][:count]

    def neighbours(
        self, count: int, advance: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[Rows, Vectors]:
        """Of every row the `count` others most like it and their likenesses, both (n, count), likest first.

        `count` is at most n - 1. `advance` is told how many rows are done, of how many.
        """
        rows, likenesses = [], []
        for start in range(0, len(self), BLOCK):
            table = self._units[start : start + BLOCK] @ self._units.T
            table[np.arange(len(table)), start + np.arange(len(table))] = -np.inf  # itself
            best = _largest(table, count)
            rows.append(best)
            likenesses.append(np.take_along_axis(table, best, axis=1))
            advance(start + len(table), len(self))
        return np.concatenate(rows), np.concatenate(likenesses)


@dataclass(frozen=True)
class Twins:
    """Two works that are nearly one picture."""

    first: int
    second: int
    likeness: float


@dataclass(frozen=True)
class Dissent:
    """A work whose neighbours mostly bear another label than it does."""

    row: int
    label: str
    """Its own."""
    other: str
    """That of most of its neighbours."""
    share: float
    """How many of the neighbours that have a label say so."""


def twins(rows: Rows, likenesses: Vectors, least: float, same: Sequence[str] | None = None) -> list[Twins]:
    """The pairs at least so alike, the likest first, from what `neighbours` gave.

    `same` names the object that each row shows: pairs of one object are left out; "" is no object's name.
    """
    found = {}
    for row, place in np.argwhere(likenesses >= least):
        pair = sorted((int(row), int(rows[row, place])))
        if same is None or not same[pair[0]] or same[pair[0]] != same[pair[1]]:
            found[pair[0], pair[1]] = float(likenesses[row, place])
    pairs = (Twins(first, second, likeness) for (first, second), likeness in found.items())
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def dissents(rows: Rows, labels: Sequence[str], least: float = 0.8, known: int = 5) -> list[Dissent]:
    """The works of whose neighbours at least the share `least` agrees on another label, most agreed first.

    At least `known` of a work's neighbours must bear a label; "" is none.
    """
    given = np.asarray(labels, dtype=object)
    found = []
    for row, own in enumerate(given):
        around = [label for label in given[rows[row]] if label]
        if not own or len(around) < known:
            continue
        other = max(sorted(set(around)), key=around.count)
        share = around.count(other) / len(around)
        if other != own and share >= least:
            found.append(Dissent(row, str(own), str(other), share))
    return sorted(found, key=lambda dissent: (-dissent.share, dissent.row))


def _units(values: Vectors) -> Vectors:
    """Each row at length 1; one of length 0 stays."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(lengths, 1e-12), dtype=np.float32)


def _largest(table: Vectors, count: int) -> Rows:
    """Where the `count` largest of each row stand, the largest first; ties in their order."""
    if count < table.shape[1]:
        some = np.sort(np.argpartition(-table, count, axis=1)[:, :count], axis=1)
    else:
        some = np.broadcast_to(np.arange(table.shape[1]), table.shape)
    order = np.argsort(-np.take_along_axis(table, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)
