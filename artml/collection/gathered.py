"""Works gathered to be explored: those of a catalogue, or the museum's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from artml.catalogue import Catalogue
from artml.collection.collection import Collection
from artml.collection.records import catalogued
from artml.errors import CollectionError
from artml.exports.record import Record
from artml.images import ImageSource

COLUMNS: Final = ("id", "path", "work", "title", "artist", "date", "style", "genre", "nationality")
GROUPS: Final = ("style", "genre", "artist", "nationality", "period")
"""What works are told apart by."""

_YEAR: Final = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_SPAN: Final = 50  # years


@dataclass(frozen=True, eq=False)
class Gathered:
    """Works, a row each. `frame` has an index 0..n-1 and `COLUMNS`, all text, "" where it is not known."""

    frame: pd.DataFrame
    picture: Callable[[int], ImageSource]
    """The picture of a row: a path, or bytes."""

    def __len__(self) -> int:
        return len(self.frame)

    @classmethod
    def catalogue(cls, catalogue: Catalogue) -> Gathered:
        """The works of a catalogue; a row's id is its path. CatalogueError where a path cannot be used."""
        files, frame = catalogue.files(), catalogue.frame
        given = {name: frame[name] for name in COLUMNS if name in frame}
        return cls(_framed({**given, "id": frame["path"]}, frame.index), lambda row: files[row])

    @classmethod
    def own(cls, collection: Collection) -> Gathered:
        """The museum's own works that have a thumbnail; a row's id is the work's SHA-256.

        A label is what a person decided, or else what the museum's catalogue says.
        """
        works = [work for work in collection.works(public_only=False) if work.thumbnail]
        records = collection.records(works)
        frame = pd.DataFrame([_row(record) for record in records], columns=list(COLUMNS), dtype="str")
        return cls(frame, lambda row: collection.files.get(works[row].thumbnail))

    def check(self, least: int) -> None:
        """CollectionError where there are fewer than `least` works."""
        if len(self) < least:
            raise CollectionError(f"{len(self)} works are too few to explore: it takes {least}.")


def year(date: str) -> int | None:
    """The first year, 1000 to 2099, that a date names in any wording: `c. 1889-90`; None where none."""
    found = _YEAR.search(date)
    return int(found[1]) if found else None


def period(date: str) -> str:
    """The half-century of a date, `1850–1899`; "" where it names no year."""
    when = year(date)
    if when is None:
        return ""
    start = when // _SPAN * _SPAN
    return f"{start}–{start + _SPAN - 1}"


def _framed(given: dict[str, pd.Series[str]], index: pd.Index[int]) -> pd.DataFrame:
    empty = pd.Series("", index=index, dtype="str")
    return pd.DataFrame({name: given.get(name, empty) for name in COLUMNS}).astype("str")


def _row(record: Record) -> Sequence[str]:
    def known(facet: str, catalogue: str) -> str:
        verdict = record.decisions.get(facet)
        if verdict is None:
            return catalogue
        return verdict.labels[0].label if verdict.labels else ""

    columns = record.columns
    return (
        record.sha256,
        record.file,
        record.object_number,
        record.title,
        known("artist", record.artist),
        record.date,
        known("style", catalogued(columns, "style")),
        known("genre", catalogued(columns, "genre")),
        catalogued(columns, "nationality"),
    )
