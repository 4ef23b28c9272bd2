"""How good a model's answers are: figures of one facet, each with a 95 % interval.

Works are rows throughout. Intervals of shares are Wilson's; those of macro-F1 and of the calibration error,
which are no shares, come from resampling the works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from artml.evaluation.curves import Curves, curves
from artml.evaluation.intervals import UNKNOWN, Interval, bootstrap, resampled, wilson
from artml.evaluation.sets import prediction_sets

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]
Booleans = npt.NDArray[np.bool_]

BINS = 15


@dataclass(frozen=True)
class ClassFigures:
    """One label's figures. `n` works truly have it; precision is 0.0 where it was never answered."""

    label: str
    n: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class SetFigures:
    """How good prediction sets are: the share that hold the truth, and the mean number of labels in one."""

    coverage: float
    coverage_interval: Interval
    size: float
    size_interval: Interval


@dataclass(frozen=True)
class FacetFigures:
    """What `measure` finds for one facet: fractions in 0..1, each with its 95 % interval `(low, high)`.

    With `n == 0` the figures are 0.0 with the interval (0.0, 1.0). `certain_accuracy` and its interval are
    None where no answer was certain, `unknown_certain` and its interval where every label was known, `sets`
    where there were none to measure.
    """

    n: int
    accuracy: float
    accuracy_interval: Interval
    macro_f1: float
    macro_f1_interval: Interval
    top5: float
    top5_interval: Interval
    ece: float
    ece_interval: Interval
    certain_coverage: float
    certain_coverage_interval: Interval
    certain_accuracy: float | None
    certain_accuracy_interval: Interval | None
    unknown_labels: int
    unknown_certain: float | None
    unknown_certain_interval: Interval | None
    sets: SetFigures | None
    per_class: tuple[ClassFigures, ...]
    curves: Curves

    def summary(self) -> dict[str, Any]:
        """The JSON object that `artml evaluate --json` prints for a facet, with intervals, classes and what a
        report draws.
        """
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "top5": self.top5,
            "ece": self.ece,
            "certain": {"coverage": self.certain_coverage, "accuracy": self.certain_accuracy},
            "sets": self.sets and {"coverage": self.sets.coverage, "size": self.sets.size},
            "unknown_labels": self.unknown_labels,
            "intervals": {
                "accuracy": _listed(self.accuracy_interval),
                "macro_f1": _listed(self.macro_f1_interval),
                "top5": _listed(self.top5_interval),
                "ece": _listed(self.ece_interval),
                "certain": {
                    "coverage": _listed(self.certain_coverage_interval),
                    "accuracy": _listed(self.certain_accuracy_interval),
                },
                "sets": self.sets
                and {
                    "coverage": _listed(self.sets.coverage_interval),
                    "size": _listed(self.sets.size_interval),
                },
            },
            "classes": [asdict(figures) for figures in self.per_class],
            **self.curves.summary(),
        }


def expected_calibration_error(confidence: Floats, correct: Booleans, bins: int = BINS) -> float:
    """The mean gap between confidence and accuracy (Guo et al. 2017, arXiv:1706.04599); 0.0 for no works.

    `confidence` (n,) is the probability of the top answer, in 0..1; `correct` (n,) whether it was right.
    Bins are of equal width, open below and closed above, weighted by the works they hold.
    """
    if len(confidence) == 0:
        return 0.0
    edges = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    held = np.searchsorted(edges, confidence)
    excess = np.asarray(confidence, np.float64) - correct
    return float(np.abs(np.bincount(held, excess, minlength=bins)).sum() / len(held))


def macro_f1(truth: Integers, predicted: Integers, classes: int) -> float:
    """The mean F1 of the classes that occur in `truth`; 0.0 for no works.

    `truth` and `predicted` (n,) are class indices in 0..classes-1. A class that never occurs in `truth` has
    no F1 of its own and is left out of the mean; answering it still costs the class that was missed. A class
    that occurs but is never answered counts 0.0.
    """
    hits, true, answered = _counts(truth, predicted, classes)
    present = true > 0
    if not present.any():
        return 0.0
    return float((2 * hits[present] / (true + answered)[present]).mean())


def per_class(truth: Integers, predicted: Integers, labels: Sequence[str]) -> list[ClassFigures]:
    """Precision, recall and F1 of every label, in the order of `labels`; a share of nothing is 0.0."""
    hits, true, answered = _counts(truth, predicted, len(labels))
    precision, recall, f1 = _share(hits, answered), _share(hits, true), _share(2 * hits, true + answered)
    return [
        ClassFigures(label, int(true[i]), float(precision[i]), float(recall[i]), float(f1[i]))
        for i, label in enumerate(labels)
    ]


def top_k(probabilities: Floats, truth: Integers, k: int) -> float:
    """The share of works whose true class is among the k most probable; 0.0 for no works.

    `probabilities` is (n, classes), `truth` (n,) class indices. Of equals the earlier class comes first, as
    with argmax.
    """
    return _mean(_ranks(probabilities, truth) < k)


def measure(
    probabilities: Floats,
    truth: Sequence[str],
    labels: Sequence[str],
    threshold: float,
    familiar: Booleans | None = None,
    set_threshold: float | None = None,
) -> FacetFigures:
    """Every figure of one facet.

    `probabilities` is (n, classes), its columns in the order of `labels`; `truth` the n true labels. Works
    whose truth is not among `labels` are counted in `unknown_labels` and left out of all but
    `unknown_certain`, the share of them that got a certain answer all the same (for an open set: a
    stranger given a name). A work with the empty truth has no label for this facet, and is left out of
    everything. An answer is certain if its probability is at least `threshold` and the work is `familiar`
    (n,): by default, all are. With `set_threshold` the prediction sets it makes are measured too. Raises
    ValueError for shapes that do not agree or probabilities that are not finite.
    """
    probabilities = np.asarray(probabilities, np.float64)
    _check_shapes(probabilities, truth, labels, familiar)
    certain = probabilities.max(axis=1, initial=0.0) >= threshold
    if familiar is not None:
        certain &= familiar
    place = {label: index for index, label in enumerate(labels)}
    index = np.array([place.get(label, -1) for label in truth], np.intp)
    known = index >= 0
    strangers = certain[~known & np.array([label != "" for label in truth], np.bool_)]
    sets = None if set_threshold is None else prediction_sets(probabilities[known], set_threshold)
    return _figures(probabilities[known], index[known], certain[known], strangers, labels, sets)


def _figures(
    probabilities: Floats,
    truth: Integers,
    certain: Booleans,
    strangers: Booleans,
    labels: Sequence[str],
    sets: Booleans | None,
) -> FacetFigures:
    """Figures of works whose labels are all known, beside `strangers`: which of the others were certain."""
    n, classes = len(truth), len(labels)
    predicted = probabilities.argmax(axis=1) if n else truth
    confidence = probabilities.max(axis=1, initial=0.0)
    correct, among_five = predicted == truth, _ranks(probabilities, truth) < 5
    right = correct[certain]
    return FacetFigures(
        n=n,
        accuracy=_mean(correct),
        accuracy_interval=_interval(correct),
        macro_f1=macro_f1(truth, predicted, classes),
        macro_f1_interval=bootstrap(lambda t, p: macro_f1(t, p, classes), truth, predicted) if n else UNKNOWN,
        top5=_mean(among_five),
        top5_interval=_interval(among_five),
        ece=expected_calibration_error(confidence, correct),
        ece_interval=_ece_interval(confidence, correct) if n else UNKNOWN,
        certain_coverage=_mean(certain),
        certain_coverage_interval=_interval(certain),
        certain_accuracy=_mean(right) if len(right) else None,
        certain_accuracy_interval=_interval(right) if len(right) else None,
        unknown_labels=len(strangers),
        unknown_certain=_mean(strangers) if len(strangers) else None,
        unknown_certain_interval=_interval(strangers) if len(strangers) else None,
        sets=None if sets is None or not n else _set_figures(sets, truth),
        per_class=tuple(per_class(truth, predicted, labels)),
        curves=curves(truth, predicted, confidence, classes, BINS),
    )


def _set_figures(sets: Booleans, truth: Integers) -> SetFigures:
    holds, sizes = sets[np.arange(len(truth)), truth], sets.sum(axis=1)
    size_interval = bootstrap(lambda drawn: float(drawn.mean()), sizes)
    return SetFigures(_mean(holds), _interval(holds), float(sizes.mean()), size_interval)


def _ece_interval(confidence: Floats, correct: Booleans, rounds: int = 1000, seed: int = 0) -> Interval:
    """The 95 % interval of the calibration error; holds the true error about nine times in ten, or oftener.

    The error found on few works is too large, and larger again when they are resampled, so percentiles would
    miss the truth: the interval is reflected at the error found, and begins at 0.0 where a perfectly
    calibrated model would show as much (consistency resampling, Bröcker and Smith 2007,
    doi:10.1175/WAF993.1).
    """
    found = expected_calibration_error(confidence, correct)
    low, high = np.quantile(
        resampled(expected_calibration_error, (confidence, correct), rounds, seed), (0.025, 0.975)
    )
    dice = np.random.default_rng(seed).random
    honest = [
        expected_calibration_error(confidence, dice(len(confidence)) < confidence) for _ in range(rounds)
    ]
    by_chance = found <= np.quantile(honest, 0.975)
    least = 0.0 if by_chance else max(0.0, float(2 * found - high))
    return least, min(1.0, max(found, float(2 * found - low)))


def _counts(truth: Integers, predicted: Integers, classes: int) -> tuple[Integers, Integers, Integers]:
    """For each class: how often it was answered rightly, how often it is true, how often it was answered."""
    hits = np.bincount(truth[truth == predicted], minlength=classes)
    return hits, np.bincount(truth, minlength=classes), np.bincount(predicted, minlength=classes)


def _ranks(probabilities: Floats, truth: Integers) -> Integers:
    """How many classes come before the true one, (n,)."""
    own = np.take_along_axis(probabilities, truth[:, None], axis=1)
    earlier = np.arange(probabilities.shape[1]) < truth[:, None]
    before = (probabilities > own) | ((probabilities == own) & earlier)
    return np.asarray(before.sum(axis=1))


def _share(part: Integers, whole: Integers) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _mean(flags: Booleans) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _interval(flags: Booleans) -> Interval:
    return wilson(int(np.count_nonzero(flags)), len(flags))


def _listed(interval: Interval | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _check_shapes(
    probabilities: Floats, truth: Sequence[str], labels: Sequence[str], familiar: Booleans | None
) -> None:
    if probabilities.shape != (len(truth), len(labels)):
        raise ValueError(f"probabilities are {probabilities.shape}, not {(len(truth), len(labels))}")
    if familiar is not None and familiar.shape != (len(truth),):
        raise ValueError(f"familiar is {familiar.shape}, not {(len(truth),)}")
    if not np.isfinite(probabilities).all():
        raise ValueError("some probabilities are not finite")
