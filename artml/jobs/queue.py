"""The queues of parts and of errands, durable in the collection's own database, by DBOS.

An entry is queued together with what it belongs to, in one transaction. DBOS gives it to one worker, and
begins it again for whoever takes over. It is labelled `VERSION`, so that workers of another artml leave alone
what they would misread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from dbos import DBOS, DBOSClient, EnqueueOptions
from sqlalchemy.orm import Session

from artml.collection import Collection, Job, Part

APP: Final = "artml"
VERSION: Final = "labelling-2"
QUEUE: Final = "labelling"
ERRANDS: Final = "errands"
"""For jobs that take a process of their own, so that a long one keeps nobody's labelling waiting."""
QUEUES: Final = (QUEUE, ERRANDS)

DIVIDE: Final = "divide"
LABEL: Final = "label"
ERRAND: Final = "errand"

AT_ONCE: Final = 2
"""Parts that a worker has in hand: while one ends, the next begins. Of errands it has one."""

FIRST: Final = 1
LAST: Final = 2**31 - 1

logging.getLogger("dbos").setLevel(logging.WARNING)


class Queue:
    """The queue as those see it who put work into it."""

    def __init__(self, collection: Collection) -> None:
        """Raises `CollectionUnusable` where the database cannot be used."""
        collection.jobs.unfinished()  # says why, where it cannot be reached: DBOS would try for long
        DBOS.migrate(collection.url)
        self._client = DBOSClient(
            system_database_url=collection.url, application_name=APP, use_listen_notify=False
        )

    def begin(self, session: Session, job: Job) -> None:
        """Have a job worked at when the session's changes are stored: divided into parts where it labels,
        else done in a process of its own.
        """
        what, queue = (DIVIDE, QUEUE) if job.kind == "label" else (ERRAND, ERRANDS)
        options = _options(what, queue, f"{job.id}.{job.round}", FIRST)
        self._client.enqueue_in_transaction(session, options, job.id, job.round)

    def again(self, session: Session, job: Job) -> None:
        """Have a job worked at that a backup brought back: in a round that was never queued here."""
        job.round += 1
        while self._client.list_workflows(workflow_ids=[f"{job.id}.{job.round}"]):
            job.round += 1
        session.flush()
        self.begin(session, job)

    def close(self) -> None:
        """Close the connections."""
        self._client.destroy()


def queue_parts(parts: Iterable[Part], round_: int) -> None:
    """Queue parts, from within a workflow; those that are queued already stay as they are.

    The first parts of all jobs come before the second of any, so that nobody waits for a large folder.
    """
    for part in parts:
        key = f"{part.job_id}.{round_}.{part.number}"
        options = _options(LABEL, QUEUE, key, min(FIRST + part.number, LAST))
        DBOS.enqueue_workflow_with_options(options, part.job_id, round_, part.number)


class InHand(NamedTuple):
    """An entry of a queue that was begun."""

    key: str
    queue: str


def in_hand() -> dict[InHand, str | None]:
    """What workers have begun and not ended, and which worker each."""
    found = DBOS.list_workflows(
        status="PENDING", queue_name=list(QUEUES), load_input=False, load_output=False
    )
    return {InHand(each.workflow_id, each.queue_name or QUEUE): each.executor_id for each in found}


def queue_again(entries: Sequence[InHand]) -> None:
    """Have another worker begin what one had in hand."""
    for queue in QUEUES:
        if own := [entry.key for entry in entries if entry.queue == queue]:
            DBOS.resume_workflows(own, queue_name=queue)


def _options(name: str, queue: str, key: str, priority: int) -> EnqueueOptions:
    return {
        "workflow_name": name,
        "queue_name": queue,
        "workflow_id": key,
        "app_version": VERSION,
        "priority": priority,
    }
