"""CSV for any spreadsheet or collection system: one row a picture."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from artml.exports.record import Museum, Record
from artml.exports.sheet import columns, written


def write(records: Sequence[Record], museum: Museum, out: Path) -> None:
    """Write a CSV: UTF-8 with a byte order mark, without which Excel garbles accents; RFC 4180 otherwise."""
    table = columns(records)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(written(column.name) for column in table)
        rows.writerows([written(column.value(record)) for column in table] for record in records)
