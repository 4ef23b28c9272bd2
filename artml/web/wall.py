"""The pictures a visitor has brought: looked at once, hung as renditions, forgotten with the session."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from typing_extensions import Buffer

from artml.classifier import Answer, Classifier
from artml.errors import ImageError
from artml.line import unheard

if TYPE_CHECKING:
    from artml.explanation import HeatMap
    from artml.looking import Looker
    from artml.patches import Patches

REMEMBERED = 48


@dataclass(frozen=True)
class Hung:
    """A picture on the wall: its name, a JPEG to show (at most 1,400 px), width by height, what it is."""

    name: str
    rendition: bytes
    ratio: float
    answer: Answer
    looks: dict[str, HeatMap] = field(default_factory=dict, repr=False)
    """Where the network looked, by facet; empty until somebody asks."""
    places: dict[str, Patches | None] = field(default_factory=dict, repr=False)
    """What is said from place to place, by facet; empty until somebody asks."""

    def look(self, classifier: Classifier) -> dict[str, HeatMap]:
        """Where the network looked for the first label of each facet; found out once."""
        if not self.looks:
            labels = {facet: prediction.label for facet, prediction in self.answer.items()}
            self.looks.update(classifier.explain(self.rendition, labels))
        return self.looks

    def patches(self, classifier: Classifier, facet: str) -> Patches | None:
        """What is said of a facet from place to place, found out once; None where that cannot be told."""
        if facet not in self.places:
            self.places[facet] = classifier.patches(self.rendition, facet)
        return self.places[facet]


@dataclass(frozen=True)
class Refused:
    """A file that could not be hung, and why, in words that name it."""

    reason: str


@dataclass
class Wall:
    """What hangs in one visitor's session. Nothing of it touches a disk; the bytes brought are not kept."""

    hung: list[Hung] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    opened: int | None = None
    remembered: OrderedDict[str, Hung] = field(default_factory=OrderedDict)

    def clear(self) -> None:
        """Take everything down; answers already given stay remembered."""
        self.hung, self.refused, self.opened = [], [], None

    def look(
        self, name: str, content: Buffer, looker: Looker, told: Callable[[int], object] = unheard
    ) -> Hung | Refused:
        """Look at one file's bytes, or remember it: of the last 48, the same bytes are looked at once.

        A bad file gives its reason instead. `told` is called with the place in line; raises `Crowded`.
        """
        key = hashlib.sha256(content).hexdigest()
        if key in self.remembered:
            self.remembered.move_to_end(key)
            return replace(self.remembered[key], name=name)
        try:
            seen = looker.look(name, content, told=told)
        except ImageError as error:
            return Refused(str(error))
        hung = Hung(name, seen.rendition, seen.width / seen.height, seen.answer)
        self.remembered[key] = hung
        while len(self.remembered) > REMEMBERED:
            self.remembered.popitem(last=False)
        return hung

    def hang(self, looked: list[Hung | Refused]) -> None:
        """Hang what was just looked at. It replaces the last visit's pictures, unless none could be hung."""
        self.refused = [item for item in looked if isinstance(item, Refused)]
        pictures = [item for item in looked if isinstance(item, Hung)]
        if pictures:
            self.hung, self.opened = pictures, None
