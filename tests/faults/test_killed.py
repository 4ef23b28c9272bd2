"""`kill -9` in the midst of a commit, an export, a backup and the saving of a bundle. Of jobs: tests/jobs."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from artml import bundle, service
from artml.bundle import Bundle
from artml.collection import Collection
from artml.exports.formats import export
from artml.learning.takeover import versions
from tests.collection.acting import said
from tests.colours import write_colour_bundle
from tests.faults.conftest import Start, heard, kill
from tests.reliability import note
from tests.upkeep.test_backup import run

DECIDE = """
from artml.collection import Collection
from tests.collection.acting import ANA

with Collection.open(sys.argv[1], sys.argv[2]) as museum:
    for number in range(int(sys.argv[3]), 10**6):
        with museum.together():
            work = museum.add_work(
                f"{number:064x}", size=1, width=1, height=1, folder="/oils", name=str(number)
            )
            museum.decide(ANA, work, "style", "cannot_say")
            museum.decide(ANA, work, "genre", "cannot_say")
        here(number)
"""


@pytest.mark.parametrize("rounds", [2, pytest.param(25, marks=pytest.mark.hostile)])
def test_a_commit_is_whole_or_not_at_all_and_what_was_said_to_be_stored_is(
    url: str, tmp_path: Path, start: Start, rounds: int
) -> None:
    begin, chance = 0, random.Random(7)
    for _ in range(rounds):
        process = start(DECIDE, url, tmp_path / "files", begin)
        stored = [heard(process) for _ in range(chance.randint(1, 40))]
        stored += kill(process)  # its last line may be torn, or not yet have been said
        with Collection.open(url, str(tmp_path / "files")) as museum:
            works = museum.works(public_only=False)
            assert [int(work.sha256, 16) for work in works] == list(range(len(works)))
            assert len(works) >= int(stored[-2 if len(stored) > 1 else -1]) + 1
            for work in works[begin:]:
                assert sorted(museum.current(work)) == ["genre", "style"]
                assert len(museum.history(work)) == 2
            assert museum.copies.check() == ""
            begin = len(works)
    if rounds > 2:
        what = f"kill -9 in a commit, {url.partition(':')[0]}"
        note(
            "Faults", what, f"{rounds} times", f"{begin:,} commits, each whole; none that was stored is lost"
        )


EXPORT = """
from pathlib import Path
from artml.collection import Collection
from artml.exports import place
from artml.exports.formats import export

if sys.argv[3] == "written":  # all is there but its name
    flush = place._flush
    place._flush = lambda path: (flush(path), stay("now"))

def halfway(records):
    for number, record in enumerate(records):
        yield record
        if number == 1 and sys.argv[3] == "reading":
            stay("now")

with Collection.open(sys.argv[1], sys.argv[2]) as museum:
    export(halfway(museum.records(museum.works(public_only=False))), sys.argv[4], Path(sys.argv[5]))
"""


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("moment", "format", "name"),
    [("reading", "csv", "works.csv"), ("written", "csv", "works.csv"), ("written", "linked-art", "works")],
)
def test_an_export_is_whole_or_not_there(
    museum: Collection, url: str, tmp_path: Path, start: Start, moment: str, format: str, name: str
) -> None:
    for number in range(3):
        work = museum.add_work(
            f"{number:064x}", size=1, width=1, height=1, folder="/oils", name=f"{number}.jpg"
        )
        museum.store(work, [said({"Cubism": 1.0})])
    out = tmp_path / "out" / name
    out.parent.mkdir()
    process = start(EXPORT, url, tmp_path / "files", moment, format, out)
    heard(process)
    kill(process)
    assert not out.exists()
    export(museum.records(museum.works(public_only=False)), format, out)
    assert [path.name for path in out.parent.iterdir()] == [name]  # also what the killed one had left is gone


BACK_UP = """
from pathlib import Path
from artml.collection import Collection
from artml.upkeep import backup

pack = backup._pack
backup._pack = lambda *what: (pack(*what), stay("now"))
with Collection.open() as museum:
    backup.back_up(museum, Path(sys.argv[1]))
"""


def test_a_backup_is_whole_or_not_there(home: Path, tmp_path: Path, start: Start) -> None:
    with Collection.open() as museum:
        museum.add_work("a" * 64, size=1, width=1, height=1, folder="/oils", name="a.jpg")
    out = tmp_path / "backups" / "a.zip"
    out.parent.mkdir()
    process = start(BACK_UP, out)
    heard(process)
    kill(process)
    assert not out.exists()
    assert run("backup", out).exit_code == 0
    assert [path.name for path in out.parent.iterdir()] == ["a.zip"]


RESTORE = """
from pathlib import Path
from artml.collection import Collection
from artml.collection import copies
from artml.upkeep.restore import restore

pour = copies._pour
def halfway(source, target):
    pour(source, target)
    if "restore" in sys.argv:
        stay("now")

with Collection.open() as museum:
    copies._pour = halfway
    restore(museum, Path(sys.argv[1]), replace=False)
"""


def test_a_restore_is_whole_or_changes_nothing_and_is_done_again(
    home: Path, tmp_path: Path, start: Start
) -> None:
    with Collection.open() as museum:
        museum.add_work("a" * 64, size=1, width=1, height=1, folder="/oils", name="a.jpg", thumbnail=b"\xff")
    assert run("backup", tmp_path / "a.zip").exit_code == 0
    new = tmp_path / "new"
    process = start(RESTORE, tmp_path / "a.zip", "restore", ARTML_HOME=str(new))
    heard(process)
    kill(process)
    url = f"sqlite:///{new / 'collection.sqlite'}"
    with Collection.open(url, str(new / "files")) as empty:
        assert empty.works(public_only=False) == []
    again = start(RESTORE, tmp_path / "a.zip", ARTML_HOME=str(new))
    assert again.wait() == 0
    with Collection.open(url, str(new / "files")) as brought:
        assert len(brought.works(public_only=False)) == 1


SAVE = """
from pathlib import Path
from artml import bundle
from tests.colours import write_colour_bundle

moment, making, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if moment == "unsealed":
    bundle.seal = lambda *_, **__: stay("now")
    import tests.colours
    tests.colours.seal = bundle.seal
write_colour_bundle(making, version="8")
rename, count = Path.rename, 0
def renaming(self, target):
    global count
    count += 1
    if f"rename {count}" == moment:
        stay("now")
    return rename(self, target)
Path.rename = renaming
bundle.put(making, folder)
"""


@pytest.mark.parametrize("moment", ["unsealed", "rename 1", "rename 2"])
def test_a_bundle_is_saved_whole_and_the_one_before_it_is_not_lost(
    tmp_path: Path, start: Start, moment: str
) -> None:
    folder, making = write_colour_bundle(tmp_path / "runs" / "ours"), tmp_path / "runs" / "ours.making"
    process = start(SAVE, moment, making, folder)
    heard(process)
    kill(process)
    left = folder if folder.exists() else folder.with_name(".ours.old")
    assert Bundle.load(left).manifest.version == "7"
    # Whoever trains goes on from the last checkpoint, and saves again.
    shutil.rmtree(making)
    write_colour_bundle(making, version="8")
    bundle.put(making, folder)
    assert Bundle.load(folder).manifest.version == "8"
    assert [path.name for path in folder.parent.iterdir()] == ["ours"]


SERVE_VERSION = """
from artml import service
from pathlib import Path

Path.replace = lambda self, target: stay("now")
service.write("colours", "8", "ben")
"""


def test_which_version_serves_is_the_old_or_the_new(home: Path, colours: Path, start: Start) -> None:
    process = start(SERVE_VERSION)
    heard(process)
    kill(process)
    assert service.turns("colours") == ()
    assert [version.serves for version in versions("colours")] == [True]
    service.write("colours", service.SHIPPED, "ben")
    assert len(service.turns("colours")) == 1
