"""What the page says of jobs and folders, in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from artml.collection import Job
from artml.duration import time_left
from artml.jobs.sources import is_upload
from artml.jobs.survey import Survey

WINDOW: Final = 30.0
"""Seconds over which a rate is measured."""

EARLY: Final = 3.0
"""Seconds before which none is told: pictures are finished in batches."""

FEW: Final = 12
"""Names that are told of what cannot be read."""

STATES: Final = {
    "waiting": "waits",
    "running": "is being labelled",
    "paused": "rests",
    "cancelled": "was cancelled",
    "done": "is labelled",
    "failed": "could not go on",
}


@dataclass
class Pace:
    """How fast a job is, from what one browser sees of it."""

    seen: deque[tuple[float, int]] = field(default_factory=deque)

    def look(self, now: float, done: int) -> float | None:
        """Files a second over the last half minute; None as long as that is not to be said."""
        self.seen.append((now, done))
        while now - self.seen[0][0] > WINDOW:
            self.seen.popleft()
        since, before = self.seen[0]
        if now - since < EARLY or done <= before:
            return None
        return (done - before) / (now - since)


def title(job: Job) -> str:
    """What a job is called: the last part of its folder's name."""
    return PurePath(job.folder).name or job.folder


def place(job: Job) -> str:
    """Where its pictures lie."""
    return "uploaded" if is_upload(job.folder) else job.folder


def finished(job: Job) -> tuple[int, int]:
    """How many of a job's files are finished, and of how many."""
    counts = job.counts
    return counts.get("labelled", 0) + counts.get("refused", 0), counts.get("found", 0)


def along(job: Job, rate: float | None) -> str:
    """How far a job is, how fast, and how much longer it takes."""
    done, found = finished(job)
    if not found:
        return "Waits for a worker." if job.state == "waiting" else "Nothing is labelled yet."
    labelled = job.counts.get("labelled", 0)
    parts = [f"{labelled:,} labelled" if job.state == "done" else f"{done:,} of {found:,}"]
    if job.state == "running" and rate:
        parts += [f"{rate:.0f} a second" if rate >= 1 else f"{60 * rate:.0f} a minute"]
        parts += [f"{time_left((found - done) / rate)} left"]
    if refused := job.counts.get("refused", 0):
        parts += [f"{refused:,} could not be read"]
    return " · ".join(parts)


def facts(job: Job) -> str:
    """A job in one line: how it stands, of how many files, whose it is, and since when."""
    done, of = finished(job)
    count = f"{done:,} of {of:,}" if of and job.state != "done" else f"{of:,}" if of else ""
    when = f"{job.created.astimezone():%d %b, %H:%M}"
    return " · ".join(filter(None, (STATES[job.state], count, job.person, when)))


def what_was_found(found: Survey) -> Sequence[tuple[str, str]]:
    """Numbers of a folder and what they are of, the pictures first; what is none is left out."""
    numbers = [
        (found.pictures, "picture" if found.pictures == 1 else "pictures"),
        (found.known, "known already, by these models"),
        (found.copies, "the same picture again"),
        (len(found.foreign), "that cannot be read"),
    ]
    return [(f"{number:,}", text) for number, text in numbers if number or text == "pictures"]


def who_facts(metrics: Mapping[str, Any], seconds: float | None) -> str:
    """What a model would take, and how often it was right on works it had not seen; what is known of it."""
    takes = f"Takes {time_left(seconds)}." if seconds is not None else ""
    shares = [f"{facet} {figures['accuracy']:.0%}" for facet, figures in metrics.get("test", {}).items()]
    return " ".join(
        filter(None, (takes, f"Right on works it had not seen: {', '.join(shares)}." if shares else ""))
    )


def cannot_be_read(names: Sequence[str]) -> str:
    """Which files of a folder are no pictures; empty where all are."""
    more = f" and {len(names) - FEW:,} more" if len(names) > FEW else ""
    return f"Cannot be read: {', '.join(names[:FEW])}{more}." if names else ""


def catalogue_line(found: Survey) -> str:
    """What is said of the catalogue in a folder; empty where there is none."""
    if not found.catalogue:
        return ""
    return f"{found.catalogue} comes along: it has a row for {found.catalogued:,} of {found.files:,} files."
