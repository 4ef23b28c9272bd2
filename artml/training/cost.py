"""What a run would take on this machine: a few of its steps, done and timed before it is started."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import keras
import numpy as np

from artml.engine import BATCH, Engine
from artml.errors import RecipeError
from artml.networks import graph, network
from artml.training.fitting import compiled
from artml.training.labels import class_weights
from artml.training.partition import Partition, partition
from artml.training.run import WATCHED, Run, freeze_norms

STEPS: Final = 3
"""Timed; the first of all is not, for it prepares the others."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """Seconds of a run, and what they are made of."""

    recipe: str
    pictures: int
    """That are seen once, versions counted."""
    a_picture: float
    """Seconds to read one and see it."""
    steps: int
    """Of training."""
    a_step: float
    """Seconds."""
    watching: float
    """Seconds to look at validation works meanwhile."""

    @property
    def seconds(self) -> float:
        """All together."""
        return self.pictures * self.a_picture + self.steps * self.a_step + self.watching


def cost(run: Run, tell: Told) -> Cost:
    """Time a picture and a step of a run, with weights as chance makes them; what it is at goes to `tell`.

    Raises `RecipeError` for a recipe that nothing here could train, and `ImageError`.
    """
    recipe = run.recipe
    if recipe.trainer == "torch":
        raise RecipeError(f"{recipe.name} trains by PyTorch: its time cannot be told beforehand.")
    tell("Building the network")
    keras.utils.set_random_seed(recipe.seed)
    keras.config.set_dtype_policy(recipe.precision)
    try:
        whole = run.architecture.build()
    finally:
        keras.config.set_dtype_policy("float32")
    if recipe.frozen_norms:
        freeze_norms(whole)
    parts = partition(whole, run.architecture, recipe.train)
    learnt = run.with_rehearsed(run.train, "train")
    each = run.each("train")
    per_epoch = max(1, len(learnt) * each // recipe.batch)
    steps = max(1, round(per_epoch * recipe.epochs))
    tell("Looking at pictures")
    versions = recipe.versions if parts.frozen is not None and recipe.varies else 1
    a_picture, batch = _seen(run, parts, versions)
    tell("Taking a step")
    compiled(recipe, parts.trained, class_weights(learnt, run.labels, recipe.class_weight_power), steps)
    a_step, a_look = _stepped(run, parts.trained, batch)
    validation, test = len(run.validation) * run.each("validation"), len(run.test) * run.each("test")
    pictures = len(run.train) * each * versions + validation + test
    watching = 0.0
    if parts.frozen is None:
        pictures = 2 * (validation + test)
        watching = recipe.epochs * recipe.legs * min(WATCHED, validation) * a_look / recipe.batch
        a_step += recipe.batch * a_picture / 2  # two threads read ahead
    return Cost(recipe.name, pictures, a_picture, steps, a_step, watching)


def unreachable(run: Run) -> str:
    """Why the weights that a run starts from cannot be had here; empty where they can."""
    known = network(run.recipe.network)
    if not run.recipe.pretrained or run.recipe.start or run.before or known.reachable():
        return ""
    if known.weights is None:
        return f"Nobody has pretrained weights of {known.name}."
    return f"{' and '.join(known.weights.files)} not in ARTML_WEIGHTS. {known.weights.origin}"


def _seen(run: Run, parts: Partition, versions: int) -> tuple[float, Any]:
    """Seconds a picture and version, and a batch of what the trained part takes."""
    pictures = run.pictures(run.train, "train")
    some = np.random.default_rng(run.recipe.seed).permutation(len(pictures))[: 2 * BATCH]
    halves = [some[: len(some) // 2 + len(some) % 2], some[len(some) // 2 + len(some) % 2 :]]
    look = Engine(graph.export(parts.frozen)) if parts.frozen is not None else None
    seconds = 0.0
    found: Any = None
    for items in (half for half in halves if len(half)):
        start = time.perf_counter()
        if look is None:
            rng = np.random.default_rng(run.recipe.seed)
            found = np.stack([pictures.varied(int(item), rng) for item in items]).astype(np.float32)
        else:
            pixels = np.concatenate([pictures.versions(int(item), versions) for item in items])
            found = look(pixels)
        seconds = (time.perf_counter() - start) / (len(items) * versions)
    if look is None:
        return seconds, _repeated(found, run.recipe.batch)
    return seconds, {name: _repeated(array, run.recipe.batch) for name, array in dict(found or {}).items()}


def _stepped(run: Run, model: keras.Model, batch: Any) -> tuple[float, float]:
    """Seconds of a step of training, and of a look at as many works."""
    targets = {facet: np.zeros(run.recipe.batch, np.int32) for facet in run.labels}
    step = min(_timed(lambda: model.train_on_batch(batch, targets)))
    look = min(_timed(lambda: model.test_on_batch(batch, targets)))
    return step, look


def _timed(act: Callable[[], object]) -> Iterator[float]:
    act()
    for _ in range(STEPS):
        start = time.perf_counter()
        act()
        yield time.perf_counter() - start


def _repeated(array: Any, count: int) -> Any:
    return np.resize(np.asarray(array, np.float32), (count, *np.shape(array)[1:]))
