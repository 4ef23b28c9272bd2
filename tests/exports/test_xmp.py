"""XMP: sidecars beside pictures that stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from artml.errors import ExportFailed
from artml.exports.formats import export
from artml.exports.record import Museum, Record

SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "artml": "urn:x-artml:xmp:1.0#",
}
FOREIGN = '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="darktable"/>'


@pytest.fixture
def pictures(tmp_path: Path, records: list[Record], painted: Callable[..., Image.Image]) -> Path:
    """The folder that the records are of."""
    folder = tmp_path / "acquisitions"
    for seed, record in enumerate(records):
        file = folder / record.file
        file.parent.mkdir(parents=True, exist_ok=True)
        painted(seed, 32, 24).save(file)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def texts(file: Path, path: str) -> list[str]:
    found = etree.parse(file).xpath(f"{path}/text()", namespaces=SPACES)
    assert isinstance(found, list)
    return [str(text) for text in found]


def test_sidecars_stand_beside_untouched_pictures(pictures: Path, records: list[Record]) -> None:
    before = everything(pictures)
    export(records, "xmp", pictures)
    after = everything(pictures)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {f"{record.file}.xmp" for record in records}


def test_they_may_be_packed_instead(tmp_path: Path, records: list[Record]) -> None:
    folder = export(records, "xmp", tmp_path / "new")
    assert set(everything(folder)) == {f"{record.file}.xmp" for record in records}


def test_the_work_is_told_by_the_standard_s_fields(
    tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    file = export(records, "xmp", tmp_path / "new", museum) / f"{records[0].file}.xmp"
    work = "//iptc:ArtworkOrObject/rdf:Bag/rdf:li"
    assert texts(file, f"{work}/iptc:AOTitle/rdf:Alt/rdf:li") == ["Hafen am Morgen — Ж"]
    assert texts(file, f"{work}/iptc:AOCreator/rdf:Seq/rdf:li") == ["attributed to Claude Monet"]
    assert texts(file, f"{work}/iptc:AODateCreated") == ["1872"]
    assert texts(file, f"{work}/iptc:AOSource") == ["Museum of Small Towns"]
    assert texts(file, f"{work}/iptc:AOSourceInvNo") == ["1987.42/a"]
    assert texts(file, f"{work}/iptc:AOStylePeriod/rdf:Bag/rdf:li") == ["Impressionism"]
    assert texts(file, "//dc:subject/rdf:Bag/rdf:li") == ["Impressionism", "attributed to Claude Monet"]


def test_a_date_in_words_stays_in_words(tmp_path: Path, records: list[Record]) -> None:
    file = export(records, "xmp", tmp_path / "new") / f"{records[2].file}.xmp"
    assert texts(file, "//iptc:AOCircaDateCreated") == ["c. 1920"]
    assert texts(file, "//iptc:AODateCreated") == []


def test_guesses_and_decisions_stand_apart_and_in_full(tmp_path: Path, records: list[Record]) -> None:
    file = export(records, "xmp", tmp_path / "new") / f"{records[0].file}.xmp"
    guess, decision = "//artml:Guesses/rdf:Bag/rdf:li[1]", "//artml:Decisions/rdf:Bag/rdf:li[1]"
    assert texts(file, f"{guess}/*") == [
        "style",
        "Impressionism",
        "300021503",
        "0.8312",
        "True",
        "guide",
        "2026.11.22-5df783ec",
        "2026-11-23T08:00:00Z",
    ]
    assert texts(file, f"{decision}/artml:Labels/rdf:Seq/rdf:li/*") == ["Impressionism", "300021503"]
    fields = ("Outcome", "Reviewer", "Time", "Note")
    assert [texts(file, f"{decision}/artml:{field}") for field in fields] == [
        ["accepted"],
        ["Ada Curator"],
        ["2026-11-24T08:30:00Z"],
        ["seen in daylight"],
    ]


def test_our_own_sidecars_are_written_anew(pictures: Path, records: list[Record]) -> None:
    export([replace(record, title="Before") for record in records], "xmp", pictures)
    export(records, "xmp", pictures)
    title = "//dc:title/rdf:Alt/rdf:li"
    assert texts(pictures / f"{records[0].file}.xmp", title) == ["Hafen am Morgen — Ж"]
    assert len(everything(pictures)) == 2 * len(records)


@pytest.mark.parametrize("there", [FOREIGN, "no XML at all", "<a/>"])
def test_another_program_s_sidecar_stops_everything(
    there: str, pictures: Path, records: list[Record]
) -> None:
    (pictures / f"{records[1].file}.xmp").write_text(there, encoding="utf-8")
    before = everything(pictures)
    with pytest.raises(ExportFailed, match="1 files .* made by another program"):
        export(records, "xmp", pictures)
    assert everything(pictures) == before


def test_a_disk_that_fails_half_way_changes_nothing(
    pictures: Path, records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    export([replace(records[0], title="Before")], "xmp", pictures)
    before, replace_file = everything(pictures), Path.replace

    def worn(self: Path, target: Path) -> Path:
        if target.name.startswith("harbour, back"):
            raise OSError(5, "Input/output error")
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", worn)
    with pytest.raises(ExportFailed, match="Input/output error"):
        export(records, "xmp", pictures)
    assert everything(pictures) == before


def test_the_wrong_folder_is_noticed(pictures: Path, records: list[Record]) -> None:
    (pictures / records[2].file).unlink()
    before = everything(pictures)
    with pytest.raises(ExportFailed, match="it lacks =loose.png"):
        export(records, "xmp", pictures)
    assert everything(pictures) == before


@pytest.mark.parametrize("file", ["", "../outside.jpg", "/etc/outside.jpg", "a/../../outside.jpg"])
def test_no_sidecar_leaves_the_folder(file: str, tmp_path: Path, records: list[Record]) -> None:
    with pytest.raises(ExportFailed, match="outside the folder"):
        export([replace(records[0], file=file)], "xmp", tmp_path / "new")
    assert everything(tmp_path) == {}
