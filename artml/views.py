"""What a network sees of a picture where it does not see the whole: crops, all brought to one scale.

Training and prediction cut them by the same code.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt, sqrt

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from artml.images import to_square

Pixels = npt.NDArray[np.uint8]

_GOLDEN = (sqrt(5) - 1) / 2


class Crops(BaseModel):
    """Which crops a network sees; see `crops` for what the numbers mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(gt=0)
    size: int = Field(gt=0)
    area: int = Field(0, ge=0)

    @property
    def shortest(self) -> int | None:
        """Pixels on a picture's short side that are needed of it; None: all that there are."""
        return isqrt(self.area - 1) + 1 if self.area else None


def crops(image: Image.Image, count: int, size: int, area: int, side: int) -> Pixels:
    """`count` crops spread evenly over the picture: (count, side, side, 3). One of an odd number is from its
    middle.

    image: of mode "RGB", of any shape. It is first scaled, up or down, to `area` pixels in all; 0 leaves it.
    size: height and width of a crop, pixels; where the scaled picture is narrower, the largest square in it.
    side: what each crop is then scaled to, pixels.
    """
    picture = scaled(image, area)
    upright = picture.height > picture.width
    return np.stack([_crop(picture, *(at[::-1] if upright else at), size, side) for at in _spread(count)])


def random_crop(image: Image.Image, size: int, area: int, side: int, rng: np.random.Generator) -> Pixels:
    """A crop as those of `crops`, from anywhere in the picture: (side, side, 3)."""
    x, y = rng.random(2)
    return _crop(scaled(image, area), x, y, size, side)


def scaled(image: Image.Image, area: int) -> Image.Image:
    """The whole picture in its own shape with `area` pixels in all, as nearly as may be; 0 leaves it."""
    if not area:
        return image
    factor = sqrt(area / (image.width * image.height))
    width, height = (max(1, round(length * factor)) for length in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)


def _spread(count: int) -> Iterator[tuple[float, float]]:
    """Points evenly spread over the unit square and along both its sides, the first more evenly: a lattice by
    the golden section, each point opposite to another.
    """
    for number in range(count):
        steps = number - (count - 1) / 2  # from the middle
        yield 0.5 + steps / count, (0.5 + steps * _GOLDEN) % 1


def _crop(image: Image.Image, x: float, y: float, size: int, side: int) -> Pixels:
    """The square at share `x` and `y` of the way from the left and top ends of the picture to the others."""
    extent = min(size, *image.size)
    left, top = round(x * (image.width - extent)), round(y * (image.height - extent))
    return to_square(image.crop((left, top, left + extent, top + extent)), side)
