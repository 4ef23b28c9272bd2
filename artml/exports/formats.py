"""Every format that records can leave in, and the one way to write them: `export(records, "lido", out)`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from artml.errors import ExportFailed, UnknownName
from artml.exports import csv, iiif, lido, linked_art, omeka, xlsx, xmp
from artml.exports.place import aside, beside, pack
from artml.exports.record import Museum, Record


@dataclass(frozen=True)
class Format:
    """One format."""

    title: str
    """What it is and for whom, for a list to choose from."""
    suffix: str
    """Of its file, `.xml`; `.zip` where it is several files, which may be a folder as well."""
    write: Callable[[Sequence[Record], Museum, Path], None]
    """Writes the file; where there are several, fills the folder."""
    ours: Callable[[Path], bool] | None = None
    """For files that lie beside the pictures: whether one that is there already was written here."""

    @property
    def several(self) -> bool:
        """Whether it is several files."""
        return self.suffix == ".zip"


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "csv": Format("CSV for spreadsheets and collection systems", ".csv", csv.write),
        "xlsx": Format("Excel workbook with thumbnails", ".xlsx", xlsx.write),
        "omeka": Format("CSV for Omeka S", ".csv", omeka.write),
        "lido": Format("LIDO 1.1 for aggregators", ".xml", lido.write),
        "linked-art": Format("Linked Art JSON-LD", ".zip", linked_art.write),
        "iiif": Format("IIIF Presentation 3 manifests", ".zip", iiif.write),
        "xmp": Format("XMP sidecars beside the pictures", ".zip", xmp.write, xmp.ours),
    }
)


def export(records: Iterable[Record], format: str, out: Path, museum: Museum | None = None) -> Path:
    """Write the records in a format, completely or not at all, and say where they are.

    `out` is a file that is not there yet. Where a format is several files it may also be a folder, new or
    empty; and for `xmp` the folder of the pictures, which stay as they are. Raises `UnknownName` for a format
    that does not exist, and `ExportFailed`, with nothing written, where there are no records, `out` is
    taken, the format asks for something about the museum that is not given, or the disk does not play along.
    """
    chosen, whole = _format(format), list(records)
    if not whole:
        raise ExportFailed("There is nothing to export: no works were chosen.")
    try:
        _write(chosen, whole, museum or Museum(), Path(out))
    except OSError as error:
        raise ExportFailed(f"{out} could not be written: {error.strerror or error}.") from error
    return Path(out)


def file_name(folder: str | None, format: str) -> str:
    """What to call the file of a folder's works, in letters that every system takes; raises `UnknownName`."""
    stem = PurePath(folder or "works").name or "works"
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in stem)
    return f"{plain}-{format}{_format(format).suffix}"


def _write(chosen: Format, records: Sequence[Record], museum: Museum, out: Path) -> None:
    if chosen.ours is not None and out.is_dir() and any(out.iterdir()):
        absent = [record.file for record in records if not (out / record.file).is_file()]
        if absent:
            raise ExportFailed(f"{out} is not the folder of these pictures: it lacks {absent[0]}.")
        with beside(out, chosen.ours) as folder:
            chosen.write(records, museum, folder)
        return
    with aside(out) as staged:
        if not chosen.several:
            chosen.write(records, museum, staged)
        elif out.suffix.lower() == ".zip":
            with TemporaryDirectory() as folder:
                chosen.write(records, museum, Path(folder))
                pack(Path(folder), staged)
        else:
            staged.mkdir()
            chosen.write(records, museum, staged)


def _format(name: str) -> Format:
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name, FORMATS, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UnknownName(f"No format {name!r}; there are {', '.join(FORMATS)}{hint}")
