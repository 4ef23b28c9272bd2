"""The queue, and how far along it is; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artml.collection import Collection, Queued, Work
from tests.collection.acting import ANA, BEN, LATER, said

Add = Callable[..., Work]


@pytest.fixture
def works(museum: Collection, add: Add) -> dict[str, Work]:
    """Five works by name: sure, torn, a photograph, never predicted, and another folder's."""
    works = {name: add(f"{name}.jpg") for name in ("sure", "torn", "photograph", "unread")}
    works["elsewhere"] = add("elsewhere.jpg", folder="autumn")
    museum.store(works["sure"], [said({"Realism": 0.95, "Cubism": 0.05}), said({"portrait": 1.0}, "genre")])
    museum.store(works["torn"], [said({"Cubism": 0.5, "Fauvism": 0.45, "Realism": 0.05})])
    museum.store(works["photograph"], [said({"Realism": 0.99, "Cubism": 0.01}, is_painting=False)])
    museum.store(works["elsewhere"], [said({"Fauvism": 0.6, "Cubism": 0.4})])
    return works


def names(museum: Collection, queue: list[Queued]) -> list[str]:
    return [museum.sightings(queued.work)[0].name.removesuffix(".jpg") for queued in queue]


def test_the_most_uncertain_comes_first_and_before_it_what_nobody_could_tell(
    museum: Collection, works: dict[str, Work]
) -> None:
    queue = museum.queue("style")
    assert names(museum, queue) == ["photograph", "unread", "torn", "elsewhere", "sure"]
    assert [queued.prediction and queued.prediction.label for queued in queue][1:3] == [None, "Cubism"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("confidence", ["sure", "elsewhere", "torn", "photograph", "unread"]),
        ("label", ["unread", "torn", "elsewhere", "sure", "photograph"]),
        ("added", ["sure", "torn", "photograph", "unread", "elsewhere"]),
    ],
)
def test_a_queue_may_be_in_another_order(
    museum: Collection, works: dict[str, Work], order: str, expected: list[str]
) -> None:
    assert names(museum, museum.queue("style", order=order)) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"folder": "autumn"}, ["elsewhere"]),
        ({"folder": "winter"}, []),
        ({"label": "Realism"}, ["photograph", "sure"]),
        ({"at_least": 0.6}, ["elsewhere", "sure"]),
        ({"below": 0.6}, ["photograph", "unread", "torn"]),
        ({"at_least": 0.5, "below": 0.6}, ["torn"]),
        ({"limit": 2}, ["photograph", "unread"]),
        ({"limit": 2, "offset": 2}, ["torn", "elsewhere"]),
        ({"offset": 4}, ["sure"]),
    ],
)
def test_a_queue_may_be_narrowed(
    museum: Collection, works: dict[str, Work], wish: dict[str, object], expected: list[str]
) -> None:
    assert names(museum, museum.queue("style", **wish)) == expected


def test_what_is_decided_waits_no_longer_until_it_is_undone(
    museum: Collection, works: dict[str, Work]
) -> None:
    decision = museum.decide(ANA, works["torn"], "style", "corrected", ["Fauvism"])
    museum.decide(ANA, works["sure"], "genre", "accepted", ["portrait"])
    assert names(museum, museum.queue("style")) == ["photograph", "unread", "elsewhere", "sure"]
    whole = museum.queue("style", decided=True)
    assert [queued.decision and queued.decision.id for queued in whole] == [
        None,
        None,
        decision.id,
        None,
        None,
    ]
    museum.undo(ANA, decision)
    assert len(museum.queue("style")) == 5


def test_only_what_was_last_predicted_counts(museum: Collection, works: dict[str, Work]) -> None:
    museum.store(works["sure"], [said({"Cubism": 0.4, "Realism": 0.39}, model=LATER)])
    queue = museum.queue("style")
    assert names(museum, queue) == ["photograph", "unread", "sure", "torn", "elsewhere"]
    assert [queued.prediction.version for queued in queue if queued.prediction] == ["1", "2", "1", "1"]
    assert len(museum.queue("genre", label="portrait")) == 1


def test_how_far_along_it_is(museum: Collection, works: dict[str, Work]) -> None:
    assert museum.progress() == {"style": (0, 5), "genre": (0, 5)}
    first = museum.decide(ANA, works["torn"], "style", "cannot_say")
    museum.decide(ANA, works["torn"], "style", "corrected", ["Fauvism"], expected=first.id)
    undone = museum.decide(ANA, works["sure"], "style", "cannot_say")
    museum.undo(ANA, undone)
    museum.decide(ANA, works["elsewhere"], "artist", "cannot_say")
    assert museum.progress() == {"style": (1, 5), "genre": (0, 5), "artist": (1, 5)}
    assert list(museum.progress()) == ["style", "genre", "artist"]
    assert museum.progress("new") == {"style": (1, 4), "genre": (0, 4)}
    assert museum.progress("autumn") == {"style": (0, 1), "artist": (1, 1)}
    assert museum.progress("winter") == {}


def test_how_many_wait_by_what_was_predicted(museum: Collection, works: dict[str, Work]) -> None:
    assert museum.waiting("style") == {"Realism": 2, "Cubism": 1, "Fauvism": 1, "": 1}
    assert museum.waiting("style", folder="autumn") == {"Fauvism": 1}
    assert museum.waiting("style", at_least=0.6, limit=1) == {"Realism": 1, "Fauvism": 1}
    museum.decide(ANA, works["torn"], "style", "cannot_say")
    assert "Cubism" not in museum.waiting("style")
    assert museum.waiting("style", decided=True)["Cubism"] == 1


def test_some_works_may_be_left_out(museum: Collection, works: dict[str, Work]) -> None:
    out = [works["photograph"].id, works["torn"].id]
    assert names(museum, museum.queue("style", without=out)) == ["unread", "elsewhere", "sure"]


def test_one_work_as_it_stands_in_the_queue(museum: Collection, works: dict[str, Work]) -> None:
    decision = museum.decide(ANA, works["torn"], "style", "cannot_say")
    queued = museum.queued(works["torn"], "style")
    assert (queued.prediction and queued.prediction.label) == "Cubism"
    assert (queued.decision and queued.decision.id) == decision.id
    assert museum.queued(works["unread"], "style") == Queued(works["unread"], None, None)


def test_the_last_decision_of_a_person_that_stands(museum: Collection, works: dict[str, Work]) -> None:
    assert museum.latest(ANA, "style") is None
    museum.decide(ANA, works["elsewhere"], "style", "cannot_say")
    last = museum.decide(ANA, works["torn"], "style", "cannot_say")
    museum.decide(BEN, works["sure"], "style", "cannot_say")
    museum.decide(ANA, works["sure"], "genre", "cannot_say")
    found = museum.latest(ANA, "style")
    assert found is not None
    assert (found[0].id, found[1].id) == (works["torn"].id, last.id)
    museum.undo(ANA, last)
    found = museum.latest(ANA, "style")
    assert found is not None
    assert found[0].id == works["elsewhere"].id
    assert museum.latest(ANA, "style", "new") is None


def test_the_folders_and_how_many_works_each_has(museum: Collection, works: dict[str, Work]) -> None:
    assert museum.folders() == {"autumn": 1, "new": 4}
    assert list(museum.folders()) == ["autumn", "new"]
