"""Which versions of a bundle there are, and who puts one in service, or the one before it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artml import service
from artml.bundle import MANIFEST, Bundle, locate, read_manifest
from artml.collection import Person
from artml.errors import CollectionError, UnknownName
from artml.learning.comparison import COMPARISON, Comparison
from artml.service import Turn
from artml.settings import settings

COMPARED = "compared"
"""Key of the comparison in a bundle's figures."""


@dataclass(frozen=True)
class Version:
    """A version of a bundle."""

    name: str
    version: str
    folder: Path
    shipped: bool
    serves: bool
    """Whether it answers now."""
    turn: Turn | None = None
    """Who put it in service last, where somebody did and it still is."""

    @property
    def figures(self) -> dict[str, Any]:
        """What was measured of it."""
        return Bundle(self.folder, read_manifest(self.folder)).metrics

    @property
    def comparison(self) -> Comparison | None:
        """It beside the one that was in service when it was made; None for a shipped one."""
        found = self.figures.get(COMPARED)
        return None if found is None else COMPARISON.validate_python(found)


def versions(name: str) -> list[Version]:
    """Every version of a bundle, the shipped one first, then by name; raises `BundleNotFound`."""
    home = settings().models / name
    read_manifest(home)
    folders = [home, *sorted(file.parent for file in service.place(name).glob(f"[!.]*/{MANIFEST}"))]
    now, held = locate(name), service.standing(service.turns(name))
    turn = service.turns(name)[-1] if service.turns(name) else None
    wanted = held[-1].version if held else service.SHIPPED
    found = []
    for folder in folders:
        own = service.SHIPPED if folder == home else folder.name
        version = read_manifest(folder).version if folder == home else folder.name
        found.append(
            Version(name, version, folder, folder == home, folder == now, turn if own == wanted else None)
        )
    return found


def version_of(name: str, version: str) -> Version:
    """One of them; raises `UnknownName` or `BundleNotFound`."""
    known = versions(name)
    for each in known:
        if each.version == version:
            return each
    raise UnknownName(f"There is no {name} {version!r}; there are {', '.join(v.version for v in known)}.")


def made_by(name: str, job_id: str) -> Version:
    """The version that a job made; raises `UnknownName`."""
    for each in versions(name):
        if not each.shipped and each.figures.get("job") == job_id:
            return each
    raise UnknownName(f"The job {job_id[:8]} has made no {name}.")


def use(person: Person, name: str, version: str) -> Turn:
    """Put a version in service: whatever classifies from now on asks it.

    Raises `NotAllowed`, `UnknownName`, a `BundleError` for a damaged one, and `CollectionError` for the one
    that is in service.
    """
    person.check("staff")
    chosen = version_of(name, version)
    if chosen.serves:
        raise CollectionError(f"{name} {version} is in service already.")
    Bundle.load(chosen.folder)
    return service.write(name, service.SHIPPED if chosen.shipped else chosen.folder.name, person.name)


def rollback(person: Person, name: str) -> Turn:
    """Put in service what was so before the last `use` that nobody took back.

    Raises `NotAllowed`, `BundleNotFound`, and `CollectionError` where nothing is to be taken back.
    """
    person.check("staff")
    read_manifest(settings().models / name)
    held = service.standing(service.turns(name))
    if not held:
        raise CollectionError(f"There is nothing to take back: the shipped {name} is in service.")
    before = held[-2].version if len(held) > 1 else service.SHIPPED
    return service.write(name, before, person.name, back=True)
