"""What is known of one work when it leaves: facts, never a database row.

What a machine guessed and what a person decided stand apart, here and in every format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import quote

from artml.settings import settings
from artml.vocabulary import Label, vocabulary

Outcome = Literal["accepted", "corrected", "cannot_say"]
"""What a person made of a guess: agreed, said otherwise, or could not say."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NO_GUESSES: Final[Mapping[str, Guess]] = MappingProxyType({})
_NO_DECISIONS: Final[Mapping[str, Verdict]] = MappingProxyType({})


@dataclass(frozen=True)
class Guess:
    """What a bundle says of a work, a facet."""

    labels: tuple[tuple[str, float], ...]
    """Label and calibrated probability, 0 to 1, most probable first; at least one."""
    certain: bool
    """Whether the first label is right nine times in ten."""
    model: str
    """The bundle's name."""
    version: str
    """The bundle's version."""
    time: datetime
    """When it was asked, with its time zone."""

    @property
    def label(self) -> str:
        """The most probable label."""
        return self.labels[0][0]

    @property
    def probability(self) -> float:
        """Its probability, 0 to 1."""
        return self.labels[0][1]


@dataclass(frozen=True)
class Said:
    """One label as a person said it."""

    label: str
    """Of the vocabulary, or the person's own words."""
    qualifier: str = ""
    """`attributed to`, `workshop of`, …; empty where the label is meant as it stands."""

    def __str__(self) -> str:
        return f"{self.qualifier} {self.label}".strip()


@dataclass(frozen=True)
class Verdict:
    """What a person decided of a work, a facet: the decision that holds, not the history."""

    outcome: Outcome
    labels: tuple[Said, ...]
    """Several where several hold, the weightiest first; none where the outcome is `cannot_say`."""
    person: str
    """Who decided."""
    time: datetime
    """When, with its time zone."""
    note: str = ""
    """The person's own remark."""


@dataclass(frozen=True)
class Record:
    """One work, which is one picture; several with one object number are views of one object."""

    sha256: str
    """Of the picture's bytes, 64 lower-case hexadecimal digits: the work's id."""
    file: str
    """Where it was seen, relative to its folder, with `/`: `oils/1987.42.jpg`; empty where nobody knows."""
    width: int
    """Of the upright picture, pixels."""
    height: int
    """Of the upright picture, pixels."""
    object_number: str = ""
    """The museum's own, exactly as catalogued; empty where there is none."""
    title: str = ""
    """As catalogued, like artist and date; empty where unknown."""
    artist: str = ""
    date: str = ""
    """As catalogued, in any wording: `c. 1889`."""
    columns: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Every column of the catalogue that came with the folder, under the catalogue's own names."""
    guesses: Mapping[str, Guess] = field(default_factory=lambda: _NO_GUESSES)
    """By facet."""
    decisions: Mapping[str, Verdict] = field(default_factory=lambda: _NO_DECISIONS)
    """By facet; a facet that nobody has decided, or whose decision was undone, is not here."""
    thumbnail: Callable[[], bytes] | None = field(default=None, compare=False, repr=False)
    """Reads a small picture, such as a JPEG; called only by formats that show pictures."""


@dataclass(frozen=True)
class Museum:
    """Whose works these are, as harvesters and viewers need to know it."""

    name: str = ""
    """As it signs its records; LIDO asks for it."""
    url: str = ""
    """Web address below which the museum serves what is exported, `https://…/`; IIIF asks for it."""

    @classmethod
    def ours(cls) -> Museum:
        """The museum that the settings name."""
        return cls(settings().museum_name, settings().museum_url)

    def address(self, *parts: str) -> str:
        """The web address of something below `url`, each part escaped; empty where there is no `url`."""
        if not self.url:
            return ""
        return f"{self.url.rstrip('/')}/{'/'.join(quote(part) for part in parts)}"

    def picture(self, record: Record) -> str:
        """Where the picture is served: its file name below `pictures/`; empty where there is no `url`."""
        return self.address("pictures", record.file) if record.file else ""


def entry(facet: str, label: str) -> Label | None:
    """The vocabulary's entry for a label; None for a person's own words."""
    return vocabulary().get(facet, label)


def aat(facet: str, label: str) -> str:
    """The label's verified Getty AAT id, digits only; empty where there is none."""
    known = entry(facet, label)
    return known.aat_id if known else ""


@dataclass(frozen=True)
class Piece:
    """One object of the museum: every picture that bears its object number."""

    views: tuple[Record, ...]
    """At least one; the first speaks for the object where only one can."""
    name: str
    """Tells it from the others of its export, and is safe in file names and addresses: `1987.42`."""

    @property
    def number(self) -> str:
        """The object number; empty where there is none."""
        return self.views[0].object_number

    @property
    def title(self) -> str:
        """The first catalogued title; empty where there is none."""
        return next((view.title for view in self.views if view.title), "")

    @property
    def label(self) -> str:
        """What to call it: its title, or else its number, its file, its SHA-256."""
        return self.title or self.number or self.views[0].file or self.views[0].sha256

    @property
    def artist(self) -> str:
        """The first catalogued artist; empty where there is none."""
        return next((view.artist for view in self.views if view.artist), "")

    @property
    def date(self) -> str:
        """The first catalogued date; empty where there is none."""
        return next((view.date for view in self.views if view.date), "")

    def decided(self, facet: str) -> tuple[Said, ...]:
        """What persons said of the facet, over all views, each once."""
        verdicts = (view.decisions[facet] for view in self.views if facet in view.decisions)
        return tuple(dict.fromkeys(said for verdict in verdicts for said in verdict.labels))


def pieces(records: Sequence[Record]) -> list[Piece]:
    """The objects that the records show, in order of first appearance.

    Pictures with one object number are views of one object; a picture without one is an object by itself.
    """
    together: dict[str, list[Record]] = {}
    for record in records:
        together.setdefault(quote(record.object_number or record.sha256, safe=""), []).append(record)
    # Some file systems take `1987.42a` and `1987.42A` for one name.
    often = Counter(name.casefold() for name in together)
    return [
        Piece(tuple(views), f"{name}-{views[0].sha256[:8]}" if often[name.casefold()] > 1 else name)
        for name, views in together.items()
    ]


def facets(records: Sequence[Record]) -> tuple[str, ...]:
    """Every facet that was guessed or decided, in order of first appearance."""
    return tuple(dict.fromkeys(name for record in records for name in (*record.guesses, *record.decisions)))
