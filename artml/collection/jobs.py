"""What is kept of long work: who started it, how far it is, and what it could not read."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from artml.collection.columns import now
from artml.collection.database import Database, add_new
from artml.collection.model import OVER, Job, Kind, Refusal, Request, State
from artml.collection.people import Person
from artml.errors import CollectionError, UnknownName


class Jobs:
    """The jobs of a collection; runs none itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, person: Person, kind: Kind, folder: str = "", request: Request | None = None) -> Job:
        """Write down a new job, waiting. Training takes staff, other work a curator or staff."""
        check_able(person, kind)
        job = Job(kind=kind, folder=folder, person=person.name, request=request or Request())
        with self._database.write() as session:
            session.add(job)
        return job

    def get(self, job_id: str) -> Job:
        """A job by its id; raises `UnknownName`."""
        with self._database.read() as session:
            job = session.get(Job, job_id)
        if job is None:
            raise UnknownName(f"There is no job {job_id!r}.")
        return job

    def all(self) -> list[Job]:
        """Every job, the newest first."""
        with self._database.read() as session:
            return list(session.scalars(select(Job).order_by(Job.created.desc(), Job.id)))

    def update(
        self,
        job_id: str,
        state: State | None = None,
        counts: Mapping[str, int] | None = None,
        stage: str | None = None,
    ) -> Job:
        """Say how a job stands and what it is at, and replace the counts that are given.

        Raises `UnknownName`, and `CollectionError` for another state of a job that is over.
        """
        with self._database.write() as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None:
                raise UnknownName(f"There is no job {job_id!r}.")
            job.counts = {**job.counts, **(counts or {})}
            job.stage = job.stage if stage is None else stage
            if state is not None and state != job.state:
                if job.state in OVER:
                    raise CollectionError(f"This job is {job.state} and cannot be {state}. Start a new one.")
                job.state = state
                job.started = job.started or (now() if state == "running" else None)
                job.finished = now() if state in OVER else None
        return job

    def unfinished(self) -> bool:
        """Whether any job waits or runs."""
        with self._database.read() as session:
            found = select(Job.id).where(Job.state.in_(("waiting", "running"))).limit(1)
            return session.scalar(found) is not None

    def fail(self, job_id: str, reason: str) -> None:
        """Say that a job cannot go on, and why; one that is over stays as it is."""
        with self._database.write() as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is not None and job.state not in OVER:
                job.state, job.reason, job.finished = "failed", reason, now()

    def refuse(self, job_id: str, path: str, reason: str) -> None:
        """Write down a file that a job could not read; once, however often it is said."""
        with self._database.write() as session:
            add_new(session, Refusal(job_id=job_id, path=path, reason=reason))

    def refusals(self, job_id: str) -> list[Refusal]:
        """The files that a job could not read, by path."""
        with self._database.read() as session:
            found = select(Refusal).where(Refusal.job_id == job_id).order_by(Refusal.path)
            return list(session.scalars(found))


def check_able(person: Person, kind: Kind) -> None:
    """Raise `NotAllowed` unless a person may start, pause, resume and cancel such jobs."""
    person.check(*(("staff",) if kind == "train" else ("curator", "staff")))
