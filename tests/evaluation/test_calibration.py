"""A known temperature comes back, and a certain answer keeps its promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from artml.evaluation import NEVER, certain_threshold, fit_temperature, softmax

Array = np.ndarray[Any, Any]


def drawn(temperature: float, n: int = 20_000, classes: int = 10) -> tuple[Array, Array]:
    """Logits, and truths drawn from their softmax at `temperature`."""
    dice = np.random.default_rng(17)
    logits = dice.normal(0.0, 2.0 * temperature, (n, classes))
    noise = dice.gumbel(size=(n, classes))
    return logits, (logits / temperature + noise).argmax(axis=1)


def test_softmax_by_hand() -> None:
    assert softmax([[0.0, np.log(3.0)]]) == pytest.approx(np.array([[0.25, 0.75]]))
    assert softmax([0.0, 2 * np.log(3.0)], temperature=2.0) == pytest.approx(np.array([0.25, 0.75]))


def test_softmax_of_enormous_logits_is_finite_and_in_float64() -> None:
    found = softmax(np.array([[3e38, 0.0, -3e38], [-1e38, -1e38, -3e38]], np.float32), temperature=0.05)
    assert found.dtype == np.float64
    assert found.tolist() == [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_softmax_refuses_an_impossible_temperature(temperature: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        softmax([1.0, 2.0], temperature)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7, 6.0])
def test_a_known_temperature_is_recovered(temperature: float) -> None:
    logits, truth = drawn(temperature)
    assert fit_temperature(logits, truth) == pytest.approx(temperature, rel=0.03)


def test_the_fit_is_no_worse_than_any_temperature_nearby() -> None:
    logits, truth = drawn(2.5, n=300)
    fitted = fit_temperature(logits, truth)

    def loss(temperature: float) -> float:
        return float(-np.log(softmax(logits, temperature)[np.arange(len(truth)), truth]).mean())

    assert loss(fitted) <= min(loss(fitted * step) for step in (0.9, 0.999, 1.001, 1.1))


def test_only_differences_of_logits_matter_to_the_fit() -> None:
    logits, truth = drawn(1.4, n=300)
    assert fit_temperature(logits + 5000.0, truth) == pytest.approx(fit_temperature(logits, truth), rel=1e-4)


def test_the_mean_over_views_is_what_is_calibrated() -> None:
    """Views of a work err together, and each a little for itself: their mean is better than any of them."""
    dice = np.random.default_rng(23)
    truth = dice.integers(0, 3, 4_000)
    work = np.eye(3)[truth] + dice.normal(0, 0.6, (4_000, 3))
    logits = work[:, None] + dice.normal(0, 0.3, (4_000, 6, 3))
    together = fit_temperature(logits, truth)
    alone = fit_temperature(logits.reshape(-1, 3), np.repeat(truth, 6))

    def gap(temperature: float) -> float:
        mean = softmax(logits, temperature).mean(axis=1)
        return abs(float(mean.max(axis=1).mean() - (mean.argmax(axis=1) == truth).mean()))

    assert together < 0.8 * alone
    assert gap(together) < 0.02 < 0.04 < gap(alone)


def test_one_view_is_fitted_as_none() -> None:
    logits, truth = drawn(1.7, n=300)
    assert fit_temperature(logits[:, None], truth) == pytest.approx(fit_temperature(logits, truth))


def test_temperature_stays_in_its_range() -> None:
    logits = np.array([[4.0, 0.0], [0.0, 4.0]])
    assert fit_temperature(logits, np.array([0, 1])) == pytest.approx(0.05, rel=1e-3)
    assert fit_temperature(logits, np.array([1, 0])) == pytest.approx(20.0, rel=1e-3)


def test_logits_that_say_nothing_keep_their_temperature() -> None:
    assert fit_temperature(np.zeros((5, 3)), np.array([0, 1, 2, 0, 1])) == 1.0


@pytest.mark.parametrize(
    ("logits", "truth", "message"),
    [
        (np.zeros((0, 3)), np.zeros(0, int), "are needed"),
        (np.zeros((2, 3)), np.array([0]), "are needed"),
        (np.zeros(3), np.array([0, 1, 2]), "are needed"),
        (np.array([[np.inf, 0.0]]), np.array([0]), "not finite"),
        (np.zeros((2, 3)), np.array([0, 3]), "outside"),
        (np.zeros((2, 3)), np.array([-1, 0]), "outside"),
    ],
)
def test_fit_refuses_what_it_cannot_use(logits: Array, truth: Array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_temperature(logits, truth)


def test_the_threshold_is_the_lowest_that_keeps_the_promise() -> None:
    confidence = np.array([0.95, 0.5, 0.9, 0.8, 0.7, 0.6])
    correct = np.array([True, False, True, False, True, False])
    # From the top: 1/1, 2/2, 2/3, 3/4, 3/5, 3/6. Two thirds fails at 0.8, and holds again at 0.7.
    assert certain_threshold(confidence, correct, precision=0.7) == 0.7
    assert certain_threshold(confidence, correct, precision=0.9) == 0.9
    assert certain_threshold(confidence, correct, precision=0.5) == 0.5


def test_nine_of_ten_are_nine_tenths() -> None:
    correct = np.array([True] * 9 + [False])
    assert certain_threshold(np.linspace(0.9, 0.1, 10), correct) == pytest.approx(0.1)


def test_all_correct_makes_all_certain() -> None:
    assert certain_threshold(np.array([0.3, 0.9, 0.6]), np.ones(3, bool)) == 0.3


def test_works_of_equal_confidence_are_certain_together_or_not_at_all() -> None:
    confidence, correct = np.array([0.9, 0.8, 0.8, 0.8]), np.array([True, True, True, False])
    assert certain_threshold(confidence, correct) == 0.9
    assert certain_threshold(confidence[::-1], correct[::-1]) == 0.9
    assert certain_threshold(confidence, correct, precision=0.75) == 0.8


@pytest.mark.parametrize("n", [0, 1, 50])
def test_a_promise_that_cannot_be_kept_makes_nothing_certain(n: int) -> None:
    threshold = certain_threshold(np.ones(n), np.zeros(n, bool))
    assert threshold == NEVER
    assert not (softmax([[1000.0, 0.0]]) >= threshold).any()


def test_strangers_raise_the_threshold() -> None:
    confidence, correct = np.linspace(0.5, 0.99, 50), np.ones(50, bool)
    strangers = np.linspace(0.0, 0.9, 10)
    assert certain_threshold(confidence, correct) == 0.5
    threshold = certain_threshold(confidence, correct, strangers=strangers)
    assert threshold == pytest.approx(0.81)  # the first work above the second most confident stranger, 0.8
    assert np.mean(strangers >= threshold) == 0.1
    none = certain_threshold(confidence, correct, strangers=strangers, max_stranger_share=0.0)
    assert none == pytest.approx(0.91)


def test_strangers_never_lower_the_threshold() -> None:
    confidence, correct = np.array([0.9, 0.8, 0.7]), np.array([True, False, False])
    assert certain_threshold(confidence, correct, strangers=np.zeros(5)) == 0.9
    assert certain_threshold(confidence, correct, strangers=np.zeros(0)) == 0.9


def test_strangers_above_everyone_make_nothing_certain() -> None:
    assert certain_threshold(np.full(4, 0.9), np.ones(4, bool), strangers=np.full(4, 0.9)) == NEVER


def calibrated(n: int, seed: int) -> tuple[Array, Array]:
    dice = np.random.default_rng(seed)
    confidence = dice.beta(1.6, 1.1, n)
    return confidence, dice.random(n) < confidence


def test_the_promise_holds_on_new_works_on_average() -> None:
    fresh, right = calibrated(100_000, seed=0)
    thresholds = [certain_threshold(*calibrated(2000, seed)) for seed in range(1, 41)]
    assert np.mean([right[fresh >= threshold].mean() for threshold in thresholds]) == pytest.approx(
        0.9, abs=0.01
    )


def test_an_assured_promise_holds_on_new_works_nearly_always() -> None:
    fresh, right = calibrated(100_000, seed=0)
    kept = [
        right[fresh >= certain_threshold(*calibrated(2000, seed), assured=True)].mean() >= 0.9
        for seed in range(1, 41)
    ]
    assert np.mean(kept) >= 0.9


def test_assurance_needs_works_enough() -> None:
    def least(n: int) -> float:
        return certain_threshold(np.full(n, 0.8), np.ones(n, bool), assured=True)

    assert (least(34), least(35)) == (NEVER, 0.8)
    strangers = np.array([0.9] * 5 + [0.1] * 95)
    confidence, correct = np.repeat([0.8, 0.95], 50), np.ones(100, bool)
    assert certain_threshold(confidence, correct, strangers=strangers, assured=False) == 0.8
    assert certain_threshold(confidence, correct, strangers=strangers, assured=True) == 0.95


@pytest.mark.parametrize(
    ("confidence", "correct", "strangers", "message"),
    [
        (np.zeros(2), np.zeros(3, bool), None, "both must be"),
        (np.zeros((2, 2)), np.zeros((2, 2), bool), None, "both must be"),
        (np.array([np.nan]), np.ones(1, bool), None, "confidences are not finite"),
        (np.ones(1), np.ones(1, bool), np.array([np.nan]), "strangers are not finite"),
    ],
)
def test_threshold_refuses_what_it_cannot_use(
    confidence: Array, correct: Array, strangers: Array | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        certain_threshold(confidence, correct, strangers=strangers)
