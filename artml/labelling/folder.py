"""Which files a folder holds: all but those that go with pictures and are none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from artml.errors import LabellingError

PASSED_OVER: Final = frozenset({".csv", ".tsv", ".xmp", ".part", ".tmp"})
"""Endings of tables, of sidecars, and of files that are still being written."""

_NAMES: Final = frozenset({"thumbs.db", "desktop.ini"})
_FOLDERS: Final = frozenset({"__MACOSX", "@eaDir"})


class Found(NamedTuple):
    """A file, and what tells whether it has changed."""

    name: str
    """Relative to the folder, with `/`."""
    size: int
    """Bytes; -1 where nobody can say."""
    changed: int
    """Nanoseconds since 1970; -1 where nobody can say."""


def files_in(folder: Path, recursive: bool = False) -> list[Found]:
    """The files of a folder sorted by name, whatever they hold; with `recursive` those of its folders, too.

    Hidden files, tables, XMP sidecars and what operating systems leave behind are passed over, and links to
    folders are not followed. LabellingError where the folder cannot be read.
    """
    try:
        return sorted(_walk(folder, "", recursive))
    except OSError as error:
        raise LabellingError(f"The folder {error.filename} cannot be read: {error.strerror}.") from error


def _walk(folder: Path, before: str, recursive: bool) -> Iterator[Found]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if recursive and not entry.is_symlink() and entry.name not in _FOLDERS:
                    yield from _walk(folder / entry.name, f"{before}{entry.name}/", recursive)
            elif Path(entry.name).suffix.lower() not in PASSED_OVER and entry.name.lower() not in _NAMES:
                yield Found(before + entry.name, *_state(entry))


def _state(entry: os.DirEntry[str]) -> tuple[int, int]:
    try:
        state = entry.stat()
    except OSError:  # a link that leads nowhere: whoever opens it says so
        return -1, -1
    return state.st_size, state.st_mtime_ns
