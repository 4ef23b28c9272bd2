"""Pictures decoded by processes of their own: one that crashes its codec costs no more than itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Self

import numpy as np
from pydantic import ValidationError
from typing_extensions import Buffer

from artml.errors import (
    ImageDamaged,
    ImageError,
    ImageTooLarge,
    LabellingError,
    NotAnImage,
    UnsupportedFormat,
)
from artml.images import printable
from artml.labelling.worker import READY, Reply, Task
from artml.settings import settings
from artml.sight import Sight
from artml.views import Pixels

WORKER: Final = (sys.executable, "-P", "-m", "artml.labelling.worker")
"""Started as a program, not by `multiprocessing`: that would run the user's own script again."""

SECONDS: Final = 60.0
"""The most that one picture may take, reading it included."""

MOST_WORKERS: Final = 16

_REFUSALS: Final = {
    kind.__name__: kind for kind in (NotAnImage, UnsupportedFormat, ImageTooLarge, ImageDamaged)
}

_LIFETIME: Final = 2_000
"""Pictures after which a process makes way for a new one, should a codec lose memory."""

_LINE: Final = 2**16
"""Bytes of the longest line that is read from a process."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """A picture: what each network sees of it, (views, side, side, 3) uint8 each, and its facts."""

    sha256: str
    width: int
    """Of the upright picture, pixels."""
    height: int
    """Of the upright picture, pixels."""
    thumbnail: bytes | None
    """A small JPEG, if asked for."""
    pixels: tuple[Pixels, ...]


@dataclass(frozen=True)
class Refused:
    """A file that gave no picture, and why."""

    sha256: str
    """Of its bytes; empty where they could not be read, or are too many."""
    error: ImageError


class Decoders:
    """Processes that read and decode pictures; a context, at the end of which they are gone.

    workers: how many; by default one a processor, and 16 at most. They start when they are first needed.
    seconds: the most that one picture may take.
    memory: bytes that one picture may take (Linux); by default what the settings let the largest take.
    thumbnail: longest side of the small JPEG to make of each, pixels; 0: none.
    """

    def __init__(
        self,
        sight: Sight,
        *,
        workers: int | None = None,
        seconds: float = SECONDS,
        memory: int | None = None,
        thumbnail: int = 0,
    ) -> None:
        self.workers = workers or min(processors(), MOST_WORKERS)
        task = Task(sight=sight, thumbnail=thumbnail, seconds=seconds, memory=memory or _memory())
        self._all = [_Worker(task) for _ in range(self.workers)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(self.workers, "decoding")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.interrupt()
        self._threads.shutdown()
        for worker in self._all:
            worker.stop()

    def map(self, files: Iterable[Path], ahead: int) -> Generator[tuple[Path, Decoded | Refused], None, None]:
        """Each file and what becomes of it, in order; up to `ahead` more are being decoded or wait, decoded.

        LabellingError where no process can be started.
        """
        waiting: deque[Future[tuple[Path, Decoded | Refused]]] = deque()
        for file in files:
            waiting.append(self._threads.submit(self._decode, file))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def decode(self, name: str, content: Buffer, shown: bool = True) -> Decoded | Refused:
        """What becomes of the bytes of one picture, once a process is idle; `name` is what messages call it.

        Its thumbnail is made only if it is `shown`: that takes longer than all else. LabellingError where no
        process can be started.
        """
        with self._taken() as worker:
            return worker.decode(name, content, shown)

    def _decode(self, file: Path) -> tuple[Path, Decoded | Refused]:
        with self._taken() as worker:
            return file, worker.decode(str(file))

    @contextmanager
    def _taken(self) -> Iterator[_Worker]:
        worker = self._idle.get()
        try:
            yield worker
        finally:
            self._idle.put(worker)


class _Worker:
    """One process, started when there is something to decode and none is running."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._process: subprocess.Popen[bytes] | None = None
        self._left = 0

    def decode(self, file: str, content: Buffer | None = None, shown: bool = True) -> Decoded | Refused:
        """What becomes of a file, or of bytes called so; if the process dies of it, that is their fault."""
        if not self._left:
            self.stop()
        process = self._process or self._start()
        self._left -= 1
        start = time.monotonic()
        try:
            return self._asked(process, file, content, shown)
        except (OSError, EOFError, ValidationError):
            self.stop()
            return Refused("", self._fault(file, time.monotonic() - start))

    def interrupt(self) -> None:
        """End the process from another thread, which then goes on."""
        if process := self._process:
            process.kill()

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()  # closes the pipes, too

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = process = subprocess.Popen(
            WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        try:
            _send(process, self._task.model_dump_json())
            started = _line(process) == READY
        except (OSError, EOFError):
            started = False
        if not started:
            self.stop()
            raise LabellingError(
                "The process that decodes pictures cannot start; what it says stands above, if anything."
            )
        self._left = _LIFETIME
        return process

    def _asked(
        self, process: subprocess.Popen[bytes], file: str, content: Buffer | None, shown: bool
    ) -> Decoded | Refused:
        size = None if content is None else memoryview(content).nbytes
        # ASCII: also a name that is no valid text survives
        _send(process, json.dumps([file, size, shown]), b"" if content is None else content)
        reply = Reply.model_validate_json(_line(process))
        if reply.error is not None:
            kind, sentence = reply.error
            return Refused(reply.sha256, _REFUSALS.get(kind, ImageDamaged)(sentence))
        thumbnail = _exactly(process, reply.thumbnail) if self._task.thumbnail and shown else None
        shapes = [eye.shape for eye in self._task.sight.eyes]
        pixels = [np.frombuffer(_exactly(process, prod(shape)), np.uint8).reshape(shape) for shape in shapes]
        return Decoded(reply.sha256, reply.width, reply.height, thumbnail, tuple(pixels))

    def _fault(self, file: str, seconds: float) -> ImageError:
        name = printable(Path(file).name) or "The picture"
        if seconds >= self._task.seconds:
            return ImageTooLarge(
                f"{name} takes more than {self._task.seconds:g} seconds to read."
                " Save it anew as JPEG or PNG, smaller."
            )
        return ImageDamaged(f"{name} makes its decoder crash. Save it anew as JPEG or PNG.")


def _send(process: subprocess.Popen[bytes], line: str, content: Buffer = b"") -> None:
    assert process.stdin
    process.stdin.write(line.encode() + b"\n")
    process.stdin.write(content)
    process.stdin.flush()


def _line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout
    line = process.stdout.readline(_LINE)
    if not line:
        raise EOFError
    return line


def _exactly(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout
    data = process.stdout.read(size)
    if len(data) < size:
        raise EOFError
    return data


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory() -> int:
    """What `artml.images` lets a picture take to decode, its file twice, and some room to turn in."""
    return 8 * settings().max_pixels + 2 * settings().max_bytes + 2**28
