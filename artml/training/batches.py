"""What Keras trains on: batches of cached features, or of pictures varied anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from artml.training.labels import Targets
from artml.training.pictures import Pictures
from artml.training.recipe import Recipe


class Legs(keras.utils.PyDataset):
    """Rows in a new random order each epoch; what Keras calls an epoch is one leg (a checkpoint's worth) of
    it.

    The order depends on seed and leg alone, so that a resumed run sees what an unbroken one would.
    """

    def __init__(self, recipe: Recipe, rows: npt.NDArray[np.intp], targets: Targets) -> None:
        super().__init__(workers=2, max_queue_size=6)
        self.recipe, self.rows, self.targets, self.leg = recipe, rows, targets, 0
        self.steps = max(1, len(rows) // recipe.batch // recipe.legs)

    def __len__(self) -> int:
        return self.steps

    def chosen(self, step: int) -> npt.NDArray[np.intp]:
        """The rows of a step."""
        epoch, leg = divmod(self.leg, self.recipe.legs)
        order = np.random.default_rng((self.recipe.seed, epoch)).permutation(self.rows)
        start = (leg * self.steps + step) * self.recipe.batch
        return order[start : start + self.recipe.batch]

    def random(self, row: int) -> np.random.Generator:
        """The dice for a row in this leg."""
        return np.random.default_rng((self.recipe.seed, self.leg, row))

    def answers(self, rows: npt.NDArray[np.intp]) -> Targets:
        """The targets of those rows."""
        return {facet: index[rows] for facet, index in self.targets.items()}


class CachedBatches(Legs):
    """Batches of cached features; each row in a version drawn by lot, the plain one as often as asked for.

    `features` maps an input's name to an array (pictures, versions, …), of which `rows` are used.
    """

    def __init__(
        self,
        recipe: Recipe,
        features: Mapping[str, npt.NDArray[Any]],
        rows: npt.NDArray[np.intp],
        targets: Targets,
    ) -> None:
        super().__init__(recipe, rows, targets)
        self.features = features
        count = next(iter(features.values())).shape[1]
        odds = np.full(count, 1 / count)
        if recipe.plain_share is not None and count > 1:
            odds[:] = (1 - recipe.plain_share) / (count - 1)
            odds[0] = recipe.plain_share
        self.bounds = odds.cumsum()[:-1]

    def __getitem__(self, step: int) -> tuple[dict[str, npt.NDArray[np.float32]], Targets]:
        rows = np.sort(self.chosen(step))
        versions = np.digitize([self.random(row).random() for row in rows], self.bounds)
        inputs = {name: array[rows, versions].astype(np.float32) for name, array in self.features.items()}
        return inputs, self.answers(rows)


class PictureBatches(Legs):
    """Batches of pictures, each varied anew; of `pictures`, those in `rows`."""

    def __init__(
        self, recipe: Recipe, pictures: Pictures, rows: npt.NDArray[np.intp], targets: Targets
    ) -> None:
        super().__init__(recipe, rows, targets)
        self.pictures = pictures

    def __getitem__(self, step: int) -> tuple[npt.NDArray[np.float32], Targets]:
        rows = self.chosen(step)
        pixels = [self.pictures.varied(row, self.random(row)) for row in rows]
        return np.stack(pixels).astype(np.float32), self.answers(rows)
