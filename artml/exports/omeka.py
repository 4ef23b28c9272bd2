"""CSV for Omeka S and its CSV Import module: one row an object, headers that it maps by itself.

Sources: github.com/omeka-s-modules/CSVImport (headers that are terms, `dcterms:title`, are mapped; others are
left to the person who imports).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from artml.exports.record import Museum, Piece, Record, aat, facets, pieces
from artml.exports.sheet import written
from artml.exports.words import AAT, decided, guessed

SEPARATOR: Final = "|"
"""To be chosen as multivalue separator on import."""


def write(records: Sequence[Record], museum: Museum, out: Path) -> None:
    """Write a CSV: UTF-8 without byte order mark, several values in a cell apart by `|`.

    Only what persons decided or catalogued stands under terms that Omeka S maps by itself. Guesses, decisions
    in full, and the catalogue's columns stand under headers that it leaves alone until somebody maps them.
    """
    names = facets(records)
    own = list(dict.fromkeys(name for record in records for name in record.columns))
    rows = [_row(piece, museum, names, own) for piece in pieces(records)]
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fieldnames=[written(name) for name in rows[0]])
        table.writeheader()
        table.writerows(rows)


def _row(piece: Piece, museum: Museum, names: Sequence[str], own: Sequence[str]) -> dict[str, str]:
    kinds = [facet for facet in names if facet != "artist"]
    said = [(facet, label) for facet in kinds for label in piece.decided(facet)]
    concepts = [aat(facet, label.label) for facet, label in said if not label.qualifier]
    cells = {
        "dcterms:identifier": [piece.number or f"sha256:{piece.views[0].sha256}"],
        "dcterms:title": [piece.label],
        "dcterms:creator": [str(label) for label in piece.decided("artist")] or [piece.artist],
        "dcterms:date": [piece.date],
        "dcterms:subject": [str(label) for _, label in said],
        "dcterms:relation": [AAT + digits for digits in concepts if digits],
        "url": [museum.picture(view) for view in piece.views],
        "file": [view.file for view in piece.views],
        "artml:sha256": [view.sha256 for view in piece.views],
        "artml:guess": [
            f"{facet}: {guessed(facet, it)}" for view in piece.views for facet, it in view.guesses.items()
        ],
        "artml:decision": [_decision(view, facet) for view in piece.views for facet in view.decisions],
        "catalogue:artist": [piece.artist],
        **{f"catalogue:{name}": [view.columns.get(name, "") for view in piece.views] for name in own},
    }
    return {written(name): written(_joined(values)) for name, values in cells.items()}


def _decision(view: Record, facet: str) -> str:
    verdict = view.decisions[facet]
    note = f"; {verdict.note}" if verdict.note else ""
    return f"{facet}: {decided(facet, verdict)}{note}"


def _joined(values: Iterable[str]) -> str:
    """Each value once; a bar within one would part it, and becomes a broken bar."""
    return SEPARATOR.join(value.replace(SEPARATOR, "¦") for value in dict.fromkeys(values) if value)
