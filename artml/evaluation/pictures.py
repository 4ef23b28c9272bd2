"""What pictures are like, in numbers: how bright they are, and how large. From a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from artml.errors import ImageError
from artml.images import open_image

SAMPLE: Final = 400
STEPS: Final = 32
CHANNELS: Final = ("red", "green", "blue")
QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def described(
    files: Sequence[Path], seed: int = 0, progress: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """Intensities and sizes of up to 400 of the pictures, drawn by the seed; unreadable ones are left out.

    `n`: pictures in all; `sample`: those looked at; `intensity`: for each channel, the share of the pixels in
    each of 32 equal steps of 0..255, every picture with the same say; `width` and `height`: quantiles in
    pixels, at the shares `quantiles`. `progress` is told of each picture done.
    """
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(len(files))[:SAMPLE])
    shares, sizes = [], []
    for row in some:
        try:
            pixels = np.asarray(open_image(files[row]))
        except ImageError:
            continue
        finally:
            progress(1)
        steps = pixels.reshape(-1, 3) // (256 // STEPS)
        counted = [np.bincount(steps[:, channel], minlength=STEPS) for channel in range(3)]
        shares.append(np.stack(counted) / len(steps))
        sizes.append(pixels.shape[:2])
    found: dict[str, Any] = {"n": len(files), "sample": len(shares), "quantiles": list(QUANTILES)}
    if shares:
        mean = np.mean(shares, axis=0).round(5)
        height, width = np.quantile(np.array(sizes), QUANTILES, axis=0).round().astype(int).T
        found["intensity"] = dict(zip(CHANNELS, mean.tolist(), strict=True))
        found |= {"width": width.tolist(), "height": height.tolist()}
    return found
