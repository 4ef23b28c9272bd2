"""Workers as processes that are killed, on SQLite and on PostgreSQL: nothing is lost, and nothing doubled."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.jobs.desk import Desk
from tests.collection.acting import ANA
from tests.jobs.conftest import assert_whole, finished, wait_until

Employ = Callable[..., "subprocess.Popen[bytes]"]
Fill = Callable[..., Path]


def test_a_job_goes_on_however_often_its_worker_is_killed(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ
) -> None:
    job = desk.label(ANA, fill(380, bad=20))
    for least in (0, 1, 120):  # once before it divides the job
        worker = employ()
        wait_until(lambda least=least: bool(museum.workers.all()) and finished(museum, job) >= least)  # type: ignore[misc]
        worker.kill()
        worker.wait()
        assert museum.jobs.get(job.id).state in ("waiting", "running")
    employ()
    wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
    assert_whole(museum, job, labelled=380, refused=20)


def test_two_workers_share_a_job_and_one_takes_over_from_the_other(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ
) -> None:
    job = desk.label(ANA, fill(480, bad=20))
    lost, _ = employ("elsewhere"), employ("elsewhere")
    wait_until(lambda: sum(part.done > 0 for part in museum.parts.of(job.id)) > 2)
    assert len(museum.workers.all()) == 2
    lost.kill()  # for good; and what is on no machine of ours cannot be looked up by its number
    lost.wait()
    assert museum.jobs.get(job.id).state == "running"
    wait_until(lambda: museum.jobs.get(job.id).state != "running")
    assert_whole(museum, job, labelled=480, refused=20)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # with SQLite, all sleep or none
def test_a_worker_that_was_only_asleep_doubles_nothing(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ
) -> None:
    job = desk.label(ANA, fill(200))
    asleep = employ("elsewhere")
    wait_until(lambda: finished(museum, job) > 0)
    asleep.send_signal(signal.SIGSTOP)
    try:
        employ("elsewhere")
        wait_until(lambda: finished(museum, job) > 150)
    finally:
        asleep.send_signal(signal.SIGCONT)
    wait_until(lambda: museum.jobs.get(job.id).state == "done")
    assert_whole(museum, job, labelled=200, refused=0)


def test_jobs_rest_and_go_on_and_end_as_people_say(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ
) -> None:
    job, doomed = desk.label(ANA, fill(400, name="kept")), desk.label(ANA, fill(900, name="doomed"))
    worker = employ("elsewhere")
    wait_until(lambda: finished(museum, job) > 0 and finished(museum, doomed) > 0)
    desk.pause(ANA, job.id)
    desk.cancel(ANA, doomed.id)
    other = desk.label(ANA, fill(10, name="other"))  # while one rests, others are done
    wait_until(lambda: museum.jobs.get(other.id).state == "done")
    assert [museum.jobs.get(each.id).state for each in (job, doomed)] == ["paused", "cancelled"]
    assert finished(museum, job) < 400
    kept = museum.works(public_only=False, folder=doomed.folder)
    assert 0 < len(kept) == finished(museum, doomed) < 900

    desk.resume(ANA, job.id)
    seen = finished(museum, job)
    wait_until(lambda: finished(museum, job) > seen)
    worker.terminate()  # told to stop, it leaves its part to others at once
    assert worker.wait(60) == 0
    assert museum.workers.all() == []
    last = employ("elsewhere")
    wait_until(lambda: museum.jobs.get(job.id).state == "done")
    assert_whole(museum, job, labelled=400, refused=0)
    assert last.stdin
    last.stdin.close()  # a worker ends with whoever holds its input
    assert last.wait(60) == 0
