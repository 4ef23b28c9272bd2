"""Decisions: all are kept, the latest stands, none is taken unawares; on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from artml.collection import Collection, Decision, Work
from artml.errors import CollectionError, DecidedMeanwhile, DecisionRefused, NotAllowed, UnknownName
from artml.exports.record import Said
from tests.collection.acting import ANA, BEN, VISITOR, said


@pytest.fixture
def work(museum: Collection, add: Callable[..., Work]) -> Work:
    """A work that a bundle holds for Cubism."""
    work = add("a.jpg")
    museum.store(work, [said({"Cubism": 0.7, "Fauvism": 0.3}), said({"Pablo Picasso": 1.0}, "artist")])
    return work


def test_nothing_is_decided_at_first(museum: Collection, work: Work) -> None:
    assert museum.current(work) == {}
    assert museum.history(work) == []


def test_a_decision_says_who_what_and_when(museum: Collection, work: Work) -> None:
    museum.decide(ANA, work, "style", "accepted", ["Cubism"], note="see the catalogue of 1912")
    decision = museum.current(work)["style"]
    assert (decision.outcome, decision.labels, decision.person) == ("accepted", (Said("Cubism"),), ANA.name)
    assert decision.note == "see the catalogue of 1912"
    assert decision.time.utcoffset() is not None


@pytest.mark.parametrize(
    "labels",
    [
        ["Fauvism"],
        ["a label nobody has heard of"],
        ["Cubism", "Fauvism"],
        [Said("Cubism", "in the manner of"), "Realism"],
    ],
)
def test_a_correction_may_say_anything(museum: Collection, work: Work, labels: list[Said | str]) -> None:
    museum.decide(BEN, work, "style", "corrected", labels)
    said = museum.current(work)["style"].labels
    assert list(said) == [Said(label) if isinstance(label, str) else label for label in labels]


@pytest.mark.parametrize(
    ("outcome", "labels", "reason"),
    [
        ("accepted", [], "one label"),
        ("accepted", ["Cubism", "Fauvism"], "one label"),
        ("accepted", [Said("Cubism", "perhaps")], "one label"),
        ("accepted", ["Fauvism"], "No bundle named Fauvism first"),
        ("accepted", ["Pablo Picasso"], "No bundle named"),
        ("corrected", [], "at least one label"),
        ("corrected", [" "], "empty"),
        ("cannot_say", ["Cubism"], "names no label"),
    ],
)
def test_a_decision_agrees_with_itself(
    museum: Collection, work: Work, outcome: Any, labels: list[Said | str], reason: str
) -> None:
    with pytest.raises(DecisionRefused, match=reason):
        museum.decide(ANA, work, "style", outcome, labels)
    assert museum.history(work) == []


def test_a_facet_nobody_has_heard_of_is_refused(museum: Collection, work: Work) -> None:
    with pytest.raises(UnknownName, match="there are style"):
        museum.decide(ANA, work, "smell", "cannot_say")


def test_whoever_may_not_decides_nothing(museum: Collection, work: Work) -> None:
    with pytest.raises(NotAllowed, match=VISITOR.name):
        museum.decide(VISITOR, work, "style", "cannot_say")
    decision = museum.decide(ANA, work, "style", "cannot_say")
    with pytest.raises(NotAllowed):
        museum.undo(VISITOR, decision)
    assert [row.id for row in museum.history(work)] == [decision.id]


def test_the_latest_decision_stands_and_all_are_kept(museum: Collection, work: Work) -> None:
    first = museum.decide(ANA, work, "style", "accepted", ["Cubism"])
    second = museum.decide(BEN, work, "style", "corrected", ["Fauvism"], expected=first.id)
    museum.decide(BEN, work, "artist", "cannot_say")
    assert museum.current(work)["style"].id == second.id
    assert [decision.facet for decision in museum.history(work)] == ["style", "style", "artist"]


def test_an_undo_is_a_row_of_its_own_and_what_stood_before_stands_again(
    museum: Collection, work: Work
) -> None:
    first = museum.decide(ANA, work, "style", "accepted", ["Cubism"])
    second = museum.decide(BEN, work, "style", "corrected", ["Fauvism"], expected=first.id)
    museum.undo(ANA, second, note="too bold")
    assert museum.current(work)["style"].id == first.id
    museum.undo(ANA, first)
    assert museum.current(work) == {}
    kept = [(row.outcome, row.undoes, row.person, row.note) for row in museum.history(work)]
    assert kept == [
        ("accepted", None, ANA.name, ""),
        ("corrected", None, BEN.name, ""),
        (None, second.id, ANA.name, "too bold"),
        (None, first.id, ANA.name, ""),
    ]


def test_only_what_stands_can_be_undone(museum: Collection, work: Work) -> None:
    first = museum.decide(ANA, work, "style", "accepted", ["Cubism"])
    second = museum.decide(BEN, work, "style", "cannot_say", expected=first.id)
    with pytest.raises(DecidedMeanwhile, match=f"{BEN.name} decided this work's style meanwhile: cannot say"):
        museum.undo(ANA, first)
    undo = museum.undo(BEN, second)
    for gone in (second, undo):
        with pytest.raises(DecidedMeanwhile):
            museum.undo(BEN, gone)
    assert museum.current(work)["style"].id == first.id


def test_nobody_decides_over_what_they_have_not_seen(museum: Collection, work: Work) -> None:
    first = museum.decide(ANA, work, "style", "corrected", [Said("Picasso", "after"), "Cubism"])
    with pytest.raises(DecidedMeanwhile, match=f"{ANA.name} .* meanwhile: after Picasso, Cubism"):
        museum.decide(BEN, work, "style", "cannot_say")
    museum.decide(BEN, work, "artist", "cannot_say")
    museum.undo(ANA, first)
    with pytest.raises(DecidedMeanwhile, match="undone meanwhile"):
        museum.decide(BEN, work, "style", "cannot_say", expected=first.id)
    museum.decide(BEN, work, "style", "cannot_say")


def test_of_many_at_once_one_decides(museum: Collection, work: Work) -> None:
    outcomes: list[Decision | CollectionError] = []
    together = threading.Barrier(8)

    def decide(label: str) -> None:
        together.wait()
        try:
            outcomes.append(museum.decide(ANA, work, "style", "corrected", [label]))
        except CollectionError as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide, args=(f"label {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DecidedMeanwhile"] * 7 + ["Decision"]
    assert len(museum.history(work)) == 1


def test_of_many_undoing_at_once_one_does(museum: Collection, work: Work) -> None:
    decision = museum.decide(ANA, work, "style", "cannot_say")
    errors: list[CollectionError] = []
    together = threading.Barrier(6)

    def undo() -> None:
        together.wait()
        try:
            museum.undo(BEN, decision)
        except CollectionError as error:
            errors.append(error)

    threads = [threading.Thread(target=undo) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in errors] == [DecidedMeanwhile] * 5
    assert len(museum.history(work)) == 2
