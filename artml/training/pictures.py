"""The pictures of a catalogue as a run sees them: whole, or in crops; plain, or varied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from artml.images import open_image, to_square
from artml.training import code_art
from artml.training.augmentation import varied
from artml.training.recipe import Recipe
from artml.views import random_crop

KEPT = 600
"""Decoded works kept in memory while crops of them are wanted."""


@dataclass(frozen=True)
class Pictures:
    """What lies in `files`, `each` crops of every one where the recipe has crops: item i is crop i % each of
    file i // each, always the same one.
    """

    recipe: Recipe
    files: Sequence[Path]
    each: int = 1

    def __len__(self) -> int:
        return len(self.files) * self.each

    def plain(self, item: int) -> npt.NDArray[np.uint8]:
        """Item as it is, (side, side, 3)."""
        return to_square(self._image(item), self.recipe.side)

    def varied(self, item: int, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
        """Item varied as the recipe says, (side, side, 3)."""
        image = self._image(item)
        if self.recipe.disguise is None:  # which works on the picture's own pixels
            image = reduced(image, 2 * self.recipe.side)
        return to_square(varied(image, self.recipe, rng), self.recipe.side)

    def versions(self, item: int, count: int) -> npt.NDArray[np.uint8]:
        """`count` versions of an item, always the same, (count, side, side, 3): the first plain, the others
        varied, and none of these left plain.
        """
        disguise = self.recipe.disguise and self.recipe.disguise.model_copy(update={"plain": 0.0})
        recipe = self.recipe.model_copy(update={"disguise": disguise})
        image = self._image(item)
        dice = [np.random.default_rng((recipe.seed, item, version)) for version in range(1, count)]
        images = [image, *(varied(image, recipe, rng) for rng in dice)]
        return np.stack([to_square(picture, recipe.side) for picture in images])

    def _image(self, item: int) -> Image.Image:
        crops = self.recipe.crops
        if crops is None:
            return open_image(self.files[item])
        file, crop = divmod(item, self.each)
        rng = np.random.default_rng((self.recipe.data.split_seed, file, crop))
        pixels = random_crop(_decoded(self.files[file]), crops.size, crops.area, crops.size, rng)
        return Image.fromarray(pixels)


def reduced(image: Image.Image, shortest: int) -> Image.Image:
    """The picture at a half, a third, … of its size, but with so many pixels on its short side: to vary it
    costs less then.
    """
    factor = min(image.size) // shortest
    return image.reduce(factor) if factor > 1 else image


@lru_cache(maxsize=KEPT)
def _decoded(file: Path) -> Image.Image:
    return code_art.drawn(file) if file.suffix == code_art.DRAWN else open_image(file)
