"""Which workers live. Without a sign of life for twenty seconds one is dead, and when its process is gone.

No two machines need to agree on the time: each watches by its own clock whether the others' beats grow.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from artml.collection import Worker, Workers

BEAT: Final = 5.0
"""Seconds from one sign of life to the next."""

SILENCE: Final = 20.0
"""Seconds without a sign after which a worker is dead."""


class Hearts:
    """What one worker knows of itself and the others; `clock` tells seconds."""

    def __init__(self, workers: Workers, me: Worker, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers, self._me, self._clock = workers, me, clock
        self._heard: dict[str, tuple[int, float]] = {}

    @property
    def name(self) -> str:
        """The id of this worker."""
        return self._me.id

    def beat(self) -> None:
        """Show that this worker lives."""
        self._workers.beat(self._me)

    def living(self) -> list[str]:
        """The ids of the workers that live, sorted, this one among them; the others are forgotten."""
        found = self._workers.all()
        dead = {worker.id for worker in found if worker.id != self._me.id and self._is_dead(worker)}
        if dead:
            self._workers.leave(dead)
            self._heard = {name: beat for name, beat in self._heard.items() if name not in dead}
        return sorted({self._me.id, *(worker.id for worker in found)} - dead)

    def leave(self) -> None:
        """Say that this worker goes, so that others take over at once."""
        self._workers.leave([self._me.id])

    def _is_dead(self, worker: Worker) -> bool:
        if worker.place and worker.place == self._me.place and not _runs(worker.pid):
            return True
        beat, since = self._heard.get(worker.id, (-1, 0.0))
        if worker.beat != beat:
            self._heard[worker.id] = worker.beat, self._clock()
            return False
        return self._clock() - since >= SILENCE


def myself() -> Worker:
    """This process as a worker, under a name that no other ever had."""
    host, pid = socket.gethostname(), os.getpid()
    return Worker(id=f"{host}-{pid}-{uuid.uuid4().hex[:8]}", host=host, place=_place(), pid=pid)


def _place() -> str:
    """The same for all processes that see each other by number; empty where the system does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _runs(pid: int) -> bool:
    """Whether a process runs here by this number; one that has ended and not been waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in ("Z", "X")
