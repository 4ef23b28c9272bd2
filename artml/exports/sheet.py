"""The table that CSV and XLSX share: one row a picture, columns in the same order under the same names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from unicodedata import normalize

from artml.exports.record import Guess, Record, Said, Verdict, aat, facets
from artml.exports.words import OUTCOMES, clean, stamp

Cell = str | int | float | datetime | None
"""What a cell holds; None where there is nothing to say."""

SEPARATOR: Final = " | "
"""Between several values in one cell."""
ALTERNATIVES: Final = 4
"""How many labels after the first are told."""

_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")


class Column(NamedTuple):
    """One column of the table."""

    name: str
    meaning: str
    value: Callable[[Record], Cell]


def runs(text: str) -> bool:
    """Whether a spreadsheet might run the text as a formula; plain numbers are none."""
    # Full-width signs count: some spreadsheets take them for the plain ones.
    return normalize("NFKC", text[:1]).startswith(_RUN) and not _NUMBER.fullmatch(text)


def written(cell: Cell) -> str:
    """A cell as text for a CSV: times in ISO 8601, and an apostrophe before what a spreadsheet might run."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return stamp(cell)
    if isinstance(cell, float):
        return f"{cell:.4f}"
    text = clean(str(cell))
    return f"'{text}" if runs(text) else text


def columns(records: Sequence[Record]) -> list[Column]:
    """The columns of these records: what is known of the work, each facet, the catalogue's own."""
    own = [*_WORK, *(column for facet in facets(records) for column in _facet(facet))]
    return [*own, *_catalogue(records, {column.name.casefold(): column for column in own})]


_WORK: Final = (
    Column("object_number", "the museum's own number", lambda record: record.object_number),
    Column("file", "the picture, relative to its folder", lambda record: record.file),
    Column("title", "as catalogued", lambda record: record.title),
    Column("artist", "as catalogued", lambda record: record.artist),
    Column("date", "as catalogued", lambda record: record.date),
    Column("width", "of the picture, pixels", lambda record: record.width),
    Column("height", "of the picture, pixels", lambda record: record.height),
    Column(
        "sha256", "of the picture's bytes: tells whether it is still the same", lambda record: record.sha256
    ),
)


def _facet(facet: str) -> list[Column]:
    """What a machine guessed and what a person decided, side by side, never in one column."""

    def guess(name: str, meaning: str, value: Callable[[Guess], Cell]) -> Column:
        return Column(f"{facet}_guess{name}", meaning, partial(_of_guess, facet, value))

    def verdict(name: str, meaning: str, value: Callable[[Verdict], Cell]) -> Column:
        return Column(f"{facet}_{name}", meaning, partial(_of_verdict, facet, value))

    def said(name: str, meaning: str, value: Callable[[Said], str]) -> Column:
        return verdict(name, meaning, lambda found: _several([value(label) for label in found.labels]))

    return [
        guess("", "what the machine thinks most probable", lambda found: found.label),
        guess("_probability", "its probability, 0 to 1", lambda found: float(found.probability)),
        guess("_certain", "yes: right nine times in ten", lambda found: "yes" if found.certain else "no"),
        guess("_aat", "its Getty AAT id", lambda found: aat(facet, found.label)),
        guess("_next", "the labels after it, with probabilities", _next),
        guess("_model", "the bundle that guessed", lambda found: found.model),
        guess("_version", "the bundle's version", lambda found: found.version),
        guess("_time", "when it guessed, UTC", lambda found: found.time),
        verdict("outcome", "accepted, corrected or cannot say", lambda found: OUTCOMES[found.outcome]),
        said("decided", "what a person decided, qualifier included", str),
        said("decided_label", "the same without qualifiers", lambda label: label.label),
        said("decided_qualifier", "attributed to, workshop of, …", lambda label: label.qualifier),
        said("decided_aat", "Getty AAT ids of the labels", lambda label: aat(facet, label.label)),
        verdict("reviewer", "who decided", lambda found: found.person),
        verdict("decided_time", "when, UTC", lambda found: found.time),
        verdict("note", "the reviewer's remark", lambda found: found.note),
    ]


def _of_guess(facet: str, value: Callable[[Guess], Cell], record: Record) -> Cell:
    return value(record.guesses[facet]) if facet in record.guesses else None


def _of_verdict(facet: str, value: Callable[[Verdict], Cell], record: Record) -> Cell:
    return value(record.decisions[facet]) if facet in record.decisions else None


def _several(values: list[str]) -> str:
    """Values side by side, the empty ones too, so that two columns can be read together.

    A bar within one would part it, and becomes a broken bar.
    """
    return SEPARATOR.join(value.replace("|", "¦") for value in values) if any(values) else ""


def _next(guess: Guess) -> str:
    others = guess.labels[1 : 1 + ALTERNATIVES]
    return SEPARATOR.join(f"{label} ({probability:.2f})" for label, probability in others)


def _catalogue(records: Sequence[Record], own: dict[str, Column]) -> list[Column]:
    """The catalogue's columns under their own names; `catalogue_…` where ours of that name says otherwise."""
    found = []
    for name in dict.fromkeys(name for record in records for name in record.columns):
        value = partial(_catalogued, name)
        ours = own.get(name.casefold())
        if ours is not None and all(value(record) in (None, ours.value(record)) for record in records):
            continue
        found.append(
            Column(name if ours is None else f"catalogue_{name}", "from the museum's catalogue", value)
        )
    return found


def _catalogued(name: str, record: Record) -> Cell:
    return record.columns.get(name)
