from __future__ import annotations

import keras
import numpy as np
import pytest

from artml.training.fitting import (
    LabelledAccuracy,
    masked_binary_crossentropy,
    masked_crossentropy,
    optimizer,
    schedule,
)
from artml.training.labels import UNKNOWN
from artml.training.recipe import Recipe

LOGITS = np.array([[2.0, 0.0], [0.0, 1.0], [5.0, 5.0]], dtype=np.float32)
TRUTH = np.array([0, 0, UNKNOWN], dtype=np.int32)


def recipe(**changes: object) -> Recipe:
    facts = {"stages": ("a",), "facets": {"style": 1}, "train": "heads", "epochs": 2, "batch": 4, "rate": 0.1}
    return Recipe(name="one", **{**facts, **changes})


def test_the_loss_by_hand() -> None:
    loss = masked_crossentropy(np.array([3.0, 1.0], np.float32), 0.0)(TRUTH, LOGITS)
    expected = [3 * np.log(1 + np.exp(-2)), 3 * np.log(1 + np.exp(1)), 0.0]
    np.testing.assert_allclose(np.asarray(loss), expected, rtol=1e-5)


def test_smoothing_mixes_in_every_label() -> None:
    smooth = masked_crossentropy(np.ones(2, np.float32), 0.2)(TRUTH, LOGITS)
    right, wrong = np.log(1 + np.exp(-2)), np.log(1 + np.exp(2))
    assert float(smooth[0]) == pytest.approx(0.9 * right + 0.1 * wrong, rel=1e-5)


def test_accuracy_passes_over_unknown_labels() -> None:
    metric = LabelledAccuracy(name="accuracy")
    metric.update_state(TRUTH, LOGITS)
    assert float(metric.result()) == 0.5


def test_the_rate_warms_up_and_falls_to_nought() -> None:
    rates = schedule(recipe(warmup=0.1), 100)
    assert float(rates(0)) == 0
    assert float(rates(10)) == pytest.approx(0.1)
    assert float(rates(5)) == pytest.approx(0.05)
    assert float(rates(100)) == pytest.approx(0, abs=1e-6)
    assert isinstance(rates, keras.optimizers.schedules.CosineDecay)


def test_a_constant_rate_stays() -> None:
    assert schedule(recipe(schedule="constant"), 100) == 0.1


def test_the_binary_loss_by_hand() -> None:
    loss = masked_binary_crossentropy(np.array([3.0, 1.0], np.float32), 0.0)(TRUTH, LOGITS)
    first = (np.log(1 + np.exp(-2)) + np.log(2)) / 2
    second = (np.log(2) + np.log(1 + np.exp(1))) / 2
    np.testing.assert_allclose(np.asarray(loss), [3 * first, 3 * second, 0.0], rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "kind"), [("adamw", "AdamW"), ("adam", "Adam"), ("sgd", "SGD"), ("rmsprop", "RMSprop")]
)
def test_the_optimiser_is_the_recipes(name: str, kind: str) -> None:
    chosen = optimizer(recipe(optimizer=name, schedule="constant", momentum=0.5, weight_decay=0.3), 10)
    assert type(chosen).__name__ == kind
    assert float(chosen.learning_rate) == pytest.approx(0.1)
    assert chosen.weight_decay == (0.3 if name == "adamw" else None)
    assert name != "sgd" or chosen.momentum == 0.5
