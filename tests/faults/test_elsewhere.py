"""A picture that vanishes, a bundle with one byte changed, a clock set back, two servers on one home."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.jobs.desk import Desk
from artml.jobs.labelling import Labelling
from artml.settings import ROOT, settings
from tests.browser.conftest import free_port, wait_for
from tests.collection.acting import ANA
from tests.faults.conftest import Start
from tests.jobs.conftest import assert_whole, finished, labelling, wait_until

__all__ = ["labelling"]

Employ = Callable[..., "subprocess.Popen[bytes]"]
Fill = Callable[..., Path]


@pytest.fixture(params=["sqlite"])
def url(home: Path) -> str:
    """In the home of the settings, as by default."""
    home.mkdir(exist_ok=True)
    return f"sqlite:///{home / 'collection.sqlite'}"


def over(museum: Collection, job_id: str) -> Callable[[], bool]:
    return lambda: museum.jobs.get(job_id).state not in ("waiting", "running")


def test_pictures_that_vanish_once_they_are_listed_are_refused_alone(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, employ: Employ
) -> None:
    folder = fill(120)
    job = desk.label(ANA, folder)
    labelling.divide(job.id, 1)
    for number in (0, 50, 119):
        (folder / f"{number:04}.png").unlink()
    employ()
    wait_until(over(museum, job.id))
    assert_whole(museum, job, labelled=117, refused=3)
    assert all("cannot be" in each.reason or "no " in each.reason for each in museum.jobs.refusals(job.id))


def test_a_bundle_with_one_byte_changed_labels_nothing_until_it_is_mended(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ, colours: Path
) -> None:
    folder, network = fill(10), colours / "network.bin"
    job, sound = desk.label(ANA, folder), network.read_bytes()
    network.write_bytes(bytes([sound[0] ^ 1]) + sound[1:])
    employ()
    wait_until(over(museum, job.id))
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert failed.reason.endswith("network.bin has changed since the bundle was made. Fetch it anew.")
    assert museum.works(public_only=False) == []
    network.write_bytes(sound)
    again = desk.label(ANA, folder)
    wait_until(over(museum, again.id))
    assert_whole(museum, again, labelled=10, refused=0)


YESTERDAY = """
import datetime, time
real, day = time.time, 86400
time.time = lambda: real() - day
time.time_ns = lambda: int((real() - day) * 10**9)
from artml.collection import columns

class Yesterday(datetime.datetime):
    @classmethod
    def now(cls, zone=None):
        return datetime.datetime.fromtimestamp(time.time(), zone)

columns.datetime = Yesterday
"""

DECIDE = """
from artml.collection import Collection
from tests.collection.acting import BEN

with Collection.open() as museum:
    (work, *_) = museum.works(public_only=False)
    museum.decide(BEN, work, "style", "corrected", ["Fauvism"], expected=museum.current(work)["style"].id)
"""

WORK = """
from artml.jobs import hearts, worker
hearts.SILENCE, worker.BEAT = 3.0, 0.3
worker.main()
"""


def test_a_clock_set_back_changes_no_order_and_no_job(
    desk: Desk, museum: Collection, fill: Fill, home: Path, start: Start
) -> None:
    job = desk.label(ANA, fill(150))
    start(YESTERDAY + WORK)
    wait_until(over(museum, job.id))
    assert_whole(museum, job, labelled=150, refused=0)
    (work, *_) = museum.works(public_only=False)
    museum.decide(ANA, work, "style", "cannot_say")
    assert start(YESTERDAY + DECIDE).wait() == 0
    now, before = museum.current(work)["style"], museum.history(work)[0]
    assert now.time < before.time  # by the clock that was set back, it came first
    assert [said.label for said in now.labels] == ["Fauvism"]


def test_two_servers_share_one_home_and_one_takes_over_from_the_other(
    museum: Collection, desk: Desk, fill: Fill, home: Path, tmp_path: Path, colours: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ARTML_MODELS": str(settings().models)}
    servers = []
    try:
        for number in (1, 2):
            port, log = free_port(), tmp_path / f"{number}.log"
            with log.open("wb") as out:
                command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
                servers.append(
                    (
                        subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=tmp_path),
                        f"http://127.0.0.1:{port}",
                        log,
                    )
                )
        for server, address, log in servers:
            wait_for(f"{address}/api/v1/health", server, log)
        wait_until(lambda: len(museum.workers.all()) == 2)
        job = desk.label(ANA, fill(400, bad=10))
        wait_until(lambda: finished(museum, job) > 20)
        servers[0][0].kill()  # its worker goes with it
        servers[0][0].wait()
        wait_until(over(museum, job.id))
        assert_whole(museum, job, labelled=400, refused=10)
        with urllib.request.urlopen(f"{servers[1][1]}/api/v1/health", timeout=30) as answer:
            assert answer.status == 200
    finally:
        for server, _, _ in servers:
            server.terminate()
            server.wait(60)
