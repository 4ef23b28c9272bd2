"""The vocabulary: complete for what bundles answer, and honest about identifiers."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import artml.vocabulary
from artml.catalogue import FACETS, Catalogue
from artml.errors import UnknownName
from artml.settings import settings
from artml.vocabulary import Label, Vocabulary, vocabulary

BUNDLES = sorted(settings().models.glob("*/bundle.json"))
LABELS = list(vocabulary())


def label(facet: str = "style", name: str = "Rococo") -> Label:
    return Label(facet, name, "", "", "", "", "Pastel and play.", ())


def test_a_label_brings_what_is_known_of_it() -> None:
    found = vocabulary()["style", "Impressionism"]
    assert (found.facet, found.label) == ("style", "Impressionism")
    assert (found.aat_id, found.aat_label) == ("300021503", "Impressionist (style)")
    assert (found.wikidata_id, found.period) == ("Q40415", "1872-1892")
    assert found.key_artists == ("Claude Monet", "Pierre-Auguste Renoir", "Berthe Morisot")


def test_the_labels_are_read_once() -> None:
    assert vocabulary() is vocabulary()


def test_get_knows_no_better() -> None:
    assert vocabulary().get("style", "Impresionism") is None
    assert vocabulary().get("genre", "Impressionism") is None
    assert vocabulary().get("technique", "hand") == vocabulary()["technique", "hand"]


def test_an_unknown_label_is_told_its_nearest() -> None:
    with pytest.raises(UnknownName, match=r"No style 'Impresionism'.*nearest: Impressionism"):
        vocabulary()["style", "Impresionism"]
    with pytest.raises(UnknownName, match=r"No genre 'qqqq' in the vocabulary\."):
        vocabulary()["genre", "qqqq"]


def test_an_unknown_facet_is_told_those_there_are() -> None:
    for ask in (vocabulary().labels, lambda facet: vocabulary()[facet, "Rococo"]):
        with pytest.raises(UnknownName, match=r"No facet 'colour'.* style, genre, artist, technique"):
            ask("colour")


def test_labels_of_a_facet_keep_their_order() -> None:
    small = Vocabulary([label("style", "Rococo"), label("style", "Baroque"), label("genre", "portrait")])
    assert small.facets == ("style", "genre")
    assert small.labels("style") == ("Rococo", "Baroque")
    assert len(small) == 3
    assert ("genre", "portrait") in small
    assert ("genre", "Rococo") not in small


def test_rows_are_sorted_by_facet_and_label() -> None:
    keys = [(FACETS.index(row.facet), row.label) for row in LABELS]
    assert keys == sorted(keys)
    assert vocabulary().facets == FACETS


def test_no_row_is_there_twice() -> None:
    with Path(artml.vocabulary.__file__).with_name("labels.csv").open(encoding="utf-8", newline="") as file:
        keys = [(row["facet"], row["label"]) for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys)) == len(vocabulary())


@pytest.mark.parametrize("row", LABELS, ids=lambda row: f"{row.facet}-{row.label}")
def test_a_row_is_whole(row: Label) -> None:
    assert re.fullmatch(r"(300\d{6})?", row.aat_id)
    assert bool(row.aat_id) == bool(row.aat_label)
    assert re.fullmatch(r"(Q[1-9]\d*)?", row.wikidata_id)
    assert re.fullmatch(r"(\d{3,4}-(\d{3,4}|present))?", row.period)
    assert re.fullmatch(r"[A-Z].*[.!?]", row.description), "the description is no sentence"
    assert 20 <= len(row.description.split()) <= 50


def test_a_period_runs_forward() -> None:
    years = [row.period.split("-") for row in LABELS if row.period and not row.period.endswith("present")]
    assert [pair for pair in years if int(pair[0]) >= int(pair[1])] == []
    assert len(years) > 100


def test_a_bundle_is_shipped() -> None:
    assert BUNDLES, f"no bundle in {settings().models}"


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.parent.name)
def test_every_label_of_a_shipped_bundle_is_here(bundle: Path) -> None:
    facets = json.loads(bundle.read_text(encoding="utf-8"))["facets"]
    assert facets
    missing = [(of, name) for of in facets for name in facets[of]["labels"] if (of, name) not in vocabulary()]
    assert missing == []


@pytest.mark.collection
@pytest.mark.parametrize(("facet", "minimum", "count"), [("style", 80, 31), ("genre", 100, 10)])
def test_every_class_of_the_collection_is_here(
    collection: Path, facet: str, minimum: int, count: int
) -> None:
    train = Catalogue.read(collection / "paintings" / "catalogue.csv").select(split="train")
    classes = train.labels(facet, minimum)
    assert len(classes) == count
    assert set(classes) <= set(vocabulary().labels(facet))


@pytest.mark.collection
def test_the_artists_are_those_of_the_collection(collection: Path) -> None:
    train = Catalogue.read(collection / "paintings" / "catalogue.csv").select(split="train")
    assert vocabulary().labels("artist") == train.labels("artist", 60)
    assert len(vocabulary().labels("artist")) == 61


@pytest.mark.collection
def test_only_verified_identifiers_are_shipped(collection: Path) -> None:
    with (collection / "vocabulary.csv").open(encoding="utf-8", newline="") as file:
        source = {(row["facet"], row["label"]): row for row in csv.DictReader(file)}
    assert set(source) == {(row.facet, row.label) for row in LABELS if row.facet in ("style", "genre")}
    for row in LABELS:
        known = source.get((row.facet, row.label), {})
        aat = known["aat_id"] if known.get("aat_verified") in ("1", "2") else ""
        wikidata = known["wikidata_id"] if known.get("wikidata_verified") in ("1", "2") else ""
        assert (row.aat_id, row.wikidata_id) == (aat, wikidata), row.label
