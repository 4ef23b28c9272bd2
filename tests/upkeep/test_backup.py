"""Backups hold all that was there at one moment, and come back into either database, nothing destroyed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from artml import cli, service
from artml.collection import Collection, Work
from artml.collection.copies import TABLES
from artml.errors import BackupFailed
from artml.jobs.desk import Desk
from artml.upkeep import backup as module
from artml.upkeep.backup import DATABASE, MANIFEST, back_up
from artml.upkeep.restore import check, restore
from tests.collection.acting import ANA, BEN, GUIDE, said
from tests.collection.conftest import PostgreSQL
from tests.jobs.conftest import assert_whole, finished, wait_until

Employ = Callable[..., "subprocess.Popen[bytes]"]
Fill = Callable[..., Path]


def run(*arguments: str | Path) -> Result:
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return CliRunner(env=environment).invoke(cli.app, [str(argument) for argument in arguments])


def populate(museum: Collection, home: Path) -> Work:
    """One work of each: predicted, embedded, decided, undone; a job; a model put in service; an atlas."""
    work = museum.add_work(
        "a" * 64, size=1, width=2, height=3, folder="/oils", name="caf\udce9.jpg", thumbnail=b"\xff\xd8small"
    )
    museum.store(work, [said({"Cubism": 0.7, "Realism": 0.3})], {GUIDE: np.arange(4, dtype=np.float32)})
    first = museum.decide(ANA, work, "style", "accepted", ["Cubism"], note="naïve")
    museum.undo(BEN, museum.decide(BEN, work, "style", "cannot_say", expected=first.id))
    museum.jobs.fail(museum.jobs.start(ANA, "label", "/oils").id, "The folder is gone.")
    museum.files.put("uploads/spring/1.png", b"png")
    museum.files.put("previews/aa/a.jpg", b"made anew when it is asked for")
    version = home / "bundles" / "guide" / "2"
    version.mkdir(parents=True)
    (version / "bundle.json").write_text("{}")
    (home / "bundles" / "guide" / ".making").mkdir()
    (home / "bundles" / "guide" / ".making" / "half").write_text("half")
    service.write("guide", "2", BEN.name)
    for name in ("seen", "shown"):
        (home / "atlases" / "museum" / name).mkdir(parents=True)
        (home / "atlases" / "museum" / name / "atlas.json").write_text("{}")
    return work


def rows(museum: Collection) -> dict[str, list[dict[str, object]]]:
    with museum.together() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table).order_by(table.c.id)).mappings()]
            for table in TABLES
        }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_backed_up_comes_back_whole_into_either_database(
    museum: Collection, home: Path, tmp_path: Path, server: PostgreSQL, kind: str
) -> None:
    work = populate(museum, home)
    manifest = back_up(museum, tmp_path / "a.zip")
    assert manifest.holds == {"works": 1, "decisions": 3, "jobs": 1}
    with ZipFile(tmp_path / "a.zip") as archive:
        assert set(archive.namelist()) == {
            MANIFEST,
            DATABASE,
            f"files/{work.thumbnail}",
            "files/uploads/spring/1.png",
            "home/bundles/guide/2/bundle.json",
            "home/bundles/guide/service.json",
            "home/atlases/museum/shown/atlas.json",
        }
    before, turns = rows(museum), service.turns("guide")
    shutil.rmtree(home)
    where = another(kind, server, tmp_path)
    with Collection.open(where, str(tmp_path / "other")) as other:
        done = restore(other, tmp_path / "a.zip")
        assert (done.replaced, done.jobs, done.manifest) == (None, 0, manifest)
        assert rows(other) == before
        assert service.turns("guide") == turns
        assert other.files.get(work.thumbnail) == b"\xff\xd8small"
        assert (home / "atlases" / "museum" / "shown" / "atlas.json").read_text() == "{}"
        # What comes after is numbered on from there, and is guarded as before.
        added = other.add_work("b" * 64, size=1, width=1, height=1, folder="/oils", name="b.jpg")
        assert added.id > work.id
        with pytest.raises(Exception, match="decisions are never changed"), other.together() as session:
            session.execute(TABLES_BY_NAME["decisions"].delete())


TABLES_BY_NAME = {table.name: table for table in TABLES}


def another(kind: str, server: PostgreSQL, tmp_path: Path) -> str:
    """An empty database of a kind."""
    return f"sqlite:///{tmp_path / 'other.sqlite'}" if kind == "sqlite" else server.new()


def test_nothing_is_destroyed_and_what_was_there_can_be_had_again(
    museum: Collection, home: Path, tmp_path: Path
) -> None:
    back_up(museum, tmp_path / "empty.zip")
    populate(museum, home)
    before = rows(museum)
    with pytest.raises(BackupFailed, match="holds 1 work, 3 decisions, 1 job"):
        restore(museum, tmp_path / "empty.zip")
    assert rows(museum) == before
    done = restore(museum, tmp_path / "empty.zip", replace=True)
    assert museum.works(public_only=False) == []
    assert done.replaced is not None
    assert done.replaced.parent == home / "replaced"
    restore(museum, done.replaced)
    assert rows(museum) == before


def test_a_backup_made_while_a_worker_works_lets_the_job_go_on_elsewhere(
    desk: Desk, museum: Collection, fill: Fill, employ: Employ, url: str, tmp_path: Path
) -> None:
    """From one moment of a running job, the rest is done in the other place: nothing lost, nothing twice."""
    job = desk.label(ANA, fill(300, bad=5))
    worker = employ()
    wait_until(lambda: finished(museum, job) > 50)
    manifest = back_up(museum, tmp_path / "a.zip")
    assert manifest.holds["works"] > 0
    worker.kill()
    worker.wait()
    done = restore(museum, tmp_path / "a.zip", replace=True)
    assert done.jobs == 1
    assert museum.jobs.get(job.id).round == 2
    employ()
    wait_until(lambda: museum.jobs.get(job.id).state not in ("waiting", "running"))
    assert_whole(museum, job, labelled=300, refused=5)


def test_a_backup_comes_back_under_people_who_go_on_reading(
    museum: Collection, home: Path, tmp_path: Path, url: str
) -> None:
    work = populate(museum, home)
    back_up(museum, tmp_path / "a.zip")
    with Collection.open(url, str(tmp_path / "files")) as page:
        museum.add_work("c" * 64, size=1, width=1, height=1, folder="/oils", name="c.jpg")
        assert len(page.works(public_only=False)) == 2
        restore(museum, tmp_path / "a.zip", replace=True)
        assert [each.sha256 for each in page.works(public_only=False)] == [work.sha256]
        page.decide(ANA, work, "genre", "cannot_say")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_no_whole_backup_changes_nothing(museum: Collection, home: Path, tmp_path: Path) -> None:
    populate(museum, home)
    whole = tmp_path / "a.zip"
    back_up(museum, whole)
    content = whole.read_bytes()
    torn = tmp_path / "torn.zip"
    for broken, sentence in (
        (content[: len(content) // 2], "no whole backup"),
        (b"", "no whole backup"),
        (content.replace(b"png", b"pnG", 1), "no whole backup|damaged"),
    ):
        torn.write_bytes(broken)
        with pytest.raises(BackupFailed, match=sentence):
            restore(museum, torn, replace=True)
    with ZipFile(torn, "w") as archive:
        archive.writestr("readme.txt", "no backup")
    with pytest.raises(BackupFailed, match="no backup of artml"):
        check(torn)
    for name in ("../evil", "home/../../evil", "home/secrets.toml", "/etc/passwd"):
        with ZipFile(torn, "w", ZIP_STORED) as archive:
            archive.writestr(name, "evil")
            facts = {"artml": "9", "made": "2026-11-27T10:00:00Z", "holds": {}, "files": {name: "0"}}
            archive.writestr(MANIFEST, json.dumps(facts))
        with pytest.raises(BackupFailed, match="belongs to no collection"):
            restore(museum, torn, replace=True)
    assert not (home / "replaced").exists()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_backup_that_breaks_off_leaves_nothing(
    museum: Collection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    populate(museum, home)
    out = tmp_path / "backups"
    out.mkdir()

    def full(*_: object) -> str:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(module, "_pack", full)
    with pytest.raises(BackupFailed, match="No space left on device. Nothing is left of it"):
        back_up(museum, out / "a.zip")
    assert list(out.iterdir()) == []
    monkeypatch.undo()
    (out / "a.zip").write_bytes(b"mine")
    with pytest.raises(BackupFailed, match="is there already"):
        back_up(museum, out / "a.zip")
    assert (out / "a.zip").read_bytes() == b"mine"


def test_from_the_command_line(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Collection.open() as museum:
        populate(museum, home)
    made = run("backup")
    assert made.exit_code == 0, made.output
    (file,) = tmp_path.glob("artml-backup-*.zip")
    assert "Backed up 1 work, 3 decisions, 1 job, as of" in made.output
    assert "is whole: 1 work" in run("restore", file, "--check").output
    refused = run("restore", file)
    assert refused.exit_code == 1
    assert "say --replace" in refused.stderr
    brought = run("restore", file, "--replace")
    assert brought.exit_code == 0, brought.output
    assert "What was here is kept: " in brought.output
    assert "Brought back 1 work" in brought.output
