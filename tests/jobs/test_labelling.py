"""What a worker does, done here: dividing and labelling, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from artml.collection import Collection, Job, Part
from artml.engine import BATCH
from artml.jobs import patience
from artml.jobs.desk import Desk
from artml.jobs.labelling import TRIES, Labelling
from tests.collection.acting import ANA
from tests.colours import write_colour_bundle
from tests.jobs.conftest import assert_whole

Fill = Callable[..., Path]


def work(labelling: Labelling, job: Job, round_: int = 1) -> list[Part]:
    """Divide a job and label its parts."""
    parts = labelling.divide(job.id, round_)
    for part in parts:
        labelling.label(job.id, round_, part.number)
    return parts


def test_a_folder_is_cut_into_parts_and_labelled(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    folder = fill(250, bad=3)
    job = desk.label(ANA, folder)
    assert [part.size for part in work(labelling, job)] == [100, 100, 53]
    assert_whole(museum, job, labelled=250, refused=3)
    red = museum.work(sha256(folder / "0000.png"))
    assert {said.facet: said.label for said in museum.predictions(red)}["style"] == "Impressionism"
    assert (red.width, red.height, red.size) == (40, 30, (folder / "0000.png").stat().st_size)
    assert museum.files.get(red.thumbnail)[:3] == b"\xff\xd8\xff"
    assert (job.folder, job.person) == (str(folder), ANA.name)
    refusal = museum.jobs.refusals(job.id)[0]
    assert refusal.path == "0000-torn.png"
    assert "torn.png" in refusal.reason


def test_work_done_twice_changes_nothing(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    job = desk.label(ANA, fill(30, bad=1))
    work(labelling, job)
    assert work(labelling, job) == []
    labelling.label(job.id, 1, 0)
    assert_whole(museum, job, labelled=30, refused=1)


def test_the_same_picture_under_two_names_is_one_work(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    folder = fill(2)
    shutil.copy(folder / "0000.png", folder / "again.png")
    job = desk.label(ANA, folder)
    work(labelling, job)
    assert museum.jobs.get(job.id).counts["labelled"] == 3
    assert len(museum.works(public_only=False)) == 2
    names = [sighting.name for sighting in museum.sightings(museum.work(sha256(folder / "again.png")))]
    assert names == ["0000.png", "again.png"]


def test_the_catalogue_in_the_folder_comes_along(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    folder = fill(2)
    (folder / "list.csv").write_text(
        "file,object number,title,artist\n0001.png,1954/12,Dawn,Ada\n", encoding="utf-8"
    )
    work(labelling, desk.label(ANA, folder))
    known, unknown = (museum.work(sha256(folder / name)) for name in ("0001.png", "0000.png"))
    assert (known.object_number, known.title, known.artist) == ("1954/12", "Dawn", "Ada")
    assert (unknown.object_number, unknown.columns) == ("", {})


def test_what_is_not_wanted_any_longer_is_left_alone(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    job = desk.label(ANA, fill(30))
    (part,) = labelling.divide(job.id, 1)
    desk.pause(ANA, job.id)
    labelling.label(job.id, 1, part.number)
    assert labelling.divide(job.id, 1) == []
    desk.resume(ANA, job.id)
    labelling.label(job.id, 1, part.number)  # queued in the first round; the second has its own
    assert museum.works(public_only=False) == []
    work(labelling, job, 2)
    assert_whole(museum, job, labelled=30, refused=0)


def test_a_new_version_of_the_models_labels_a_folder_again_and_says_what_changed(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, colours: Path
) -> None:
    folder = fill(3)
    first = desk.label(ANA, folder)
    work(labelling, first)
    green = museum.work(sha256(folder / "0001.png"))
    decided = museum.decide(ANA, green, "style", "accepted", ["Cubism"])
    shutil.rmtree(colours)
    write_colour_bundle(colours, version="8", styles=("Impressionism", "Fauvism", "Naïve Art (Primitivism)"))
    second = desk.label(ANA, folder)
    work(labelling, second)
    said = [(each.label, each.version) for each in museum.predictions(green) if each.facet == "style"]
    assert said == [("Cubism", "7"), ("Fauvism", "8")]
    (change,) = desk.changes(second.id)
    assert (change.work.sha256, change.name, change.facet) == (green.sha256, "0001.png", "style")
    assert (change.before.label, change.after.label) == ("Cubism", "Fauvism")
    assert change.decision is not None
    assert change.decision.id == decided.id
    assert museum.current(green)["style"].id == decided.id
    assert desk.changes(first.id) == []


def test_models_that_changed_meanwhile_do_no_part_of_a_job(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, colours: Path
) -> None:
    job = desk.label(ANA, fill(3))
    shutil.rmtree(colours)
    write_colour_bundle(colours, version="8")
    work(labelling, job)
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert failed.reason == "This job was started with colours 7; here is colours 8. Start a new one."
    assert museum.works(public_only=False) == []


def test_a_folder_that_is_gone_fails_the_job_and_refuses_no_picture(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    folder = fill(3)
    job = desk.label(ANA, folder)
    parts = labelling.divide(job.id, 1)
    shutil.rmtree(folder)
    labelling.label(job.id, 1, parts[0].number)
    assert "cannot be reached from" in museum.jobs.get(job.id).reason
    assert museum.jobs.refusals(job.id) == []
    again = desk.label(ANA, fill(1, name="others"))
    shutil.rmtree(again.folder)
    assert labelling.divide(again.id, 1) == []
    assert museum.jobs.get(again.id).state == "failed"


def test_a_link_that_leads_out_of_the_root_is_refused(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, tmp_path: Path
) -> None:
    folder, elsewhere = fill(2), fill(1, name="elsewhere")
    (folder / "0000a.png").symlink_to(elsewhere / "0000.png")
    job = desk.label(ANA, folder, root=folder)
    work(labelling, job)
    counts = museum.jobs.get(job.id).counts
    assert (counts["labelled"], counts["refused"]) == (2, 1)
    (refusal,) = museum.jobs.refusals(job.id)
    assert refusal.reason == "0000a.png is a link that leads out of the folder."


def test_a_file_whose_name_is_no_text_is_labelled(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    folder = fill(1)
    (folder / "0000.png").rename(folder / "caf\udce9.png")
    job = desk.label(ANA, folder)
    work(labelling, job)
    assert museum.jobs.get(job.id).counts["labelled"] == 1


def test_a_database_that_is_away_for_a_moment_costs_a_moment(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSE", 0.0)
    job = desk.label(ANA, fill(30))
    begin, calls = museum.parts.begin, []

    def away(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) < 3:
            raise OperationalError("SELECT 1", {}, Exception("gone"))
        return begin(*arguments)

    monkeypatch.setattr(museum.parts, "begin", away)
    work(labelling, job)
    assert_whole(museum, job, labelled=30, refused=0)


def test_a_part_that_kills_its_workers_is_given_up_with_a_sentence(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill
) -> None:
    job = desk.label(ANA, fill(20))
    (part,) = labelling.divide(job.id, 1)
    for _ in range(TRIES):
        assert museum.parts.begin(job.id, part.number, 1)  # and then its process is gone
    labelling.label(job.id, 1, part.number)
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert "5 times" in failed.reason
    assert f"0000.png to {BATCH - 1:04}.png" in failed.reason


def test_an_error_that_nobody_foresaw_fails_the_job_in_the_end(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSE", 0.0)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(museum, "add_work", broken)
    job = desk.label(ANA, fill(2))
    work(labelling, job)
    assert museum.jobs.get(job.id).reason.startswith("Labelling stopped: ZeroDivisionError.")
    assert museum.works(public_only=False) == []


def sha256(file: Path) -> str:
    import hashlib

    return hashlib.sha256(file.read_bytes()).hexdigest()
