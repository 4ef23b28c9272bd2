"""A backup brought back into the collection of the settings, of whatever kind its database is.

Nothing is destroyed: a collection that holds anything is left alone unless told otherwise, and then a copy
of its database is kept. Files are added, and none is taken away. Others may be at work meanwhile: they see
the old collection, or the new one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from pydantic import ValidationError

from artml.catalogue.paths import refusal
from artml.collection import Collection, Files
from artml.collection.parts import GOING
from artml.errors import BackupFailed
from artml.exports.place import workplace
from artml.jobs.queue import Queue
from artml.settings import settings
from artml.upkeep.backup import (
    DATABASE,
    FILES,
    HOME,
    KEPT,
    MANIFEST,
    SCHEMA,
    Manifest,
    Told,
    amount,
    back_up,
    last,
)

REPLACED: Final = "replaced"
"""Folder of the home in which databases are kept in whose place a backup was put."""

_BLOCK: Final = 2**20


@dataclass(frozen=True)
class Restored:
    """What was brought back."""

    manifest: Manifest
    replaced: Path | None
    """A backup of the database that was there before, if it held anything."""
    jobs: int
    """Jobs that go on from where they stood."""


def check(file: Path, told: Told | None = None) -> Manifest:
    """What a backup holds, every byte of it compared with its list; raises `BackupFailed`."""
    try:
        with ZipFile(file) as archive:
            manifest = _manifest(file, archive)
            for number, (name, digest) in enumerate(manifest.files.items(), start=1):
                if _digest(archive, name) != digest:
                    raise BackupFailed(f"{file} is damaged at {name}: it is not what was backed up.")
                if told:
                    told(number, len(manifest.files))
    except (BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise BackupFailed(f"{file} is no whole backup: {error}. Take another one.") from error
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read: {error.strerror or error}.") from error
    return manifest


def restore(
    collection: Collection, file: Path, told: Told | None = None, *, replace: bool = False
) -> Restored:
    """Bring a backup back, the database last and in one step. Stopped before that, it is to be done again.

    `replace`: also where the collection holds something, a copy of which is then kept in the home. Jobs that
    were not over go on from where they stood. Raises `BackupFailed` and `CollectionUnusable`.
    """
    manifest = check(file, told)
    replaced = _make_way(collection, replace)
    homes = {FILES: collection.files, HOME: Files(str(settings().home))}
    keys = sorted((name for name in manifest.files if name != DATABASE), key=last)
    with ZipFile(file) as archive, workplace(_home()) as folder:
        for number, name in enumerate(keys, start=1):
            root, _, key = name.partition("/")
            homes[root].put(key, archive.read(name))
            if told:
                told(number, len(keys))
        archive.extract(DATABASE, folder)
        jobs = _bring_back(collection, folder / DATABASE)
    return Restored(manifest, replaced, jobs)


def _make_way(collection: Collection, replace: bool) -> Path | None:
    holds = collection.copies.holds()
    if not any(holds.values()):
        return None
    if not replace:
        raise BackupFailed(
            f"The collection here holds {amount(holds)}. Restore into an empty one (another ARTML_HOME or"
            " ARTML_DATABASE_URL), or say --replace: what is here is then kept as a backup of its own."
        )
    kept = _home() / REPLACED / f"{datetime.now():%Y-%m-%d-%H%M%S}.zip"
    kept.parent.mkdir(exist_ok=True)
    back_up(collection, kept, files=False)  # the files stay where they are
    return kept


def _bring_back(collection: Collection, copy: Path) -> int:
    queue = Queue(collection)
    try:
        with collection.together() as session:
            collection.copies.bring_back(copy)
            going = [job for job in collection.jobs.all() if job.state in GOING]
            for job in going:
                queue.again(session, job)
    finally:
        queue.close()
    return len(going)


def _manifest(file: Path, archive: ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise BackupFailed(
            f"{file} is no backup of artml, or of a later one: it has no {MANIFEST} that can be read here."
        ) from error
    if manifest.schema_version != SCHEMA:
        raise BackupFailed(f"{file} was made by a later artml ({manifest.artml}). Update artml.")
    if strange := [name for name in manifest.files if not _belongs(name)]:
        raise BackupFailed(f"{file} holds {strange[0]!r}, which belongs to no collection.")
    return manifest


def _belongs(name: str) -> bool:
    root, _, key = name.partition("/")
    kept = refusal(name) is None and ".." not in name.split("/") and "\\" not in name
    return name == DATABASE or (kept and key.partition("/")[0] in KEPT.get(root, ()))


def _digest(archive: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _home() -> Path:
    home = settings().home
    home.mkdir(parents=True, exist_ok=True)
    return home
