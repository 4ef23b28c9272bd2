"""Who starts, pauses, resumes and cancels jobs; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.errors import CatalogueError, CollectionError, LabellingError, NotAllowed, UnknownName
from artml.jobs.desk import Desk
from artml.jobs.queue import Queue
from tests.collection.acting import ANA, BEN, VISITOR

Fill = Callable[..., Path]


def test_a_job_says_who_started_it_and_by_which_models(desk: Desk, museum: Collection, fill: Fill) -> None:
    folder = fill(1)
    job = museum.jobs.get(desk.label(ANA, folder, recursive=False, facets=["style"]).id)
    assert (job.person, job.folder, job.state, job.kind) == (ANA.name, str(folder), "waiting", "label")
    assert (job.request.models, job.request.facets) == ((("colours", "7"),), ("style",))
    assert not job.request.recursive
    assert museum.jobs.unfinished()


def test_what_cannot_be_labelled_is_no_job(
    desk: Desk, museum: Collection, fill: Fill, tmp_path: Path
) -> None:
    with pytest.raises(LabellingError, match="holds no files"):
        desk.label(ANA, fill(0))
    with pytest.raises(LabellingError, match="cannot be reached"):
        desk.label(ANA, tmp_path / "nowhere")
    folder = fill(1, name="two")
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("file,title\n0000.png,Dawn\n", encoding="utf-8")
    with pytest.raises((LabellingError, CatalogueError), match="several catalogues"):
        desk.label(ANA, folder)
    assert museum.jobs.all() == []


def test_visitors_start_and_change_nothing(desk: Desk, museum: Collection, fill: Fill) -> None:
    folder = fill(1)
    with pytest.raises(NotAllowed):
        desk.label(VISITOR, folder)
    job = desk.label(ANA, folder)
    for change in (desk.pause, desk.resume, desk.cancel):
        with pytest.raises((NotAllowed, CollectionError)):
            change(VISITOR, job.id)
    assert museum.jobs.get(job.id).state == "waiting"


def test_a_job_is_paused_resumed_and_cancelled_by_whoever_may(
    desk: Desk, museum: Collection, fill: Fill
) -> None:
    job = desk.label(ANA, fill(1))
    with pytest.raises(CollectionError, match="waiting, and not paused"):
        desk.resume(ANA, job.id)
    assert desk.pause(BEN, job.id).state == "paused"
    assert not museum.jobs.unfinished()
    resumed = desk.resume(ANA, job.id)
    assert (resumed.state, resumed.round) == ("waiting", 2)
    assert desk.cancel(ANA, job.id).state == "cancelled"
    with pytest.raises(CollectionError, match="is cancelled"):
        desk.pause(ANA, job.id)
    with pytest.raises(UnknownName):
        desk.pause(ANA, "nobody's")


def test_a_job_that_cannot_be_queued_is_not_there(
    desk: Desk, museum: Collection, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Queue, "begin", full)
    with pytest.raises(OSError, match="disk full"):
        desk.label(ANA, fill(1))
    assert museum.jobs.all() == []
