from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from artml.images import open_image

_READ_ALL = """
import signal, sys
from pathlib import Path
from artml.errors import ImageError
from artml.images import open_image
for path in sorted(Path(sys.argv[1]).iterdir()):
    signal.alarm(5)
    print(path.name, end=" ", flush=True)
    try:
        image = open_image(path)
        print(image.mode, *image.size)
    except ImageError as error:
        print(type(error).__name__)
# getrusage would say the peak of the process that started this one
status = Path("/proc/self/status").read_text().split()
print("peak", status[status.index("VmHWM:") + 1])
"""


@pytest.mark.collection
def test_odd_images_give_pixels_or_one_clear_error(collection: Path) -> None:
    """In a process of its own: another exception, a crash or 5 seconds on one file ends it, and is named."""
    folder = collection / "odd-images"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _READ_ALL, str(folder)],
        capture_output=True,
        text=True,
        errors="replace",
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"ended at {lines[-1:]}: {done.stderr[-500:]}"
    outcomes = dict(line.split(" ", 1) for line in lines)
    assert int(outcomes.pop("peak")) < 2**20, "kilobytes: one GiB"
    assert len(outcomes) == len(list(folder.iterdir())) >= 243
    assert sum(outcome.startswith("RGB ") for outcome in outcomes.values()) >= 145, json.dumps(outcomes)


@pytest.mark.collection
@pytest.mark.parametrize(
    ("one", "other", "most"),
    [
        ("hopper_bigtiff.tif", "hopper_float_dpi_2.tif", 0),
        ("hopper_bigtiff.tif", "hopper.iccprofile.tif", 0),
        ("hopper_bigtiff.tif", "hopper_orientation_4.jpg", 6),
        ("hopper_bigtiff.tif", "hopper_orientation_7.webp", 6),
        ("hopper_orientation_2.jpg", "hopper_orientation_3.jpg", 0.1),
        ("tiff_16bit_RGB.tiff", "tiff_16bit_RGB_target.png", 0),
        ("test-card.png", "test-card-lossless.jp2", 0.1),
    ],
)
def test_odd_images_of_one_picture_agree(collection: Path, one: str, other: str, most: float) -> None:
    folder = collection / "odd-images"
    first, second = (np.asarray(open_image(folder / f"pillow_{name}"), int) for name in (one, other))
    assert np.abs(first - second).mean() <= most
