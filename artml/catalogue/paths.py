"""Paths as a catalogue writes them: relative to its root, and never out of it."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath


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
