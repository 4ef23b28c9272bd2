"""The old heads and the new on the same works, of which neither was trained on any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import TypeAdapter

from artml.bundle import Facet
from artml.evaluation.calibration import softmax
from artml.evaluation.intervals import Interval, bootstrap
from artml.evaluation.metrics import expected_calibration_error, macro_f1

if TYPE_CHECKING:
    from artml.learning.heads import Head
    from artml.memory import Memory

Floats = npt.NDArray[np.floating[Any]]
Rights = tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]

COLUMNS: Final = ("works", "facet", "n", "accuracy", "macro-F1", "ECE", "gain, points")
NOTHING: Final[Interval] = (0.0, 0.0)


@dataclass(frozen=True)
class Side:
    """Fractions, 0 to 1."""

    accuracy: float
    macro_f1: float
    ece: float


@dataclass(frozen=True)
class Pair:
    """Old and new on `n` works of one facet. `gain` is the 95 % interval of how much more often the new one
    is right, paired by work; `strangers` are works whose label neither knows, in no figure.
    """

    n: int
    strangers: int
    old: Side
    new: Side
    gain: Interval

    def words(self) -> tuple[str, ...]:
        """The figures, old and new."""
        old, new = self.old, self.new
        low, high = (100 * end for end in self.gain)
        return (
            f"{self.n:,}",
            f"{old.accuracy:.3f}→{new.accuracy:.3f}",
            f"{old.macro_f1:.3f}→{new.macro_f1:.3f}",
            f"{old.ece:.3f}→{new.ece:.3f}",
            f"{100 * (new.accuracy - old.accuracy):+.1f} [{low:+.1f}, {high:+.1f}]",
        )


@dataclass(frozen=True)
class Total:
    """Old and new over all facets: `n` answers, how many of each were right, and the gain as in `Pair`."""

    n: int
    old: int
    new: int
    gain: Interval

    @property
    def sign(self) -> int:
        """1: better, -1: worse, 0: nobody can say."""
        return 1 if self.gain[0] > 0 else -1 if self.gain[1] < 0 else 0

    @property
    def points(self) -> str:
        """The gain in percentage points, in words."""
        if not self.n:
            return "none to compare"
        low, high = (100 * end for end in self.gain)
        return f"{100 * (self.new - self.old) / self.n:+.1f} points, 95 % interval {low:+.1f} to {high:+.1f}"


@dataclass(frozen=True)
class Comparison:
    """By facet, and over all: `decided` on works that people decided and that are never trained on, `others`
    on works of the bundle that neither training nor the new calibration saw.
    """

    old: str
    """The version that was compared with."""
    decided: Mapping[str, Pair]
    others: Mapping[str, Pair]
    decided_in_all: Total
    others_in_all: Total

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each facet of each, in words, as `COLUMNS` says."""
        both = (("decided", self.decided), ("others", self.others))
        return [(works, facet, *pair.words()) for works, pairs in both for facet, pair in pairs.items()]

    def sentence(self) -> str:
        """Whether it got better."""
        decided, others = self.decided_in_all, self.others_in_all
        if not decided.n:
            verdict = "Nobody can say yet: no decided work is held out"
        elif decided.sign > 0:
            verdict = "Better" if others.sign >= 0 else "Better on decided works, worse on others"
        elif min(decided.sign, others.sign) < 0:
            verdict = "Worse"
        else:
            verdict = "Better on other works alone" if others.sign > 0 else "No clear difference"
        return (
            f"{verdict}. Of {decided.n:,} decisions held out it gives {decided.new:,}, {self.old} gives"
            f" {decided.old:,} ({decided.points}); of {others.n:,} labels of other works it gives"
            f" {others.new:,}, {self.old} gives {others.old:,} ({others.points})."
        )


COMPARISON: Final = TypeAdapter(Comparison)


@dataclass(frozen=True, eq=False)
class Speaker:
    """Heads, how to read their confidence, and the works that vote beside them, if any do."""

    heads: Mapping[str, Head]
    facets: Mapping[str, Facet]
    memory: Memory | None = None

    def logits(self, embedding: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
        """By facet (n, labels), for embeddings (n, size)."""
        votes = self.memory.said(embedding) if self.memory and len(embedding) else {}
        return {facet: head.logits(embedding) + votes.get(facet, 0) for facet, head in self.heads.items()}

    def probabilities(self, facet: str, embedding: npt.NDArray[np.float32], labels: list[str]) -> Floats:
        """(n, labels): nought for a label that it does not know."""
        known = self.heads[facet]
        said = softmax(self.logits(embedding)[facet], self.facets[facet].temperature)
        spread = np.zeros((len(said), len(labels)))
        spread[:, [labels.index(label) for label in known.labels]] = said
        return spread


def compare(
    version: str,
    old: Speaker,
    new: Speaker,
    decided: tuple[npt.NDArray[np.float32], pd.DataFrame],
    others: tuple[npt.NDArray[np.float32], pd.DataFrame],
) -> Comparison:
    """Two speakers on embeddings (n, size) and their works' labels, a column a facet; `version` is the old's.

    Compared are the facets that somebody decided.
    """
    facets = [facet for facet in new.heads if facet in old.heads and (decided[1][facet] != "").any()]
    found = {facet: _pair(old, new, facet, *decided) for facet in facets}
    beside = {facet: _pair(old, new, facet, *others) for facet in facets}
    return Comparison(
        version,
        {facet: pair for facet, (pair, _) in found.items()},
        {facet: pair for facet, (pair, _) in beside.items()},
        _total([rights for _, rights in found.values()]),
        _total([rights for _, rights in beside.values()]),
    )


def _pair(
    old: Speaker, new: Speaker, facet: str, embedding: npt.NDArray[np.float32], frame: pd.DataFrame
) -> tuple[Pair, Rights]:
    labels = sorted({*old.heads[facet].labels, *new.heads[facet].labels})
    place = {label: index for index, label in enumerate(labels)}
    truth = np.array([place.get(label, -1) for label in frame[facet]], np.intp)
    known, named = truth >= 0, (frame[facet] != "").to_numpy(dtype=bool)
    truth = truth[known]
    sides, rights = list[Side](), list[npt.NDArray[np.bool_]]()
    for speaker in (old, new):
        said = speaker.probabilities(facet, embedding[known], labels)
        answer, confidence = said.argmax(axis=1), said.max(axis=1)
        right = answer == truth
        rights.append(right)
        accuracy = float(right.mean()) if len(right) else 0.0
        ece = expected_calibration_error(confidence, right)
        sides.append(Side(accuracy, macro_f1(truth, answer, len(labels)), ece))
    both = rights[0], rights[1]
    return Pair(len(truth), int((named & ~known).sum()), sides[0], sides[1], _gain(both)), both


def _total(parts: list[Rights]) -> Total:
    if not parts:
        return Total(0, 0, 0, NOTHING)
    old, new = (np.concatenate(side) for side in zip(*parts, strict=True))
    return Total(len(old), int(old.sum()), int(new.sum()), _gain((old, new)))


def _gain(rights: Rights) -> Interval:
    old, new = rights
    if not len(old):
        return NOTHING
    return bootstrap(lambda a, b: float(b.mean() - a.mean()), old, new)
