"""Which workers are taken for dead, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from artml.collection import Collection, Worker
from artml.jobs.hearts import SILENCE, Hearts, myself


def worker(name: str, place: str = "", pid: int = 1) -> Worker:
    return Worker(id=name, host="here", place=place, pid=pid)


class Clock:
    """Seconds, as the test says."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_one_that_falls_silent_is_dead_after_a_while_and_forgotten(museum: Collection, clock: Clock) -> None:
    ana, ben = (Hearts(museum.workers, worker(name), clock) for name in ("ana", "ben"))
    ana.beat()
    ben.beat()
    assert ana.living() == ["ana", "ben"]
    clock.now += SILENCE - 1
    assert ana.living() == ["ana", "ben"]
    ben.beat()
    clock.now += SILENCE - 1
    assert ana.living() == ["ana", "ben"]
    clock.now += SILENCE
    assert ana.living() == ["ana"]
    assert [each.id for each in museum.workers.all()] == ["ana"]


def test_one_that_was_only_asleep_is_back_with_its_next_beat(museum: Collection, clock: Clock) -> None:
    ana, ben = (Hearts(museum.workers, worker(name), clock) for name in ("ana", "ben"))
    ana.beat()
    ben.beat()
    ana.living()
    clock.now += SILENCE
    assert ana.living() == ["ana"]
    ben.beat()
    assert ana.living() == ["ana", "ben"]


def test_one_whose_process_is_gone_is_dead_at_once(museum: Collection) -> None:
    me = myself()
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        ended = process.pid
    hearts = Hearts(museum.workers, me)
    hearts.beat()
    for other in (worker("ended", me.place, ended), worker("runs", me.place, os.getppid())):
        museum.workers.beat(other)
    alive = sorted([me.id, "runs"]) if me.place else sorted([me.id, "runs", "ended"])
    assert hearts.living() == alive


def test_one_that_leaves_is_gone(museum: Collection) -> None:
    ana, ben = (Hearts(museum.workers, worker(name)) for name in ("ana", "ben"))
    ana.beat()
    ben.beat()
    ben.leave()
    assert ana.living() == ["ana"]
    assert (ana.name, myself().pid) == ("ana", os.getpid())
    assert myself().id != myself().id
