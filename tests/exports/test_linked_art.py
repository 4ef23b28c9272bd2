"""Linked Art: valid, decisions stated, guesses only reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from artml.exports.formats import export
from artml.exports.record import Museum, Record, Said
from tests.exports import schemas

BASE = "https://museum.example/collection"
IMPRESSIONISM = "http://vocab.getty.edu/aat/300021503"


@pytest.fixture
def folder(tmp_path: Path, records: list[Record], museum: Museum) -> Path:
    return export(records, "linked-art", tmp_path / "linked", museum)


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def labels(entities: list[Any]) -> list[str]:
    return [entity["_label"] for entity in entities]


def test_an_object_is_a_file_and_so_is_what_it_shows(folder: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.json"))
    first, second = "1987.42%2Fa", "c" * 64
    assert names == [f"{kind}/{name}.json" for kind in ("images", "objects") for name in (first, second)]
    thing, image = read(folder / "objects" / f"{first}.json"), read(folder / "images" / f"{first}.json")
    # The address of a file whose name has a percent sign escapes that sign.
    assert thing["id"] == f"{BASE}/objects/1987.42%252Fa"
    assert [shown["id"] for shown in thing["shows"]] == [image["id"]] == [f"{BASE}/images/1987.42%252Fa"]
    assert (thing["type"], image["type"]) == ("HumanMadeObject", "VisualItem")
    assert [name["content"] for name in thing["identified_by"]] == ["1987.42/a", "Hafen am Morgen — Ж"]
    shown = [one["digitally_shown_by"][0]["identified_by"][0]["content"] for one in thing["representation"]]
    assert shown == ["a" * 64, "b" * 64]


def test_accepted_labels_classify_the_visual_item(folder: Path) -> None:
    (concept,) = read(folder / "images" / "1987.42%2Fa.json")["classified_as"]
    assert (concept["id"], concept["_label"]) == (IMPRESSIONISM, "Impressionism")
    assert concept["classified_as"][0]["id"] == "http://vocab.getty.edu/aat/300015646"
    loose = read(folder / "images" / f"{'c' * 64}.json")["classified_as"]
    assert labels(loose) == ["Shin-hanga", "Nihonga | modern", "landscape"]


def test_a_guess_is_an_assignment_by_a_model(folder: Path) -> None:
    image = read(folder / "images" / f"{'c' * 64}.json")
    (style, *_), *_ = [[it for it in image["attributed_by"] if "Machine guess" in it["_label"]]]
    assert style["type"] == "AttributeAssignment"
    assert (style["assigned_property"], labels(style["assigned"])) == ("classified_as", ["Ukiyo-e"])
    assert style["technique"][0]["_label"] == "artml, bundle guide 2026.11.22-5df783ec"
    assert style["timespan"]["begin_of_the_begin"] == "2026-11-23T08:00:00Z"
    assert "probability 0.90, certain" in style["referred_to_by"][0]["content"]
    assert "carried_out_by" not in style
    assert "Ukiyo-e" not in labels(image["classified_as"])


def test_a_decision_is_an_assignment_by_a_person(folder: Path) -> None:
    image = read(folder / "images" / "1987.42%2Fa.json")
    accepted, unsaid = [it for it in image["attributed_by"] if "Decision" in it["_label"]]
    assert labels(accepted["carried_out_by"]) == ["Ada Curator"]
    assert accepted["timespan"]["end_of_the_end"] == "2026-11-24T08:30:00Z"
    assert [one["id"] for one in accepted["assigned"]] == [IMPRESSIONISM]
    assert unsaid["_label"] == "Decision, style: cannot say"
    assert "assigned" not in unsaid


def test_an_artist_with_a_qualifier_is_not_the_maker(folder: Path) -> None:
    thing = read(folder / "objects" / "1987.42%2Fa.json")
    assert "carried_out_by" not in thing["produced_by"]
    guess, decision = thing["attributed_by"]
    assert labels(guess["assigned"][0]["carried_out_by"]) == ["Alfred Sisley"]
    (production,) = decision["assigned"]
    assert labels(production["carried_out_by"]) == ["Claude Monet"]
    assert decision["classified_as"][1]["id"] == "http://vocab.getty.edu/aat/300404269"
    assert decision["assigned_property"] == "produced_by"


def test_an_artist_nobody_decided_is_the_catalogued_one(tmp_path: Path, records: list[Record]) -> None:
    folder = export([replace(records[0], decisions={})], "linked-art", tmp_path / "linked")
    thing = read(folder / "objects" / "1987.42%2Fa.json")
    assert labels(thing["produced_by"]["carried_out_by"]) == ["Claude Monet"]
    assert [it["_label"] for it in thing["attributed_by"]] == ["Machine guess, artist: Alfred Sisley"]
    assert "classified_as" not in read(folder / "images" / "1987.42%2Fa.json")


def test_a_workshop_is_not_its_master(tmp_path: Path, records: list[Record]) -> None:
    said = Said("Rembrandt", "Workshop of")
    verdict = replace(records[0].decisions["artist"], labels=(said, Said("Jan Lievens")))
    folder = export([replace(records[0], decisions={"artist": verdict})], "linked-art", tmp_path / "linked")
    thing = read(folder / "objects" / "1987.42%2Fa.json")
    assert labels(thing["produced_by"]["carried_out_by"]) == ["Jan Lievens"]
    _, workshop, other = thing["attributed_by"]
    assert labels(workshop["assigned"][0]["influenced_by"]) == ["Rembrandt"]
    assert workshop["classified_as"][1]["id"] == "http://vocab.getty.edu/aat/300404274"
    assert labels(other["assigned"][0]["carried_out_by"]) == ["Jan Lievens"]
    assert thing["referred_to_by"][0]["content"] == "artist as catalogued: Claude Monet"


def test_without_an_address_everything_is_a_urn(tmp_path: Path, records: list[Record]) -> None:
    folder = export(records, "linked-art", tmp_path / "linked")
    thing = read(folder / "objects" / "1987.42%2Fa.json")
    assert thing["id"] == "urn:x-artml:objects:1987.42%252Fa"
    assert "access_point" not in thing["representation"][0]["digitally_shown_by"][0]


def test_what_is_not_for_the_public_stays(folder: Path) -> None:
    whole = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.json"))
    assert "1000000" not in whole
    assert "seen in daylight" not in whole


@pytest.mark.collection
def test_it_is_valid_linked_art(
    tmp_path: Path, records: list[Record], untouched: Record, museum: Museum, collection: Path
) -> None:
    kinds = schemas.linked_art(collection)
    unnamed = replace(untouched, sha256="e" * 64, file="")
    for place, holder in enumerate([museum, Museum()]):
        folder = export([*records, untouched, unnamed], "linked-art", tmp_path / str(place), holder)
        for file in folder.rglob("*.json"):
            kinds[file.parent.name].validate(read(file))
    wrong = read(folder / "objects" / "1987.42%2Fa.json")
    wrong["attributed_by"][0]["probability"] = 0.4
    assert not kinds["objects"].is_valid(wrong)
