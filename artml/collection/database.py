"""The database: SQLite or PostgreSQL, opened, locked and brought up to date in one place."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from artml.collection import migrations
from artml.collection.migrations import VERSION_TABLE
from artml.collection.model import Row
from artml.errors import CollectionUnusable

PATIENCE: Final = 30.0
"""Seconds that a writer waits for another on SQLite, where one writes at a time."""

SILENCE: Final = 20.0
"""Seconds after which PostgreSQL takes a writer for dead that holds a lock and says nothing."""

_DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_CAUSES: Final = (
    ("locked", "Others write to it at this moment. Try again soon."),
    ("readonly", "It may only be read here: see whose file and folder it is, and how its disk is mounted."),
    ("read-only", "It may only be read here. Ask whoever keeps the database server."),
    ("disk is full", "The disk is full. Make room; nothing that was stored is lost."),
    ("No space left", "The disk is full. Make room; nothing that was stored is lost."),
    ("disk I/O", "Its disk does not take or give what is asked. See that it is there, whole and not full."),
    ("malformed", "The file is damaged. Bring back a backup (artml restore)."),
    ("unable to open", "Its file cannot be opened. See that its folder is there, and whose it is."),
)
"""What a database's driver says when it fails, and what to do."""
_GONE: Final = "It does not answer. What was stored is safe, and all goes on when it is back."

_MIGRATION_LOCK: Final = 0x61_72_74_6D_6C  # "artml": any number that no other program takes
_MIGRATING: Final = threading.Lock()  # Alembic keeps what it works on in variables of its modules
_BEGIN: Final = "artml_begin"
_LOCKING: Final = {_BEGIN: "BEGIN IMMEDIATE"}  # a writer of SQLite waits here, not halfway


class Database:
    """An open database whose tables are those of the model. May be shared between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._here = threading.local()
        self._reading = sessionmaker(engine, expire_on_commit=False)
        self._writing = sessionmaker(engine.execution_options(**_LOCKING), expire_on_commit=False)

    @classmethod
    def open(cls, url: str | URL) -> Database:
        """The database at a URL (`sqlite:///file`, `postgresql://…`), made or brought up to date.

        Raises `CollectionUnusable` where it cannot be: a URL of another kind, a server that does not answer,
        a file that is no database, tables of a later artml.
        """
        engine = _engine(_parsed(url))
        try:
            migrate(engine)
        except (DBAPIError, sqlite3.Error) as error:
            engine.dispose()
            raise CollectionUnusable(explanation(engine, error)) from error
        except CollectionUnusable:
            engine.dispose()
            raise
        return cls(engine)

    @property
    def url(self) -> str:
        """Where it is, its password included."""
        return self._engine.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads. Raises `CollectionUnusable` where the database cannot be reached."""
        if joined := self._joined():
            yield joined
            return
        with self._explained(), self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are stored together at its end, or not at all.

        Raises `CollectionUnusable`, which says why, where the database cannot be written to.
        """
        if joined := self._joined():
            yield joined
            return
        with self._explained(), self._writing.begin() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that only reads, and sees one and the same moment from its first question to its end."""
        engine = self._engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with self._explained(), Session(engine) as session:  # SQLite's transactions are so by themselves
            yield session

    @contextmanager
    def together(self) -> Iterator[Session]:
        """Until its end, every session of this thread is one and the same: this one."""
        if joined := self._joined():
            yield joined
            return
        with self.write() as self._here.session:
            try:
                yield self._here.session
            finally:
                del self._here.session

    def _joined(self) -> Session | None:
        return getattr(self._here, "session", None)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """A database that cannot be used is an error with a sentence; a wrong question stays what it is."""
        try:
            yield
        except DBAPIError as error:
            if not unusable(error):
                raise
            raise CollectionUnusable(explanation(self._engine, error)) from error


def add_new(session: Session, *rows: Row) -> None:
    """Add rows, silently leaving out those that are there already: some unique constraint says so."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for kind, alike in groupby(rows, type):
        values = [
            {name: value for name, value in vars(row).items() if not name.startswith("_")} for row in alike
        ]
        session.execute(insert(kind).on_conflict_do_nothing(), values)


def migrate(engine: Engine) -> None:
    """Bring the tables up to date; safe where several processes do so at once."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    with engine.connect() as connection:
        if _revision(connection) == script.get_current_head():
            return
    with _MIGRATING, engine.execution_options(**_LOCKING).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        found = _revision(connection)
        if found and found not in {revision.revision for revision in script.walk_revisions()}:
            raise CollectionUnusable(
                f"The database {_shown(engine)} was made by a later artml (revision {found}). Update artml."
            )
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", script.dir.replace("%", "%%"))
        command.upgrade(config, "head")


def unusable(error: DBAPIError) -> bool:
    """Whether it is the database that fails, and not what was asked of it."""
    return (
        isinstance(error, OperationalError | InterfaceError)
        or error.connection_invalidated
        or any(said in str(error.orig) for said, _ in _CAUSES)
    )


def explanation(engine: Engine, error: Exception) -> str:
    """Why a database cannot be used, and what to do, in sentences that hide its password."""
    reason = " ".join(str(getattr(error, "orig", None) or error).split()).rstrip(".")
    lost = isinstance(error, DBAPIError) and engine.dialect.name == "postgresql" and unusable(error)
    advice = next((advice for said, advice in _CAUSES if said in reason), _GONE if lost else "")
    return f"The database {_shown(engine)} cannot be used: {reason}. {advice}".rstrip()


def _revision(connection: Connection) -> str | None:
    """The migration that the tables are at; None where there are none."""
    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()


def _parsed(url: str | URL) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in _DRIVERS or not parsed.database:
        shown = f"{parsed} is" if parsed else "That is"  # what cannot be parsed may hold a password
        raise CollectionUnusable(
            f"{shown} no database for a collection. Write ARTML_DATABASE_URL as sqlite:///FILE or"
            " postgresql://USER@HOST/NAME."
        )
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True)
        engine.dialect.supports_sane_multi_rowcount = False  # of many statements, that of the last is told
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "do_executemany", _one_by_one)
        return engine
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: object) -> None:
    """Have the server end what a machine began that is gone, so that nobody waits for it."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{SILENCE:.0f}s'")
    connection.commit()


def _one_by_one(
    cursor: psycopg.Cursor[Any], statement: str, parameters: Sequence[Any], _context: object
) -> bool:
    """Without psycopg's pipeline: halfway through one, a machine that fell asleep counts as busy, and what it
    has locked stays so.
    """
    for each in parameters:
        cursor.execute(statement, each)
    return True


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late, and never IMMEDIATE
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _shown(engine: Engine) -> str:
    """A database's URL, its password hidden."""
    return engine.url.render_as_string()
