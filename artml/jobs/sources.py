"""Where a job's pictures lie: in a folder of this machine, or among the collection's files as an upload."""

from __future__ import annotations

import re
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from artml.collection import Files, Job
from artml.errors import FileMissing, LabellingError
from artml.labelling.companion import Companion, find
from artml.labelling.folder import PASSED_OVER, files_in
from artml.settings import settings

UPLOADS: Final = "uploads/"
"""How the folder of a job begins whose pictures were uploaded."""

TABLES: Final = (".csv", ".tsv")


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    path: Path
    recursive: bool = True
    root: Path | None = None
    """Out of which no link may lead."""

    def names(self) -> list[str]:
        """Its files, as `files_in` says."""
        return [found.name for found in files_in(self.path, self.recursive)]

    def catalogue(self) -> Companion | None:
        """The catalogue that lies in it."""
        with self.at_hand([]) as folder:
            return find(folder)[0]

    @contextmanager
    def at_hand(self, names: Sequence[str]) -> Iterator[Path]:
        """The folder in which these files lie; LabellingError where this machine does not see it."""
        if not self.path.is_dir():
            raise LabellingError(
                f"The folder {self.path} cannot be reached from {socket.gethostname()}."
                " Connect it there, and start the job again."
            )
        yield self.path

    def strays(self, name: str) -> bool:
        """Whether a file lies, by a link, outside of what is allowed."""
        return self.root is not None and not (self.path / name).resolve().is_relative_to(self.root)


@dataclass(frozen=True)
class Upload:
    """Pictures among the collection's files, wherever those are kept."""

    files: Files
    key: str

    def names(self) -> list[str]:
        """Its files."""
        return [name for name in self._all() if PurePosixPath(name).suffix.lower() not in PASSED_OVER]

    def catalogue(self) -> Companion | None:
        """The catalogue that came with them."""
        tables = [name for name in self._all() if "/" not in name and name.lower().endswith(TABLES)]
        with self.at_hand(tables) as folder:
            return find(folder)[0] if tables else None

    @contextmanager
    def at_hand(self, names: Sequence[str]) -> Iterator[Path]:
        """A folder in which these files lie, for as long as the block lasts."""
        if (local := self.files.folder(self.key)) is not None:
            yield local
            return
        with tempfile.TemporaryDirectory(prefix="artml-") as place:
            folder = Path(place)
            for name in names:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                try:
                    (folder / name).write_bytes(self.files.get(f"{self.key}/{name}"))
                except FileMissing:  # whoever opens it says so
                    continue
            yield folder

    def strays(self, name: str) -> bool:
        """Never: what is uploaded holds no links."""
        return False

    def _all(self) -> list[str]:
        return self.files.below(self.key)


Source = Folder | Upload


def is_upload(folder: str) -> bool:
    """Whether the folder of a job is the key of an upload."""
    return re.fullmatch(rf"{UPLOADS}[\w-][\w.-]*", folder) is not None


def source_of(files: Files, job: Job) -> Source:
    """Where the pictures of a job lie."""
    if is_upload(job.folder):
        return Upload(files, job.folder)
    root = job.request.root
    return Folder(Path(job.folder), job.request.recursive, Path(root) if root else None)


def roots() -> tuple[Path, ...]:
    """The folders below which curators may label, those of the settings that are there, links resolved."""
    return tuple(folder.resolve() for folder in settings().folders if folder.is_dir())


def below_roots(path: str | Path) -> tuple[Path, Path]:
    """A folder that somebody named, links resolved, and the root that it lies below.

    LabellingError where it is no folder, or lies below none of the roots: the sentence is the same for both,
    so that nobody learns from it what else this machine holds.
    """
    try:
        found = Path(path).resolve()
        root = next((root for root in roots() if found.is_relative_to(root)), None)
        if root is not None and found.is_dir():
            return found, root
    except (OSError, ValueError):
        pass
    raise LabellingError(f"{path} is no folder that may be labelled here (ARTML_FOLDERS).")


def folders_in(folder: Path, root: Path) -> list[str]:
    """The names of the folders in a folder that do not lead out of a root; hidden ones are left out."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name.casefold())
        return [
            entry.name
            for entry in entries
            if not entry.name.startswith(".") and entry.is_dir() and entry.resolve().is_relative_to(root)
        ]
    except OSError as error:
        raise LabellingError(f"The folder {folder} cannot be read: {error.strerror}.") from error
