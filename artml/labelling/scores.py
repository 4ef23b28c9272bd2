"""Answers against what the folder's own catalogue says, counted as they pass."""

from __future__ import annotations

from dataclasses import dataclass

from artml.evaluation.intervals import Interval, wilson


@dataclass
class Score:
    """How often the first label was the catalogued one, for one facet. `artml evaluate` measures more."""

    works: int = 0
    """With a catalogued label that the model knows."""
    right: int = 0
    certain: int = 0
    certain_right: int = 0
    unknown: int = 0
    """With a catalogued label that the model does not know; in no other number."""

    def add(self, truth: str, known: bool, label: str, certain: bool) -> None:
        """Count one work; one without a catalogued label ("") is left out."""
        if truth and not known:
            self.unknown += 1
        elif truth:
            self.works += 1
            self.right += label == truth
            self.certain += certain
            self.certain_right += certain and label == truth

    @property
    def accuracy(self) -> float:
        """The share that is right, 0 to 1; 0.0 for no works."""
        return self.right / self.works if self.works else 0.0

    @property
    def interval(self) -> Interval:
        """Its 95 % interval."""
        return wilson(self.right, self.works)
