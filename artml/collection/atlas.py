"""An atlas: what is known of many works together, on disk, ready to be walked through.

A folder below the home's `atlases`: `seen/`, what was seen in the pictures and need not be seen again, and
`shown/`, the atlas itself, which takes its old version's place only when it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.collection.clusters import Elbow, Method, Numbers, Vectors
from artml.collection.naming import names
from artml.collection.similarity import Alike, Dissent, Twins, dissents, twins
from artml.errors import AtlasNotFound, UnknownName
from artml.settings import settings

SCHEMA: Final = 1
SHOWN: Final = "shown"
FACTS: Final = "atlas.json"
WORKS: Final = "works.csv"
TWINS: Final = 0.97
"""Likeness from which two works are nearly one picture."""

Source = Literal["own", "catalogue"]


@dataclass(frozen=True)
class Parted:
    """One space parted by one method."""

    space: str
    method: Method
    count: int
    silhouette: float
    davies_bouldin: float

    @property
    def key(self) -> str:
        """What it goes by among files and in addresses."""
        return f"{self.space}-{self.method}"


@dataclass(frozen=True, eq=False)
class Atlas:
    """Works, n of them, and all that was found of them together. Nothing of it changes."""

    folder: Path
    facts: Mapping[str, Any]
    works: pd.DataFrame
    """A row a work, index 0..n-1: `COLUMNS` of what was gathered, `year` (NaN where unknown), `period`, and
    of each facet of the guide's `guess_<facet>`, `certainty_<facet>` (0..1)."""
    _arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict, repr=False)

    _names: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, name: str) -> Self:
        """The atlas of that name; raises `AtlasNotFound`."""
        folder = atlases() / name
        try:
            facts = json.loads((folder / SHOWN / FACTS).read_text(encoding="utf-8"))
            works = pd.read_csv(folder / SHOWN / WORKS, dtype="str", keep_default_na=False)
        except (OSError, ValueError) as error:
            raise AtlasNotFound(f"There is no atlas {name!r}. Make it with artml cluster.") from error
        if facts.get("schema") != SCHEMA:
            raise AtlasNotFound(f"The atlas {name!r} is of another version. Make it anew: artml cluster.")
        works["year"] = pd.to_numeric(works["year"], errors="coerce")
        for column in works.columns[works.columns.str.startswith("certainty_")]:
            works[column] = pd.to_numeric(works[column], errors="coerce").fillna(0.0)
        return cls(folder, facts, works)

    @property
    def name(self) -> str:
        """The folder's."""
        return self.folder.name

    @property
    def title(self) -> str:
        """What to call it."""
        return str(self.facts["title"])

    @property
    def source(self) -> Source:
        """Whether it shows the museum's own works, or a catalogue's."""
        return "own" if self.facts["source"] == "own" else "catalogue"

    @property
    def stamp(self) -> str:
        """Changes when the atlas is made anew."""
        return str(self.facts["made"])

    @property
    def parted(self) -> list[Parted]:
        """Every clustering in it, the first the one to show first."""
        return [Parted(**found) for found in self.facts["parted"]]

    @property
    def elbow(self) -> Elbow:
        """The elbow curve of the first space."""
        found = self.facts["elbow"]
        return Elbow(tuple(found["counts"]), tuple(found["inertias"]))

    @cached_property
    def points(self) -> Vectors:
        """(n, 2): where each work lies on the map, 0..1 on both sides."""
        return self._array("points")

    @cached_property
    def shares(self) -> Vectors:
        """(n, clusters): of each work the share of each influence."""
        return self._array("shares")

    @cached_property
    def vectors(self) -> Vectors:
        """(n, size): the first space."""
        return self._array("vectors")

    @cached_property
    def alike(self) -> Alike:
        """Its works to search among."""
        return Alike(self.vectors)

    @cached_property
    def influence_names(self) -> list[str]:
        """A name for each influence."""
        return self._named(np.asarray(self.shares.argmax(axis=1), dtype=np.intp), self.shares.shape[1])

    @property
    def model(self) -> tuple[str, str]:
        """Name and version of the bundle that embedded the works; two empty strings where none did."""
        model = self.facts.get("model") or {}
        return str(model.get("name", "")), str(model.get("version", ""))

    def numbers(self, key: str) -> Numbers:
        """(n,): the cluster of each work in the clustering of that key; raises `UnknownName`."""
        if key not in {found.key for found in self.parted}:
            raise UnknownName(f"There is no clustering {key!r} in the atlas {self.name!r}.")
        return np.asarray(self._array(key), dtype=np.intp)

    def names(self, key: str) -> list[str]:
        """A name for each cluster of that clustering."""
        if key not in self._names:
            numbers = self.numbers(key)
            self._names[key] = self._named(numbers, int(numbers.max()) + 1)
        return self._names[key]

    def told(self, group: str) -> pd.Series[str]:
        """What is said of each work: its own label or, where it has none and the guide is certain, the
        guide's; "" where neither is.
        """
        own = self.works[group]
        if f"guess_{group}" not in self.works:
            return own
        sure = self.works[f"certain_{group}"] == "yes"
        return own.mask((own == "") & sure, self.works[f"guess_{group}"])

    def twins(self) -> list[Twins]:
        """Pairs of works that are nearly one picture, less pictures of one object."""
        return twins(self._array("neighbours"), self._array("likenesses"), TWINS, list(self.works["work"]))

    def dissents(self, group: str) -> list[Dissent]:
        """Works whose neighbours agree on another label."""
        return dissents(self._array("neighbours"), list(self.works[group]))

    def _named(self, numbers: Numbers, count: int) -> list[str]:
        frame = self.works.assign(**{group: self.told(group) for group in ("style", "genre")})
        found = names(frame, numbers)
        return [*found, *["works of many kinds"] * (count - len(found))]

    def _array(self, name: str) -> npt.NDArray[Any]:
        if name not in self._arrays:
            self._arrays[name] = np.load(self.folder / SHOWN / f"{name}.npy", allow_pickle=False)
        return self._arrays[name]


def atlases() -> Path:
    """Where atlases are kept."""
    return settings().home / "atlases"


def known() -> list[str]:
    """The names of the atlases there are, sorted, the museum's own first."""
    found = sorted(file.parent.parent.name for file in atlases().glob(f"*/{SHOWN}/{FACTS}"))
    return sorted(found, key=lambda name: name != OWN)


OWN: Final = "museum"
"""The name of the atlas of the museum's own works."""
