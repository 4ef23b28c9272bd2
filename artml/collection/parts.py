"""The parts of jobs: what one worker does at a time, and how far it is. Who comes second changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from artml.collection.columns import now
from artml.collection.database import Database
from artml.collection.model import Job, Part, State

GOING: tuple[State, ...] = ("waiting", "running")
"""The states in which parts are worked at."""


class Parts:
    """The parts of a collection's jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def divide(self, job_id: str, files: Sequence[str], size: int) -> None:
        """Cut a job's files into parts of `size`; a job that is divided already stays so."""
        starts = range(0, len(files), size)
        with self._database.write() as session:
            session.get_one(Job, job_id, with_for_update=True)
            if session.scalar(select(Part.id).where(Part.job_id == job_id).limit(1)) is None:
                for number, start in enumerate(starts):
                    some = list(files[start : start + size])
                    session.add(Part(job_id=job_id, number=number, files=some, size=len(some)))
            session.flush()
            _sum_up(session, job_id)

    def of(self, job_id: str) -> list[Part]:
        """The parts of a job in their order, without their files."""
        with self._database.read() as session:
            chosen = select(Part).where(Part.job_id == job_id).order_by(Part.number)
            return list(session.scalars(chosen.options(defer(Part.files, raiseload=True))))

    def begin(self, job_id: str, number: int, round_: int) -> Part | None:
        """A part to work at, one try more counted; None where it is finished or no longer wanted."""
        with self._database.write() as session:
            if not _goes_on(session, job_id, round_):
                return None
            part = session.scalars(_one(job_id, number)).one()
            if part.done == part.size:
                return None
            part.tries += 1
        return part

    def hold(self, job_id: str, number: int, round_: int, done: int) -> bool:
        """Whether a part is still wanted, and nobody else has taken it further than `done`.

        Within `Collection.together`: nobody changes that before its end.
        """
        with self._database.write() as session:
            return (
                _goes_on(session, job_id, round_)
                and session.scalar(select(Part.done).where(Part.job_id == job_id, Part.number == number))
                == done
            )

    def advance(self, job_id: str, number: int, labelled: int, refused: int) -> None:
        """Say that so many more of a part's files are finished; the last of a job finishes the job."""
        with self._database.write() as session:
            session.get_one(Job, job_id, with_for_update=True)
            part = session.scalars(_one(job_id, number)).one()
            part.done += labelled + refused
            part.refused += refused
            part.tries = 0
            session.flush()
            _sum_up(session, job_id)


def _one(job_id: str, number: int) -> Select[Part]:
    return select(Part).where(Part.job_id == job_id, Part.number == number)


def _goes_on(session: Session, job_id: str, round_: int) -> bool:
    job = session.get(Job, job_id, with_for_update=True)
    return job is not None and job.state in GOING and job.round == round_


def _sum_up(session: Session, job_id: str) -> None:
    """Count into a job what its parts say, and finish it with the last."""
    sums = select(func.sum(Part.size), func.sum(Part.done), func.sum(Part.refused))
    found, done, refused = (int(n or 0) for n in session.execute(sums.where(Part.job_id == job_id)).one())
    job = session.get_one(Job, job_id)
    job.counts = {**job.counts, "found": found, "labelled": done - refused, "refused": refused}
    if job.state in GOING:
        job.state, job.started = "running", job.started or now()
        if done == found:
            job.state, job.finished = "done", now()
