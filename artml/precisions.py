"""One bundle in several precisions on the same works: the whole of an answer, with memory and calibration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle
from artml.catalogue import Catalogue
from artml.classifier import Answer, Classifier
from artml.engine import BATCH, Precision
from artml.errors import CatalogueError, ImageError
from artml.evaluation.evaluate import Tally, shared
from artml.evaluation.intervals import Interval, bootstrap
from artml.evaluation.metrics import FacetFigures
from artml.images import open_image
from artml.member import Member
from artml.sight import Sight
from artml.views import Pixels

if TYPE_CHECKING:
    from artml.commands.bar import Told
    from artml.quantisation import Ranges

PRECISIONS: Final[tuple[Precision, ...]] = ("fp32", "bf16", "int8")
COLUMNS: Final = ("facet", "n", "fp32", "bf16", "int8", "int8 - fp32, points", "ECE fp32", "bf16", "int8")
MOST_LOST: Final = 0.5
"""Points of accuracy, of which no facet may lose more."""

Gain = tuple[float, Interval]
"""How much more often somebody is right than another: points, and their 95 % interval by work."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The precisions that this processor has. The gains are those of int8 over fp32."""

    name: str
    figures: Mapping[Precision, Mapping[str, FacetFigures]]
    gains: Mapping[str, Gain]
    alike: tuple[float, float] | None
    """Cosine of the embeddings in int8 and fp32: the median, and what 5 % fall below; None without any."""
    refused: Mapping[Precision, float]
    """The share of the works that are said not to look like a painting."""

    @property
    def good(self) -> bool:
        """Whether no facet loses more than may be lost."""
        return all(gain >= -MOST_LOST for gain, _ in self.gains.values())

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The words below `COLUMNS`, a facet a row."""
        for facet, gain in self.gains.items():
            found = [self.figures[how][facet] if how in self.figures else None for how in PRECISIONS]
            accuracy = (f"{each.accuracy:.3f}" if each else "–" for each in found)
            ece = (f"{each.ece:.3f}" if each else "–" for each in found)
            yield facet, f"{self.figures['int8'][facet].n:,}", *accuracy, points(gain), *ece

    def notes(self) -> Iterator[str]:
        """What else there is to say, a sentence each."""
        if self.alike:
            yield "Cosine of the embeddings in int8 and fp32: median {:.3f}, 95 % above {:.3f}.".format(
                *self.alike
            )
        if any(self.refused.values()):
            shares = ", ".join(f"{how} {100 * share:.1f} %" for how, share in self.refused.items())
            yield f"Of these paintings, said not to look like one: {shares}."

    def sentence(self) -> str:
        """What came of it."""
        facet = min(self.gains, key=lambda facet: self.gains[facet][0])
        most = f"at worst {points(self.gains[facet])} points of accuracy, in {facet}; {MOST_LOST} may be lost"
        return f"{self.name} {'runs in int8 from now on' if self.good else 'stays as it is'}: {most}."


@dataclass(eq=False)
class _Said:
    """What one precision answers, a work a row."""

    tallies: Mapping[str, Tally]
    embeddings: list[npt.NDArray[np.float32]] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        for facet, tally in self.tallies.items():
            tally.add(answer[facet])
        self.refused.append(not answer.is_painting)
        if answer.embedding is not None:
            self.embeddings.append(answer.embedding)


def compare(bundle: Bundle, ranges: Ranges, works: Catalogue, told: Told) -> Comparison:
    """What a bundle says of these works in every precision; `CatalogueError` where none can be compared."""
    members = {how: Member.of(bundle, how, ranges) for how in PRECISIONS}
    asked = {how: Classifier([each]) for how, each in members.items() if each.engine.precision == how}
    facets = shared(asked["fp32"], works)
    said = {how: _Said({f: Tally(each.facets[f]) for f in facets}) for how, each in asked.items()}
    rows: list[int] = []
    for batch in seen(works.files(), asked["fp32"].sight, "Comparing", told):
        rows += batch
        for how, classifier in asked.items():
            for answer in classifier.answers(list(batch.values())):
                said[how].add(answer)
    if not rows:
        raise CatalogueError(f"None of the {len(works)} pictures can be read in {works.root}.")
    truth = {facet: works.frame[facet].iloc[rows].tolist() for facet in facets}
    known = [facet for facet in facets if np.isin(truth[facet], asked["fp32"].facets[facet]).any()]
    if not known:
        raise CatalogueError(f"{works.root} holds no picture whose label {bundle.manifest.name} knows.")
    return Comparison(
        bundle.manifest.name,
        {how: {f: each.tallies[f].measured(truth[f]) for f in known} for how, each in said.items()},
        {f: gain(*(said[how].tallies[f].right(truth[f]) for how in ("fp32", "int8"))) for f in known},
        _alike(said["fp32"].embeddings, said["int8"].embeddings),
        {how: float(np.mean(each.refused)) for how, each in said.items()},
    )


def seen(
    files: Sequence[Path], sight: Sight, title: str, told: Told
) -> Iterator[dict[int, tuple[Pixels, ...]]]:
    """What networks see of these pictures, by place in `files`, in batches; without unreadable ones."""
    for start in range(0, len(files), BATCH):
        batch = {}
        for place, file in enumerate(files[start : start + BATCH], start):
            try:
                batch[place] = sight.pixels(open_image(file, shortest=sight.shortest))
            except ImageError:
                continue
        told(min(start + BATCH, len(files)), len(files), title)
        if batch:
            yield batch


def gain(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> Gain:
    """How much more often right, of the same works (1 or 0 each) in the same order."""
    each = 100 * (after - before)
    return float(each.mean()), bootstrap(np.mean, each)


def _alike(
    before: Sequence[npt.NDArray[np.float32]], after: Sequence[npt.NDArray[np.float32]]
) -> tuple[float, float] | None:
    if not before:
        return None
    a, b = np.stack(before), np.stack(after)
    cosines = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    return float(np.median(cosines)), float(np.quantile(cosines, 0.05))


def points(gain: Gain) -> str:
    """A gain in words."""
    return f"{gain[0]:+.1f} [{gain[1][0]:+.1f}, {gain[1][1]:+.1f}]"
