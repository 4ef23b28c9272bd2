"""A folder labelled against a plain loop, and the memory it takes at 200 works and at 10,000.

    .venv/bin/python benchmarks/labelling.py [--works 200] [--many 10000] [--rounds 3]

The plain loop opens a picture, resizes it and calls `model.predict`, one by one. The pictures are generated
JPEGs of 1,200 x 900; beyond a hundred, they are the same under other names. Contenders take turns, each in a
process of its own; medians are printed. Loading the model is not counted, starting the workers is.

Memory is the sum over the process and its workers of the most that each has ever held, pages shared between
them counted in each.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from artml.environment import processor

DISTINCT = 100
WIDTH, HEIGHT = 1200, 900
MEBIBYTE = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--works", type=int, default=200)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        contender, folder = asked.run
        print(json.dumps({"plain": plain, "ours": ours}[contender](Path(folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        write(few, asked.works)
        write(many, asked.many)
        print(f"{processor()}; {asked.works:,} JPEGs of {WIDTH} x {HEIGHT}; medians of {asked.rounds}")
        found: dict[str, list[tuple[float, float]]] = {"plain": [], "ours": []}
        for _ in range(asked.rounds):
            for name, runs in found.items():
                runs.append(run(name, few))
        usual = statistics.median(rate for rate, _ in found["plain"])
        for name, runs in found.items():
            rates, peaks = zip(*runs, strict=True)
            rate = statistics.median(rates)
            print(f"{name}: {rate:.1f} works a second ({min(rates):.1f} to {max(rates):.1f}),", end=" ")
            print(f"{rate / usual:.1f} x plain; at most {max(peaks):,.0f} MiB")
        rate, peak = run("ours", many)
        print(f"ours, {asked.many:,} works: {rate:.1f} works a second; at most {peak:,.0f} MiB")


def write(folder: Path, count: int) -> None:
    """`count` names for up to a hundred pictures of patches and grain, which compress like photographs."""
    folder.mkdir()
    for number in range(count):
        file = folder / f"{number:06}.jpg"
        if number >= DISTINCT:
            os.link(folder / f"{number % DISTINCT:06}.jpg", file)
            continue
        rng = np.random.default_rng(number)
        patches = Image.fromarray(rng.integers(0, 256, (18, 24, 3), dtype=np.uint8))
        large = np.asarray(patches.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.int16)
        grain = rng.normal(0, 6, (HEIGHT, WIDTH, 1)).astype(np.int16)
        Image.fromarray((large + grain).clip(0, 255).astype(np.uint8)).save(file, quality=85)


def run(contender: str, folder: Path) -> tuple[float, float]:
    """Works a second, and MiB."""
    command = [sys.executable, __file__, "--run", contender, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(most, family(process.pid))))
            time.sleep(0.1)
        assert process.stdout
        rate = json.loads(process.stdout.read().splitlines()[-1])
    return rate, peak / MEBIBYTE


def plain(folder: Path) -> float:
    from artml.bundle import Bundle

    bundle = Bundle.load("guide")
    model, side = bundle.keras_model(), bundle.manifest.side
    model.predict(np.zeros((1, side, side, 3), np.uint8), verbose=0)
    start, count = time.perf_counter(), 0
    for file in sorted(folder.iterdir()):
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGB").resize((side, side)))
        model.predict(pixels[np.newaxis], verbose=0)
        count += 1
    return count / (time.perf_counter() - start)


def ours(folder: Path) -> float:
    from artml.classifier import Classifier
    from artml.labelling.pipeline import label_folder

    classifier = Classifier.load("guide")
    classifier.classify(Image.new("RGB", (WIDTH, HEIGHT)))
    start = time.perf_counter()
    count = sum(row.error is None for row in label_folder(folder, classifier))
    return count / (time.perf_counter() - start)


def family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [pid, *(int(child) for task in tasks for child in (task / "children").read_text().split())]
    except OSError:
        return [pid]


def most(pid: int) -> int:
    """The most bytes that a process has held at once; 0 for one that is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if "VmHWM" in line), 0)


if __name__ == "__main__":
    main()
