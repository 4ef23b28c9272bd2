"""Numbers out of pictures: computed once by whatever looks at them, kept on disk, read as memory maps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from artml.engine import BATCH

CHUNK = 64
Features = dict[str, npt.NDArray[np.float16]]
Look = Callable[[npt.NDArray[np.uint8]], Mapping[str, npt.NDArray[Any]]]
Read = Callable[[int], npt.NDArray[np.uint8]]


def extract(
    begin: Callable[[], Look],
    read: Read,
    count: int,
    folder: Path,
    advance: Callable[[int], None],
    versions: int = 1,
) -> Features:
    """What is seen in `versions` versions of each of `count` pictures, by name: float16 (count, versions, …).

    begin: called once there is something to do; gives what looks at pixels (n, side, side, 3).
    read: the versions of a picture, (versions, side, side, 3); called from several threads.
    Work already in `folder` is not done again; `advance` is told how many pictures each step has done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "done"
    done = int(mark.read_text()) if mark.is_file() else 0
    advance(done)
    arrays = _open(folder) if done else {}
    if done == count:
        return arrays
    look = begin()
    for rows, pixels in _chunks(read, done, count):
        for at in range(0, len(pixels), BATCH):
            found = look(pixels[at : at + BATCH])
            arrays = arrays or _create(folder, found, (count, versions))
            _store(arrays, found, rows[0] * versions + at)
        mark.write_text(str(rows[-1] + 1))
        advance(len(rows))
    return _open(folder)


def _chunks(read: Read, done: int, count: int) -> Iterator[tuple[Sequence[int], npt.NDArray[np.uint8]]]:
    """Rows and their pictures, the next chunk being read while this one is looked at."""
    chunks = [range(start, min(start + CHUNK, count)) for start in range(done, count, CHUNK)]
    with ThreadPoolExecutor(2) as pool:

        def reading(rows: range) -> list[Future[npt.NDArray[np.uint8]]]:
            return [pool.submit(read, row) for row in rows]

        ahead = reading(chunks[0]) if chunks else []
        for number, rows in enumerate(chunks):
            pixels = np.concatenate([future.result() for future in ahead])
            ahead = reading(chunks[number + 1]) if number + 1 < len(chunks) else []
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
