"""Learning from decisions as a job: killed at any moment, it goes on from where it was."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artml.collection import Collection, Job
from artml.collection.parts import GOING
from artml.errors import ArtmlError, CollectionUnusable
from artml.learning.decided import DecidedWorks, shipped, to_learn_from
from artml.learning.lesson import Lesson
from artml.learning.making import make
from artml.settings import settings
from artml.training.progress import Reporter

STEP = re.compile(r"leg (\d+) of (\d+)")


class _Unwanted(Exception):
    """The job was paused or cancelled."""


def learn(collection: Collection, job_id: str, reporter: Reporter | None = None) -> None:
    """Do a training job from where it stands, until it is over, paused or cancelled.

    Whoever comes second waits for the first, and goes on should that one be killed. What cannot be done is
    said of the job; only what nobody foresaw is raised.
    """
    folder = settings().home / "learning" / job_id
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        job = collection.jobs.get(job_id)
        if job.state in GOING:
            try:
                collection.jobs.update(job_id, "running")
                _learn(collection, job, folder, _Told(collection, job, reporter))
                collection.jobs.update(job_id, "done")
            except _Unwanted:
                return
            except CollectionUnusable:
                raise  # away for a while: whoever started this does so again
            except ArtmlError as error:
                collection.jobs.fail(job_id, str(error))
            except OSError as error:
                what = error.filename or folder
                reason = f"{what} cannot be used: {error.strerror}. See to it, and start anew."
                collection.jobs.fail(job_id, reason)
        if collection.jobs.get(job_id).state != "paused":
            shutil.rmtree(folder, ignore_errors=True)


def _learn(collection: Collection, job: Job, folder: Path, reporter: _Told) -> None:
    snapshot = folder / "decided.npz"
    if not snapshot.is_file():  # what is decided meanwhile is for the next time
        to_learn_from(collection, job.request.bundle).write(snapshot)
    lesson = Lesson(shipped(job.request.bundle), DecidedWorks.read(snapshot))
    with reporter:
        heads = lesson.learn(folder, reporter)
        reporter.check()
        if (legs := collection.jobs.get(job.id).counts.get("legs")) is not None:
            collection.jobs.update(job.id, counts={"leg": legs})
        make(lesson, heads, job, folder / "history.csv")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one at it on this machine; a process that dies lets go."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Told(Reporter):
    """Writes down how far a job is, and stops it where it is no longer wanted."""

    def __init__(self, collection: Collection, job: Job, shown: Reporter | None) -> None:
        super().__init__()
        self._collection, self._job, self._shown = collection, job, shown

    def __enter__(self) -> _Told:
        if self._shown:
            self._shown.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._shown:
            self._shown.__exit__(None, None, None)

    def begin(self, what: str, total: int) -> None:
        """A new stretch: the one before it is done."""
        self.check()
        if found := STEP.fullmatch(what):
            counts = {"leg": int(found[1]) - 1, "legs": int(found[2])}
            self._collection.jobs.update(self._job.id, counts=counts)
        if self._shown:
            self._shown.begin(what, total)

    def advance(self, steps: int) -> None:
        """So many steps more are done."""
        if self._shown:
            self._shown.advance(steps)

    def say(self, sentence: str) -> None:
        """A line for whoever watches."""
        if self._shown:
            self._shown.say(sentence)

    def check(self) -> None:
        """Stop here where somebody paused or cancelled the job, or began it anew."""
        now = self._collection.jobs.get(self._job.id)
        if now.state not in GOING or now.round != self._job.round:
            raise _Unwanted
