"""Copies of a collection's database: one moment of it in a SQLite file, whatever kind it is, and back.

What a backup holds can so be brought back into any database, and a museum that outgrows SQLite moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from artml.collection.database import Database
from artml.collection.model import Decision, Job, Prediction, Row, Work, Worker

AT_ONCE: Final = 500
"""Rows that are held in memory."""

TABLES: Final = tuple(table for table in Row.metadata.sorted_tables if table is not Worker.__table__)
"""What a copy holds, a table before those that point to it. Workers are processes, and belong to no copy."""

COUNTED: Final[Mapping[str, type[Row]]] = {"works": Work, "decisions": Decision, "jobs": Job}


class Copies:
    """The copies of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self, file: Path) -> dict[str, int]:
        """Copy what is there at this moment into a new SQLite file, while others write; how much it is."""
        with (
            closing(Database.open(f"sqlite:///{file}")) as copy,
            self._database.snapshot() as source,
            copy.write() as target,
        ):
            _pour(source, target)
            return _count(target)

    def bring_back(self, file: Path) -> dict[str, int]:
        """Put a copy in the place of all that is there, in one step that others see whole or not at all.

        A copy of an earlier artml is brought up to date, in its file. Raises `CollectionUnusable`.
        """
        with (
            closing(Database.open(f"sqlite:///{file}")) as copy,
            copy.snapshot() as source,
            self._database.write() as target,
        ):
            with _unguarded(target):
                for table in reversed(TABLES):
                    target.execute(table.delete())
            _pour(source, target)
            return _count(target)

    def holds(self) -> dict[str, int]:
        """How many works, decisions and jobs there are."""
        with self._database.read() as session:
            return _count(session)

    def latest(self) -> datetime | None:
        """The latest time that was written down, by whatever clock."""
        with self._database.read() as session:
            times = (
                session.scalar(select(func.max(column)))
                for column in (Decision.time, Job.created, Prediction.time)
            )
            return max((time for time in times if time is not None), default=None)

    def check(self) -> str:
        """What is wrong with the database's own file, as it says itself; empty where nothing is."""
        with self._database.read() as session:
            if session.get_bind().dialect.name != "sqlite":
                return ""
            found = list(session.scalars(text("PRAGMA quick_check(3)")))
        return "" if found == ["ok"] else " ".join(found)

    def check_writable(self) -> None:
        """Write, and take it back. Raises `CollectionUnusable` where that cannot be done."""
        probe = Worker(id="doctor", host="", place="", pid=0)
        with self._database.write() as session:
            session.add(probe)
            session.flush()
            session.rollback()


def _pour(source: Session, target: Session) -> None:
    for table in TABLES:
        chosen = select(table).order_by(*table.primary_key)
        for some in source.execute(chosen.execution_options(yield_per=AT_ONCE)).mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])
        if target.get_bind().dialect.name == "postgresql" and table is not Job.__table__:
            _count_on(target, table)


def _count_on(session: Session, table: Table) -> None:
    """Have PostgreSQL number new rows from the last one that was brought."""
    highest = session.scalar(select(func.max(table.c.id)))
    if isinstance(highest, int):
        sequence = {"table": table.name, "value": highest}
        session.execute(text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :value)"), sequence)


@contextmanager
def _unguarded(session: Session) -> Iterator[None]:
    """Without the triggers that keep rows from change; within the transaction, so that nobody notices."""
    tables = [table.name for table in TABLES]
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    found = session.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
    ours = [(name, sql) for name, table, sql in found if table in tables]
    for name, _ in ours:
        session.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _, sql in ours:
        session.connection().exec_driver_sql(sql)


def _count(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(kind)) or 0 for name, kind in COUNTED.items()
    }
