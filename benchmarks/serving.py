"""A server with a home of its own, and a curator's job in it."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from artml.collection import Collection, Job, Person
from artml.jobs.desk import Desk
from benchmarks.measure import USUAL, held


@contextmanager
def served(folder: Path, **more: str) -> Iterator[tuple[str, int]]:
    """Its address and process; `more` is for its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "ARTML_HOME": str(folder / "home"), "ARTML_MAX_UPLOADS_MINUTE": "0", **more}
    for name in ("ARTML_DATABASE_URL", "ARTML_FILES"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v1/health")
        time.sleep(5.0)  # until the guide is warm
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(60)


def wait_for(address: str) -> None:
    """Come back when something answers there."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The server at {address} did not answer.")


def memory(server: int) -> float:
    """MiB that a server and its processes use, job workers left out."""
    return held(server, b"artml.jobs")


def another(picture: bytes, text: str) -> bytes:
    """The same JPEG as another file: with a comment in it."""
    comment = text.encode()
    return picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]


def start_job(folder: Path, picture: bytes, count: int) -> Job:
    """Have so many works labelled."""
    small, works = io.BytesIO(), folder / "works"
    Image.open(io.BytesIO(picture)).resize(USUAL).save(small, "JPEG", quality=85)
    works.mkdir()
    for number in range(count):
        (works / f"{number:05}.jpg").write_bytes(another(small.getvalue(), str(number)))
    with opened(folder) as museum, Desk(museum) as desk:
        return desk.label(Person.here(), works)


def opened(folder: Path) -> Collection:
    """The server's collection."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return Collection.open(f"sqlite:///{home / 'collection.sqlite'}", str(home / "files"))
