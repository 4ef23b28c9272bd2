"""Catalogues: CSV files of labelled images, read, checked, selected, balanced and divided.

Only the column `path` is needed. `work`, `artist`, `style`, `genre`, `technique`, `split` and `source` are
understood where they are, and `author` and `class` (hand or algorithm) in the place of `artist` and
`technique`; any other column comes along. Values are strings, an unknown one is "".
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.catalogue import divide
from artml.catalogue.checks import SPLITS, Problem, check_frame
from artml.catalogue.paths import below, outside, refusal
from artml.catalogue.reading import read_frame
from artml.errors import CatalogueError, UnknownName
from artml.vocabulary import Vocabulary
from artml.vocabulary import vocabulary as shipped_vocabulary

__all__ = ["FACETS", "SPLITS", "Catalogue", "Problem"]

FACETS = ("style", "genre", "artist", "technique")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Labelled images. Methods that choose or divide give a new catalogue and leave this one alone."""

    frame: pd.DataFrame
    """A row an image, index 0..n-1; `line` is its line in the file, every other column a string."""
    root: Path
    """The folder that paths start from."""

    @classmethod
    def read(cls, path: str | os.PathLike[str], root: str | os.PathLike[str] | None = None) -> Catalogue:
        """The catalogue in a UTF-8 CSV file, separated by comma, semicolon or tab.

        `root` is by default the file's folder. CatalogueError, by line, for a file that cannot be read so.
        """
        file = Path(path)
        return cls(read_frame(file), file.parent if root is None else Path(root))

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def facets(self) -> tuple[str, ...]:
        """Those of style, genre, artist and technique that have a label in at least one row."""
        return tuple(facet for facet in FACETS if facet in self.frame and (self.frame[facet] != "").any())

    def files(self) -> list[Path]:
        """The file of each row, below the root; CatalogueError where a path is empty or leads out of it."""
        for line, path in zip(self.frame["line"], self.frame["path"], strict=True):
            if refused := refusal(path):
                raise CatalogueError(f"line {line}: {refused}")
        return [below(self.root, path) for path in self.frame["path"]]

    def check(self, vocabulary: Vocabulary | None = None) -> list[Problem]:
        """What is wrong, sorted by line.

        Errors: a path that is empty, leads out of the root or to no file; a work in two splits.
        Warnings: a path written twice; a label that `vocabulary` (by default ours) lacks; an unknown split.
        """
        return check_frame(self.frame, self.root, self.facets, vocabulary or shipped_vocabulary())

    def within(self, root: Path) -> tuple[Catalogue, list[Problem]]:
        """The rows whose file lies in `root`, links followed, and what is wrong with the others."""
        strays = outside(self.frame, self.root, root)
        problems = [Problem(line, "error", message) for line, message in strays.items()]
        return self._where(~self.frame["line"].isin(list(strays))), problems

    def labels(self, facet: str, minimum: int = 1) -> tuple[str, ...]:
        """The labels that at least `minimum` rows have, sorted. `facet` may be any column."""
        counts = self._column(facet).value_counts()
        return tuple(sorted(label for label in counts.index[counts >= minimum] if label))

    def select(
        self,
        *,
        split: str | None = None,
        facet: str | None = None,
        labels: Collection[str] | None = None,
        minimum: int | None = None,
    ) -> Catalogue:
        """The rows of `split` with a label in `facet`: any, one of `labels`, or one that `minimum` rows have.

        UnknownName for a column there is not, and for a split that is neither used here nor one of SPLITS.
        """
        chosen = self._in_split(split) if split is not None else self
        if facet is None:
            if labels is not None or minimum is not None:
                raise ValueError("labels and minimum choose within a facet: name it")
            return chosen
        chosen = chosen._where(chosen._column(facet) != "")
        if labels is not None:
            chosen = chosen._where(chosen.frame[facet].isin(list(labels)))
        if minimum is not None:
            chosen = chosen._where(chosen.frame[facet].isin(chosen.labels(facet, minimum)))
        return chosen

    def undersample(self, facet: str, seed: int) -> Catalogue:
        """Every label of `facet` cut at random to the size of the smallest; rows keep their order.

        Rows without a label are left out.
        """
        self._column(facet)
        return self._with(divide.undersample(self.frame, facet, seed))

    def class_weights(self, facet: str, power: float = 1.0) -> dict[str, float]:
        """A weight a label: n^-power, scaled so that the mean over the labelled rows is 1.

        Power 1 gives every label the same say, 0 every row.
        """
        self._column(facet)
        return divide.class_weights(self.frame, facet, power)

    def split_by(
        self, unit: Literal["work", "artist", "source"], fractions: Mapping[str, float], seed: int
    ) -> Catalogue:
        """A new column `split`, drawn so that no unit is in two splits.

        Each split comes within the size of the largest unit of its fraction of the rows. A row whose unit is
        empty goes with the other pictures of its work, and is a unit of its own where there are none.
        ValueError unless the fractions are positive and add up to 1.
        """
        self._column(unit)
        split = divide.assign(divide.units(self.frame, unit), fractions, seed)
        return self._with(self.frame.assign(split=pd.Series(split, dtype="str", index=self.frame.index)))

    def hold_out_sources(self, facet: str = "style", share: float = 0.25) -> tuple[Catalogue, Catalogue]:
        """(kept, held): held are the rows whose source holds less than `share` of their label's rows.

        Rows without a label or a source are kept. Other pictures of a work that is held are in neither.
        """
        self._column(facet), self._column("source")
        return self._apart(divide.foreign(self.frame, facet, share))

    def hold_out_artists(
        self, fraction: float, seed: int, facet: str = "style"
    ) -> tuple[Catalogue, Catalogue]:
        """(kept, held): held are whole artists, drawn at random, with about `fraction` of the labelled rows.

        No label of `facet` loses more than half of its rows. Rows without an artist are kept, and so are
        artists without a label. Other pictures of a work that is held are in neither.
        """
        self._column(facet)
        artists = self._column("artist")
        drawn = divide.strangers(self.frame, fraction, seed, facet)
        return self._apart(artists.isin(drawn).to_numpy(dtype=bool))

    def _column(self, name: str) -> pd.Series[str]:
        if name not in self.frame or name == "line":
            there = ", ".join(column for column in self.frame.columns if column != "line")
            raise UnknownName(f"The catalogue has no column {name!r}; it has {there}.")
        return self.frame[name]

    def _in_split(self, split: str) -> Catalogue:
        column = self._column("split")
        if split not in SPLITS and not (column == split).any():
            there = ", ".join(self.labels("split")) or "no split at all"
            raise UnknownName(f"No row is in a split {split!r}; the catalogue has {there}.")
        return self._where(column == split)

    def _apart(self, mask: npt.NDArray[np.bool_]) -> tuple[Catalogue, Catalogue]:
        kept, held = divide.apart(self.frame, mask)
        return self._with(self.frame[kept]), self._with(self.frame[held])

    def _where(self, mask: pd.Series[bool]) -> Catalogue:
        return self._with(self.frame[mask])

    def _with(self, frame: pd.DataFrame) -> Catalogue:
        return Catalogue(frame.reset_index(drop=True), self.root)
