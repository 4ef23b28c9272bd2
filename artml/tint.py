"""A picture's map between two ends, to lie over it: told by pattern as well as by colour.

Where the one end leads there are slanting strokes, where the other does, a lattice of dots; both the stronger
the clearer it leads, and nothing where neither does.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]

STROKES: Final = (196, 106, 28)
"""Ochre."""
DOTS: Final = (24, 104, 178)
"""Blue; the two differ to every kind of eye."""
PERIOD: Final = 10
"""Pixels from stroke to stroke, and from dot to dot."""
WASH: Final = 0.3
"""How dense the colour between strokes or dots may be, 0 to 1."""


def tint(lean: Floats) -> Image.Image:
    """A picture of mode "RGBA", as large as `lean`: (height, width), from 0, all strokes, to 1, all dots."""
    strength = np.clip(np.abs(2 * lean - 1), 0, 1)
    dotted = lean > 0.5
    marks = np.where(dotted, _dots(strength), _strokes(strength))
    alpha = np.maximum(WASH * strength, marks * np.clip(3 * strength, 0, 1))
    pixels = np.empty((*lean.shape, 4), np.uint8)
    pixels[..., :3] = np.where(dotted[..., None], DOTS, STROKES)
    pixels[..., 3] = np.round(255 * alpha)
    return Image.fromarray(pixels)


def _dots(strength: Floats) -> Floats:
    """Ink, 0 to 1: the area of a dot grows with the strength."""
    y, x = np.indices(strength.shape) % PERIOD - (PERIOD - 1) / 2
    return _inside(np.hypot(x, y), 0.4 * PERIOD * np.sqrt(strength))


def _strokes(strength: Floats) -> Floats:
    """Ink, 0 to 1: strokes not quite straight, whose breadth grows with the strength."""
    y, x = np.indices(strength.shape, dtype=np.float64)
    swerve = 1.6 * np.sin(y / 23) + 1.1 * np.sin(x / 31 + y / 17)
    across = (x + y + swerve) / np.sqrt(2)
    distance = np.abs(across % PERIOD - PERIOD / 2)
    return _inside(distance, 0.27 * PERIOD * strength)


def _inside(distance: Floats, reach: Floats) -> Floats:
    return np.clip(reach - distance + 0.5, 0, 1)
