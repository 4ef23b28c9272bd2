"""A folder labelled into a CSV: one row a file, sorted by path.

Columns: `file, sha256, status, error`; for each facet `style`, `style_probability`, `style_certain`; then
those of the folder's own catalogue, under their own names, with `catalogue_` before one that is taken. The
table appears when it is complete. Until then what has been done is in a journal beside it, `….part`.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from artml.classifier import Classifier
from artml.errors import LabellingError
from artml.exports.sheet import Cell, written
from artml.labelling.companion import TABLE, Companion, find, is_table
from artml.labelling.folder import files_in
from artml.labelling.journal import Entry, Head, Journal
from artml.labelling.pipeline import label
from artml.labelling.scores import Score


@dataclass
class Summary:
    """What was done."""

    out: Path
    labelled: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Files without an answer, by the name of their error."""
    resumed: int = 0
    """Files that an earlier run had done."""
    seconds: float = 0.0
    """That this run spent on the others."""
    catalogue: str | None = None
    """Name of the catalogue that came along."""
    matched: int = 0
    """Files that it has a row for."""
    unused: int = 0
    """Rows that belong to no file."""
    complaints: Sequence[str] = ()
    """Why other tables in the folder are no catalogue."""
    scores: dict[str, Score] = field(default_factory=dict)
    """By facet, where the catalogue says what is true."""

    @property
    def files(self) -> int:
        """All files, and rows of the table."""
        return self.labelled + self.refused.total()


def label_into_table(
    folder: Path,
    out: Path,
    classifier: Classifier,
    *,
    recursive: bool = False,
    resume: bool = False,
    catalogue: Path | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Label every file of a folder, and write `out`.

    resume: go on where an interrupted run stopped; files that have changed since are done again.
    catalogue: the museum's own; by default one that lies in the folder.
    progress: told (files done, files in all).
    LabellingError for a folder that cannot be read or holds no files, an `out` that is something else, and a
    run that another model began; CatalogueError for a `catalogue` that is none.
    """
    if out.exists() and not is_table(out):
        raise LabellingError(f"{out} is there already, and no table of labels. Choose another name.")
    companion, complaints = (Companion.read(catalogue), []) if catalogue else find(folder)
    found = files_in(folder, recursive)
    if not found:
        hint = "" if recursive else " Perhaps they are in folders of it (--recursive)?"
        raise LabellingError(f"{folder} holds no files to label.{hint}")
    with Journal(out.with_name(out.name + ".part"), Head.of(classifier), resume) as journal:
        left = [file for file in found if file not in journal]
        summary = Summary(out, resumed=len(found) - len(left), complaints=complaints)
        start, done = time.monotonic(), summary.resumed
        if progress:
            progress(done, len(found))
        with closing(label((folder / file.name for file in left), classifier, workers=workers)) as rows:
            for file, row in zip(left, rows, strict=True):
                journal.add(Entry.of(file, row))
                done += 1
                if progress:
                    progress(done, len(found))
        summary.seconds = time.monotonic() - start
        _write(out, classifier.facets, journal.entries(found), companion, summary)
        journal.remove()
    return summary


def _write(
    out: Path,
    facets: dict[str, tuple[str, ...]],
    entries: Iterable[Entry],
    companion: Companion | None,
    summary: Summary,
) -> None:
    """Write the table aside, counting into `summary`; then it takes its place."""
    own = [*TABLE, *(name for facet in facets for name in _names(facet))]
    theirs = _Theirs(companion, own, facets, summary) if companion else None
    aside = out.with_name(out.name + ".tmp")
    try:
        with aside.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            table = csv.writer(file)
            table.writerow(map(written, [*own, *(theirs.header if theirs else ())]))
            for entry in entries:
                if entry.kind:
                    summary.refused[entry.kind] += 1
                else:
                    summary.labelled += 1
                cells = [*_cells(entry, facets), *(theirs.cells(entry) if theirs else ())]
                table.writerow(map(written, cells))
        aside.replace(out)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise LabellingError(f"{out} cannot be written: {error.strerror}.") from error
    if theirs:
        theirs.sum_up()


def _names(facet: str) -> tuple[str, str, str]:
    return facet, f"{facet}_probability", f"{facet}_certain"


def _cells(entry: Entry, facets: Iterable[str]) -> Iterator[Cell]:
    yield from (entry.file.name, entry.sha256, "refused" if entry.kind else "labelled", entry.error)
    for facet in facets:
        said = entry.facets.get(facet)
        if said is None:
            yield from ("", "", "")
        else:
            yield from (said.label, said.probability, "yes" if said.certain else "no")


class _Theirs:
    """What the catalogue adds to each row, and what its truth is worth of the answers."""

    def __init__(
        self, companion: Companion, own: Sequence[str], facets: dict[str, tuple[str, ...]], summary: Summary
    ) -> None:
        self._companion, self._summary = companion, summary
        self._used: set[int] = set()
        taken = {*own, *companion.columns}
        self.header = [_free(column, own, taken) for column in companion.columns]
        self._truths = {facet: column for facet in facets if (column := companion.truth(facet))}
        self._known = {facet: frozenset(labels) for facet, labels in facets.items()}
        summary.catalogue = companion.name

    def cells(self, entry: Entry) -> list[str]:
        """The catalogue's values for a file; empty where it has no row for it."""
        place = self._companion.place(entry.file.name)
        if place is None:
            return [""] * len(self.header)
        self._used.add(place)
        self._summary.matched += 1
        row = self._companion.rows[place]
        for facet, column in self._truths.items():
            if said := entry.facets.get(facet):
                score = self._summary.scores.setdefault(facet, Score())
                score.add(row[column], row[column] in self._known[facet], said.label, said.certain)
        return list(row.values())

    def sum_up(self) -> None:
        """Say how much of the catalogue was of use."""
        self._summary.unused = len(self._companion.rows) - len(self._used)


def _free(column: str, own: Sequence[str], taken: set[str]) -> str:
    """A name for a column of the catalogue that no other column has."""
    if column not in own:
        return column
    name = f"catalogue_{column}"
    while name in taken:
        name = f"catalogue_{name}"
    taken.add(name)
    return name
