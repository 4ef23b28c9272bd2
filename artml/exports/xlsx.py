"""XLSX: the table with thumbnails, for people who review in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter  # type: ignore[import-untyped]
from PIL import Image
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from artml.exports.record import Museum, Record
from artml.exports.sheet import Cell, Column, columns, runs
from artml.exports.words import clean

THUMBNAIL: Final = 96
"""The longest side of a thumbnail in its cell, pixels."""
LONGEST: Final = 32_767
"""Characters that Excel takes in a cell."""
CUT: Final = " […]"

_FROZEN: Final = 3
"""Columns that stay in sight: the thumbnail, the object number, the file."""


def write(records: Sequence[Record], museum: Museum, out: Path) -> None:
    """Write a workbook: the works, with thumbnails, frozen headers and filters; and what the columns mean.

    Nothing in it is a formula. Times are UTC, as Excel knows no time zones.
    """
    table = columns(records)
    # Thumbnails go by way of files: the writer holds what it is handed until the end.
    with TemporaryDirectory() as folder, _book(out) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        sheet = book.add_worksheet("Works")
        sheet.write_string(0, 0, "picture", looks["head"])
        sheet.set_column_pixels(0, 0, THUMBNAIL + 8)
        for place, column in enumerate(table, start=1):
            sheet.write_string(0, place, column.name, looks["head"])
            sheet.set_column(place, place, _width(column))
        for row, record in enumerate(records, start=1):
            _picture(sheet, row, record, Path(folder))
            for place, column in enumerate(table, start=1):
                _put(sheet, row, place, column.value(record), looks)
        sheet.freeze_panes(1, _FROZEN)
        sheet.autofilter(0, 0, len(records), len(table))
        _about(book.add_worksheet("Columns"), table, looks)


@contextmanager
def _book(out: Path) -> Iterator[Any]:
    """A workbook that is written at the end; OSError where the disk does not take it."""
    try:
        with xlsxwriter.Workbook(out, _OPTIONS) as book:
            yield book
    except FileCreateError as error:  # its own name for an OSError, which it holds
        raise error.args[0] from error


_OPTIONS: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "head": {"bold": True, "bottom": 1, "valign": "top", "text_wrap": True},
    "text": {"valign": "top"},
    # Keeps Excel from running the text when somebody edits the cell.
    "quoted": {"valign": "top", "quote_prefix": True},
    "share": {"valign": "top", "num_format": "0.0%"},
    "time": {"valign": "top", "num_format": "yyyy-mm-dd hh:mm:ss"},
}


def _picture(sheet: Any, row: int, record: Record, folder: Path) -> None:
    if record.thumbnail is None:
        return
    file = folder / f"{row}.jpg"
    with Image.open(BytesIO(record.thumbnail())) as image:
        # Twice the size, for sharp screens; without the resolution, by which Excel would scale it.
        small = image.convert("RGB")
        small.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))
        small.save(file, quality=85)
    scale = min(1.0, THUMBNAIL / max(small.size))
    sheet.set_row_pixels(row, round(small.height * scale) + 8)
    place = {
        "x_scale": scale,
        "y_scale": scale,
        "x_offset": 4,
        "y_offset": 4,
        # Moves and hides with its row when somebody sorts or filters.
        "object_position": 1,
        "description": clean(record.title or record.object_number or record.file),
    }
    sheet.insert_image(row, 0, str(file), place)


def _put(sheet: Any, row: int, place: int, cell: Cell, looks: dict[str, Any]) -> None:
    match cell:
        case None | "":
            return
        case datetime():
            moment = cell.astimezone(UTC).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, place, moment, looks["time"])
        case float():
            sheet.write_number(row, place, cell, looks["share"])
        case int():
            sheet.write_number(row, place, cell, looks["text"])
        case str():
            text = clean(cell)
            if len(text) > LONGEST:
                text = text[: LONGEST - len(CUT)] + CUT
            sheet.write_string(row, place, text, looks["quoted" if runs(text) else "text"])


def _about(sheet: Any, table: Sequence[Column], looks: dict[str, Any]) -> None:
    rows = [("column", "meaning"), *((column.name, column.meaning) for column in table)]
    for row, cells in enumerate(rows):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, clean(text), looks["head" if row == 0 else "text"])
    sheet.set_column(0, 1, 36)
    sheet.freeze_panes(1, 0)


def _width(column: Column) -> int:
    """In characters: room for the name on two lines, and for a usual title."""
    return 28 if column.name in ("title", "artist", "file") else max(10, len(column.name) // 2 + 4)
