"""Works whose catalogue the model doubts; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artml.classifier import Prediction, RankedLabel
from artml.collection import Collection, Work
from artml.collection.doubts import same, told
from tests.collection.acting import ANA, GUIDE, said

Add = Callable[..., Work]


@pytest.mark.parametrize(
    ("facet", "one", "other", "alike"),
    [
        ("artist", "Monet, Claude (1840–1926)", "Claude Monet", True),
        ("artist", "attributed to CLAUDE MONET", "Claude Monet", True),
        ("artist", "Claude Monet 1840-1926", "Claude Monet", True),
        ("artist", "Edouard Manet", "Édouard Manet", True),
        ("artist", "Claude Monet", "Édouard Manet", False),
        ("artist", "(1840)", "[unknown]", False),
        ("style", "Impressionist", "Impressionism", True),
        ("style", "Post-Impressionism", "Impressionism", False),
    ],
)
def test_one_label_in_several_wordings(facet: str, one: str, other: str, alike: bool) -> None:
    assert same(facet, one, other) is alike
    assert same(facet, other, one) is alike


def test_what_a_catalogue_says_of_a_facet() -> None:
    assert told({"Author": "Jane Doe"}, "artist") == "Jane Doe"
    assert told({"STYLE ": " Cubism "}, "style") == "Cubism"
    assert told({"class": "hand"}, "technique") == ""


@pytest.mark.parametrize(
    ("catalogued", "ranked", "doubt"),
    [
        ("Cubism", {"Cubism": 0.9, "Realism": 0.1}, False),
        ("Realism", {"Cubism": 0.9, "Realism": 0.1}, True),
        ("Realism", {"Cubism": 0.7, "Realism": 0.3}, False),
        ("Realism", {"Cubism": 0.5, "Fauvism": 0.4, "Realism": 0.1}, True),
        ("Nihonga", {"Cubism": 0.5, "Fauvism": 0.4, "Realism": 0.1}, False),
        ("Nihonga", {"Cubism": 0.9, "Realism": 0.1}, False),
        ("", {"Cubism": 0.9, "Realism": 0.1}, False),
    ],
)
def test_a_model_doubts_what_it_knows_and_what_is_not_likely(
    museum: Collection, add: Add, catalogued: str, ranked: dict[str, float], doubt: bool
) -> None:
    work = add("a.jpg", {"style": catalogued})
    museum.store(work, [said(ranked)])
    museum.store(add("b.jpg"), [said(ranked)])
    assert [queued.work.id for queued in museum.queue("style", doubted=True)] == [work.id] * doubt
    assert sum(museum.waiting("style", doubted=True).values()) == doubt


@pytest.mark.parametrize(("first", "doubt"), [(0.9, True), (0.7, False)])
def test_where_there_are_no_sets_a_model_doubts_only_what_it_is_certain_of(
    museum: Collection, add: Add, first: float, doubt: bool
) -> None:
    ranked = (RankedLabel("Cubism", first), RankedLabel("Realism", 1 - first))
    museum.store(add("a.jpg", {"style": "Realism"}), [Prediction("style", ranked, 0.8, False, GUIDE)])
    assert len(museum.queue("style", doubted=True)) == doubt


def test_what_is_no_painting_casts_no_doubt(museum: Collection, add: Add) -> None:
    museum.store(add("a.jpg", {"style": "Realism"}), [said({"Cubism": 0.9}, is_painting=False)])
    assert museum.queue("style", doubted=True) == []


def test_doubts_may_be_of_one_folder_and_are_over_when_decided(museum: Collection, add: Add) -> None:
    here, there = add("a.jpg", {"style": "Realism"}), add("b.jpg", {"style": "Realism"}, folder="autumn")
    for work in (here, there):
        museum.store(work, [said({"Cubism": 0.9, "Realism": 0.1})])
    assert [queued.work.id for queued in museum.queue("style", doubted=True, folder="autumn")] == [there.id]
    museum.decide(ANA, there, "style", "corrected", ["Realism"])
    assert museum.queue("style", doubted=True, folder="autumn") == []
    assert museum.waiting("style", doubted=True) == {"Cubism": 1}
