"""A bundle beside the one that taught it: what it loses, and how much less there is to reckon."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from artml.classifier import Classifier
from artml.engine import BATCH
from artml.environment import processor
from artml.errors import BundleNotFound
from artml.evaluation.evaluate import ask
from artml.markdown import markdown_table
from artml.member import Member
from artml.precisions import Gain, gain, points
from artml.settings import settings

if TYPE_CHECKING:
    from artml.bundle import Bundle
    from artml.catalogue import Catalogue
    from artml.commands.bar import Told
    from artml.evaluation.metrics import FacetFigures
    from artml.quantisation import Ranges

TEACHER: Final = "teacher"
"""Where the summary stands among a bundle's figures."""
HEADING: Final = "## Beside its teacher"
COLUMNS: Final = ("facet", "n", "{teacher}", "{pupil}", "difference, points", "ECE {teacher}", "{pupil}")
ROUNDS: Final = 7
"""Batches that both networks read in turn, to tell how much faster one is; the first is not counted."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Both as they serve here, votes of works included, on the same works. `faster`: how many times as many
    pictures the pupil's network reads in the same time; `megabytes` are those of its network, and of its
    teacher's.
    """

    pupil: str
    teacher: str
    version: str
    figures: Mapping[str, tuple[FacetFigures, FacetFigures]]
    """The teacher's and the pupil's, by facet."""
    gains: Mapping[str, Gain]
    """Of the pupil over the teacher."""
    faster: float
    megabytes: tuple[float, float]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The words below `COLUMNS`, a facet a row."""
        for facet, both in self.figures.items():
            accuracy, ece = ([f"{getattr(each, of):.3f}" for each in both] for of in ("accuracy", "ece"))
            yield facet, f"{both[0].n:,}", *accuracy, points(self.gains[facet]), *ece

    def section(self) -> str:
        """For the model card, Markdown."""
        columns = [column.format(teacher=self.teacher, pupil=self.pupil) for column in COLUMNS]
        about = (
            f"Taught by {self.teacher} {self.version}, in whose place it answers where it is asked for. Both"
            " on the validation split, as they serve; in brackets, the 95 % interval by work."
        )
        own, others = self.megabytes
        gained = (
            f"Its network reads {self.faster:.1f} times as many pictures as its teacher's in the same time,"
            f" by {processor()}, and takes {own:.0f} MB instead of {others:.0f}."
        )
        return "\n\n".join([HEADING, about, markdown_table(columns, self.rows()), gained])

    def summary(self) -> dict[str, Any]:
        """As it stands among a bundle's figures."""
        accuracies = {facet: [each.accuracy for each in both] for facet, both in self.figures.items()}
        facts = {"teacher": self.teacher, "version": self.version, "processor": processor()}
        return facts | {"accuracy": accuracies, "gains": self.gains, "faster": self.faster}


def beside(bundle: Bundle, ranges: Ranges | None, works: Catalogue, told: Told) -> Beside | None:
    """Ask a bundle, run with these `ranges` (see `Engine`), and its teacher about these works; None where it
    had none, or that is not here. `CatalogueError` where there are no works to ask about.
    """
    if not bundle.manifest.taught_by:
        return None
    try:
        teacher = Member.load(bundle.manifest.taught_by)
    except BundleNotFound:
        return None
    pupil = Member.of(bundle, settings().precision, ranges)
    found, read = [], works
    for member in (teacher, pupil):
        tallies, read = ask(Classifier([member]), works, partial(_tell, told, member.manifest.name))
        found.append(tallies)
    truth = {facet: read.frame[facet].tolist() for facet in found[1] if facet in found[0]}
    both = {facet: [tallies[facet].measured(names) for tallies in found] for facet, names in truth.items()}
    figures = {facet: (before, after) for facet, (before, after) in both.items() if before.n}
    return Beside(
        bundle.manifest.name,
        teacher.manifest.name,
        teacher.manifest.version,
        figures,
        {facet: gain(*(tallies[facet].right(truth[facet]) for tallies in found)) for facet in figures},
        _faster(pupil, teacher),
        (_megabytes(pupil), _megabytes(teacher)),
    )


def _tell(told: Told, name: str, done: int, total: int) -> None:
    told(done, total, f"Asking {name}")


def _faster(pupil: Member, teacher: Member) -> float:
    times: dict[Member, list[float]] = {teacher: [], pupil: []}
    for _ in range(ROUNDS):
        for member, taken in times.items():
            pixels = np.zeros((BATCH, *member.eye.shape), np.uint8)
            start = time.perf_counter()
            member.read(pixels, BATCH)
            taken.append(time.perf_counter() - start)
    return median(before / after for before, after in zip(times[teacher][1:], times[pupil][1:], strict=True))


def _megabytes(member: Member) -> float:
    return member.bundle.network.with_suffix(".bin").stat().st_size / 1e6
