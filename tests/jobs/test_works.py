"""Works that staff name: which may be read, and what of them can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from artml.errors import CatalogueError, LabellingError
from artml.jobs.works import allowed, offered, table_in, usable, works_in
from artml.settings import settings


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that may be read, one that may not, and a labelled collection."""
    for name in ("open", "closed", "data/prints"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data" / "prints" / "catalogue.csv").write_text("path\na.png\n")
    monkeypatch.setenv("ARTML_FOLDERS", str(tmp_path / "open"))
    monkeypatch.setenv("ARTML_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def paint(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 16), (200, 30, 30)).save(file)
    return file


def test_the_collection_and_the_folders_of_the_settings_may_be_read(house: Path) -> None:
    assert [file.parent.name for file in offered()] == ["prints"]
    assert allowed(house / "open") == (house / "open", house / "open")
    table = house / "data" / "prints" / "catalogue.csv"
    assert allowed(table) == (table, house / "data")


@pytest.mark.parametrize(
    "where", ["closed", "open/../closed", "open/way", "open/nothing", "closed/x.csv", ""]
)
def test_nothing_else_may_and_nobody_learns_what_is_there(house: Path, where: str) -> None:
    (house / "open" / "way").symlink_to(house / "closed")
    (house / "closed" / "x.csv").write_text("path\n")
    with pytest.raises(LabellingError, match="may be read here"):
        allowed(house / where)


def test_folders_are_labels_where_no_catalogue_says_otherwise(house: Path) -> None:
    folder = house / "open"
    for name in ("Cubism/a.png", "Cubism/deep/b.png", "Realism/c.png", "stray.png"):
        paint(folder / name)
    works = works_in(folder, "style")
    assert list(works.frame["path"]) == ["Cubism/a.png", "Cubism/deep/b.png", "Realism/c.png"]
    assert list(works.frame["style"]) == ["Cubism", "Cubism", "Realism"]
    assert works.facets == ("style",)
    assert table_in(folder) is None
    with pytest.raises(CatalogueError, match="neither a catalogue"):
        works_in(folder)
    (folder / "list.csv").write_text("path,style\nstray.png,Fauvism\n")
    assert list(works_in(folder, "style").frame["style"]) == ["Fauvism"]
    (folder / "more.csv").write_text("path\n")
    with pytest.raises(CatalogueError, match="several tables"):
        works_in(folder)


def test_what_cannot_be_used_is_left_out_and_said_by_line(house: Path) -> None:
    folder = house / "open"
    paint(folder / "good.png")
    (folder / "secret.png").symlink_to(paint(house / "closed" / "secret.png"))
    (folder / "text.png").write_text("no picture")
    rows = ("good.png", "secret.png", "text.png", "gone.png", "../closed/secret.png")
    (folder / "list.csv").write_text("path,style\n" + "".join(f"{row},Cubism\n" for row in rows))
    kept, problems = usable(works_in(folder), folder)
    assert list(kept.frame["path"]) == ["good.png"]
    errors = {problem.line: problem.message for problem in problems if problem.severity == "error"}
    assert sorted(errors) == [3, 4, 5, 6]
    assert "outside of the folders" in errors[3]
    assert "is no picture" in errors[4]
    assert "no file" in errors[5]
    assert "leads out" in errors[6]
