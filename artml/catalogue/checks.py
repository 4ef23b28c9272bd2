"""What is wrong with a catalogue, line by line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from artml.catalogue.paths import below, refusal
from artml.vocabulary import Vocabulary

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a catalogue. An error keeps a work from being used; a warning does not."""

    line: int
    """In the file, from 1."""
    severity: Literal["error", "warning"]
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


def check_frame(
    frame: pd.DataFrame, root: Path, facets: Sequence[str], vocabulary: Vocabulary
) -> list[Problem]:
    """Every problem of the rows, sorted by line."""
    problems = [*_files(frame, root), *_repeats(frame)]
    for facet in facets:
        problems += _labels(frame, facet, vocabulary)
    if "split" in frame:
        problems += _splits(frame)
    if "split" in frame and "work" in frame:
        problems += _torn_works(frame)
    return sorted(problems, key=lambda problem: problem.line)


def _files(frame: pd.DataFrame, root: Path) -> Iterator[Problem]:
    for line, path in zip(frame["line"], frame["path"], strict=True):
        refused = refusal(path)
        if refused:
            yield Problem(line, "error", refused)
        elif not os.path.isfile(below(root, path)):  # noqa: PTH113 (is_file raises where a name is too long)
            yield Problem(line, "error", f"there is no file {path!r} in {root}")


def _repeats(frame: pd.DataFrame) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, path in zip(frame["line"], frame["path"], strict=True):
        if path and (before := first.setdefault(os.path.normpath(path), line)) != line:
            yield Problem(line, "warning", f"{path!r} is on line {before} already")


def _labels(frame: pd.DataFrame, facet: str, vocabulary: Vocabulary) -> Iterator[Problem]:
    for label, line, rows in _values(frame, facet):
        if (facet, label) not in vocabulary:
            yield Problem(line, "warning", f"{facet} {label!r} is not in the vocabulary ({_rows(rows)})")


def _splits(frame: pd.DataFrame) -> Iterator[Problem]:
    for name, line, rows in _values(frame, "split"):
        if name not in SPLITS:
            message = f"split {name!r} is none of {', '.join(SPLITS)} ({_rows(rows)})"
            yield Problem(line, "warning", message)


def _torn_works(frame: pd.DataFrame) -> Iterator[Problem]:
    """Works with pictures in more than one split, at the first line that differs."""
    first: dict[str, tuple[str, int]] = {}
    told: set[str] = set()
    for line, work, split in zip(frame["line"], frame["work"], frame["split"], strict=True):
        if not work or not split or work in told:
            continue
        other, before = first.setdefault(work, (split, line))
        if other != split:
            told.add(work)
            message = f"work {work!r} is in two splits: {split} here, {other} on line {before}"
            yield Problem(line, "error", message)


def _values(frame: pd.DataFrame, column: str) -> Iterator[tuple[str, int, int]]:
    """Each value of a column, the first line it is on, and how many rows have it."""
    groups = frame[frame[column] != ""].groupby(column, sort=False)["line"]
    for value, lines in groups:
        yield str(value), int(lines.iloc[0]), len(lines)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
