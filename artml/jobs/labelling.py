"""What a worker does: divide a job into parts, and label a part from where it stands."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from artml.classifier import Classifier
from artml.collection import Collection, Job, Part
from artml.engine import BATCH
from artml.errors import ArtmlError, CollectionUnusable, ImageDamaged, LabellingError
from artml.jobs.bench import Bench
from artml.jobs.patience import patiently, pauses
from artml.jobs.sources import Source
from artml.labelling.companion import Companion
from artml.labelling.decoding import Decoders
from artml.labelling.pipeline import Row, label_with

PART: Final = 100
"""Files of a part."""

TRIES: Final = 5
"""After so many without a picture finished, a part is given up, and its job."""

_log = logging.getLogger(__name__)

Item = TypeVar("Item")


class Labelling:
    """The work of one worker, for as long as `going` says so."""

    def __init__(self, bench: Bench, going: Callable[[], bool] = lambda: True) -> None:
        self._bench, self._going = bench, going
        self.collection = self._collection = bench.collection

    def divide(self, job_id: str, round_: int) -> list[Part]:
        """The parts of a job that are not finished; it is divided if it has not been.

        What cannot be done is said of the job; nothing is raised.
        """
        found = patiently(lambda: self._divide(job_id, round_), self._going, f"dividing job {job_id}")
        return found or []

    def label(self, job_id: str, round_: int, number: int) -> None:
        """Label a part, however often that takes. What cannot be done is said of its job; nothing is raised.

        Returns when the part is finished, or no longer wanted, and not while somebody else is at it: should
        that one die, this one is still there.
        """
        what, reason = f"part {number} of job {job_id}", ""
        for pause in pauses():
            try:
                while self._going() and self._label(job_id, round_, number):
                    reason = ""
                return
            except CollectionUnusable as error:  # away for a while
                reason, said = str(error), str(error)
            except DBAPIError as error:  # locks that crossed
                reason, said = "", str(error)
            except ArtmlError as error:
                return self._fail(job_id, reason or str(error))
            except Exception as error:
                reason = said = f"Labelling stopped: {type(error).__name__}. The log of the worker says more."
                _log.exception("%s stopped", what)
            if not self._going():
                return
            _log.warning("%s is tried again in %g seconds. %s", what, pause, said)
            time.sleep(pause)

    def _divide(self, job_id: str, round_: int) -> list[Part]:
        job = self._collection.jobs.get(job_id)
        if job.state not in ("waiting", "running") or job.round != round_:
            return []
        try:
            source, _ = self._bench.catalogue(job)
            names = source.names()
        except CollectionUnusable:
            raise
        except ArtmlError as error:
            self._collection.jobs.fail(job_id, str(error))
            return []
        self._collection.parts.divide(job_id, names, PART)
        return [part for part in self._collection.parts.of(job_id) if part.done < part.size]

    def _fail(self, job_id: str, reason: str) -> None:
        patiently(lambda: self._collection.jobs.fail(job_id, reason), self._going, f"failing job {job_id}")

    def _label(self, job_id: str, round_: int, number: int) -> bool:
        """Label what is left of a part, until somebody else changes it; whether anything was left."""
        part = self._collection.parts.begin(job_id, number, round_)
        if part is None:
            return False
        job = self._collection.jobs.get(job_id)
        if part.tries > TRIES:
            raise LabellingError(_given_up(part))
        source, catalogue = self._bench.catalogue(job)
        names = part.files[part.done :]
        with self._bench.ready(job.request) as (classifier, decoders), source.at_hand(names) as folder:
            store = _Store(self._collection, job, catalogue, classifier)
            done = part.done
            for batch in _batches(_rows(names, folder, source, classifier, decoders)):
                with self._collection.together():
                    if not self._collection.parts.hold(job_id, number, round_, done):
                        break
                    refused = sum(store.keep(name, row) for name, row in batch)
                    self._collection.parts.advance(job_id, number, len(batch) - refused, refused)
                done += len(batch)
                if not self._going():
                    break
        return True


class _Store:
    """Where the rows of a job go."""

    def __init__(
        self, collection: Collection, job: Job, catalogue: Companion | None, classifier: Classifier
    ) -> None:
        self._collection, self._job, self._catalogue = collection, job, catalogue
        self._embedder = classifier.embedder

    def keep(self, name: str, row: Row) -> bool:
        """Store what became of a file; whether it was refused."""
        if row.answer is None or row.picture is None:
            self._collection.jobs.refuse(self._job.id, name, str(row.error))
            return True
        columns, number = self._catalogued(name)
        work = self._collection.add_work(
            row.sha256,
            size=_size(row.file),
            width=row.picture.width,
            height=row.picture.height,
            folder=self._job.folder,
            name=name,
            columns=columns,
            object_number=number,
            thumbnail=row.picture.thumbnail,
        )
        embeddings = {}
        if self._embedder is not None and row.answer.embedding is not None:
            embeddings[self._embedder] = row.answer.embedding
        self._collection.store(work, row.answer.values(), embeddings)
        return False

    def _catalogued(self, name: str) -> tuple[Mapping[str, str], str]:
        """What the catalogue says of a file, and its object number."""
        place = self._catalogue.place(name) if self._catalogue else None
        if self._catalogue is None or place is None:
            return {}, ""
        return self._catalogue.rows[place], self._catalogue.object_number(place)


def _rows(
    names: Sequence[str], folder: Path, source: Source, classifier: Classifier, decoders: Decoders
) -> Iterator[tuple[str, Row]]:
    """What becomes of each file, in order."""
    strays = {name for name in names if source.strays(name)}
    sound = (folder / name for name in names if name not in strays)
    with closing(label_with(decoders, sound, classifier)) as rows:
        for name in names:
            if name in strays:
                error = ImageDamaged(f"{Path(name).name} is a link that leads out of the folder.")
                yield name, Row(folder / name, "", None, None, error)
            else:
                yield name, next(rows)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch


def _size(file: Path) -> int:
    """Bytes; 0 for a file that is gone meanwhile."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _given_up(part: Part) -> str:
    first, last = part.files[part.done], part.files[min(part.done + BATCH, part.size) - 1]
    return (
        f"A worker stopped {part.tries - 1} times without a word at one of the files {first} to {last}."
        " Take out the one that does it, and start a new job."
    )
