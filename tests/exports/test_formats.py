"""An export is complete or absent, in every format."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from artml.errors import ExportFailed, UnknownName
from artml.exports.formats import FORMATS, export
from artml.exports.record import Museum, Record
from artml.settings import ROOT

SEVERAL = [name for name, format in FORMATS.items() if format.several]
SINGLE = [name for name in FORMATS if name not in SEVERAL]


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_says_what_must_never_be_lost(
    format: str, tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / ("several" if format in SEVERAL else f"one{FORMATS[format].suffix}")
    assert export(records, format, out, museum) == out
    if format == "xlsx":
        with ZipFile(out) as book:
            text = book.read("xl/sharedStrings.xml").decode("utf-8")
            book_numbers = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
        assert "0.8312" in book_numbers
        # Excel counts days: 2026-11-24, 08:30.
        assert "46350.354166" in book_numbers
    else:
        text = b"\n".join(everything(folder).values()).decode("utf-8")
        assert "2026-11-24T08:30:00Z" in text
        assert "2026-11-23T08:00:00Z" in text
        assert "0.83" in text
    for fact in (
        "1987.42/a",
        "Impressionism",
        "300021503",
        "guide",
        "2026.11.22-5df783ec",
        "Ada Curator",
        "Alfred Sisley",
        "attributed to",
        "accepted",
        "corrected",
        "cannot say",
        "Nihonga ",
        "a" * 64,
    ):
        assert fact in text, fact


@pytest.mark.parametrize("format", FORMATS)
def test_a_work_of_which_nothing_is_known_leaves_too(
    format: str, tmp_path: Path, untouched: Record, museum: Museum
) -> None:
    out = tmp_path / f"new{FORMATS[format].suffix}"
    export([untouched], format, out, museum)
    assert out.stat().st_size > 0


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_that_fails_leaves_nothing(
    format: str, tmp_path: Path, records: list[Record], museum: Museum, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplug(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("artml.exports.place.os.fsync", unplug)
    with pytest.raises(ExportFailed, match="could not be written: No space left on device"):
        export(records, format, tmp_path / f"half{FORMATS[format].suffix}", museum)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_killed_is_absent(tmp_path: Path) -> None:
    program = f"""
import os
from pathlib import Path
from artml.exports.formats import export
from artml.exports.record import Record
records = [Record("a" * 64, "a.jpg", 1, 1), Record("b" * 64, "b.jpg", 1, 1, thumbnail=lambda: os._exit(9))]
export(records, "xlsx", Path({str(tmp_path)!r}) / "works.xlsx")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".artml-writing-")] == []


def test_a_broken_thumbnail_leaves_nothing(tmp_path: Path, records: list[Record]) -> None:
    def gone() -> bytes:
        raise LookupError("no such thumbnail")

    with pytest.raises(LookupError):
        export([replace(records[0], thumbnail=gone)], "xlsx", tmp_path / "half.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_there_already_stays(
    format: str, tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    out = tmp_path / f"reviewed{FORMATS[format].suffix}"
    out.write_text("a day of work", encoding="utf-8")
    with pytest.raises(ExportFailed, match="is there already"):
        export(records, format, out, museum)
    assert everything(tmp_path) == {out.name: b"a day of work"}


@pytest.mark.parametrize("format", ["linked-art", "iiif"])
def test_a_folder_with_something_in_it_stays(
    format: str, tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportFailed, match="is there already"):
        export(records, format, tmp_path, museum)
    assert everything(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("format", SEVERAL)
def test_several_files_fill_a_folder_or_a_zip_alike(
    format: str, tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    export(records, format, folder, museum)
    export(records, format, tmp_path / "all.zip", museum)
    with ZipFile(tmp_path / "all.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == everything(folder)
    assert len(packed) >= 3


# A workbook says when it was made.
@pytest.mark.parametrize("format", [name for name in FORMATS if name != "xlsx"])
def test_the_same_records_give_the_same_facts_again(
    format: str, tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    suffix = FORMATS[format].suffix if format in SINGLE else ""
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    export(records, format, first, museum)
    export(records, format, second, museum)
    if suffix:
        assert first.read_bytes() == second.read_bytes()
    else:
        assert everything(first) == everything(second)


def test_nothing_chosen_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="nothing to export"):
        export([], "csv", tmp_path / "empty.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_named_with_its_neighbours(tmp_path: Path, records: list[Record]) -> None:
    with pytest.raises(UnknownName, match=r"No format 'lidoo'.*did you mean lido\?"):
        export(records, "lidoo", tmp_path / "x")


@pytest.mark.parametrize(("format", "asks"), [("lido", "museum's name"), ("iiif", "web address")])
def test_a_format_asks_for_what_it_needs(
    format: str, asks: str, tmp_path: Path, records: list[Record]
) -> None:
    with pytest.raises(ExportFailed, match=asks):
        export(records, format, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path, records: list[Record]) -> None:
    with pytest.raises(ExportFailed, match="could not be written"):
        export(records, "csv", tmp_path / "nowhere" / "out.csv")
