"""A copy of all that a museum would miss, in one ZIP file, made while people and jobs go on.

backup.json          what it holds, and the SHA-256 of every other file
collection.sqlite    the database as it was at one moment, whatever kind it is
files/…              thumbnails and uploads
home/…               models that learnt here, which of them is in service, and atlases

Left out is what others keep: pictures in folders of the museum's own, the shipped models, the settings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict

from artml import __version__
from artml.collection import Collection, Files
from artml.collection.atlas import FACTS, SHOWN
from artml.errors import BackupFailed, ExportFailed, FileMissing
from artml.exports.place import aside, workplace
from artml.service import SERVICE
from artml.settings import settings

SCHEMA: Final = 1
MANIFEST: Final = "backup.json"
DATABASE: Final = "collection.sqlite"
FILES, HOME = "files", "home"

KEPT: Final[Mapping[str, tuple[str, ...]]] = {FILES: ("thumbnails", "uploads"), HOME: ("bundles", "atlases")}
"""What is copied of the collection's files, and of the home."""

PACKED: Final = (".sqlite", ".csv", ".json", ".npy", ".xml", ".md")
"""Endings of what becomes smaller in a ZIP; pictures and weights do not."""

Told = Callable[[int, int], object]
"""Told how many files are done, and of how many."""


class Manifest(BaseModel):
    """The content of `backup.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = SCHEMA
    artml: str
    """The version that made it."""
    made: datetime
    holds: dict[str, int]
    """How many works, decisions and jobs."""
    files: dict[str, str]
    """Name -> SHA-256, in hexadecimal."""

    def __str__(self) -> str:
        return f"{amount(self.holds)}, as of {self.made.astimezone():%Y-%m-%d %H:%M}"


def back_up(collection: Collection, out: Path, told: Told | None = None, *, files: bool = True) -> Manifest:
    """Write a backup to a file that is not there yet: it is there whole, or not at all.

    The database is copied first, then the files that it names, which are there before it names them. `files`:
    whether the collection's files come along. Raises `BackupFailed`, and `CollectionUnusable`.
    """
    try:
        with aside(out) as staged, workplace(out.parent) as folder:
            copy = folder / DATABASE
            holds = collection.copies.make(copy)
            sources = {FILES: collection.files if files else None, HOME: Files(str(settings().home))}
            with ZipFile(staged, "w") as archive:
                digests = {DATABASE: _pack(archive, DATABASE, copy)}
                copy.unlink()
                names = [name for root, kept in sources.items() if kept for name in _names(root, kept)]
                for number, name in enumerate(names, start=1):
                    root, _, key = name.partition("/")
                    source = sources[root]
                    if source is not None and (content := _content(source, key)) is not None:
                        digests[name] = _pack(archive, name, content)
                    if told:
                        told(number, len(names))
                made = datetime.now(UTC).replace(microsecond=0)
                manifest = Manifest(artml=__version__, made=made, holds=holds, files=digests)
                archive.writestr(MANIFEST, manifest.model_dump_json(indent=1) + "\n", ZIP_DEFLATED)
    except ExportFailed as error:
        raise BackupFailed(str(error)) from error
    except OSError as error:
        raise BackupFailed(
            f"{out} could not be written: {error.strerror or error}. Nothing is left of it; see that its"
            " folder is there and has room."
        ) from error
    return manifest


def amount(holds: Mapping[str, int]) -> str:
    """How much there is, in words."""
    return ", ".join(f"{number:,} {what if number != 1 else what[:-1]}" for what, number in holds.items())


def _names(root: str, source: Files) -> Iterator[str]:
    for folder in KEPT[root]:
        for name in source.below(folder):
            if root == FILES or _is_whole(f"{folder}/{name}"):
                yield f"{root}/{folder}/{name}"


def _is_whole(key: str) -> bool:
    """Whether a file of the home belongs to what is finished: a version of a bundle, or an atlas as shown."""
    parts = key.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return not hidden and (parts[0] == "bundles" or SHOWN in parts[2:3])


def _content(source: Files, key: str) -> bytes | None:
    """The bytes of a file; None where it has gone since it was listed, and so belongs to nothing."""
    try:
        return source.get(key)
    except FileMissing:
        return None


def _pack(archive: ZipFile, name: str, content: bytes | Path) -> str:
    """Put a file into the archive; its SHA-256."""
    packed = Path(name).suffix in PACKED
    if isinstance(content, bytes):
        info = ZipInfo(name, datetime.now().timetuple()[:6])
        archive.writestr(info, content, ZIP_DEFLATED if packed else ZIP_STORED)
        return hashlib.sha256(content).hexdigest()
    archive.write(content, name, ZIP_DEFLATED if packed else ZIP_STORED)
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def last(key: str) -> tuple[bool, str]:
    """Sorts files so that those come last that say of the others that they are there."""
    return key.rpartition("/")[2] in (SERVICE, FACTS, "bundle.json"), key
