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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL of its own on a socket in a temporary folder; gives the URL of its databases."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    initdb = shutil.which("initdb") or (str(found[-1] / "initdb") if found else None)
    if initdb is None:
        absent("there is no PostgreSQL (Debian: apt-get install postgresql)")
    # It refuses to run as root.
    user = "postgres" if os.name == "posix" and os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="artml-pg-"))  # pytest's own folders are closed to other accounts
    if user:
        shutil.chown(folder, user)

    def run(command: str, *arguments: str) -> None:
        program = str(Path(initdb).with_name(command))
        subprocess.run([program, *arguments], user=user, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    data, name = str(folder / "data"), user or getpass.getuser()
    options = (
        f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
    )
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", name, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(
            "pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-t", str(PATIENCE), "-w", "start"
        )
        yield f"postgresql://{name}@/{{database}}?host={folder}"
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
    databases: str = request.getfixturevalue("server")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(databases.format(database="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
    yield databases.format(database=name)


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
