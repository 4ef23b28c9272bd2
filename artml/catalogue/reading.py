"""A CSV file -> a table of strings, or a CatalogueError that says where it goes wrong and what to do."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten

import pandas as pd

from artml.errors import CatalogueError

_DELIMITERS = (",", ";", "\t")
_TECHNIQUES = frozenset({"hand", "algorithm", ""})
_ADVICE = 'save the file again as UTF-8 (in a spreadsheet: "CSV UTF-8")'


def read_frame(path: Path) -> pd.DataFrame:
    """The rows of `path`, all values strings, with a column `line` first: where each row begins in the file.

    A column of that name in the file gives way to it. Rows without any value are passed over. Where there is
    no `artist`, the column `author` takes that name; where there is no `technique`, so does a column `class`
    that says hand or algorithm and nothing else.
    """
    text = _decode(_load(path), path.name)
    delimiter = _delimiter(text, path.name)
    records = _records(text, delimiter, path.name)
    names = _names(next(records)[1], path.name)
    lines, rows = [], []
    for line, values in records:
        lines.append(line)
        rows.append(_fitted(values, len(names), f"{path.name}, line {line}"))
    frame = pd.DataFrame(rows, columns=names, dtype="str").drop(columns="line", errors="ignore")
    frame.insert(0, "line", pd.Series(lines, dtype="int64"))
    return frame.rename(columns=_other_names(frame))


def _other_names(frame: pd.DataFrame) -> dict[str, str]:
    """Columns that are facets under another name, and that name's own."""
    found = {}
    if "author" in frame and "artist" not in frame:
        found["author"] = "artist"
    if "class" in frame and "technique" not in frame and _TECHNIQUES.issuperset(frame["class"]):
        found["class"] = "technique"
    return found


def _load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CatalogueError(f"There is no catalogue at {path}.") from None
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from error


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CatalogueError(f"{name} is UTF-16, not UTF-8; {_ADVICE}.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = len(data) - len(error.object) + error.start  # the codec counts from behind a byte-order mark
        where = f"line {_line(data, at)} holds byte 0x{data[at]:02x} at offset {at}"
        raise CatalogueError(f"{name} is not UTF-8: {where}; {_ADVICE}.") from error
    if "\0" in text:
        line = _line(data, data.index(b"\0"))
        raise CatalogueError(f"{name} is no text file: line {line} holds a NUL byte; {_ADVICE}.")
    return text


def _line(data: bytes, offset: int) -> int:
    return len(re.findall(rb"\r\n?|\n", data[:offset])) + 1


def _records(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, stripped, each with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for values in reader:
            stripped = [value.strip() for value in values]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "; is a quotation mark left open?" if "end of data" in str(error) else ""
        raise CatalogueError(f"{name}, line {line}: {error}{hint}") from error


def _delimiter(text: str, name: str) -> str:
    """The delimiter under which the header has a column `path`; of several, the one with most columns."""
    if not text.strip():
        raise CatalogueError(f"{name} is empty; its first line must name the columns, 'path' among them.")
    headers = {delimiter: _header(text, delimiter, name) for delimiter in _DELIMITERS}
    found = [delimiter for delimiter in _DELIMITERS if "path" in headers[delimiter]]
    if not found:
        widest = max(headers.values(), key=len)
        columns = shorten(", ".join(widest), 300, placeholder=" …") or "none"
        raise CatalogueError(f"{name} has no column 'path'; its columns are: {columns}.")
    return max(found, key=lambda delimiter: len(headers[delimiter]))


def _header(text: str, delimiter: str, name: str) -> list[str]:
    try:
        _, header = next(_records(text, delimiter, name), (1, []))
    except CatalogueError:  # the wrong delimiter breaks quotation marks
        return []
    return [column.lower() for column in header]


def _names(header: Sequence[str], name: str) -> list[str]:
    names = [column.lower() or f"column {number}" for number, column in enumerate(header, start=1)]
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise CatalogueError(f"{name} names a column twice: {', '.join(twice)}.")
    return names


def _fitted(values: list[str], width: int, place: str) -> list[str]:
    """`values` filled up to `width`. More values than columns is an error: nothing says which are which."""
    if any(values[width:]):
        raise CatalogueError(
            f"{place} has {len(values)} values for {width} columns; put quotation marks round a value that "
            "holds the delimiter."
        )
    return values[:width] + [""] * (width - len(values))
