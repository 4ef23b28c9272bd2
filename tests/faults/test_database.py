"""A database that is locked, gone or read-only: a sentence meanwhile, and all goes on when it is back."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from artml.collection import Collection, Work, database
from artml.errors import CollectionUnusable
from artml.jobs.desk import Desk
from tests.collection.acting import ANA
from tests.collection.conftest import PostgreSQL, postgresql
from tests.faults.conftest import Disk, Start, heard, kill
from tests.jobs.conftest import assert_whole, finished, wait_until
from tests.reliability import note

Employ = Callable[..., "subprocess.Popen[bytes]"]
Fill = Callable[..., Path]

LOCK = """
import sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
stay("locked")
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another writer gives up soon."""
    monkeypatch.setattr(database, "PATIENCE", 0.2)


def add_one(museum: Collection, name: str = "a") -> Work:
    return museum.add_work(f"{ord(name):064x}", size=1, width=1, height=1, folder="/oils", name=name)


def test_locked_it_can_be_read_and_says_that_others_write(
    impatient: None, tmp_path: Path, start: Start
) -> None:
    file = tmp_path / "collection.sqlite"
    with Collection.open(f"sqlite:///{file}", str(tmp_path / "files")) as museum:
        work = add_one(museum)
        process = start(LOCK, file)
        heard(process)
        with pytest.raises(CollectionUnusable, match="database is locked. Others write to it at this moment"):
            museum.decide(ANA, work, "style", "cannot_say")
        assert museum.works(public_only=False) == [work] or len(museum.works(public_only=False)) == 1
        kill(process)
        museum.decide(ANA, work, "style", "cannot_say")
        assert len(museum.history(work)) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seconds", [3, pytest.param(40, marks=pytest.mark.hostile)])
def test_locked_it_stops_a_job_only_for_as_long(
    impatient: None,
    desk: Desk,
    museum: Collection,
    fill: Fill,
    employ: Employ,
    tmp_path: Path,
    start: Start,
    seconds: int,
) -> None:
    job = desk.label(ANA, fill(200, bad=5))
    employ("impatient")
    wait_until(lambda: finished(museum, job) > 20)
    process = start(LOCK, tmp_path / "collection.sqlite")
    heard(process)
    stood = finished(museum, job)
    time.sleep(seconds)
    assert finished(museum, job) == stood
    kill(process)
    wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
    assert_whole(museum, job, labelled=200, refused=5)
    if seconds > 3:
        note("Faults", "SQLite locked in a job", f"{seconds} s", "205 files once each, by itself")


@pytest.fixture
def own_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL that this test may stop."""
    with postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """In a file, or with `gone` in a server that may be stopped."""
    if request.param == "gone":
        server: PostgreSQL = request.getfixturevalue("own_server")
        return server.new()
    return f"sqlite:///{tmp_path / 'collection.sqlite'}"


@pytest.mark.parametrize("url", ["gone"], indirect=True)
@pytest.mark.parametrize("seconds", [3, pytest.param(30, marks=pytest.mark.hostile)])
def test_gone_for_a_while_it_costs_that_while(
    own_server: PostgreSQL,
    desk: Desk,
    museum: Collection,
    fill: Fill,
    employ: Employ,
    seconds: int,
) -> None:
    job = desk.label(ANA, fill(200, bad=5))
    other = desk.label(ANA, fill(3, name="other"))
    desk.pause(ANA, other.id)
    employ()
    wait_until(lambda: finished(museum, job) > 20)
    own_server.stop()
    for attempt in (museum.folders, lambda: desk.resume(ANA, other.id), lambda: Desk(museum)):
        with pytest.raises(CollectionUnusable, match="cannot be used: .* It does not answer"):
            attempt()
    time.sleep(seconds)
    own_server.start()
    desk.resume(ANA, other.id)
    for each, labelled, refused in ((job, 200, 5), (other, 3, 0)):
        wait_until(lambda each=each: museum.jobs.get(each.id).state not in ("waiting", "running"))  # type: ignore[misc]
        assert_whole(museum, each, labelled, refused)
    if seconds > 3:
        note("Faults", "PostgreSQL gone in a job", f"{seconds} s", "208 files once each, by itself")


def test_read_only_it_is_shown_and_what_is_new_is_refused(disk: Disk) -> None:
    url, files = f"sqlite:///{disk.folder / 'collection.sqlite'}", str(disk.folder / "files")
    with Collection.open(url, files) as museum:
        work = add_one(museum)
    refused = pytest.raises(CollectionUnusable, match="may only be read here|cannot be opened")
    with disk.read_only(), refused, Collection.open(url, files) as museum:
        museum.decide(ANA, work, "style", "cannot_say")
    with Collection.open(url, files) as museum:
        museum.decide(ANA, work, "style", "cannot_say")


def test_a_server_that_only_reads_says_so(server: PostgreSQL, tmp_path: Path) -> None:
    url = server.new()
    with Collection.open(url, str(tmp_path / "files")) as museum:
        work = add_one(museum)
    name = url.partition("/@/")[2] or url.rpartition("@/")[2].partition("?")[0]
    for allowed in ("on", "off"):
        with psycopg.connect(server.url.format(database="postgres"), autocommit=True) as connection:
            connection.execute(
                f'ALTER DATABASE "{name}" SET default_transaction_read_only = {allowed}'.encode()
            )
        with Collection.open(url, str(tmp_path / "files")) as museum:
            assert [each.sha256 for each in museum.works(public_only=False)] == [work.sha256]
            if allowed == "on":
                with pytest.raises(CollectionUnusable, match="It may only be read here"):
                    museum.decide(ANA, work, "style", "cannot_say")
            else:
                museum.decide(ANA, work, "style", "cannot_say")
                assert len(museum.history(work)) == 1
