"""A database is made, brought up to date and kept from change, or refused with a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg.types.string import StrDumper
from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from artml.collection.database import _DRIVERS, Database, add_new
from artml.collection.migrations import VERSION_TABLE
from artml.collection.model import (
    Decision,
    Embedding,
    Job,
    Prediction,
    Refusal,
    Request,
    Row,
    Sighting,
    Work,
)
from artml.errors import CollectionUnusable
from tests.collection.acting import GUIDE, said
from tests.collection.conftest import PostgreSQL

PATIENCE = 60
"""Seconds to wait for a thread on a busy machine before giving up."""


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Open, with one work in it and a row of each kind that is never changed."""
    database = Database.open(url)
    with database.write() as session:
        work = Work(sha256="a" * 64, size=1, width=1, height=1)
        session.add(work)
        session.flush()
        session.add(Prediction.of(work, said({"Cubism": 1.0})))
        session.add(Embedding.of(work, GUIDE, np.ones(3, np.float32)))
        session.add(Decision(work_id=work.id, facet="style", outcome="cannot_say", person="ana"))
    yield database
    database.close()


def test_the_migrations_lead_to_the_model(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True},
        )
        assert compare_metadata(context, Row.metadata) == []


def test_opening_again_keeps_what_is_there(database: Database, url: str) -> None:
    again = Database.open(url)
    with again.read() as session:
        assert session.scalars(select(Work.sha256)).all() == ["a" * 64]
    again.close()


def test_many_may_open_a_new_database_at_once(url: str) -> None:
    found: list[int | Exception] = []

    def visit() -> None:
        try:
            database = Database.open(url)
            with database.read() as session:
                found.append(session.scalar(select(func.count()).select_from(Work)) or 0)
            database.close()
        except Exception as error:  # it would be lost in its thread
            found.append(error)

    threads = [threading.Thread(target=visit, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [0] * 6


@pytest.mark.parametrize("table", ["predictions", "embeddings", "decisions"])
@pytest.mark.parametrize("change", ["UPDATE {} SET work_id = work_id", "DELETE FROM {}"])
def test_what_is_never_changed_cannot_be(database: Database, table: str, change: str) -> None:
    with pytest.raises(DBAPIError, match=f"{table} are never changed"), database.write() as session:
        session.execute(text(change.format(table)))
    with database.read() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1


def test_what_fails_halfway_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        session.add(Work(sha256="b" * 64, size=1, width=1, height=1))
        session.flush()
        _ = 1 / 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Work)) == 1


def test_adding_what_is_there_changes_nothing(database: Database) -> None:
    with database.write() as session:
        add_new(session, Work(sha256="a" * 64, size=99, width=9, height=9))
        add_new(session, Work(sha256="c" * 64, size=99, width=9, height=9))
    with database.read() as session:
        assert session.scalars(select(Work.size).order_by(Work.id)).all() == [1, 99]


def test_a_row_needs_what_it_refers_to(database: Database) -> None:
    with pytest.raises(DBAPIError, match="(?i)foreign key"), database.write() as session:
        session.add(Sighting(work_id=999, folder="new", name="a.jpg"))


def test_an_outcome_is_one_that_is_known(database: Database) -> None:
    insert = text(
        "INSERT INTO decisions (work_id, facet, outcome, labels, person, note, time)"
        " VALUES (1, 'style', 'perhaps', '[]', 'ana', '', '2026-01-01')"
    )
    with pytest.raises(DBAPIError, match="ck_decisions_outcome"), database.write() as session:
        session.execute(insert)


def test_text_no_database_takes_is_kept_as_well_as_can_be(database: Database) -> None:
    with database.write() as session:
        session.add(Sighting(work_id=1, folder="a\0b", name="caf\udce9.jpg"))
    with database.read() as session:
        sighting = session.scalars(select(Sighting)).one()
    assert (sighting.folder, sighting.name) == ("a?b", "caf?.jpg")


def test_a_database_of_a_later_artml_is_left_alone(database: Database, url: str) -> None:
    with database.write() as session:
        session.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(CollectionUnusable, match="later artml"):
        Database.open(url)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Work)) == 1


def test_sqlite_writes_ahead_so_that_readers_never_wait(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with database.write() as writing, database.read() as reading:
        writing.add(Work(sha256="b" * 64, size=1, width=1, height=1))
        writing.flush()
        assert reading.scalar(select(func.count()).select_from(Work)) == 0
        assert reading.scalar(text("PRAGMA journal_mode")) == "wal"
        assert reading.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


@pytest.mark.parametrize("url", ["mysql://a@b/c", "sqlite://", "no address", "postgresql://host"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(CollectionUnusable, match="ARTML_DATABASE_URL"):
        Database.open(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    file.write_text("not a database, whatever its name says" * 100)
    with pytest.raises(CollectionUnusable, match="not a database"):
        Database.open(f"sqlite:///{file}")
    assert file.read_text().startswith("not a database")


def test_a_refusal_hides_the_password(tmp_path: Path) -> None:
    with pytest.raises(CollectionUnusable) as caught:
        Database.open(f"postgresql://ana:secret@/artml?host={tmp_path}")
    assert "secret" not in str(caught.value)
    assert "ana:***@" in str(caught.value)


def test_two_new_databases_may_be_opened_at_once(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / f'{number}.sqlite'}" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        databases = list(pool.map(Database.open, urls))
    for database in databases:
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(Work)) == 0
        database.close()


def test_jobs_of_an_earlier_artml_stay(url: str) -> None:
    database = Database.open(url)
    with database.write() as session:
        job = Job(kind="label", folder="/oils", person="ana")
        session.add(job)
        session.flush()
        session.add(Refusal(job_id=job.id, path="torn.jpg", reason="It is damaged."))
    database.close()
    engine = create_engine(make_url(url).set(drivername=_DRIVERS[make_url(url).drivername]))
    with engine.begin() as connection:  # back to the first data model
        for table in ("parts", "workers", "tokens"):
            connection.execute(text(f"DROP TABLE {table}"))
        for column in ("request", "round", "reason", "stage"):
            connection.execute(text(f"ALTER TABLE jobs DROP COLUMN {column}"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))
    engine.dispose()
    again = Database.open(url)
    with again.read() as session:
        kept = session.scalars(select(Job)).one()
        assert (kept.id, kept.person, kept.request, kept.round, kept.reason) == (
            job.id,
            "ana",
            Request(),
            1,
            "",
        )
        assert session.scalars(select(Refusal.path)).all() == ["torn.jpg"]
        context = MigrationContext.configure(
            session.connection(), opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, Row.metadata) == []
    again.close()


class Sleepy(str):
    """A value that its machine falls asleep on the way to."""


def test_a_writer_that_falls_asleep_between_statements_counts_as_idle(server: PostgreSQL) -> None:
    """For only what is idle is ended by the server after a while, and its locks with it."""
    database, asleep, awake = Database.open(server.new()), threading.Event(), threading.Event()

    class Falling(StrDumper):
        def dump(self, value: str) -> Any:
            asleep.set()
            awake.wait(PATIENCE)
            return super().dump(value)

    def write() -> None:
        with database.write() as session:
            session.connection().connection.driver_connection.adapters.register_dumper(Sleepy, Falling)
            states = [*(["done"] * 3000), Sleepy("failed")]
            session.execute(text("UPDATE jobs SET state = :state"), [{"state": state} for state in states])

    with database.write() as session:
        session.add(Job(kind="label", folder="/oils", person="ana"))
    with ThreadPoolExecutor(1) as other:
        writing = other.submit(write)
        assert asleep.wait(PATIENCE)
        with database.read() as session:
            found = session.execute(
                text("SELECT state FROM pg_stat_activity WHERE query LIKE 'UPDATE jobs%'")
            ).scalars()
            assert list(found) == ["idle in transaction"]
        awake.set()
        writing.result(PATIENCE)
    with database.read() as session:
        assert session.scalars(select(Job.state)).all() == ["failed"]
    database.close()
