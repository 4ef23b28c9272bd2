"""An export is complete or absent: it is written aside, then takes its place in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

from artml.errors import ExportFailed

_WORKPLACE: Final = ".artml-writing-"


@contextmanager
def aside(out: Path) -> Iterator[Path]:
    """A path to write to, beside `out` and on its file system; it takes the place of `out` at the end.

    If anything is raised on the way, nothing is left and `out` stays as it was. Raises `ExportFailed` where
    `out` is there already, unless it is an empty folder.
    """
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()
    if out.exists():
        raise ExportFailed(f"{out} is there already; choose another name, or move it away.")
    with workplace(out.parent) as folder:
        staged = folder / out.name
        yield staged
        _flush(staged)
        staged.rename(out)


@contextmanager
def beside(folder: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """A folder to fill; at the end its files join those of `folder`, each whole, all or none of them.

    Only files that are `ours` are replaced. Raises `ExportFailed`, with nothing changed, where another file
    is in the way.
    """
    with workplace(folder) as temporary:
        staged, kept = temporary / "new", temporary / "old"
        staged.mkdir()
        yield staged
        _flush(staged)
        names = [file.relative_to(staged) for file in sorted(staged.rglob("*")) if file.is_file()]
        taken = [name for name in names if (folder / name).exists() and not ours(folder / name)]
        if taken:
            raise ExportFailed(
                f"{len(taken)} files in {folder} were made by another program and would be lost: "
                f"{_some(taken)}. Move them away, or export to a new folder."
            )
        _join(names, staged, folder, kept)


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A hidden folder in `folder`, on its file system, which is gone at the end.

    What processes that were killed have left of theirs is taken away first.
    """
    for left in folder.glob(f"{_WORKPLACE}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_WORKPLACE, dir=folder) as place, _held(Path(place)):
        yield Path(place)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder, as long as this process lives; OSError where another does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def pack(folder: Path, archive: Path) -> None:
    """Write a folder's files into a new ZIP, sorted by name."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder).as_posix())


def _join(names: list[Path], staged: Path, folder: Path, kept: Path) -> None:
    """Move the files over, and all of them back if one cannot be moved."""
    placed: list[Path] = []
    try:
        for name in names:
            if (folder / name).exists():
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / name, kept / name)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (staged / name).replace(folder / name)
            placed.append(name)
    except BaseException:
        for name in placed:
            if (kept / name).exists():
                (kept / name).replace(folder / name)
            else:
                (folder / name).unlink()
        raise


def _flush(path: Path) -> None:
    """See that what was written is on the disk before it gets its name."""
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            # Windows flushes only what is open for writing.
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())


def _some(names: list[Path]) -> str:
    return ", ".join(name.as_posix() for name in names[:3]) + (", …" if len(names) > 3 else "")
