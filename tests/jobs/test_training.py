"""Training as a job: who starts it, and what becomes of it when its worker is killed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artml.bundle import HISTORY
from artml.collection import Collection
from artml.errors import CollectionError, NotAllowed
from artml.jobs import apart
from artml.jobs.apart import do_apart
from artml.jobs.desk import Desk
from artml.learning.takeover import made_by, versions
from artml.settings import settings
from tests.collection.acting import ANA, BEN, VISITOR
from tests.jobs.conftest import wait_until
from tests.learning.drawn import decide, write_guide

Employ = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def colours(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """In the place of the bundle that goes by colour, a guide that can learn, with much to rehearse."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield write_guide(models / "guide", each=4_000)
    monkeypatch.undo()
    settings.cache_clear()


def test_staff_start_it_once_and_nobody_else_does(desk: Desk, museum: Collection) -> None:
    with pytest.raises(CollectionError, match="no decided work"):
        desk.train(BEN, "guide")
    decide(museum, "Mannerism", 20)
    for nobody in (ANA, VISITOR):
        with pytest.raises(NotAllowed, match="takes a staff"):
            desk.train(nobody, "guide")
    job = desk.train(BEN, "guide")
    assert (job.kind, job.person, job.state, job.request.bundle) == ("train", BEN.name, "waiting", "guide")
    assert job.request.models == (("guide", "1"),)
    with pytest.raises(CollectionError, match="learning already"):
        desk.train(BEN, "guide")
    with pytest.raises(NotAllowed):
        desk.pause(ANA, job.id)
    desk.pause(BEN, job.id)
    assert desk.resume(BEN, job.id).round == 2
    desk.cancel(BEN, job.id)
    assert desk.training("guide") is None


def test_a_killed_worker_takes_its_training_with_it_and_the_next_goes_on(
    desk: Desk, museum: Collection, colours: Path, employ: Employ
) -> None:
    decide(museum, "Mannerism", 60)
    job = desk.train(BEN, "guide")
    first = employ()
    wait_until(lambda: museum.jobs.get(job.id).counts.get("leg", 0) >= 2)
    first.kill()
    first.wait()
    stopped = museum.jobs.get(job.id)
    assert stopped.state == "running"
    assert [version.shipped for version in versions("guide")] == [True]
    employ()
    wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
    done = museum.jobs.get(job.id)
    assert (done.state, done.reason) == ("done", "")
    assert len(versions("guide")) == 2
    with (made_by("guide", job.id).folder / HISTORY).open(newline="") as stream:
        assert [row["leg"] for row in csv.DictReader(stream)] == [str(leg) for leg in range(1, 21)]


def test_training_that_breaks_off_again_and_again_is_given_up(
    desk: Desk, museum: Collection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decide(museum, "Mannerism", 10)
    job = desk.train(BEN, "guide")
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", "import os; os.abort()"))
    do_apart(museum, job.id, 1)
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert failed.reason.startswith("Training stopped 3 times without a word.")
    assert len(caplog.messages) == 3


def test_a_worker_that_is_told_to_stop_ends_its_training_and_says_nothing(
    desk: Desk, museum: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(museum, "Mannerism", 10)
    job = desk.train(BEN, "guide")
    sign = tmp_path / "begun"
    script = f"import os, time; open({str(sign)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    monkeypatch.setattr(apart, "COMMAND", (sys.executable, "-c", script))
    do_apart(museum, job.id, 1, lambda: not (sign.exists() and sign.read_text()))
    assert museum.jobs.get(job.id).state == "waiting"
    with pytest.raises(ProcessLookupError):
        os.kill(int(sign.read_text()), 0)


def test_what_is_no_longer_wanted_is_not_begun(
    desk: Desk, museum: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(museum, "Mannerism", 10)
    job = desk.train(BEN, "guide")
    monkeypatch.setattr(apart, "COMMAND", ("/nowhere/at/all",))
    do_apart(museum, job.id, 2)
    desk.cancel(BEN, job.id)
    do_apart(museum, job.id, 1)
    assert museum.jobs.get(job.id).state == "cancelled"
