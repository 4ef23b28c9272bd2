"""Where the pictures of a job lie, and what is out of bounds."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.collection import Collection, Files, Job, Request
from artml.errors import LabellingError
from artml.jobs.bench import Bench
from artml.jobs.desk import Desk
from artml.jobs.labelling import Labelling
from artml.jobs.sources import below_roots, folders_in, roots, source_of
from artml.settings import settings
from tests.collection.acting import ANA


@pytest.fixture
def allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The one folder below which curators may label; `secret` lies beside it."""
    folder, secret = tmp_path / "allowed", tmp_path / "secret"
    for each in (folder / "spring" / "oils", folder / ".hidden", secret):
        each.mkdir(parents=True)
    (folder / "way-out").symlink_to(secret)
    (folder / "way-in").symlink_to(folder / "spring")
    monkeypatch.setenv("ARTML_FOLDERS", f"{folder}, {tmp_path / 'missing'}")
    settings.cache_clear()
    yield folder
    monkeypatch.undo()
    settings.cache_clear()


def test_folders_below_the_roots_may_be_labelled(allowed: Path) -> None:
    assert roots() == (allowed,)
    assert below_roots(allowed / "spring" / "oils") == (allowed / "spring" / "oils", allowed)
    assert below_roots(f"{allowed}/way-in/../spring") == (allowed / "spring", allowed)
    assert folders_in(allowed, allowed) == ["spring", "way-in"]


@pytest.mark.parametrize("path", ["../secret", "way-out", "spring/../../secret", "missing", "/", "a\0b", ""])
def test_nothing_else_may_and_the_sentence_does_not_say_why(allowed: Path, path: str) -> None:
    named = f"{allowed}/{path}" if path != "" else ""
    with pytest.raises(LabellingError, match="is no folder that may be labelled here"):
        below_roots("/" if path == "/" else named)


def test_without_roots_there_is_no_folder_to_label(tmp_path: Path) -> None:
    assert roots() == ()
    with pytest.raises(LabellingError):
        below_roots(tmp_path)


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_an_upload_is_labelled_wherever_its_files_are(
    place: str, request: pytest.FixtureRequest, tmp_path: Path, colours: Path, red: bytes
) -> None:
    where = str(tmp_path / "files") if place == "folder" else request.getfixturevalue("s3")
    with Collection.open(f"sqlite:///{tmp_path / 'c.sqlite'}", where) as museum, Desk(museum) as desk:
        key = "uploads/spring"
        museum.files.put(f"{key}/deep/red.png", red)
        museum.files.put(f"{key}/torn.png", b"torn")
        museum.files.put(f"{key}/list.csv", b"file,title\nred.png,Dawn\n")
        job = desk.label(ANA, key)
        bench = Bench(museum, decoders=1)
        labelling = Labelling(bench)
        for part in labelling.divide(job.id, 1):
            labelling.label(job.id, 1, part.number)
        bench.close()
        done = museum.jobs.get(job.id)
        assert (done.state, done.counts) == ("done", {"found": 2, "labelled": 1, "refused": 1})
        (work,) = museum.works(public_only=False)
        assert work.title == "Dawn"
        assert [(each.folder, each.name) for each in museum.sightings(work)] == [(key, "deep/red.png")]


def test_a_file_of_an_upload_that_is_gone_is_refused_alone(tmp_path: Path, red: bytes) -> None:
    files = Files(f"memory://{uuid.uuid4().hex}")
    files.put("uploads/a/1.png", red)
    source = source_of(files, Job(kind="label", folder="uploads/a", person="", request=Request()))
    with source.at_hand(["1.png", "2.png"]) as folder:
        assert [file.name for file in folder.iterdir()] == ["1.png"]
    assert not source.strays("1.png")
