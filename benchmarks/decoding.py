"""What it costs to decode a picture in a bounded process of its own, against decoding it in the server.

    .venv/bin/python benchmarks/decoding.py

Both make of the same bytes what the networks see, and a JPEG to show; they take turns, and medians are
printed with the processor's name.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from artml import Classifier
from artml.environment import processor
from artml.images import open_image
from artml.looking import LONGEST, Looker

ROUNDS = 21
KINDS = (("JPEG", (4000, 3000)), ("JPEG", (1200, 900)), ("PNG", (1200, 900)), ("WEBP", (1200, 900)))


def main() -> None:
    guide = Classifier.load()
    looker = Looker(guide)
    looker.warm()
    print(processor())
    for kind, size in KINDS:
        data = photograph(kind, size)
        ways: tuple[Callable[[], object], ...] = (
            lambda data=data: here(guide, data),
            lambda data=data: looker.rendition("a", data),
        )
        within, apart = alternately(*ways)
        print(
            f"{kind} {size[0]:,} x {size[1]:,}, {len(data) / 1e6:.1f} MB: in the server"
            f" {within * 1000:.1f} ms, in a process of its own {apart * 1000:.1f} ms ({apart / within:.2f} x)"
        )
    looker.close()


def here(guide: Classifier, data: bytes) -> None:
    """The same as a decoding process does."""
    image = open_image(data, shortest=-(-2 * LONGEST // 3))
    guide.sight.pixels(image)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.BICUBIC, reducing_gap=3.0)
    image.save(io.BytesIO(), "JPEG", quality=85)


def alternately(*ways: Callable[[], object]) -> list[float]:
    """Median seconds of each."""
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, taken in zip(ways, seconds, strict=True):
            start = time.perf_counter()
            way()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def photograph(kind: str, size: tuple[int, int]) -> bytes:
    """Patches and grain that compress like a photograph."""
    rng = np.random.default_rng(0)
    patches = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8))
    grain = rng.normal(0, 6, (size[1], size[0], 3))
    pixels = np.asarray(patches.resize(size, Image.Resampling.BICUBIC), np.float32) + grain
    out = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, kind, quality=88)
    return out.getvalue()


if __name__ == "__main__":
    main()
