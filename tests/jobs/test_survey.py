"""What a folder is said to hold before anybody starts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.errors import LabellingError
from artml.jobs import survey as module
from artml.jobs.desk import Desk
from artml.jobs.labelling import Labelling
from artml.jobs.sources import Folder
from artml.jobs.survey import survey
from tests.collection.acting import ANA


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_pictures_copies_catalogue_and_what_cannot_be_read_are_counted(
    desk: Desk, museum: Collection, labelling: Labelling, fill: Callable[..., Path], tmp_path: Path
) -> None:
    folder = fill(3)
    job = desk.label(ANA, folder)
    for part in labelling.divide(job.id, 1):
        labelling.label(job.id, 1, part.number)
    shutil.copy(folder / "0000.png", folder / "copy.png")
    shutil.copy(folder / "0001.png", tmp_path / "elsewhere.png")
    (folder / "out.png").symlink_to(tmp_path / "elsewhere.png")
    (folder / "empty.jpg").touch()
    (folder / "note.txt").write_text("Frames are in room 4.", encoding="utf-8")
    (folder / "page.eps").write_bytes(b"%!PS-Adobe-3.0")
    fill(1, name="works/new")
    (folder / "list.csv").write_text("file,title\n0002.png,Dawn\n", encoding="utf-8")
    *_, found = survey(museum, Folder(folder, root=folder))
    assert (found.files, found.looked, found.pictures, found.known, found.copies) == (9, 9, 5, 4, 1)
    assert found.foreign == ["empty.jpg", "note.txt", "out.png", "page.eps"]
    assert (found.catalogue, found.catalogued) == ("list.csv", 1)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_large_folder_is_reported_as_it_is_looked_through(
    museum: Collection, colours: Path, fill: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    reports = [report.looked for report in survey(museum, Folder(fill(5)))]
    assert reports == [0, 2, 4, 5]
    with pytest.raises(LabellingError, match="cannot be"):
        next(survey(museum, Folder(Path("nowhere"))))
