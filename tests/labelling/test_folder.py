from __future__ import annotations

import os
from pathlib import Path

import pytest

from artml.errors import LabellingError
from artml.labelling.folder import files_in


def names(folder: Path, recursive: bool = False) -> list[str]:
    return [found.name for found in files_in(folder, recursive)]


def put(folder: Path, *files: str) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def test_every_file_is_named_in_order_whatever_it_holds(tmp_path: Path) -> None:
    put(tmp_path, "b.jpg", "a.tif", "C.png", "notes.pdf", "without")
    assert names(tmp_path) == ["C.png", "a.tif", "b.jpg", "notes.pdf", "without"]


def test_folders_are_looked_into_when_asked(tmp_path: Path) -> None:
    put(tmp_path, "b.jpg", "a/z.jpg", "a/deep/y.jpg", "c/x.jpg")
    assert names(tmp_path) == ["b.jpg"]
    assert names(tmp_path, recursive=True) == ["a/deep/y.jpg", "a/z.jpg", "b.jpg", "c/x.jpg"]


def test_what_goes_with_pictures_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "a.xmp", "A.CSV", ".hidden.jpg", "Thumbs.db", "labels.csv.part", "b.jpg.tmp")
    put(tmp_path, "__MACOSX/a.jpg", ".cache/a.jpg", "kept/.jpg", "kept/a.jpg")
    assert names(tmp_path, recursive=True) == ["a.jpg", "kept/a.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="links take rights on Windows")
def test_links_to_files_count_and_links_to_folders_do_not(tmp_path: Path) -> None:
    put(tmp_path, "works/a.jpg", "elsewhere/b.jpg")
    (tmp_path / "works" / "b.jpg").symlink_to(tmp_path / "elsewhere" / "b.jpg")
    (tmp_path / "works" / "lost.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "works" / "loop").symlink_to(tmp_path / "works")
    found = files_in(tmp_path / "works", recursive=True)
    assert [each.name for each in found] == ["a.jpg", "b.jpg", "lost.jpg"]
    assert [each.changed >= 0 for each in found] == [True, True, False]


def test_a_change_shows(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.jpg")
    before = files_in(tmp_path)
    assert before == files_in(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"xyz")
    os.utime(tmp_path / "b.jpg", ns=(0, 7))
    after = files_in(tmp_path)
    assert (after[0].size, after[1].changed) == (3, 7)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabellingError, match=r"nowhere cannot be read: No such file"):
        files_in(tmp_path / "nowhere")
