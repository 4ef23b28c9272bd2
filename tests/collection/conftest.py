"""A collection on SQLite and on PostgreSQL: every test that asks for `museum` runs on both."""

from __future__ import annotations

import getpass
import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from artml.collection import Collection, Work

PATIENCE = 60
"""Seconds to wait for PostgreSQL on a busy machine before giving up."""


def absent(reason: str) -> NoReturn:
    """Skip for want of PostgreSQL, or fail where it is promised."""
    if os.environ.get("CI_REQUIRE_POSTGRESQL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class PostgreSQL:
    """A server of its own on a socket in a temporary folder, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: int(bin.parent.name))
        initdb = shutil.which("initdb") or (str(found[-1] / "initdb") if found else None)
        if initdb is None:
            absent("there is no PostgreSQL (Debian: apt-get install postgresql)")
        # It refuses to run as root.
        self._user = "postgres" if os.name == "posix" and os.getuid() == 0 else None
        self._folder, self._programs, self._data = folder, Path(initdb).parent, str(folder / "data")
        if self._user:
            shutil.chown(folder, self._user)
        name = self._user or getpass.getuser()
        options = ("-A", "trust", "-U", name, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", self._data, *options)
        self.url = f"postgresql://{name}@/{{database}}?host={folder}"

    def start(self) -> None:
        """Return when it answers."""
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self._folder}' -c fsync=off"
            " -c full_page_writes=off"
        )
        log, patience = str(self._folder / "log"), str(PATIENCE)
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-t", patience, "-w", "start")

    def stop(self) -> None:
        """Stop it as a crash would."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def new(self) -> str:
        """The URL of an empty database."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url.format(database="postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        return self.url.format(database=name)

    def _run(self, command: str, *arguments: str) -> None:
        program = str(self._programs / command)
        subprocess.run(
            [program, *arguments], user=self._user, check=True, cwd=self._folder, stdout=subprocess.DEVNULL
        )


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A server, running."""
    folder = Path(tempfile.mkdtemp(prefix="artml-pg-"))  # pytest's own folders are closed to other accounts
    try:
        server = PostgreSQL(folder)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    """The server of all tests that leave it running."""
    with postgresql() as running:
        yield running


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A bucket's URL; its server and credentials stand in the environment."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "curator")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs

        s3fs.S3FileSystem(skip_instance_cache=True).makedirs("museum", exist_ok=True)
        yield "s3://museum/works"
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'collection.sqlite'}"
        return
    server: PostgreSQL = request.getfixturevalue("server")
    yield server.new()


@pytest.fixture
def museum(url: str, tmp_path: Path) -> Iterator[Collection]:
    """An empty collection."""
    with Collection.open(url, str(tmp_path / "files")) as collection:
        yield collection


@pytest.fixture
def add(museum: Collection) -> Callable[..., Work]:
    """Adds a work by its name: `add("a.jpg", {"title": "Dawn"}, folder="oils")`."""

    def add(
        name: str,
        columns: Mapping[str, str] | None = None,
        *,
        folder: str = "new",
        sha256: str = "",
        object_number: str = "",
        thumbnail: bytes | None = None,
    ) -> Work:
        return museum.add_work(
            sha256 or hashlib.sha256(name.encode()).hexdigest(),
            size=1_000,
            width=40,
            height=30,
            folder=folder,
            name=name,
            columns=columns,
            object_number=object_number,
            thumbnail=thumbnail,
        )

    return add
