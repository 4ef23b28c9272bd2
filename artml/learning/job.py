"""Learning from decisions as a job: killed at any moment, it goes on from where it was."""

from __future__ import annotations

from pathlib import Path

from artml.collection import Collection, Job
from artml.jobs import errand
from artml.learning.decided import DecidedWorks, shipped, to_learn_from
from artml.learning.lesson import Lesson
from artml.learning.making import make
from artml.training.progress import Reporter


def learn(collection: Collection, job_id: str, reporter: Reporter | None = None) -> None:
    """Do such a job from where it stands, as `errand.run` does; `reporter` is told as well."""

    def work(job: Job, folder: Path, along: errand.Along) -> None:
        snapshot = folder / "decided.npz"
        if not snapshot.is_file():  # what is decided meanwhile is for the next time
            to_learn_from(collection, job.request.bundle).write(snapshot)
        lesson = Lesson(shipped(job.request.bundle), DecidedWorks.read(snapshot))
        with errand.Telling(along, reporter) as telling:
            heads = lesson.learn(folder, telling)
            along.check()
            make(lesson, heads, job, folder / "history.csv")

    errand.run(collection, job_id, work)
