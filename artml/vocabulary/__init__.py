"""The vocabulary: every label artml can answer with, what it means, and its public identifiers.

It is `labels.csv` beside this file, sorted by facet (style, genre, artist, technique) and label.
An identifier that nobody verified stays empty.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from artml.errors import UnknownName

_LABELS = Path(__file__).with_name("labels.csv")


@dataclass(frozen=True)
class Label:
    """One answer to a facet. What is not known, or does not apply, is empty."""

    facet: str
    label: str
    aat_id: str
    """Getty Art & Architecture Thesaurus, digits only: `300021503`."""
    aat_label: str
    """The Getty's own wording, often an adjective: `Impressionist (style)`."""
    wikidata_id: str
    """`Q40415`."""
    period: str
    """Years from-to, `1872-1892` or `1880-present`; of an artist the years of birth and death."""
    description: str
    """One to three sentences for a visitor: what it is, what to look for."""
    key_artists: tuple[str, ...]


class Vocabulary:
    """Labels by facet and name: `vocabulary()["style", "Impressionism"].period`."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self._labels = {(label.facet, label.label): label for label in labels}

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets that have labels here."""
        return tuple(dict.fromkeys(facet for facet, _ in self._labels))

    def labels(self, facet: str) -> tuple[str, ...]:
        """The names of a facet's labels, sorted as in the file; UnknownName where there is no such facet."""
        if facet not in self.facets:
            raise UnknownName(f"No facet {facet!r} in the vocabulary; there are {', '.join(self.facets)}.")
        return tuple(label for of, label in self._labels if of == facet)

    def get(self, facet: str, label: str) -> Label | None:
        """The label, or None where the vocabulary lacks it."""
        return self._labels.get((facet, label))

    def __getitem__(self, key: tuple[str, str]) -> Label:
        """The label of `(facet, name)`; UnknownName, with the nearest names, where there is none."""
        if key not in self._labels:
            facet, label = key
            near = difflib.get_close_matches(label, self.labels(facet))
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise UnknownName(f"No {facet} {label!r} in the vocabulary{hint}.")
        return self._labels[key]

    def __contains__(self, key: object) -> bool:
        return key in self._labels

    def __iter__(self) -> Iterator[Label]:
        return iter(self._labels.values())

    def __len__(self) -> int:
        return len(self._labels)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary artml ships; read once."""
    with _LABELS.open(encoding="utf-8", newline="") as file:
        return Vocabulary(_label(row) for row in csv.DictReader(file))


def _label(row: dict[str, str]) -> Label:
    artists = tuple(name.strip() for name in row["key_artists"].split(";") if name.strip())
    return Label(
        facet=row["facet"],
        label=row["label"],
        aat_id=row["aat_id"],
        aat_label=row["aat_label"],
        wikidata_id=row["wikidata_id"],
        period=row["period"],
        description=row["description"],
        key_artists=artists,
    )
