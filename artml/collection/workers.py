"""The workers of a collection's jobs: which there are, and signs that they live."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from artml.collection.columns import now
from artml.collection.database import Database, add_new
from artml.collection.model import Worker


class Workers:
    """The processes that do a collection's jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, worker: Worker) -> None:
        """Show that a worker lives; one that is not known, or was taken for dead, is written down."""
        with self._database.write() as session:
            change = update(Worker).where(Worker.id == worker.id)
            add_new(session, worker)
            session.execute(change.values(beat=Worker.beat + 1, seen=now()))

    def all(self) -> list[Worker]:
        """Every worker that has not left, dead ones included, by id."""
        with self._database.read() as session:
            return list(session.scalars(select(Worker).order_by(Worker.id)))

    def leave(self, ids: Iterable[str]) -> None:
        """Forget workers."""
        with self._database.write() as session:
            session.execute(delete(Worker).where(Worker.id.in_(list(ids))))
