"""Keeps workers beside the pages: starts them, and starts them again when they die."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

WORKER: Final = (sys.executable, "-P", "-m", "artml.jobs")

LOOK: Final = 1.0
"""Seconds between two looks at the workers."""

PATIENCE: Final = 10.0
"""Seconds that a worker has to finish what it is storing."""

LONGEST: Final = 60.0
"""The most seconds before a worker that keeps dying is started again."""

_log = logging.getLogger(__name__)


@contextmanager
def attended(count: int, command: Sequence[str] = WORKER) -> Iterator[None]:
    """Have `count` workers for as long as the block lasts, or this process: they end with it."""
    stop = threading.Event()
    threads = [threading.Thread(target=_attend, args=(command, stop), name="worker") for _ in range(count)]
    for thread in threads:
        thread.daemon = True
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _attend(command: Sequence[str], stop: threading.Event) -> None:
    environment, pause = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}, LOOK
    while not stop.is_set():
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as worker:
            lived = 0.0
            while worker.poll() is None and not stop.wait(LOOK):
                lived += LOOK
            _end(worker)
        if not stop.is_set():
            pause = LOOK if lived > LONGEST else min(2 * pause, LONGEST)
            _log.warning("A worker ended with status %s; another starts.", worker.returncode)
            stop.wait(pause)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
