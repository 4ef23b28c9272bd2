"""Prediction sets: for each work the labels that together hold the truth, nine times in ten.

Split conformal prediction with least ambiguous sets (Sadinle, Lei and Wasserman 2019, "Least Ambiguous
Set-Valued Classifiers with Bounded Error Levels", JASA 114:223-234): a label is in the set if its probability
reaches a threshold that is set on works the model was not trained on. The nearer the probabilities are to the
true ones, the nearer these sets are to the smallest of their coverage. Here the first label is always in, and
the threshold takes that into account: no set is empty, and the coverage stays exact.
"""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]

COVERAGE = 0.9


def set_threshold(probabilities: Floats, truth_index: Integers, coverage: float = COVERAGE) -> float:
    """The probability, 0 to 1, from which a label is in the set.

    `probabilities` is (n, classes), `truth_index` (n,) the true class of each work; the model must have been
    trained on none. On new works of the same kind the sets then hold the truth with a chance of at least
    `coverage`, and at most 1/(n + 1) more (on average over draws of n works): only where the first label
    alone is right oftener than that, the sets are, too. 0.0 (every label is in) where n works are too few
    for the promise, 1.0 where the first label alone keeps it. Raises ValueError for shapes that do not agree,
    values that are not finite, an index out of range, or a coverage outside 0..1.
    """
    shares, truth = np.asarray(probabilities, np.float64), np.asarray(truth_index)
    _check(shares, truth, coverage)
    n = len(shares)
    own = np.where(shares.argmax(axis=1) == truth, 1.0, shares[np.arange(n), truth])
    held = ceil((n + 1) * coverage - 1e-9)  # so many of the n truths must be in, for one more work's sake
    return float(np.sort(own)[n - held]) if held <= n else 0.0


def prediction_sets(probabilities: Floats, threshold: float) -> npt.NDArray[np.bool_]:
    """Which labels are in the set of each work, (n, classes): those from `threshold` up, and the first."""
    shares = np.asarray(probabilities, np.float64)
    inside = shares >= threshold
    inside[np.arange(len(shares)), shares.argmax(axis=1)] = True
    return inside


def _check(shares: npt.NDArray[np.float64], truth: npt.NDArray[Any], coverage: float) -> None:
    if shares.ndim != 2 or truth.shape != shares.shape[:1] or shares.size == 0:
        raise ValueError(
            f"probabilities are {shares.shape} and truths {truth.shape}: (n, classes) and (n,), n > 0, are "
            "needed"
        )
    if not np.isfinite(shares).all():
        raise ValueError("some probabilities are not finite")
    if truth.min() < 0 or truth.max() >= shares.shape[1]:
        raise ValueError(f"a true class is outside 0..{shares.shape[1] - 1}")
    if not 0 < coverage < 1:
        raise ValueError(f"the coverage must be between 0 and 1, not {coverage}")
