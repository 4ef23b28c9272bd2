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
Boxes = npt.NDArray[np.float64]
"""(n, 4): left, top, right and bottom of n crops, as shares 0..1 of the picture's width and height."""

STEP = 8
"""Crops of a grid lie this part of their side apart."""
MOST = 24
"""Crops of a grid, along one side of a picture at most."""

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


def grid(image: Image.Image, size: int, area: int, side: int) -> tuple[Pixels, Boxes, tuple[int, int]]:
    """Crops as those of `crops`, as many as it takes to cover the picture closely, row by row from the upper
    left: (n, side, side, 3), where each lies, and the grid's (rows, columns).
    """
    picture = scaled(image, area)
    extent = min(size, *picture.size)
    columns, rows = (_places(length - extent, extent) for length in picture.size)
    seen = np.stack([_crop(picture, x, y, size, side) for y in rows for x in columns])
    width, height = extent / picture.width, extent / picture.height
    left, top = np.meshgrid(columns * (1 - width), rows * (1 - height))
    boxes = np.stack([left, top, left + width, top + height], axis=-1).reshape(-1, 4)
    return seen, boxes, (len(rows), len(columns))


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


def _places(room: int, extent: int) -> npt.NDArray[np.float64]:
    """Shares 0..1 of the room along one side where the crops of a grid begin."""
    count = min(1 + round(STEP * room / extent), MOST)
    return np.linspace(0, 1, count) if count > 1 else np.array([0.5])


def _crop(image: Image.Image, x: float, y: float, size: int, side: int) -> Pixels:
    """The square at share `x` and `y` of the way from the left and top ends of the picture to the others."""
    extent = min(size, *image.size)
    left, top = round(x * (image.width - extent)), round(y * (image.height - extent))
    return to_square(image.crop((left, top, left + extent, top + extent)), side)
