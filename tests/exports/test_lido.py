"""LIDO: valid, decisions indexed, guesses only reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from artml.exports.formats import export
from artml.exports.record import Museum, Record, Said
from tests.exports import schemas

LIDO = {"lido": "http://www.lido-schema.org"}
TERM = "http://terminology.lido-schema.org/lido"
PRODUCTION = f"//lido:event[lido:eventType/lido:conceptID='{TERM}00007']"
ASSIGNMENT = f"//lido:event[lido:eventType/lido:conceptID='{TERM}00024']"


def texts(tree: etree._ElementTree, path: str) -> list[str]:
    found = tree.xpath(f"{path}/text()", namespaces=LIDO)
    assert isinstance(found, list)
    return [str(text) for text in found]


def count(tree: etree._ElementTree, path: str) -> int:
    return int(float(str(tree.xpath(f"count({path})", namespaces=LIDO))))


@pytest.fixture
def tree(tmp_path: Path, records: list[Record], museum: Museum) -> etree._ElementTree:
    return etree.parse(export(records, "lido", tmp_path / "works.xml", museum))


def test_an_object_is_one_record_with_a_resource_for_each_view(tree: etree._ElementTree) -> None:
    assert texts(tree, "//lido:lidoRecID") == ["1987.42/a", "c" * 64]
    assert texts(tree, "//lido:workID") == ["1987.42/a"]
    assert texts(tree, "//lido:resourceID") == ["a" * 64, "b" * 64, "c" * 64]
    assert texts(tree, "//lido:linkResource")[0] == (
        "https://museum.example/collection/pictures/oils/harbour%20at%20dawn.jpg"
    )


def test_what_was_decided_is_indexed(tree: etree._ElementTree) -> None:
    assert texts(tree, f"{PRODUCTION}/lido:periodName/lido:term") == [
        "Impressionism",
        "Shin-hanga",
        "Nihonga | modern",
    ]
    assert texts(tree, f"{PRODUCTION}/lido:periodName/lido:conceptID")[0].endswith("aat/300021503")
    assert texts(tree, "//lido:classification/lido:term") == ["landscape"]
    assert texts(tree, "//lido:classification/lido:conceptID") == ["http://vocab.getty.edu/aat/300015636"]


def test_an_artist_keeps_the_qualifier(tree: etree._ElementTree) -> None:
    actor = f"{PRODUCTION}/lido:eventActor/lido:actorInRole"
    assert texts(tree, f"{actor}/lido:actor/lido:nameActorSet/lido:appellationValue") == ["Claude Monet"]
    assert texts(tree, f"{actor}/lido:attributionQualifierActor/lido:term") == ["attributed to"]
    assert texts(tree, f"{actor}/lido:attributionQualifierActor/lido:conceptID") == [
        "http://vocab.getty.edu/aat/300404269"
    ]
    assert texts(tree, f"{actor}/lido:sourceActorInRole") == [
        "as decided in review; catalogued as Claude Monet"
    ]


def test_an_artist_nobody_decided_is_the_catalogued_one(
    tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    record = replace(records[0], decisions={})
    tree = etree.parse(export([record], "lido", tmp_path / "one.xml", museum))
    assert texts(tree, f"{PRODUCTION}//lido:appellationValue") == ["Claude Monet"]
    assert texts(tree, f"{PRODUCTION}//lido:sourceActorInRole") == ["as catalogued"]
    assert count(tree, "//lido:periodName") == 0
    assert count(tree, "//lido:classification") == 0


def test_a_doubted_style_is_indexed_by_its_words_alone(
    tmp_path: Path, records: list[Record], museum: Museum
) -> None:
    verdict = replace(records[0].decisions["style"], labels=(Said("Impressionism", "near"),))
    record = replace(records[0], decisions={"style": verdict})
    tree = etree.parse(export([record], "lido", tmp_path / "one.xml", museum))
    assert texts(tree, f"{PRODUCTION}/lido:periodName/lido:term") == ["near Impressionism"]
    assert count(tree, f"{PRODUCTION}/lido:periodName/lido:conceptID") == 0


def test_a_guess_is_an_attribute_assignment_and_indexed_nowhere(tree: etree._ElementTree) -> None:
    guesses = f"{ASSIGNMENT}[lido:eventDescriptionSet/@lido:type='machine guess']"
    notes = f"{guesses}/lido:eventDescriptionSet/lido:descriptiveNoteValue"
    assert texts(tree, notes)[:2] == ["style: Impressionism", "0.8312"]
    assert count(tree, guesses) == 5
    assert count(tree, f"{guesses}//lido:eventActor") == 0
    assert texts(tree, f"{guesses}//lido:sourceDescriptiveNote")[0] == (
        "artml, bundle guide 2026.11.22-5df783ec"
    )
    assert "Alfred Sisley" not in texts(tree, "//lido:appellationValue")
    assert "Ukiyo-e" not in texts(tree, "//lido:term")


def test_a_decision_names_the_reviewer_and_the_day(tree: etree._ElementTree) -> None:
    decisions = f"{ASSIGNMENT}[lido:eventDescriptionSet/@lido:type='decision']"
    assert texts(tree, f"{decisions}//lido:displayActorInRole") == [
        "Ada Curator (reviewer)",
        "Ada Curator (reviewer)",
        "Ben Registrar (reviewer)",
        "ben@museum.example (reviewer)",
        "ben@museum.example (reviewer)",
    ]
    assert set(texts(tree, f"{decisions}//lido:earliestDate")) == {"2026-11-24T08:30:00Z"}


def test_a_date_gets_bounds_only_where_it_leaves_no_doubt(tree: etree._ElementTree) -> None:
    dates = f"{PRODUCTION}/lido:eventDate"
    assert texts(tree, f"{dates}/lido:displayDate") == ["1872", "c. 1920"]
    assert texts(tree, f"{dates}/lido:date/lido:earliestDate") == ["1872"]


def test_what_is_not_for_the_public_stays(tree: etree._ElementTree) -> None:
    whole = etree.tostring(tree, encoding="unicode")
    assert "1000000" not in whole
    assert "seen in daylight" not in whole


@pytest.mark.collection
def test_it_is_valid_lido(
    tmp_path: Path, records: list[Record], untouched: Record, museum: Museum, collection: Path
) -> None:
    schema = schemas.lido(collection)
    unnamed = replace(untouched, sha256="e" * 64, file="")
    for place, holder in enumerate([museum, Museum("Museum")]):
        out = export([*records, untouched, unnamed], "lido", tmp_path / f"{place}.xml", holder)
        schema.assertValid(etree.parse(out))
    broken = etree.parse(out)
    broken.getroot()[0].remove(broken.getroot()[0][0])
    assert not schema.validate(broken)
