"""CSV, XLSX and Omeka S: nothing runs, nothing is lost, machine and person apart."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PIL import Image

from artml.exports.formats import export
from artml.exports.record import Museum, Record, Said
from artml.exports.sheet import runs, written


@pytest.fixture
def rows(tmp_path: Path, records: list[Record]) -> list[dict[str, str]]:
    return read(export(records, "csv", tmp_path / "works.csv"))


@pytest.fixture
def book(tmp_path: Path, records: list[Record]) -> Any:
    return openpyxl.load_workbook(export(records, "xlsx", tmp_path / "works.xlsx"))


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def cells(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet as cells by column name."""
    names = [cell.value for cell in sheet[1]]
    return [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "\uff0d1+1",
        "=cmd|' /C calc'!A0",
        "-",
        "+1e5",
    ],
)
def test_what_a_spreadsheet_might_run_is_defused(text: str) -> None:
    assert runs(text)
    assert written(text).startswith("'")
    assert written(text).endswith(text.strip())


@pytest.mark.parametrize("text", ["1987.42", "-12", "+3,5", "-0.25", "a=b", "'=1", "Hafen", "1=1", ""])
def test_what_it_would_not_run_stays_as_it_is(text: str) -> None:
    assert written(text) == text


def test_a_row_is_a_picture(rows: list[dict[str, str]]) -> None:
    assert [row["object_number"] for row in rows] == ["1987.42/a", "1987.42/a", ""]
    assert [row["file"] for row in rows] == [
        "oils/harbour at dawn.jpg",
        "oils/harbour, back.tif",
        "'=loose.png",
    ]
    assert rows[2]["title"] == '\'=HYPERLINK("http://evil.example")'


def test_machine_and_person_have_columns_of_their_own(rows: list[dict[str, str]]) -> None:
    style = {name: value for name, value in rows[0].items() if name.startswith("style_")}
    assert style == {
        "style_guess": "Impressionism",
        "style_guess_probability": "0.8312",
        "style_guess_certain": "yes",
        "style_guess_aat": "300021503",
        "style_guess_next": "Realism (0.10) | Tonalism (0.05)",
        "style_guess_model": "guide",
        "style_guess_version": "2026.11.22-5df783ec",
        "style_guess_time": "2026-11-23T08:00:00Z",
        "style_outcome": "accepted",
        "style_decided": "Impressionism",
        "style_decided_label": "Impressionism",
        "style_decided_qualifier": "",
        "style_decided_aat": "300021503",
        "style_reviewer": "Ada Curator",
        "style_decided_time": "2026-11-24T08:30:00Z",
        "style_note": "seen in daylight",
    }
    assert (rows[1]["style_outcome"], rows[1]["style_decided"]) == ("cannot say", "")
    assert "style" not in rows[0]


def test_several_labels_stand_side_by_side_with_their_ids(rows: list[dict[str, str]]) -> None:
    assert rows[2]["style_decided"] == "Shin-hanga | Nihonga ¦ modern"
    assert rows[2]["style_decided_aat"] == "300262954 | "
    artist = [rows[0][f"artist_{name}"] for name in ("decided", "decided_label", "decided_qualifier")]
    assert artist == ["attributed to Claude Monet", "Claude Monet", "attributed to"]


def test_a_facet_nobody_asked_stays_empty(rows: list[dict[str, str]]) -> None:
    assert {value for name, value in rows[0].items() if name.startswith("genre_")} == {""}


def test_the_catalogue_s_columns_come_along(rows: list[dict[str, str]]) -> None:
    assert [row["Medium"] for row in rows] == ["oil on canvas", "", "'+49 ink <b>& paper</b>"]
    assert rows[0]["Insurance value"] == "1000000"
    # Its title is ours, and stands there already; its sha256 is something else.
    assert "Title" not in rows[0]
    assert "catalogue_Title" not in rows[0]
    assert [row["catalogue_sha256"] for row in rows] == ["", "", "from the shop"]


def test_a_catalogue_s_own_style_is_not_taken_for_a_guess(tmp_path: Path, records: list[Record]) -> None:
    record = replace(records[0], columns={"style": "Realism", "style_guess": "of 1990"})
    (row,) = read(export([record], "csv", tmp_path / "one.csv"))
    assert (row["style"], row["style_guess"], row["catalogue_style_guess"]) == (
        "Realism",
        "Impressionism",
        "of 1990",
    )


def test_names_that_are_no_text_do_not_stop_an_export(tmp_path: Path, records: list[Record]) -> None:
    record = replace(records[0], file="caf\udce9.jpg", title="a\x00b\ufffe")
    (row,) = read(export([record], "csv", tmp_path / "one.csv"))
    assert row["title"] == "ab"
    assert row["file"].startswith("caf\ufffd")


def test_a_workbook_has_frozen_headers_and_filters(book: Any) -> None:
    sheet = book["Works"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(4, sheet.max_column).coordinate}"
    assert [cell.value for cell in sheet[1]][:3] == ["picture", "object_number", "file"]


def test_a_workbook_shows_thumbnails_in_their_rows(book: Any) -> None:
    (image,) = book["Works"]._images
    assert (image.anchor._from.row, image.anchor._from.col) == (1, 0)
    # Inside its row and column, so that it moves and hides with them.
    assert (image.anchor.to.row, image.anchor.to.col) == (1, 0)
    assert image.anchor.editAs in (None, "twoCell")
    with Image.open(io.BytesIO(image._data())) as picture:
        assert picture.size == (160, 120)
    assert book["Works"].row_dimensions[2].height == 60


def test_a_workbook_runs_nothing_and_changes_nothing(book: Any, records: list[Record]) -> None:
    rows = cells(book["Works"])
    assert {cell.data_type for row in rows for cell in row.values()} <= {"s", "n", "d"}
    title = rows[2]["title"]
    assert title.value == records[2].title
    assert title.quotePrefix
    assert not rows[0]["title"].quotePrefix


def test_a_workbook_s_numbers_and_times_are_such(book: Any) -> None:
    row = cells(book["Works"])[0]
    assert row["style_guess_probability"].value == pytest.approx(0.8312)
    assert row["style_guess_probability"].number_format == "0.0%"
    assert row["style_decided_time"].value == datetime(2026, 11, 24, 8, 30)
    assert row["width"].value == 1600
    # An object number that looks like a number stays text, its zeros with it.
    assert row["object_number"].data_type == "s"


def test_a_number_keeps_its_zeros(tmp_path: Path, records: list[Record]) -> None:
    record = replace(records[0], object_number="007.10")
    book = openpyxl.load_workbook(export([record], "xlsx", tmp_path / "one.xlsx"))
    assert cells(book["Works"])[0]["object_number"].value == "007.10"


def test_a_workbook_explains_its_columns(book: Any) -> None:
    told = {name.value: meaning.value for name, meaning in book["Columns"].iter_rows(min_row=2)}
    assert list(told) == [cell.value for cell in book["Works"][1]][1:]
    assert told["style_decided"] == "what a person decided, qualifier included"
    assert all(told.values())


def test_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path, records: list[Record]) -> None:
    record = replace(records[0], columns={"Provenance": "x" * 40_000})
    book = openpyxl.load_workbook(export([record], "xlsx", tmp_path / "one.xlsx"))
    value = cells(book["Works"])[0]["Provenance"].value
    assert (len(value), value[-5:]) == (32_767, "x […]")


def test_thumbnails_of_any_kind_and_resolution_are_shown(
    tmp_path: Path, records: list[Record], painted: Any
) -> None:
    stream = io.BytesIO()
    painted(1, 800, 400).convert("RGBA").save(stream, "PNG", dpi=(600, 600))
    record = replace(records[0], thumbnail=stream.getvalue)
    book = openpyxl.load_workbook(export([record], "xlsx", tmp_path / "one.xlsx"))
    (image,) = book["Works"]._images
    anchor = image.anchor
    # EMU, 9,525 a pixel: 96 pixels wide and 48 high, 4 from the corner.
    assert (anchor._from.colOff, anchor.to.colOff, anchor.to.rowOff) == (4 * 9525, 100 * 9525, 52 * 9525)


@pytest.fixture
def items(tmp_path: Path, records: list[Record], museum: Museum) -> list[dict[str, str]]:
    out = export(records, "omeka", tmp_path / "omeka.csv", museum)
    assert out.read_bytes().startswith(b"dcterms:identifier,")
    return read(out)


def test_an_omeka_item_is_an_object(items: list[dict[str, str]]) -> None:
    assert [item["dcterms:identifier"] for item in items] == ["1987.42/a", f"sha256:{'c' * 64}"]
    assert items[0]["file"] == "oils/harbour at dawn.jpg|oils/harbour, back.tif"
    assert items[0]["url"].split("|")[0].endswith("/pictures/oils/harbour%20at%20dawn.jpg")


def test_omeka_maps_only_what_persons_said(items: list[dict[str, str]], records: list[Record]) -> None:
    terms = [{name: cell for name, cell in item.items() if name.startswith("dcterms:")} for item in items]
    assert terms[0] == {
        "dcterms:identifier": "1987.42/a",
        "dcterms:title": "Hafen am Morgen — Ж",
        "dcterms:creator": "attributed to Claude Monet",
        "dcterms:date": "1872",
        "dcterms:subject": "Impressionism",
        "dcterms:relation": "http://vocab.getty.edu/aat/300021503",
    }
    assert terms[1]["dcterms:subject"] == "Shin-hanga|Nihonga ¦ modern|landscape"
    assert "Ukiyo-e" not in "".join(terms[1].values())
    assert "Ukiyo-e [AAT 300106769] (probability 0.90, certain)" in items[1]["artml:guess"]
    assert items[0]["artml:decision"].endswith("style: cannot say by Ben Registrar, 2026-11-24T08:30:00Z")
    assert items[0]["catalogue:artist"] == "Claude Monet"


def test_omeka_cells_are_defused_too(items: list[dict[str, str]]) -> None:
    assert items[1]["dcterms:title"].startswith("'=HYPERLINK")
    assert items[1]["catalogue:Medium"].startswith("'+49")


def test_a_doubted_label_points_to_no_concept(tmp_path: Path, records: list[Record]) -> None:
    verdict = replace(records[0].decisions["style"], labels=(Said("Impressionism", "near"),))
    record = replace(records[0], decisions={"style": verdict})
    (item,) = read(export([record], "omeka", tmp_path / "omeka.csv"))
    assert (item["dcterms:subject"], item["dcterms:relation"]) == ("near Impressionism", "")
