"""Where an atlas's works come from and where their pictures lie, and which of them a visitor may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from artml.catalogue import Catalogue
from artml.catalogue.paths import below
from artml.collection.atlas import OWN, Atlas
from artml.collection.collection import Collection
from artml.collection.gathered import Gathered
from artml.errors import UnknownName
from artml.images import ImageSource


@contextmanager
def gathered(
    catalogue: Path | None,
    root: Path | None = None,
    name: str | None = None,
    public: bool = False,
    within: Path | None = None,
) -> Iterator[tuple[Gathered, str, Mapping[str, Any]]]:
    """Works for `chart`, the name of their atlas, and what it says of itself: those of a catalogue or, with
    None, the museum's own.

    within: a catalogue's works whose file lies outside of it, as by a link, are left out.
    Raises `CatalogueError`, `CollectionUnusable`, and `UnknownName` for a name that cannot be a folder's.
    """
    if catalogue is None:
        with Collection.open() as collection:
            yield Gathered.own(collection), OWN, {"title": "The collection", "source": "own", "public": False}
        return
    read = Catalogue.read(catalogue, root)
    if within is not None:
        read = read.within(within)[0]
    called = name or catalogue.resolve().parent.name
    if not re.fullmatch(r"[\w][\w .-]{0,60}", called) or called == OWN:
        raise UnknownName(f"{called!r} cannot be the name of a catalogue's atlas. Choose another (--name).")
    facts = {
        "title": called[:1].upper() + called[1:],
        "source": "catalogue",
        "public": public,
        "root": str(read.root.resolve()),
    }
    yield Gathered.catalogue(read), called, facts


def visible(atlas: Atlas, collection: Callable[[], Collection], everything: bool) -> npt.NDArray[np.bool_]:
    """(n,): the works of an atlas that somebody may see: `everything`, or what is public alone."""
    if everything:
        return np.ones(len(atlas.works), dtype=bool)
    if atlas.source == "catalogue":
        return np.full(len(atlas.works), bool(atlas.facts.get("public")))
    public = {work.sha256 for work in collection().works(public_only=True)}
    return np.asarray(atlas.works["id"].isin(public), dtype=bool)


def picture(atlas: Atlas, row: int, collection: Callable[[], Collection]) -> ImageSource:
    """The picture of a work: its file, or the bytes of its thumbnail; raises `FileMissing`."""
    if atlas.source == "catalogue":
        return below(Path(atlas.facts["root"]), str(atlas.works["path"].iloc[row]))
    found = collection()
    return found.files.get(found.work(str(atlas.works["id"].iloc[row])).thumbnail)
