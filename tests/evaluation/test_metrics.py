"""Figures by hand, published values, and the promises that intervals make."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from artml.evaluation import (
    bootstrap,
    expected_calibration_error,
    macro_f1,
    measure,
    per_class,
    top_k,
    wilson,
)

Array = np.ndarray[Any, Any]
LABELS = ("Baroque", "Cubism", "Rococo")


def one_hot(classes: list[int], count: int = 3, top: float = 0.8) -> Array:
    """Answers whose top class has the probability `top`, the others the rest in equal parts."""
    rest = (1 - top) / (count - 1)
    return np.where(np.arange(count) == np.array(classes)[:, None], top, rest)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_ends_exactly_at_nothing_and_everything() -> None:
    assert wilson(0, 3)[0] == 0.0
    assert wilson(3, 3)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_wilson_refuses_impossible_counts(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        wilson(successes, n)


def test_calibration_error_of_overconfident_answers_by_hand() -> None:
    # 0.9 on ten works of which six are right, and 0.5 on ten of which five are: (10 * 0.3 + 10 * 0) / 20.
    confidence = np.repeat([0.9, 0.5], 10)
    correct = np.array([True] * 6 + [False] * 4 + [True, False] * 5)
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.15)


def test_calibration_errors_of_different_bins_do_not_cancel() -> None:
    confidence, correct = np.array([0.9, 0.1]), np.array([False, True])
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.9)
    assert expected_calibration_error(confidence, correct, bins=1) == pytest.approx(0.0)


def test_bins_are_closed_above() -> None:
    # With two bins 0.5 lies below and 0.6 above, so the two errors of 0.5 and 0.4 cannot cancel.
    assert expected_calibration_error(np.array([0.5, 0.6]), np.array([False, True]), bins=2) == pytest.approx(
        0.45
    )
    assert expected_calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0.0


def test_calibration_error_of_honest_answers_is_small() -> None:
    dice = np.random.default_rng(3)
    confidence = dice.uniform(0.2, 1.0, 50_000)
    assert expected_calibration_error(confidence, dice.random(50_000) < confidence) < 0.01


def test_macro_f1_by_hand() -> None:
    truth, predicted = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 2, 1])
    # F1 of 0: 2*2/(3+2); of 1: 2*1/(2+3); of 2: nothing right.
    assert macro_f1(truth, predicted, 3) == pytest.approx((0.8 + 0.4 + 0.0) / 3)


def test_a_class_absent_from_the_truth_has_no_f1_but_costs_the_one_it_took_from() -> None:
    truth, predicted = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 1])
    assert macro_f1(truth, predicted, 5) == pytest.approx((2 / 3 + 1.0) / 2)
    assert macro_f1(truth[:0], predicted[:0], 5) == 0.0


def test_per_class_by_hand() -> None:
    figures = per_class(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), LABELS)
    assert [(c.label, c.n, c.precision, c.recall) for c in figures] == [
        ("Baroque", 3, 1.0, pytest.approx(2 / 3)),
        ("Cubism", 1, 0.5, 1.0),
        ("Rococo", 0, 0.0, 0.0),
    ]
    assert [c.f1 for c in figures] == pytest.approx([0.8, 2 / 3, 0.0])


def test_top_k_counts_the_true_class_among_the_first_k() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    truth = np.array([0, 1, 2, 2])
    assert [top_k(probabilities, truth, k) for k in (1, 2, 3, 5)] == [0.5, 0.75, 1.0, 1.0]
    assert top_k(probabilities[:0], truth[:0], 5) == 0.0


def test_equal_probabilities_rank_as_argmax_does() -> None:
    level = np.full((3, 3), 1 / 3)
    assert [top_k(level, np.array([0, 1, 2]), k) for k in (1, 2, 3)] == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_bootstrap_holds_the_mean_and_narrows_with_more_works() -> None:
    dice = np.random.default_rng(5)
    widths = []
    for n in (50, 800):
        sample = dice.normal(2.0, 1.0, n)
        low, high = bootstrap(lambda values: float(values.mean()), sample)
        assert low < sample.mean() < high
        widths.append(high - low)
    # The width falls with the root of n: 16 times the works, a quarter of it.
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.25)
    assert widths[1] == pytest.approx(2 * 1.96 / 800**0.5, rel=0.15)


def test_bootstrap_draws_the_same_works_from_every_array_and_repeats_itself() -> None:
    values = np.arange(40.0)
    assert bootstrap(lambda a, b: float(np.abs(a - b).max()), values, values) == (0.0, 0.0)

    def mean(sample: Array) -> float:
        return float(sample.mean())

    assert bootstrap(mean, values, seed=7) == bootstrap(mean, values, seed=7)
    assert bootstrap(mean, values, seed=7) != bootstrap(mean, values, seed=8)


@pytest.mark.parametrize("arrays", [(np.zeros(3), np.zeros(4)), (np.zeros(0),), ()])
def test_bootstrap_refuses_what_it_cannot_resample(arrays: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="at least one work"):
        bootstrap(lambda *_: 0.0, *arrays)


def test_measure_by_hand() -> None:
    probabilities = np.concatenate([one_hot([0, 0, 1], top=0.9), one_hot([1, 2], top=0.6)])
    found = measure(probabilities, ["Baroque", "Cubism", "Cubism", "Cubism", "Rococo"], LABELS, 0.9)
    assert (found.n, found.accuracy, found.top5, found.unknown_labels) == (5, 0.8, 1.0, 0)
    assert found.accuracy_interval == wilson(4, 5)
    assert found.macro_f1 == pytest.approx((2 / 3 + 0.8 + 1.0) / 3)
    assert found.ece == pytest.approx((3 * abs(0.9 - 2 / 3) + 2 * abs(0.6 - 1)) / 5)
    assert found.certain_coverage == 0.6
    assert found.certain_accuracy == pytest.approx(2 / 3)
    assert found.certain_coverage_interval == wilson(3, 5)
    assert found.certain_accuracy_interval == wilson(2, 3)
    assert [c.n for c in found.per_class] == [1, 3, 1]


def test_every_interval_holds_its_figure() -> None:
    dice = np.random.default_rng(11)
    probabilities = dice.dirichlet(np.full(7, 0.4), 400)
    labels = [f"painter {i}" for i in range(7)]
    truth = [labels[dice.choice(7, p=row)] for row in probabilities]
    found = measure(probabilities, truth, labels, 0.7)
    for name in ("accuracy", "macro_f1", "top5", "ece", "certain_coverage", "certain_accuracy"):
        low, high = getattr(found, f"{name}_interval")
        assert 0.0 <= low <= getattr(found, name) <= high <= 1.0
        assert 0.0 < high - low < 0.25


@pytest.mark.parametrize(("bias", "begins_at_nothing"), [(0.0, True), (0.25, False)])
def test_the_calibration_interval_tells_an_honest_model_from_an_overconfident_one(
    bias: float, begins_at_nothing: bool
) -> None:
    dice = np.random.default_rng(2)
    confidence = dice.uniform(0.5, 1.0, 600)
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    truth = np.where(dice.random(600) < confidence - bias, "hand", "algorithm").tolist()
    low, high = measure(probabilities, truth, ["hand", "algorithm"], 1.0).ece_interval
    assert (low == 0.0) is begins_at_nothing
    assert low <= bias <= high


def test_a_hundred_works_do_not_prove_an_honest_model_wrong() -> None:
    labels, begins_at_nothing = [f"painter {i}" for i in range(6)], 0
    for seed in range(8):
        dice = np.random.default_rng(seed)
        probabilities = dice.dirichlet(np.full(6, 0.6), 100)
        truth = [labels[dice.choice(6, p=row)] for row in probabilities]
        found = measure(probabilities, truth, labels, 1.0)
        begins_at_nothing += found.ece_interval[0] == 0.0
        assert found.ece <= found.ece_interval[1]
    assert begins_at_nothing >= 7


def test_unknown_labels_are_counted_apart_and_empty_ones_nowhere() -> None:
    probabilities = one_hot([0, 1, 2, 2, 2], top=0.9)
    probabilities[3] = one_hot([2], top=0.5)[0]
    found = measure(probabilities, ["Baroque", "Cubism", "Fauvism", "Op Art", ""], LABELS, 0.8)
    assert (found.n, found.accuracy, found.unknown_labels) == (2, 1.0, 2)
    assert (found.certain_coverage, found.certain_accuracy) == (1.0, 1.0)
    assert (found.unknown_certain, found.unknown_certain_interval) == (0.5, wilson(1, 2))
    assert found.per_class[2].precision == 0.0


def test_an_unfamiliar_work_is_never_certain() -> None:
    probabilities, truth = one_hot([0, 1, 2], top=0.9), ["Baroque", "Cubism", "Fauvism"]
    found = measure(probabilities, truth, LABELS, 0.5, familiar=np.array([True, False, False]))
    assert (found.n, found.certain_coverage, found.unknown_certain) == (2, 0.5, 0.0)
    assert found.accuracy == 1.0


def test_nothing_certain_has_no_accuracy() -> None:
    found = measure(one_hot([0, 1]), ["Baroque", "Cubism"], LABELS, 2.0)
    assert (found.certain_coverage, found.certain_accuracy, found.certain_accuracy_interval) == (
        0,
        None,
        None,
    )
    assert found.summary()["intervals"]["certain"]["accuracy"] is None


def test_prediction_sets_by_hand() -> None:
    # Of five known works the sets at 0.15 hold 1, 1, 1, 3 and 3 labels, and all truths but the second.
    probabilities = np.concatenate([one_hot([0, 0, 1], top=0.9), one_hot([1, 2], top=0.6)])
    truth = ["Baroque", "Cubism", "Cubism", "Baroque", "Rococo", "Fauvism", ""]
    probabilities = np.concatenate([probabilities, one_hot([0, 0], top=0.4)])
    found = measure(probabilities, truth, LABELS, 0.9, set_threshold=0.15)
    assert found.sets is not None
    assert (found.sets.coverage, found.sets.size) == (0.8, pytest.approx(9 / 5))
    assert found.sets.coverage_interval == wilson(4, 5)
    assert 1 <= found.sets.size_interval[0] < 9 / 5 < found.sets.size_interval[1] <= 3
    summary = json.loads(json.dumps(found.summary()))
    assert summary["sets"] == {"coverage": 0.8, "size": pytest.approx(1.8)}
    assert summary["intervals"]["sets"]["coverage"] == list(wilson(4, 5))


def test_no_threshold_and_no_works_have_no_sets_to_measure() -> None:
    assert measure(one_hot([0]), ["Baroque"], LABELS, 0.5).sets is None
    assert measure(one_hot([0]), ["Fauvism"], LABELS, 0.5, set_threshold=0.1).sets is None
    assert measure(one_hot([0]), ["Fauvism"], LABELS, 0.5).summary()["intervals"]["sets"] is None


@pytest.mark.parametrize("truth", [[], ["Fauvism", "Op Art"], ["", ""]])
def test_no_known_works_give_zeros_and_open_intervals(truth: list[str]) -> None:
    found = measure(one_hot([0] * len(truth)) if truth else np.zeros((0, 3)), truth, LABELS, 0.5)
    assert (found.n, found.accuracy, found.macro_f1, found.top5, found.ece) == (0, 0.0, 0.0, 0.0, 0.0)
    assert found.accuracy_interval == found.macro_f1_interval == found.ece_interval == (0.0, 1.0)
    assert (found.certain_coverage, found.certain_accuracy) == (0.0, None)
    assert [c.n for c in found.per_class] == [0, 0, 0]
    json.dumps(found.summary(), allow_nan=False)


def test_summary_is_the_json_that_evaluate_prints() -> None:
    found = measure(one_hot([0, 1, 1]), ["Baroque", "Cubism", "Rococo"], LABELS, 0.5).summary()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert {key: found[key] for key in list(found)[:8]} == {
        "n": 3,
        "accuracy": pytest.approx(2 / 3),
        "macro_f1": pytest.approx((1 + 2 / 3 + 0) / 3),
        "top5": 1.0,
        "ece": pytest.approx(0.8 - 2 / 3),
        "certain": {"coverage": 1.0, "accuracy": pytest.approx(2 / 3)},
        "sets": None,
        "unknown_labels": 0,
    }
    assert list(found)[8:] == ["intervals", "classes", "reliability", "risk", "confusion"]
    assert found["confusion"] == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]
    assert found["intervals"]["accuracy"] == list(wilson(2, 3))
    assert found["classes"][0] == {"label": "Baroque", "n": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0}


@pytest.mark.parametrize(
    ("probabilities", "familiar", "message"),
    [
        (np.zeros((2, 4)), None, "probabilities are"),
        (np.zeros((3, 3)), None, "probabilities are"),
        (np.full((2, 3), np.nan), None, "not finite"),
        (np.zeros((2, 3)), np.array([True]), "familiar is"),
    ],
)
def test_measure_refuses_what_does_not_agree(
    probabilities: Array, familiar: Array | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        measure(probabilities, ["Baroque", "Cubism"], LABELS, 0.5, familiar)
