"""`artml export`: a job's works in every format, from the collection to a valid file, complete or absent."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from PIL import Image
from typer.testing import CliRunner, Result

from artml import cli
from artml.collection import Collection
from artml.exports.formats import FORMATS
from artml.exports.record import Said
from artml.settings import settings
from tests.collection.acting import ANA, BEN, said
from tests.exports import schemas

Painted = Callable[..., Image.Image]
SAID = [
    said({"Cubism": 0.7, "Realism": 0.3}),
    said({"portrait": 1.0}, "genre"),
    said({"Claude Monet": 0.6, "Diego Rivera": 0.4}, "artist"),
]
MUSEUM = ("--museum", "Museum of Small Towns", "--url", "https://museum.example/")


@pytest.fixture
def pictures(tmp_path: Path, painted: Painted) -> Path:
    """A folder of three pictures, two of them views of one object."""
    folder = tmp_path / "acquisitions"
    (folder / "oils").mkdir(parents=True)
    for number, name in enumerate(("oils/harbour.jpg", "oils/harbour (back).jpg", "=loose.png")):
        painted(number, 64, 48).save(folder / name)
    return folder


@pytest.fixture
def job(pictures: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A job that labelled them: accepted, corrected with a doubt, undone, and undecided."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    for name in ("ARTML_MUSEUM_NAME", "ARTML_MUSEUM_URL", "ARTML_DATABASE_URL", "ARTML_FILES"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    monkeypatch.chdir(tmp_path)
    with Collection.open() as museum:
        works = {}
        for file in sorted(path for path in pictures.rglob("*") if path.is_file()):
            name = file.relative_to(pictures).as_posix()
            out = io.BytesIO()
            with Image.open(file) as image:
                image.convert("RGB").save(out, "JPEG")
            works[name] = museum.add_work(
                hashlib.sha256(file.read_bytes()).hexdigest(),
                size=file.stat().st_size,
                width=64,
                height=48,
                folder=str(pictures),
                name=name,
                columns={"title": "=1+1", "artist": "Jane Doe", "date": "1872"},
                object_number="" if name.startswith("=") else "1987.42/a",
                thumbnail=out.getvalue(),
            )
            museum.store(
                works[name], [said({"Cubism": 0.7, "Realism": 0.3}), said({"portrait": 1.0}, "genre")]
            )
            museum.store(works[name], [said({"Claude Monet": 0.6, "Diego Rivera": 0.4}, "artist")])
        harbour, loose = works["oils/harbour.jpg"], works["=loose.png"]
        museum.decide(ANA, harbour, "style", "accepted", ["Cubism"])
        doubt = [Said("Claude Monet", "attributed to")]
        museum.decide(BEN, harbour, "artist", "corrected", doubt, note="by the signature")
        museum.undo(ANA, museum.decide(ANA, loose, "style", "corrected", ["Fauvism"]))
        museum.decide(ANA, loose, "genre", "cannot_say")
        started = museum.jobs.start(ANA, "label", str(pictures))
    yield started.id
    monkeypatch.undo()
    settings.cache_clear()


def export(job: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.app, ["export", job, *map(str, arguments)])


def table(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def test_csv_says_apart_what_was_guessed_and_what_was_decided(job: str, tmp_path: Path) -> None:
    result = export(job)
    assert result.exit_code == 0, result.output
    out = tmp_path / "acquisitions-csv.csv"
    assert result.output == f"Exported 3 works: {out.name}\n"
    rows = {row["file"]: row for row in table(out)}
    assert rows["'=loose.png"]["style_guess"] == "Cubism"
    assert rows["'=loose.png"]["style_outcome"] == ""
    assert rows["'=loose.png"]["genre_outcome"] == "cannot say"
    harbour = rows["oils/harbour.jpg"]
    assert (harbour["style_outcome"], harbour["style_reviewer"]) == ("accepted", ANA.name)
    assert (harbour["artist_decided"], harbour["artist_note"]) == (
        "attributed to Claude Monet",
        "by the signature",
    )
    assert harbour["title"] == "'=1+1"
    assert (harbour["style_guess_model"], harbour["style_guess_version"]) == ("guide", "1")


def test_xlsx_has_thumbnails_and_no_formula(job: str, tmp_path: Path) -> None:
    assert export(job, "--format", "xlsx", "--out", tmp_path / "a.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Works"]
    assert len(sheet._images) == 3  # type: ignore[attr-defined]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert sheet.freeze_panes and sheet.auto_filter.ref


def test_omeka_has_a_row_an_object(job: str, tmp_path: Path) -> None:
    assert export(job, "--format", "omeka", "--out", tmp_path / "a.csv").exit_code == 0
    rows = table(tmp_path / "a.csv")
    assert len(rows) == 2
    assert {row["dcterms:creator"] for row in rows} == {"attributed to Claude Monet", "Jane Doe"}


def test_iiif_is_a_collection_of_manifests(job: str, tmp_path: Path) -> None:
    assert export(job, "--format", "iiif", "--out", tmp_path / "iiif", *MUSEUM).exit_code == 0
    listed = json.loads((tmp_path / "iiif" / "collection.json").read_text(encoding="utf-8"))
    assert [item["type"] for item in listed["items"]] == ["Manifest", "Manifest"]
    manifests = [json.loads(file.read_text("utf-8")) for file in (tmp_path / "iiif/manifests").iterdir()]
    assert sorted(len(manifest["items"]) for manifest in manifests) == [1, 2]
    for manifest in manifests:
        canvas = manifest["items"][0]
        picture = canvas["items"][0]["items"][0]
        assert (canvas["width"], picture["motivation"], picture["target"]) == (64, "painting", canvas["id"])


def test_xmp_lies_beside_pictures_that_stay_as_they_are(job: str, pictures: Path) -> None:
    before = {file: file.read_bytes() for file in pictures.rglob("*") if file.is_file()}
    assert export(job, "--format", "xmp", "--out", pictures).exit_code == 0
    assert {file: file.read_bytes() for file in before} == before
    sidecar = etree.parse(pictures / "oils" / "harbour.jpg.xmp")
    assert "Cubism" in etree.tostring(sidecar, encoding="unicode")
    assert len(list(pictures.rglob("*.xmp"))) == 3


def test_lido_and_linked_art_are_there(job: str, tmp_path: Path) -> None:
    assert export(job, "--format", "lido", "--out", tmp_path / "a.xml", *MUSEUM).exit_code == 0
    assert len(etree.parse(tmp_path / "a.xml").getroot()) == 2
    assert export(job, "--format", "linked-art", "--out", tmp_path / "a.zip").exit_code == 0
    with ZipFile(tmp_path / "a.zip") as packed:
        assert len([name for name in packed.namelist() if name.startswith("objects/")]) == 2


@pytest.mark.collection
def test_a_collection_s_records_are_valid_by_the_published_schemas(
    job: str, tmp_path: Path, collection: Path
) -> None:
    export(job, "--format", "lido", "--out", tmp_path / "a.xml", *MUSEUM)
    schemas.lido(collection).assertValid(etree.parse(tmp_path / "a.xml"))
    export(job, "--format", "linked-art", "--out", tmp_path / "linked", *MUSEUM)
    kinds = schemas.linked_art(collection)
    files = list((tmp_path / "linked").rglob("*.json"))
    assert len(files) == 4
    for file in files:
        kinds[file.parent.name].validate(json.loads(file.read_text(encoding="utf-8")))


def test_the_settings_may_name_the_museum(job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTML_MUSEUM_NAME", "Museum of Small Towns")
    settings.cache_clear()
    assert export(job, "--format", "lido", "--out", tmp_path / "a.xml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--format", "lido"), 1, "give the museum's name"),
        (("--format", "iiif"), 1, "web address"),
        (("--format", "linked_art"), 2, "did you mean linked-art?"),
        (("--out", "."), 1, "is there already"),
    ],
)
def test_what_cannot_be_exported_is_said_and_nothing_is_written(
    job: str, tmp_path: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    result = export(job, *arguments)
    assert result.exit_code == status
    assert sentence in result.output
    assert [path for path in sorted(tmp_path.rglob("*")) if path.suffix in (".csv", ".xml", ".zip")] == []
    assert len(sorted(tmp_path.rglob("*"))) <= len(before) + 2  # SQLite's own files beside the database


def test_a_job_nobody_has_heard_of(job: str) -> None:
    result = export("nobody")
    assert result.exit_code == 2
    assert "There is no job 'nobody'" in result.output


def test_every_format_is_in_the_help(job: str) -> None:
    shown = " ".join(CliRunner(env={"COLUMNS": "200"}).invoke(cli.app, ["export", "--help"]).output.split())
    assert [name for name in FORMATS if name not in shown] == []
