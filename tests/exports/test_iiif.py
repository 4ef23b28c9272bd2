"""IIIF: a manifest an object, a canvas a picture, every part with an address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from artml.errors import ExportFailed
from artml.exports.formats import export
from artml.exports.record import Museum, Record, Said

BASE = "https://museum.example/collection"


@pytest.fixture
def folder(tmp_path: Path, records: list[Record], museum: Museum) -> Path:
    return export(records, "iiif", tmp_path / "iiif", museum)


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def within(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from within(one)


def told(metadata: list[Any]) -> dict[str, list[str]]:
    return {pair["label"]["en"][0]: pair["value"]["none"] for pair in metadata}


def test_the_collection_lists_every_manifest(folder: Path) -> None:
    collection = read(folder / "collection.json")
    assert collection["type"] == "Collection"
    assert [item["id"] for item in collection["items"]] == [
        f"{BASE}/iiif/manifests/1987.42%252Fa.json",
        f"{BASE}/iiif/manifests/{'c' * 64}.json",
    ]
    manifests = {read(file)["id"] for file in (folder / "manifests").iterdir()}
    assert manifests == {item["id"] for item in collection["items"]}


def test_a_canvas_shows_its_picture_in_its_size(folder: Path) -> None:
    manifest = read(folder / "manifests" / "1987.42%2Fa.json")
    assert [(canvas["width"], canvas["height"]) for canvas in manifest["items"]] == [(1600, 1200), (800, 600)]
    (page,) = manifest["items"][0]["items"]
    (painting,) = page["items"]
    assert (painting["motivation"], painting["target"]) == ("painting", manifest["items"][0]["id"])
    assert painting["body"] == {
        "id": f"{BASE}/pictures/oils/harbour%20at%20dawn.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": 1600,
        "height": 1200,
    }


def test_every_part_has_an_address_of_its_own(folder: Path) -> None:
    for file in (folder / "manifests").iterdir():
        parts = [part for part in within(read(file)) if "type" in part and part["type"] != "Agent"]
        addresses = [part["id"] for part in parts]
        assert len(set(addresses)) == len(addresses) >= 5
        assert all(address.startswith(f"{BASE}/") and " " not in address for address in addresses)


def test_what_is_known_stands_beside_the_picture(folder: Path) -> None:
    manifest = read(folder / "manifests" / "1987.42%2Fa.json")
    assert manifest["label"] == {"none": ["Hafen am Morgen — Ж"]}
    assert told(manifest["metadata"]) == {
        "Object number": ["1987.42/a"],
        "Artist (catalogued)": ["Claude Monet"],
        "Date": ["1872"],
        "Style (decided)": ['<a href="http://vocab.getty.edu/aat/300021503">Impressionism</a>'],
        "Artist (decided)": ["attributed to Claude Monet"],
    }
    front, back = (told(canvas["metadata"]) for canvas in manifest["items"])
    assert front["Artist: machine guess"][0] == "Alfred Sisley"
    assert front["Artist: machine guess"][1].startswith("Alfred Sisley (probability 0.40, not certain)")
    assert back["Style: decision"] == ["cannot say by Ben Registrar, 2026-11-24T08:30:00Z"]
    assert back["SHA-256"] == ["b" * 64]


def test_words_are_never_taken_for_markup(tmp_path: Path, records: list[Record], museum: Museum) -> None:
    verdict = replace(records[0].decisions["artist"], labels=(Said("<script>alert(1)</script>"),))
    record = replace(records[0], artist="<b>Monet</b>", decisions={"artist": verdict})
    folder = export([record], "iiif", tmp_path / "iiif", museum)
    known = told(read(folder / "manifests" / "1987.42%2Fa.json")["metadata"])
    assert known["Artist (catalogued)"] == ["<span>&lt;b&gt;Monet&lt;/b&gt;</span>"]
    assert known["Artist (decided)"] == ["<span>&lt;script&gt;alert(1)&lt;/script&gt;</span>"]


def test_what_is_not_for_the_public_stays(folder: Path) -> None:
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.json"))
    assert "1000000" not in whole
    assert "seen in daylight" not in whole


def test_a_picture_without_a_file_has_no_address(
    tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    with pytest.raises(ExportFailed, match=f"file of the picture {'a' * 64}"):
        export([replace(records[0], file="")], "iiif", tmp_path / "iiif", museum)


@pytest.mark.parametrize("url", ["", "museum.example", "ftp://museum.example/"])
def test_it_needs_a_web_address(url: str, tmp_path: Path, records: list[Record]) -> None:
    with pytest.raises(ExportFailed, match="web address"):
        export(records, "iiif", tmp_path / "iiif", Museum("Museum", url))
