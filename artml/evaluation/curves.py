"""What a report draws of a facet, as counts: confidence and accuracy, risk and coverage, confusions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]
Booleans = npt.NDArray[np.bool_]

STEPS: Final = 100
"""Thresholds that a risk curve has at most."""


@dataclass(frozen=True)
class Curves:
    """Counts of works, compact enough for a bundle."""

    reliability: tuple[tuple[int, float, int], ...]
    """For each bin of confidence, lowest first: (works, mean confidence, how many were right)."""
    risk: tuple[tuple[float, int, int], ...]
    """(threshold, works answered with at least that probability, how many of them were right)."""
    confusion: tuple[tuple[int, ...], ...]
    """Works by true label (rows) and answer (columns)."""

    def summary(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "reliability": [[n, round(mean, 5), right] for n, mean, right in self.reliability],
            "risk": [[round(threshold, 5), n, right] for threshold, n, right in self.risk],
            "confusion": [list(row) for row in self.confusion],
        }


def curves(truth: Integers, predicted: Integers, confidence: Floats, classes: int, bins: int) -> Curves:
    """The counts of n works: `truth` and `predicted` (n,) are class indices, `confidence` (n,) 0 to 1."""
    correct = truth == predicted
    held = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    n = np.bincount(held, minlength=bins)
    means = np.bincount(held, confidence, minlength=bins) / np.maximum(n, 1)
    right = np.bincount(held[correct], minlength=bins)
    cells = np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)
    return Curves(
        reliability=tuple(zip(n.tolist(), means.tolist(), right.tolist(), strict=True)),
        risk=tuple(_risk(confidence, correct)),
        confusion=tuple(map(tuple, cells.tolist())),
    )


def _risk(confidence: Floats, correct: Booleans) -> list[tuple[float, int, int]]:
    """At thresholds that part the works evenly; those of equal confidence are answered together."""
    if not len(confidence):
        return []
    order = np.argsort(-confidence, kind="stable")
    ordered, hits = confidence[order], correct[order].cumsum()
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)  # of each distinct confidence
    wanted = np.linspace(0, len(last) - 1, min(STEPS, len(last))).round().astype(np.intp)
    return [(float(ordered[at]), int(at) + 1, int(hits[at])) for at in last[wanted]]
