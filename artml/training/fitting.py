"""Fitting a Keras model as its recipe says: masked losses, the schedule, checkpoints, progress."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from artml.training.batches import Legs
from artml.training.checkpoint import Checkpoint
from artml.training.labels import UNKNOWN
from artml.training.progress import Reporter
from artml.training.recipe import Recipe


def masked_crossentropy(weights: npt.NDArray[np.float32], smoothing: float) -> Any:
    """Cross-entropy of logits, nought where the label is unknown; `weights` has a weight a label."""

    def crossentropy(truth: Any, logits: Any) -> Any:
        logs = ops.log_softmax(logits)
        right = ops.take_along_axis(logs, truth[:, None], axis=-1)[:, 0]
        return -(1 - smoothing) * right - smoothing * ops.mean(logs, axis=-1)

    return _masked(crossentropy, weights)


def masked_binary_crossentropy(weights: npt.NDArray[np.float32], smoothing: float) -> Any:
    """As `masked_crossentropy`: the mean over the labels of each one's binary one, against all others."""

    def crossentropy(truth: Any, logits: Any) -> Any:
        target = ops.one_hot(truth, logits.shape[-1]) * (1 - smoothing) + smoothing / 2
        return ops.mean(ops.softplus(logits) - target * logits, axis=-1)

    return _masked(crossentropy, weights)


def _masked(loss: Callable[[Any, Any], Any], weights: npt.NDArray[np.float32]) -> Any:
    """A loss of (index of the true label, float32 logits), weighted; nought where the label is unknown."""
    table = ops.convert_to_tensor(weights)

    def masked(truth: Any, logits: Any) -> Any:
        truth = ops.cast(ops.reshape(truth, (-1,)), "int32")
        known = ops.cast(ops.not_equal(truth, UNKNOWN), "float32")
        truth = ops.maximum(truth, 0)
        return loss(truth, ops.cast(logits, "float32")) * known * ops.take(table, truth)

    return masked


LOSSES = {"crossentropy": masked_crossentropy, "binary": masked_binary_crossentropy}


@keras.saving.register_keras_serializable("artml")
class LabelledAccuracy(keras.metrics.Mean):
    """Accuracy over the works whose label is known."""

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count a batch."""
        truth = ops.cast(ops.reshape(y_true, (-1,)), "int32")
        right = ops.cast(ops.equal(truth, ops.cast(ops.argmax(y_pred, axis=-1), "int32")), "float32")
        return super().update_state(right, sample_weight=ops.cast(ops.not_equal(truth, UNKNOWN), "float32"))


def schedule(recipe: Recipe, steps: int) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """The recipe's rate, constant; or warm up to it, then fall as a cosine to nought (Loshchilov and Hutter
    2017).
    """
    if recipe.schedule == "constant":
        return recipe.rate
    warm = max(1, int(recipe.warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - warm), warmup_target=recipe.rate, warmup_steps=warm
    )


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """The recipe's, for so many steps in all; weight decay spares biases and norms."""
    rate = schedule(recipe, steps)
    match recipe.optimizer:
        case "sgd":
            return keras.optimizers.SGD(rate, momentum=recipe.momentum)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
        case "adam":
            return keras.optimizers.Adam(rate)
        case _:
            adamw = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay)
            adamw.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
            return adamw


def fit(
    recipe: Recipe,
    model: keras.Model,
    batches: Legs,
    validation: Any,
    weights: Mapping[str, npt.NDArray[np.float32]],
    folder: Path,
    reporter: Reporter,
) -> None:
    """Train `model` (outputs: logits by facet); `folder` gets `history.csv`, a row a leg, and the checkpoint.

    `validation` is (inputs, targets) to watch after each leg, or None. A run that was killed goes on from its
    last leg.
    """
    legs = max(1, round(recipe.epochs * recipe.legs))
    compiled(recipe, model, weights, legs * len(batches))
    checkpoint = Checkpoint(folder / "checkpoint")
    done = checkpoint.restore(model)
    follow = _Follow(batches, folder / "history.csv", reporter)
    follow.forget_after(done)
    model.fit(
        batches,
        validation_data=validation,
        epochs=legs,
        initial_epoch=done,
        shuffle=False,
        verbose=0,
        callbacks=[follow, checkpoint],
    )


def compiled(
    recipe: Recipe, model: keras.Model, weights: Mapping[str, npt.NDArray[np.float32]], steps: int
) -> None:
    """Make a model ready to be trained for so many steps; `weights` has by facet a weight a label."""
    loss = LOSSES[recipe.loss]
    model.compile(
        optimizer=optimizer(recipe, steps),
        loss={facet: loss(w, recipe.label_smoothing) for facet, w in weights.items()},
        metrics={facet: [LabelledAccuracy(name="accuracy")] for facet in weights},
        jit_compile=False,
    )


class _Follow(keras.callbacks.Callback):
    """Tells the batches which leg it is, the reporter how it goes, and the history how it went."""

    def __init__(self, batches: Legs, history: Path, reporter: Reporter) -> None:
        super().__init__()
        self.batches, self.history, self.reporter = batches, history, reporter

    def forget_after(self, leg: int) -> None:
        """Strike what the history says of later legs: a run that was killed does them again."""
        if self.history.is_file():
            head, *rows = self.history.read_text(encoding="utf-8").splitlines(keepends=True)
            self.history.write_text("".join([head, *rows[:leg]]), encoding="utf-8")

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.batches.leg = epoch
        self.reporter.begin(f"leg {epoch + 1} of {self.params['epochs']}", len(self.batches))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.reporter.advance(1)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        figures = {"leg": epoch + 1, "epoch": (epoch + 1) / self.batches.recipe.legs}
        figures |= {name: round(float(value), 5) for name, value in (logs or {}).items()}
        figures["rate"] = float(f"{float(self.model.optimizer.learning_rate):.3g}")
        new = not self.history.is_file()
        with self.history.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, figures)
            if new:
                writer.writeheader()
            writer.writerow(figures)
        self.reporter.say(" ".join(f"{name} {value:g}" for name, value in figures.items()))
