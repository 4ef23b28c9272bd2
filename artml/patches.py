"""What a network that sees crops says of a facet from place to place of one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from artml.errors import UnknownName
from artml.views import Boxes

Floats = npt.NDArray[np.float64]

REACH: Final = 0.8
"""Standard deviation by which a map is softened, in steps of its grid."""


@dataclass(frozen=True, eq=False)
class Patches:
    """A grid of crops over a picture, row by row from the upper left, and what is said of each."""

    facet: str
    labels: tuple[str, ...]
    boxes: Boxes
    """(n, 4): where each crop lies."""
    probabilities: Floats
    """(n, labels), 0 to 1: calibrated as the facet's answers are; each crop's add up to 1."""
    shape: tuple[int, int]
    """Rows and columns of the grid."""

    def of(self, label: str) -> Floats:
        """(n,): the probability of one label at each crop; raises `UnknownName`."""
        if label not in self.labels:
            raise UnknownName(f"{self.facet} has no label {label!r}; known: {', '.join(self.labels)}.")
        return self.probabilities[:, self.labels.index(label)]

    def map(self, label: str, height: int, width: int) -> Floats:
        """(height, width), 0 to 1: the probability of one label over the whole picture.

        A place is told by the crops whose middles lie nearest, so that it shows regions, not outlines: what
        a crop says, it says of all that it holds. Raises `UnknownName`.
        """
        values = self.of(label).reshape(self.shape)
        x, y = (self.boxes[:, :2] + self.boxes[:, 2:]).T / 2
        down, across = y.reshape(self.shape)[:, 0], x.reshape(self.shape)[0]
        return np.asarray(_weights(down, height) @ values @ _weights(across, width).T)


def _weights(middles: Floats, length: int) -> Floats:
    """(length, crops): how much each crop tells of each of the places along one side."""
    step = middles[1] - middles[0] if len(middles) > 1 else 1.0
    places = np.clip((np.arange(length) + 0.5) / length, middles[0], middles[-1])
    weights = np.exp(-(((places[:, None] - middles) / (REACH * step)) ** 2) / 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
