"""What a folder holds, before anybody starts: pictures, what is none, what is known, and its catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from artml.classifier import ModelVersion
from artml.collection import Collection
from artml.image_kinds import HEAD, kind_of
from artml.jobs.bench import models
from artml.jobs.sources import Source
from artml.settings import settings

AT_ONCE: Final = 50
"""Files between two reports."""


@dataclass
class Survey:
    """How far the look into a folder is, and what was seen. A file counts as a picture by how it begins."""

    files: int
    looked: int = 0
    pictures: int = 0
    known: int = 0
    """Of the pictures, those that these models have labelled already."""
    copies: int = 0
    """Of the pictures, those that are another once more."""
    catalogue: str = ""
    """Its file's name."""
    catalogued: int = 0
    """Files that it has a row for."""
    foreign: list[str] = field(default_factory=list)
    """Names of files that are no pictures, or too large."""


def survey(collection: Collection, source: Source, bundle: str | None = None) -> Iterator[Survey]:
    """Look through a folder; gives the same report again and again as it grows, the last time whole.

    Raises `LabellingError` and `CatalogueError` as `Desk.label` does, and `BundleError`.
    """
    names, companion = source.names(), source.catalogue()
    answering = [ModelVersion(*model) for model in models(bundle)]
    found, seen = Survey(len(names)), set[str]()
    if companion:
        found.catalogue = companion.name
        found.catalogued = sum(companion.place(name) is not None for name in names)
    yield found
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        with source.at_hand(some) as folder:
            marks = {name: None if source.strays(name) else _picture(folder / name) for name in some}
        pictures = [mark for mark in marks.values() if mark]
        known = [collection.known(pictures, model) for model in answering]
        found.known += sum(all(mark in each for each in known) for mark in pictures)
        found.copies += len(pictures) - len(set(pictures) - seen)
        found.foreign += [name for name, mark in marks.items() if not mark]
        found.pictures += len(pictures)
        found.looked += len(some)
        seen.update(pictures)
        yield found


def _picture(file: Path) -> str | None:
    """SHA-256 of a file that begins as a picture does; None of any other."""
    try:
        if not 0 < file.stat().st_size <= settings().max_bytes:
            return None
        with file.open("rb") as stream:
            kind = kind_of(stream.read(HEAD))
            if kind is None or kind.decoder is None:
                return None
            stream.seek(0)
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
