"""A disk that is full: a sentence, nothing half-written, and all goes on when there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.errors import CollectionError, CollectionUnusable, ExportFailed
from artml.exports.formats import export
from artml.jobs.desk import Desk
from artml.upkeep.backup import back_up
from artml.upkeep.restore import check
from tests.collection.acting import ANA, said
from tests.faults.conftest import Disk
from tests.jobs.conftest import assert_whole, finished, wait_until

Employ = Callable[..., "subprocess.Popen[bytes]"]
Fill = Callable[..., Path]


@pytest.fixture
def url(disk: Disk) -> str:
    """A database on the small disk."""
    return f"sqlite:///{disk.folder / 'collection.sqlite'}"


@pytest.fixture
def museum(disk: Disk, url: str) -> Iterator[Collection]:
    """A collection on the small disk, with its files."""
    with Collection.open(url, str(disk.folder / "files")) as collection:
        yield collection


def populate(museum: Collection, count: int) -> None:
    for number in range(count):
        work = museum.add_work(
            f"{number:064x}",
            size=1,
            width=1,
            height=1,
            folder="/oils",
            name=f"{number}.jpg",
            thumbnail=b"\xff\xd8" + number.to_bytes(4, "big") * 2_000,
        )
        museum.store(work, [said({"Cubism": 1.0})])


def test_a_decision_is_stored_or_refused_with_a_sentence(museum: Collection, disk: Disk) -> None:
    populate(museum, 1)
    (work,) = museum.works(public_only=False)
    disk.fill()
    stored = 0
    with pytest.raises(CollectionUnusable, match="The disk is full. Make room"):
        for _ in range(10_000):  # there is room in what the database holds already
            museum.decide(
                ANA, work, "style", "cannot_say", note="x" * 5_000, expected=standing(museum, stored)
            )
            stored += 1
    with pytest.raises(CollectionUnusable, match="No space left"):
        museum.files.put("thumbnails/aa/a.jpg", b"\xff" * 100_000)
    assert museum.files.below("thumbnails/aa") == []
    assert len(museum.history(work)) == stored
    disk.make_room()
    museum.decide(ANA, work, "genre", "cannot_say")
    assert len(museum.history(work)) == stored + 1
    assert museum.copies.check() == ""


def standing(museum: Collection, stored: int) -> int | None:
    (work,) = museum.works(public_only=False)
    return museum.current(work)["style"].id if stored else None


# Python's own ZipFile, as it is thrown away, tries once more to write.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_backup_and_export_leave_nothing_and_are_done_when_there_is_room(
    museum: Collection, disk: Disk, home: Path
) -> None:
    populate(museum, 100)
    disk.fill()
    (disk.folder / "out").mkdir()
    with pytest.raises(CollectionError, match="disk is full|No space left"):
        back_up(museum, disk.folder / "out" / "a.zip")
    for format in ("csv", "xlsx", "linked-art"):
        with pytest.raises(ExportFailed, match="No space left"):
            export(
                museum.records(museum.works(public_only=False)), format, disk.folder / "out" / f"a-{format}"
            )
    assert list((disk.folder / "out").iterdir()) == []
    disk.make_room()
    assert back_up(museum, disk.folder / "out" / "a.zip") == check(disk.folder / "out" / "a.zip")


def test_a_job_waits_for_room_and_goes_on(
    desk: Desk,
    museum: Collection,
    disk: Disk,
    fill: Fill,
    employ: Employ,
    capfd: pytest.CaptureFixture[str],
) -> None:
    job = desk.label(ANA, fill(200, bad=5))
    employ(ARTML_FILES=str(disk.folder / "files"))
    wait_until(lambda: finished(museum, job) > 0)
    disk.fill()
    said = ""

    def told() -> bool:
        nonlocal said
        said += capfd.readouterr().err
        return "is tried again in" in said and "Make room" in said

    wait_until(told)
    stood = museum.jobs.get(job.id)
    assert (stood.state, stood.reason) == ("running", "")
    disk.make_room()
    wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
    assert_whole(museum, job, labelled=200, refused=5)
