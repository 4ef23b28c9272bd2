"""An errand: a job that one process does alone. It says how far it is, and ends when nobody wants it."""

from __future__ import annotations

import fcntl
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from artml.collection import Collection, Job
from artml.collection.parts import GOING
from artml.errors import ArtmlError, CollectionUnusable
from artml.settings import settings
from artml.training.progress import Reporter

EVERY: Final = 1.0
"""Seconds between two looks at whether it is still wanted."""

LEG: Final = re.compile(r"leg (\d+) of (\d+)")


class Unwanted(Exception):
    """The job was paused or cancelled, or begun anew."""


class Along:
    """How far an errand is: call it after every step."""

    def __init__(self, collection: Collection, job: Job) -> None:
        self._collection, self._job = collection, job
        self._stage, self._told = "", 0.0

    def __call__(self, stage: str, done: int, total: int, **counts: int) -> None:
        """So many steps of a stage are done. Raises `Unwanted`, but not at the last: what a stage leaves is
        kept first.
        """
        now = time.monotonic()
        if stage == self._stage and done < total and now - self._told < EVERY:
            return
        if done < total or not total:
            self.check()
        self._stage, self._told = stage, now
        self._collection.jobs.update(self._job.id, counts={"done": done, "of": total, **counts}, stage=stage)

    def check(self) -> None:
        """Raise `Unwanted` where somebody paused or cancelled the job, or began it anew."""
        now = self._collection.jobs.get(self._job.id)
        if now.state not in GOING or now.round != self._job.round:
            raise Unwanted


class Telling(Reporter):
    """What training tells of itself, said of a job and, where there is one, to somebody who watches."""

    def __init__(self, along: Along, shown: Reporter | None = None) -> None:
        super().__init__()
        self.along, self._shown = along, shown
        self.prefix = ""
        """What stands before each stage's name."""
        self._stage, self._total, self._done = "", 0, 0

    def __enter__(self) -> Telling:
        if self._shown:
            self._shown.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        if self._shown:
            self._shown.__exit__(None, None, None)

    def begin(self, what: str, total: int) -> None:
        """A new stretch: the one before it is done."""
        self._stage, self._total, self._done = what, total, 0
        self._tell()
        if self._shown:
            self._shown.begin(what, total)

    def advance(self, steps: int) -> None:
        """So many steps more are done."""
        self._done += steps
        self._tell()
        if self._shown:
            self._shown.advance(steps)

    def say(self, sentence: str) -> None:
        """A line for whoever watches."""
        if self._shown:
            self._shown.say(sentence)

    def _tell(self) -> None:
        legs = {}
        if found := LEG.fullmatch(self._stage):
            ended = self._done >= self._total
            legs = {"leg": int(found[1]) - (not ended), "legs": int(found[2])}
        self.along(f"{self.prefix}{self._stage}", self._done, self._total, **legs)


def run(collection: Collection, job_id: str, work: Callable[[Job, Path, Along], str | None]) -> None:
    """Do a job from where it stands, until it is over, paused or cancelled. `work` is given the job, a folder
    of its own that stays until the job is over, and whom to tell; what it returns is the job's last stage.

    Whoever comes second waits for the first, and goes on should that one be killed. What cannot be done is
    said of the job; only what nobody foresaw is raised.
    """
    folder = settings().home / "errands" / job_id
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        job = collection.jobs.get(job_id)
        if job.state in GOING:
            try:
                collection.jobs.update(job_id, "running")
                last = work(job, folder, Along(collection, job))
                collection.jobs.update(job_id, "done", stage=last or "")
            except Unwanted:
                pass
            except CollectionUnusable:
                raise  # away for a while: whoever started this does so again
            except ArtmlError as error:
                collection.jobs.fail(job_id, str(error))
            except OSError as error:
                what = error.filename or folder
                reason = f"{what} cannot be used: {error.strerror}. See to it, and start anew."
                collection.jobs.fail(job_id, reason)
        if collection.jobs.get(job_id).state not in (*GOING, "paused"):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one at it on this machine; a process that dies lets go."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
