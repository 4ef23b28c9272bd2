"""Features of the frozen stages: computed once by the engine, kept on disk, read as memory maps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from artml.engine import Engine
from artml.networks import graph, weights
from artml.training.pictures import Pictures

CHUNK, BATCH = 64, 16
Features = dict[str, npt.NDArray[np.float16]]


def fingerprint(part: keras.Model) -> str:
    """A digest of the model's weights, hexadecimal: other weights, other features."""
    digest = hashlib.sha256()
    for name, variable in weights.variables(part).items():
        digest.update(name.encode() + np.asarray(variable).tobytes())
    return digest.hexdigest()


def compute(
    part: keras.Model, pictures: Pictures, folder: Path, versions: int, advance: Callable[[int], None]
) -> Features:
    """What the frozen `part` says of `versions` versions of each picture, by the name of its outputs:
    float16 (pictures, versions, …).

    Version 0 is the picture itself, the others are varied. Work already in `folder` is not done again;
    `advance` is told how many pictures each step has done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "done"
    done = int(mark.read_text()) if mark.is_file() else 0
    advance(done)
    arrays = _open(folder) if done else {}
    if done == len(pictures):
        return arrays
    engine = Engine(graph.export(part))
    for rows, pixels in _chunks(pictures, done, versions):
        for at in range(0, len(pixels), BATCH):
            found = engine(pixels[at : at + BATCH])
            arrays = arrays or _create(folder, found, (len(pictures), versions))
            _store(arrays, found, rows[0] * versions + at)
        mark.write_text(str(rows[-1] + 1))
        advance(len(rows))
    return _open(folder)


def _chunks(pictures: Pictures, done: int, versions: int) -> Iterator[tuple[range, npt.NDArray[np.uint8]]]:
    """Rows and their pictures, the next chunk being read while the engine works on this one."""
    starts = range(done, len(pictures), CHUNK)
    chunks = [range(start, min(start + CHUNK, len(pictures))) for start in starts]
    with ThreadPoolExecutor(2) as pool:

        def read(rows: range) -> list[Future[npt.NDArray[np.uint8]]]:
            return [pool.submit(pictures.versions, row, versions) for row in rows]

        ahead = read(chunks[0]) if chunks else []
        for number, rows in enumerate(chunks):
            pixels = np.concatenate([future.result() for future in ahead])
            ahead = read(chunks[number + 1]) if number + 1 < len(chunks) else []
            yield rows, pixels


def _create(folder: Path, found: Mapping[str, Any], lead: tuple[int, int]) -> Features:
    return {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=np.float16, shape=(*lead, *array.shape[1:])
        )
        for name, array in found.items()
    }


def _store(arrays: Features, found: Mapping[str, Any], start: int) -> None:
    for name, array in found.items():
        flat = arrays[name].reshape(-1, *array.shape[1:])
        flat[start : start + len(array)] = array


def _open(folder: Path) -> Features:
    return {file.stem: np.lib.format.open_memmap(file, mode="r+") for file in sorted(folder.glob("*.npy"))}
