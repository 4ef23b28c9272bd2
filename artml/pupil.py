"""A bundle beside the one that taught it: what it loses, and how much less there is to reckon."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from artml.classifier import BATCH, Classifier
from artml.environment import processor
from artml.evaluation.evaluate import ask
from artml.markdown import markdown_table
from artml.member import Member
from artml.precisions import Gain, gain, points

if TYPE_CHECKING:
    from artml.catalogue import Catalogue
    from artml.commands.bar import Told
    from artml.evaluation.metrics import FacetFigures

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


def beside(pupil: Member, teacher: Member, works: Catalogue, told: Told) -> Beside:
    """Ask both about these works; `CatalogueError` where there are none to ask about."""
    both = (teacher, pupil)
    found, truth = [], works
    for member in both:
        tallies, truth = ask(Classifier([member]), works, partial(_tell, told, member.manifest.name))
        found.append(tallies)
    known = {facet: truth.frame[facet].tolist() for facet in found[1] if facet in found[0]}
    figures = {facet: [tallies[facet].measured(names) for tallies in found] for facet, names in known.items()}
    return Beside(
        pupil.manifest.name,
        teacher.manifest.name,
        teacher.manifest.version,
        {facet: (before, after) for facet, (before, after) in figures.items() if before.n},
        {
            facet: gain(*(tallies[facet].right(names) for tallies in found))
            for facet, names in known.items()
            if figures[facet][0].n
        },
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
