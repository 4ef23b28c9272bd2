"""The catalogue that came with a folder: what the museum already says of each file.

A CSV, UTF-8, with a column that names files (`path`, `file`, `filename`, …) or one with object numbers
(`object number`, `inventory number`, `accession number`, …), or both. A file belongs to the row that names
its path, or else its name, or else its name without the ending; or else to the row whose object number is its
name: `SK-A-1718.jpg`, and as views of that object `SK-A-1718_2.jpg` and `SK-A-1718 (back).jpg`. What several
rows could claim, none gets.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from artml.errors import CatalogueError, LabellingError

_FILE: Final = ("path", "filepath", "file", "filename", "image", "imagefile", "imagename", "picture", "photo")
_NUMBER: Final = (
    *("objectnumber", "objectno", "objectnr", "objectid", "objektnummer", "inventorynumber", "inventoryno"),
    *("inventorynr", "inventarnummer", "accessionnumber", "accessionno", "accessionnr", "identifier"),
)
_TRUTH: Final = {"artist": ("artist", "author"), "technique": ("technique", "class")}
_TECHNIQUES: Final = frozenset({"hand", "algorithm", ""})
_ENDING: Final = re.compile(r"\.[a-z][a-z0-9]{1,4}$")
_VIEW: Final = re.compile(r"[_ (]")

TABLE: Final = ("file", "sha256", "status", "error")
"""How a table of labels begins: it is no catalogue."""


class Companion:
    """Attributes: `name` of the file, `columns` as it writes them, `rows` as dicts from column to value."""

    def __init__(self, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        self.name, self.columns, self.rows = name, tuple(columns), tuple(rows)
        file, self._number = _column(columns, _FILE), _column(columns, _NUMBER)
        if file is None and self._number is None:
            raise CatalogueError(
                f"{name} names neither files nor objects: it needs a column 'file' or 'object number';"
                f" it has {', '.join(columns) or 'none'}."
            )
        paths = [_path(row[file]) for row in rows] if file else []
        self._by_path = _index(paths)
        self._by_name = _index(path.rpartition("/")[2] for path in paths)
        self._by_stem = _index(_stem(path) for path in paths)
        self._by_number = _index(_plain(row[self._number]) for row in rows) if self._number else {}

    @classmethod
    def read(cls, file: Path) -> Companion:
        """The catalogue in a UTF-8 CSV, by comma, semicolon or tab; CatalogueError where it is none."""
        return cls(file.name, *_read(file))

    def place(self, file: str) -> int | None:
        """Which of `rows` is about a file, by its path in the folder; None: no row, or not a single one."""
        path = _path(file)
        stem = _stem(path)
        if (found := self._by_path.get(path, -1)) >= 0:
            return found
        if (found := self._by_name.get(path.rpartition("/")[2], -1)) >= 0:
            return found
        if (found := self._by_stem.get(stem, -1)) >= 0:
            return found
        numbers = (self._by_number.get(_plain(name), -1) for name in _shorter(stem))
        return next((found for found in numbers if found >= 0), None)

    def object_number(self, place: int) -> str:
        """The object number of a row, as catalogued; empty where there is none."""
        return self.rows[place][self._number] if self._number else ""

    def truth(self, facet: str) -> str | None:
        """The column that says what is true of a facet; None where there is none."""
        column = _column(self.columns, _TRUTH.get(facet, (facet,)))
        if facet == "technique" and column and not _TECHNIQUES.issuperset(row[column] for row in self.rows):
            return None
        return column


def find(folder: Path) -> tuple[Companion | None, list[str]]:
    """The catalogue in a folder, if there is one, and why other tables in it are none.

    Of several, `catalogue.csv` is taken; where none is called so, LabellingError.
    """
    found, complaints = {}, []
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in (".csv", ".tsv") or file.name.startswith(".") or is_table(file):
            continue
        try:
            found[file.name.lower()] = Companion.read(file)
        except CatalogueError as error:
            complaints.append(str(error))
    if len(found) > 1 and "catalogue.csv" not in found:
        raise LabellingError(
            f"{folder} holds several catalogues ({', '.join(sorted(found))}). Say which to use: --catalogue."
        )
    return found.get("catalogue.csv") or next(iter(found.values()), None), complaints


def is_table(file: Path) -> bool:
    """Whether a file begins as a table of labels does."""
    start = ",".join(TABLE).encode()
    try:
        with file.open("rb") as stream:
            return stream.read(len(start)) == start
    except OSError:
        return False


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    try:
        text = file.read_bytes().decode("utf-8-sig")  # a line that ends within a value stays as it is
        delimiter = max(",;\t", key=re.split(r"[\r\n]", text, maxsplit=1)[0].count)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", restval="")
        columns = [name for name in reader.fieldnames or () if name.strip()]
        return [name.strip() for name in columns], [
            {name.strip(): row[name].strip() for name in columns} for row in reader if any(row.values())
        ]
    except OSError as error:
        raise CatalogueError(f"{file.name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(
            f'{file.name} is not UTF-8; save the file again as UTF-8 (in a spreadsheet: "CSV UTF-8").'
        ) from error
    except csv.Error as error:
        raise CatalogueError(f"{file.name} is no CSV: {error}.") from error


def _column(columns: Iterable[str], names: Sequence[str]) -> str | None:
    """The first of `names` that is a column, whatever its case and spaces."""
    known = {re.sub(r"[\W_]+", "", column.casefold()): column for column in columns}
    return next((known[name] for name in names if name in known), None)


def _index(keys: Iterable[str]) -> dict[str, int]:
    """Key -> its row, -1 where several have it."""
    places: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key:
            places[key] = -1 if key in places else place
    return places


def _path(text: str) -> str:
    return text.replace("\\", "/").removeprefix("./").casefold()


def _stem(path: str) -> str:
    return _ENDING.sub("", path.rpartition("/")[2])


def _plain(number: str) -> str:
    """An object number as a file's name may write it: `1954/12` is `1954_12`, and so on."""
    return re.sub(r"[\W_]+", "-", number.casefold()).strip("-")


def _shorter(stem: str) -> Iterator[str]:
    """The name, then without what may tell views apart, least first."""
    yield stem
    for cut in reversed([match.start() for match in _VIEW.finditer(stem)]):
        yield stem[:cut]
