"""Confidence that means something: the temperature of a facet, and the threshold of a certain answer.

Both are set on works that the model was not trained on (the validation split).
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from artml.evaluation.intervals import wilson
from artml.evaluation.metrics import Booleans, Floats, Integers

NEVER: Final = 2.0  # a threshold that no probability reaches, also when rounded or printed
COLDEST, HOTTEST = 0.05, 20.0


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> npt.NDArray[np.float64]:
    """Probabilities along the last axis, in float64; logits of any size neither overflow nor warn.

    A higher temperature flattens them. Raises ValueError unless it is above 0.
    """
    if not temperature > 0:
        raise ValueError(f"the temperature must be above 0, not {temperature}")
    scaled = np.asarray(logits, np.float64) / temperature
    powers: npt.NDArray[np.float64] = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    powers /= powers.sum(axis=-1, keepdims=True)
    return powers


def fit_temperature(logits: npt.ArrayLike, truth_index: Integers) -> float:
    """The temperature, 0.05 to 20, at which the truth is likeliest (Guo et al. 2017, arXiv:1706.04599).

    `logits` is (n, classes), `truth_index` (n,) the true class of each work. Where a work is seen in several
    views and the mean of their probabilities is the answer, `logits` is (n, views, classes), and that mean is
    calibrated. Deterministic. 1.0 where no temperature does better than 1.0. Raises ValueError for no works,
    shapes that do not agree, values that are not finite, or an index out of range.
    """
    raw = np.asarray(logits, np.float64)
    if raw.ndim == 2:
        raw = raw[:, np.newaxis]
    truth = np.asarray(truth_index)
    _check_logits(raw, truth)
    raw = raw - raw.max(axis=2, keepdims=True)
    own = raw[np.arange(len(raw)), :, truth]

    def loss(log_temperature: float) -> float:
        """Mean negative log likelihood. Of one view it has one valley: it is convex in the inverse
        temperature.
        """
        scale = exp(-log_temperature)
        each = own * scale - np.log(np.exp(raw * scale).sum(axis=2))
        return float(log(raw.shape[1]) - np.logaddexp.reduce(each, axis=1).mean())

    best = _lowest(loss, log(COLDEST), log(HOTTEST))
    return exp(best) if loss(best) < loss(0.0) else 1.0


def certain_threshold(
    confidence: Floats,
    correct: Booleans,
    precision: float = 0.9,
    *,
    strangers: Floats | None = None,
    max_stranger_share: float = 0.1,
    assured: bool = False,
) -> float:
    """The lowest threshold at which certain answers keep their promise; `NEVER` (2.0) where none does.

    `confidence` (n,) is the probability of the top answer, `correct` (n,) whether it was right. An answer is
    certain at or above the threshold, which is the confidence of one of the works: those of equal confidence
    are certain together or not at all. Of all thresholds at which the certain answers *together* are right at
    least `precision` of the time, the lowest is taken, which makes the most answers certain.

    For an open set, `strangers` (m,) is the confidence given to works that have none of the labels: at most
    `max_stranger_share` of them may be certain. They do not count against `precision`.

    The shares are those of the works given, so on new works the promise is kept on average: about every
    other model falls short, by a point or two for some thousand works. `assured=True` judges by the
    unfavourable end of each share's 95 % interval (Wilson) instead: nearly every model then keeps it, but a
    third of the certain answers or more are lost, and 0.9 needs at least 35 of them.

    Raises ValueError for arrays of different lengths or values that are not finite.
    """
    ordered, right, above = _descending(np.asarray(confidence, np.float64), np.asarray(correct, np.bool_))
    kept = _at_least(right, above, precision, assured)
    if strangers is not None and len(strangers):
        kept &= _few_strangers(np.asarray(strangers, np.float64), ordered, max_stranger_share, assured)
    return float(ordered[kept].min(initial=NEVER))


def _descending(confidence: Floats, correct: Booleans) -> tuple[Floats, Integers, Integers]:
    """The distinct confidences, and how many answers at or above each are right, and are at all."""
    if confidence.shape != correct.shape or confidence.ndim != 1:
        raise ValueError(f"confidence is {confidence.shape} and correct {correct.shape}: both must be (n,)")
    if not np.isfinite(confidence).all():
        raise ValueError("some confidences are not finite")
    distinct, which = np.unique(confidence, return_inverse=True)
    right = np.bincount(which[correct], minlength=len(distinct))
    answers = np.bincount(which, minlength=len(distinct))
    return distinct[::-1], right[::-1].cumsum(), answers[::-1].cumsum()


def _at_least(right: Integers, above: Integers, precision: float, assured: bool) -> Booleans:
    """At which thresholds enough answers are right."""
    if assured:
        shares = [wilson(int(hits), int(n))[0] for hits, n in zip(right, above, strict=True)]
    else:
        shares = list(right / above)
    return np.array(shares, np.float64) >= precision


def _few_strangers(strangers: Floats, thresholds: Floats, most: float, assured: bool) -> Booleans:
    """At which thresholds few enough strangers are certain."""
    if not np.isfinite(strangers).all():
        raise ValueError("some confidences of strangers are not finite")
    m = len(strangers)
    above = m - np.searchsorted(np.sort(strangers), thresholds)
    shares = [wilson(int(count), m)[1] for count in above] if assured else list(above / m)
    return np.array(shares, np.float64) <= most


def _lowest(curve: Callable[[float], float], low: float, high: float, tolerance: float = 1e-7) -> float:
    """Where a curve with one valley is lowest between two ends: golden section search."""
    golden = (sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = curve(left), curve(right)
    while high - low > tolerance:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = curve(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = curve(right)
    return (low + high) / 2


def _check_logits(logits: npt.NDArray[np.float64], truth: npt.NDArray[Any]) -> None:
    if logits.ndim != 3 or truth.shape != logits.shape[:1] or logits.size == 0:
        raise ValueError(
            f"logits are {logits.shape} and truths {truth.shape}: (n, [views,] classes) and (n,), n > 0, are "
            "needed"
        )
    if not np.isfinite(logits).all():
        raise ValueError("some logits are not finite")
    if truth.min() < 0 or truth.max() >= logits.shape[2]:
        raise ValueError(f"a true class is outside 0..{logits.shape[2] - 1}")
