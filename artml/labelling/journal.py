"""What has been done of a long run, a line a file, so that it goes on from there after any interruption."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Self

from artml.classifier import Classifier
from artml.errors import LabellingError
from artml.labelling.folder import Found
from artml.labelling.pipeline import Row

_FORMAT: Final = 1


@dataclass(frozen=True)
class Head:
    """Who answers: a run goes on only with the same."""

    facets: tuple[str, ...]
    models: tuple[tuple[str, str], ...]
    """Name and version of each bundle."""

    @classmethod
    def of(cls, classifier: Classifier) -> Head:
        """That of a classifier."""
        manifests = [bundle.manifest for bundle in classifier.bundles]
        return cls(tuple(classifier.facets), tuple((each.name, each.version) for each in manifests))

    def __str__(self) -> str:
        return f"{' and '.join(map(' '.join, self.models))}, asked for {', '.join(self.facets)}"


class First(NamedTuple):
    """The first label of a facet."""

    label: str
    probability: float
    """0 to 1."""
    certain: bool


@dataclass(frozen=True)
class Entry:
    """What became of one file."""

    file: Found
    sha256: str
    """Of its bytes; empty where they could not be read, or are too many."""
    kind: str
    """Of the error; empty for a picture that was answered."""
    error: str
    """Why there is no answer, in a sentence."""
    facets: dict[str, First]

    @classmethod
    def of(cls, file: Found, row: Row) -> Entry:
        """That of a row of the pipeline."""
        answers = (row.answer or {}).items()
        facets = {facet: First(said.label, said.probability, said.certain) for facet, said in answers}
        if row.error is None:
            return cls(file, row.sha256, "", "", facets)
        return cls(file, row.sha256, type(row.error).__name__, str(row.error), facets)

    @classmethod
    def read(cls, line: bytes) -> Entry:
        """What `_line` wrote; ValueError or TypeError for anything else."""
        file, sha256, kind, error, facets = json.loads(line)
        return cls(Found(*file), sha256, kind, error, {facet: First(*said) for facet, said in facets.items()})


class Journal:
    """A file of lines of JSON, which `remove` deletes; a context, at the end of which it is closed.

    resume: go on where the file ends, if there is one. A line that was cut off is dropped.
    LabellingError where another `head` began it, or it cannot be written.
    """

    def __init__(self, path: Path, head: Head, resume: bool = False) -> None:
        self._path = path
        self._places: dict[str, tuple[Found, int]] = {}
        try:
            self._file: BinaryIO = path.open("r+b" if resume and path.exists() else "w+b")
        except OSError as error:
            raise LabellingError(f"{path} cannot be written: {error.strerror}.") from error
        try:
            self._go_on(head)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def __contains__(self, file: Found) -> bool:
        """Whether it holds this file, unchanged since."""
        return file.changed >= 0 and self._places.get(file.name, (None, 0))[0] == file

    def add(self, entry: Entry) -> None:
        """Write an entry; it outlives this process from here on."""
        place = self._file.seek(0, 2)
        self._file.write(_line([entry.file, entry.sha256, entry.kind, entry.error, entry.facets]))
        self._file.flush()
        self._places[entry.file.name] = entry.file, place

    def entries(self, files: Iterable[Found]) -> Iterator[Entry]:
        """The entries of files that were added, in the order of `files`."""
        for file in files:
            self._file.seek(self._places[file.name][1])
            yield Entry.read(self._file.readline())

    def remove(self) -> None:
        """Delete the file: what it held is elsewhere."""
        self._file.close()
        self._path.unlink()

    def _go_on(self, head: Head) -> None:
        """Take over what is whole and of the same head; where nothing is, write the head."""
        first = _line([_FORMAT, head.facets, head.models])
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            try:
                if end:
                    entry = Entry.read(line)
                    self._places[entry.file.name] = entry.file, end
                elif line != first:
                    raise LabellingError(_other(self._path, line, head))
            except (TypeError, ValueError):
                break
            end += len(line)
        self._file.seek(end)
        self._file.truncate()
        if not end:
            self._file.write(first)
            self._file.flush()


def _line(values: list[Any]) -> bytes:
    """ASCII, so that a file's name which is no valid text survives."""
    return json.dumps(values).encode() + b"\n"


def _other(path: Path, line: bytes, head: Head) -> str:
    try:
        _, facets, models = json.loads(line)
        begun = f"by {Head(tuple(facets), tuple(map(tuple, models)))}"
    except (TypeError, ValueError):
        begun = "by another version of artml, or is no journal of it"
    return f"{path.name} was begun {begun}; now it is {head}. Start anew, without resuming."
