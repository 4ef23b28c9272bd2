"""Prediction sets keep their promise, whatever the model, and are never empty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from artml.evaluation import prediction_sets, set_threshold

Array = np.ndarray[Any, Any]


def answered(n: int, seed: int, doubt: float = 0.4, boast: float = 1.0) -> tuple[Array, Array]:
    """Probabilities of ten classes, and truths drawn from them; above 1, `boast` makes them overconfident."""
    dice = np.random.default_rng(seed)
    honest = dice.dirichlet(np.full(10, doubt), n)
    truth = (honest.cumsum(axis=1) < dice.random((n, 1))).sum(axis=1).clip(max=9)
    said = honest**boast
    return said / said.sum(axis=1, keepdims=True), truth


def coverage(probabilities: Array, truth: Array, threshold: float) -> float:
    return float(prediction_sets(probabilities, threshold)[np.arange(len(truth)), truth].mean())


def test_the_threshold_by_hand() -> None:
    # Nine works: six right at first sight, three whose truth has 0.4, 0.3 and 0.1. Of ten, nine must be in:
    # all nine of ours; of ten, seven: the six and the one with 0.4.
    probabilities = np.array([[0.9, 0.1, 0.0]] * 6 + [[0.6, 0.4, 0.0], [0.7, 0.3, 0.0], [0.9, 0.1, 0.0]])
    truth = np.array([0] * 6 + [1, 1, 1])
    assert set_threshold(probabilities, truth) == 0.1
    assert set_threshold(probabilities, truth, coverage=0.8) == 0.3
    assert set_threshold(probabilities, truth, coverage=0.7) == 0.4
    assert set_threshold(probabilities, truth, coverage=0.6) == 1.0


def test_too_few_works_promise_nothing_so_every_label_is_in() -> None:
    probabilities, truth = np.array([[0.9, 0.1]] * 8), np.zeros(8, int)
    assert set_threshold(probabilities, truth) == 0.0
    assert prediction_sets(probabilities, 0.0).all()
    assert set_threshold(np.array([[0.9, 0.1]] * 9), np.zeros(9, int)) == 1.0


def test_sets_hold_what_reaches_the_threshold_and_always_the_first_label() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.2, 0.2, 0.6], [0.34, 0.33, 0.33], [0.5, 0.5, 0.0]])
    assert prediction_sets(probabilities, 0.3).tolist() == [
        [True, True, False],
        [False, False, True],
        [True, True, True],
        [True, True, False],
    ]
    assert prediction_sets(probabilities, 1.0).sum(axis=1).tolist() == [1, 1, 1, 1]
    assert prediction_sets(np.zeros((0, 3)), 0.5).shape == (0, 3)


@pytest.mark.parametrize("boast", [1.0, 2.5])
@pytest.mark.parametrize("promised", [0.8, 0.9])
def test_new_works_are_covered_as_promised_even_by_a_model_that_boasts(boast: float, promised: float) -> None:
    fresh, truth = answered(100_000, seed=0, boast=boast)
    found = [
        coverage(fresh, truth, set_threshold(*answered(50, seed, boast=boast), coverage=promised))
        for seed in range(1, 301)
    ]
    # By exchangeability the mean lies between the promise and 1/51 more.
    assert promised - 0.005 <= np.mean(found) <= promised + 1 / 51 + 0.005


def test_a_model_that_is_right_oftener_than_promised_answers_with_one_label() -> None:
    probabilities, truth = answered(2_000, seed=3, doubt=0.005)
    assert np.mean(probabilities.argmax(axis=1) == truth) > 0.95
    threshold = set_threshold(probabilities, truth)
    assert prediction_sets(probabilities, threshold).sum(axis=1).max() == 1


def test_doubtful_works_get_larger_sets() -> None:
    probabilities, truth = answered(5_000, seed=5)
    sizes = prediction_sets(probabilities, set_threshold(probabilities, truth)).sum(axis=1)
    confident = probabilities.max(axis=1) > 0.8
    assert sizes[confident].mean() < 2 < 3 < sizes[~confident].mean()


@pytest.mark.parametrize(
    ("probabilities", "truth", "promised", "message"),
    [
        (np.zeros((0, 3)), np.zeros(0, int), 0.9, "are needed"),
        (np.zeros((2, 3)), np.array([0]), 0.9, "are needed"),
        (np.zeros(3), np.array([0, 1, 2]), 0.9, "are needed"),
        (np.array([[np.nan, 0.0]]), np.array([0]), 0.9, "not finite"),
        (np.zeros((2, 3)), np.array([0, 3]), 0.9, "outside"),
        (np.zeros((2, 3)), np.array([-1, 0]), 0.9, "outside"),
        (np.zeros((1, 3)), np.array([0]), 1.0, "coverage"),
    ],
)
def test_what_cannot_be_used_is_refused(
    probabilities: Array, truth: Array, promised: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        set_threshold(probabilities, truth, promised)
