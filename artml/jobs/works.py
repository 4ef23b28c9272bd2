"""Works that somebody names, to train on or to chart: a catalogue, or a folder whose folders are labels."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from artml.catalogue import FACETS, Catalogue, Problem
from artml.errors import CatalogueError, LabellingError
from artml.image_kinds import HEAD, kind_of
from artml.jobs.sources import roots
from artml.labelling.folder import files_in
from artml.settings import settings

TABLE: Final = "catalogue.csv"


def offered() -> list[Path]:
    """The catalogues of the labelled collection, by name."""
    return sorted(settings().data.glob(f"*/{TABLE}"))


def allowed(path: str | Path) -> tuple[Path, Path]:
    """A folder or catalogue that somebody named, links resolved, and the folder that nothing may lead out of.

    LabellingError where it lies neither below `ARTML_FOLDERS` nor in the labelled collection, or is not
    there: the sentence is the same, so that nobody learns from it what else this machine holds.
    """
    try:
        found = Path(path).resolve()
        for root in (*roots(), settings().data.resolve()):
            is_table = found.is_file() and found.suffix.lower() == ".csv"
            if found.is_relative_to(root) and (found.is_dir() or is_table):
                return found, root
    except (OSError, ValueError):
        pass
    raise LabellingError(f"{path} is no folder or catalogue that may be read here (ARTML_FOLDERS).")


def table_in(path: Path) -> Path | None:
    """The catalogue that a path names: itself, or the one CSV in that folder; None where there is none.

    CatalogueError where there are several, none of them `catalogue.csv`.
    """
    if path.is_file():
        return path
    tables = sorted(file for file in path.glob("*.csv") if not file.name.startswith("."))
    if path / TABLE in tables:
        return path / TABLE
    if len(tables) > 1:
        names = ", ".join(file.name for file in tables[:4])
        raise CatalogueError(f"{path.name} holds several tables ({names}). Call the one to use {TABLE}.")
    return tables[0] if tables else None


def works_in(path: Path, facet: str = "") -> Catalogue:
    """The works that a catalogue, or the one in a folder, names; else those in a folder's folders, each
    labelled with its folder's name in `facet`.

    CatalogueError where there is neither.
    """
    if (table := table_in(path)) is not None:
        return Catalogue.read(table)
    names = [found.name for found in files_in(path, recursive=True) if "/" in found.name]
    if not names or facet not in FACETS:
        raise CatalogueError(
            f"{path.name} holds neither a catalogue (a CSV with a column 'path') nor folders of pictures,"
            " each named by its label."
        )
    frame = pd.DataFrame({"path": names}, dtype="str")
    frame.insert(0, "line", range(1, len(frame) + 1))
    labels = frame["path"].str.partition("/")[0]
    return Catalogue(frame.assign(**{name: labels if name == facet else "" for name in FACETS}), path)


def usable(works: Catalogue, within: Path | None) -> tuple[Catalogue, list[Problem]]:
    """The works that can be used, and all that is wrong: what cannot be used is left out and said."""
    found: list[Problem] = []
    if within is not None:
        works, found = works.within(within)
    found += works.check()
    bad = {problem.line for problem in found if problem.severity == "error"}
    frame = works.frame[~works.frame["line"].isin(bad)].reset_index(drop=True)
    works = Catalogue(frame, works.root)
    for line, path, file in zip(frame["line"], frame["path"], works.files(), strict=True):
        if not _begins_as_a_picture(file):
            found.append(Problem(int(line), "error", f"{path!r} is no picture that is read here"))
    bad = {problem.line for problem in found if problem.severity == "error"}
    kept = frame[~frame["line"].isin(bad)].reset_index(drop=True)
    return Catalogue(kept, works.root), sorted(found, key=lambda problem: problem.line)


def _begins_as_a_picture(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            kind = kind_of(stream.read(HEAD))
    except OSError:
        return False
    return kind is not None and kind.decoder is not None
