"""A work's picture, small and large, for the people who work with it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from artml.catalogue.paths import refusal
from artml.collection import Collection, Sighting, Work
from artml.errors import BundleError, CollectionError, ImageError
from artml.jobs.sources import UPLOADS
from artml.settings import settings
from artml.web.guide import looker


def small(collection: Collection, key: str) -> bytes | None:
    """A thumbnail by its key, a JPEG; None where there is none."""
    try:
        return collection.files.get(key) if key else None
    except CollectionError:
        return None


def large(collection: Collection, work: Work) -> bytes | None:
    """The picture as a JPEG of at most 1,400 px, made of the original once, and kept.

    The thumbnail where the original cannot be reached or read any more; None where there is none either.
    """
    key = f"previews/{work.sha256[:2]}/{work.sha256}.jpg"
    try:
        return collection.files.get(key)
    except CollectionError:
        pass
    for sighting in collection.sightings(work):
        content = _original(collection, sighting)
        if content is None or hashlib.sha256(content).hexdigest() != work.sha256:
            continue
        try:
            preview = looker().rendition(sighting.name, content)
            collection.files.put(key, preview)
        except (ImageError, BundleError, CollectionError):
            break
        return preview
    return small(collection, work.thumbnail)


def _original(collection: Collection, sighting: Sighting) -> bytes | None:
    """The bytes that lie now where a work was seen; None where nothing does that may be read."""
    try:
        if sighting.folder.startswith(UPLOADS):
            return collection.files.get(f"{sighting.folder.rstrip('/')}/{sighting.name}")
        file = Path(sighting.folder) / sighting.name
        if refusal(sighting.name) or not file.is_absolute() or file.stat().st_size > settings().max_bytes:
            return None
        return file.read_bytes()
    except (OSError, ValueError, CollectionError):
        return None
