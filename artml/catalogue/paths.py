"""Paths as a catalogue writes them: relative to its root, and never out of it."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def refusal(path: str) -> str | None:
    """Why `path` may not be opened below a root; None where it may. Judged by its text, not by the disk."""
    if not path:
        return "the path is empty"
    as_written = PureWindowsPath(
        path
    )  # knows both slashes and drive letters, whichever system reads the file
    if as_written.drive or as_written.root:
        return f"{path!r} is an absolute path; write it relative to the catalogue's root"
    depth = 0
    for part in as_written.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return f"{path!r} leads out of the catalogue's root"
    return None


def below(root: Path, path: str) -> Path:
    """`path` below `root`; `..` is taken away as text, so that a link cannot lead it elsewhere."""
    return root / os.path.normpath(path)


def outside(frame: pd.DataFrame, root: Path, allowed: Path) -> dict[int, str]:
    """The lines of a catalogue below `root` whose files lie, links followed, outside of a folder, and why."""
    folder = os.path.realpath(allowed)
    inside = (folder, folder.rstrip(os.sep) + os.sep)
    found = {}
    for line, path in zip(frame["line"], frame["path"], strict=True):
        if refusal(path):
            continue  # and so is never opened
        real = os.path.realpath(below(root, path))
        if real != inside[0] and not real.startswith(inside[1]):
            found[line] = f"{path!r} lies, by a link, outside of the folders that may be read here"
    return found
