"""What a classifier's networks see of a picture. Takes neither bundle nor engine: any process can do it."""

from __future__ import annotations

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from artml.images import to_square
from artml.views import Crops, Pixels, crops


class Eye(BaseModel):
    """What one network sees: the whole picture squashed to a square of `side` pixels, or crops of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    side: int
    view: Crops | None = None

    @property
    def shortest(self) -> int | None:
        """Pixels on a picture's short side that it needs; None: all that there are."""
        return self.side if self.view is None else self.view.shortest

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of what it sees of a picture: (views, side, side, 3)."""
        return (1 if self.view is None else self.view.count, self.side, self.side, 3)

    def pixels(self, image: Image.Image) -> Pixels:
        """What it sees of a picture of mode "RGB": (views, side, side, 3)."""
        if self.view is None:
            return to_square(image, self.side)[np.newaxis]
        return crops(image, self.view.count, self.view.size, self.view.area, self.side)


class Sight(BaseModel):
    """What several networks see, each with its own eye."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    eyes: tuple[Eye, ...]

    @property
    def shortest(self) -> int | None:
        """Pixels on a picture's short side that the most demanding needs; None: all that there are."""
        needed = [eye.shortest for eye in self.eyes]
        enough = [shortest for shortest in needed if shortest is not None]
        return max(enough) if len(enough) == len(needed) else None

    def pixels(self, image: Image.Image) -> tuple[Pixels, ...]:
        """What each sees of a picture of mode "RGB", which need not be larger than `shortest`."""
        return tuple(eye.pixels(image) for eye in self.eyes)
