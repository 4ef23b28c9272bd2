"""Files in, answers out one by one: reading and decoding beside the network, in order, in bounded memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from artml.classifier import Answer, Classifier
from artml.engine import BATCH
from artml.errors import ImageError
from artml.labelling.decoding import SECONDS, Decoded, Decoders, Refused, processors
from artml.labelling.folder import files_in

AHEAD: Final = 2 * BATCH
"""Pictures that may wait, decoded, for each stream of the network."""

MOST_STREAMS: Final = 4
"""Each holds a batch on its way through the network."""


@dataclass(frozen=True)
class Picture:
    """What is known of a picture beside the answer."""

    width: int
    """Upright, pixels."""
    height: int
    """Upright, pixels."""
    thumbnail: bytes | None
    """A small JPEG, if asked for."""


@dataclass(frozen=True, eq=False)
class Row:
    """What became of a file: an answer and a picture, or the error that says why there is none."""

    file: Path
    sha256: str
    """Of its bytes: the work's id. Empty where they could not be read, or are too many."""
    answer: Answer | None
    picture: Picture | None
    error: ImageError | None


def label_folder(
    folder: Path,
    classifier: Classifier,
    *,
    recursive: bool = False,
    workers: int | None = None,
    seconds: float = SECONDS,
    thumbnail: int = 0,
) -> Generator[Row, None, None]:
    """A row for each file of a folder, sorted by name (`files_in` says which); for the rest see `label`."""
    files = (folder / found.name for found in files_in(folder, recursive))
    return label(files, classifier, workers=workers, seconds=seconds, thumbnail=thumbnail)


def label(
    files: Iterable[Path],
    classifier: Classifier,
    *,
    workers: int | None = None,
    seconds: float = SECONDS,
    thumbnail: int = 0,
) -> Generator[Row, None, None]:
    """A row for each file, in their order. A file that is no usable picture stops nothing: its row says why.

    `files` is read as the work goes on, for each stream some `AHEAD + 2 * BATCH` files ahead of the rows; a
    classifier with several (`streams`) labels a folder sooner. `workers` processes decode; a picture on which
    one spends more than `seconds` is refused. `thumbnail` is the longest side of the JPEG that comes with
    each picture, pixels; 0: none. Closing the iterator ends the processes. LabellingError where they cannot
    be started.
    """
    with Decoders(classifier.sight, workers=workers, seconds=seconds, thumbnail=thumbnail) as decoders:
        yield from label_with(decoders, files, classifier)


def label_with(
    decoders: Decoders, files: Iterable[Path], classifier: Classifier
) -> Generator[Row, None, None]:
    """As `label`, with decoders that are there already, and stay; several may share them at once."""
    with (
        ThreadPoolExecutor(classifier.streams, "network") as network,
        closing(decoders.map(files, AHEAD * classifier.streams + decoders.workers)) as decoded,
    ):
        begun: deque[Future[list[Row]]] = deque()
        while batch := list(islice(decoded, BATCH)):
            begun.append(network.submit(_rows, classifier, batch))
            if len(begun) > classifier.streams:
                yield from begun.popleft().result()  # while the network is at work on the others
        while begun:
            yield from begun.popleft().result()


def streams() -> int:
    """How many a classifier needs that labels folders here."""
    return min(processors(), MOST_STREAMS)


def _rows(classifier: Classifier, batch: list[tuple[Path, Decoded | Refused]]) -> list[Row]:
    pixels = [outcome.pixels for _, outcome in batch if isinstance(outcome, Decoded)]
    answers = iter(classifier.answers(pixels))
    return [_row(file, outcome, answers) for file, outcome in batch]


def _row(file: Path, outcome: Decoded | Refused, answers: Iterator[Answer]) -> Row:
    if isinstance(outcome, Refused):
        return Row(file, outcome.sha256, None, None, outcome.error)
    picture = Picture(outcome.width, outcome.height, outcome.thumbnail)
    return Row(file, outcome.sha256, next(answers), picture, None)
