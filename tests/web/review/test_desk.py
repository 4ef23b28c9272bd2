"""One curator's place in a queue, and two curators at one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artml.collection import Collection, Person, Queued, Work
from artml.exports.record import Said
from artml.web.claims import Claims
from artml.web.review.desk import Desk
from tests.collection.acting import ANA, BEN, VISITOR

Add = Callable[..., Work]


@pytest.fixture
def works(add: Add) -> list[Work]:
    """Most uncertain first: four works, the first of which nothing of use is known."""
    return [
        add("photograph", {"Realism": 0.99, "Cubism": 0.01}, is_painting=False),
        add("torn", {"Cubism": 0.5, "Fauvism": 0.45, "Realism": 0.05}),
        add("leaning", {"Fauvism": 0.6, "Cubism": 0.4}),
        add("sure", {"Realism": 0.95, "Cubism": 0.05}),
    ]


@pytest.fixture
def desk(museum: Collection, works: list[Work]) -> Desk:
    return Desk(museum, ANA, "style")


def look(desk: Desk) -> Queued:
    seen = desk.look()
    assert seen is not None
    return seen


def test_nothing_moves_until_a_decision_is_made(desk: Desk, works: list[Work]) -> None:
    assert look(desk).work.id == works[0].id
    assert look(desk).work.id == works[0].id
    desk.cannot_say(look(desk))
    assert look(desk).work.id == works[1].id
    desk.accept(look(desk))
    assert look(desk).work.id == works[2].id
    held = desk.collection.current(works[1])["style"]
    assert (held.outcome, held.labels, held.person) == ("accepted", (Said("Cubism"),), ANA.name)


def test_what_is_said_of_a_work_is_accepted_or_corrected(desk: Desk, works: list[Work]) -> None:
    desk.lay(works[1].sha256)
    desk.say(look(desk), [Said("Fauvism"), Said("Nihonga")], "by daylight")
    desk.lay(works[2].sha256)
    desk.say(look(desk), [Said("Fauvism")])
    desk.lay(works[3].sha256)
    desk.say(look(desk), [Said("Realism", "possibly")])
    held = [desk.collection.current(work)["style"] for work in works[1:]]
    assert [decision.outcome for decision in held] == ["corrected", "accepted", "corrected"]
    assert held[0].labels == (Said("Fauvism"), Said("Nihonga"))
    assert held[0].note == "by daylight"
    assert desk.recent["style"] == ["Fauvism", "Nihonga"]


def test_a_decision_that_says_nothing_is_refused_and_nothing_moves(desk: Desk, works: list[Work]) -> None:
    desk.say(look(desk), [])
    assert "at least one label" in desk.message
    assert look(desk).work.id == works[0].id
    assert desk.collection.history(works[0]) == []


def test_a_key_pressed_twice_decides_once(desk: Desk, works: list[Work]) -> None:
    seen = look(desk)
    desk.cannot_say(seen)
    desk.cannot_say(seen)
    assert len(desk.collection.history(works[0])) == 1
    assert desk.collection.history(works[1]) == []
    assert desk.message == ""


def test_next_passes_by_and_back_returns(desk: Desk, works: list[Work]) -> None:
    look(desk)
    desk.next()
    desk.next()
    assert look(desk).work.id == works[2].id
    desk.back()
    assert look(desk).work.id == works[1].id
    desk.back()
    desk.back()
    assert look(desk).work.id == works[0].id
    assert desk.collection.progress()["style"].decided == 0


def test_after_the_last_come_those_that_were_passed_by(desk: Desk, works: list[Work]) -> None:
    for _ in works:
        look(desk)
        desk.next()
    assert look(desk).work.id == works[0].id
    for _ in works:
        desk.cannot_say(look(desk))
    assert desk.look() is None


def test_undo_lays_the_work_here_again_one_after_the_other(desk: Desk, works: list[Work]) -> None:
    desk.cannot_say(look(desk))
    desk.accept(look(desk))
    desk.undo()
    assert desk.message == "Taken back: Cubism."
    assert look(desk).work.id == works[1].id
    desk.undo()
    assert look(desk).work.id == works[0].id
    desk.undo()
    assert "no style of yours" in desk.message
    assert desk.collection.progress()["style"].decided == 0
    assert len(desk.collection.history(works[0])) == 2


def test_another_session_goes_on_where_one_stopped(desk: Desk, works: list[Work]) -> None:
    desk.cannot_say(look(desk))
    again = Desk(desk.collection, ANA, "style")
    again.session = desk.session
    assert look(again).work.id == works[1].id
    again.back()
    assert look(again).work.id == works[0].id
    again.undo()
    assert desk.collection.current(works[0]) == {}


def test_two_at_one_queue_are_given_different_works(desk: Desk, works: list[Work]) -> None:
    other = Desk(desk.collection, BEN, "style")
    assert look(desk).work.id == works[0].id
    assert look(other).work.id == works[1].id
    desk.cannot_say(look(desk))
    assert look(desk).work.id == works[2].id
    other.lay(works[2].sha256)
    assert (look(other).work.id, other.holder()) == (works[2].id, ANA.name)
    desk.away()
    assert other.holder() == ""


def test_nobody_decides_over_another_unawares(desk: Desk, works: list[Work]) -> None:
    other = Desk(desk.collection, BEN, "style")
    other.lay(works[0].sha256)
    mine, theirs = look(desk), look(other)
    other.say(theirs, [Said("Fauvism")])
    desk.say(mine, [Said("Cubism")])
    assert desk.message.startswith(f"{BEN.name} decided this work's style meanwhile: Fauvism")
    assert desk.collection.current(works[0])["style"].person == BEN.name
    desk.say(look(desk), [Said("Cubism")])
    assert desk.collection.current(works[0])["style"].labels == (Said("Cubism"),)


def test_undo_takes_back_nothing_of_others(desk: Desk, works: list[Work]) -> None:
    other = Desk(desk.collection, BEN, "style")
    other.cannot_say(look(other))
    desk.undo()
    assert desk.collection.progress()["style"].decided == 1


def test_another_facet_keeps_the_work_and_another_queue_does_not(desk: Desk, works: list[Work]) -> None:
    desk.lay(works[3].sha256)
    desk.turn_to("genre", {})
    assert look(desk).work.id == works[3].id
    desk.turn_to("style", {"label": "Fauvism"})
    assert look(desk).work.id == works[2].id
    desk.turn_to("style", {"label": "Cubism"})
    assert look(desk).work.id == works[1].id


def test_decided_works_can_be_gone_through_again(desk: Desk, works: list[Work]) -> None:
    desk.cannot_say(look(desk))
    desk.turn_to("style", {"decided": True})
    seen = look(desk)
    assert (seen.work.id, seen.decision and seen.decision.outcome) == (works[0].id, "cannot_say")
    desk.say(seen, [Said("Realism")])
    assert look(desk).work.id == works[1].id
    assert desk.collection.current(works[0])["style"].labels == (Said("Realism"),)


def test_many_are_accepted_together_and_taken_back_together(desk: Desk, works: list[Work]) -> None:
    queue = desk.collection.queue("style")
    desk.collection.decide(BEN, works[2], "style", "cannot_say")
    taken = desk.accept_all(queue)
    assert [decision.work_id for decision in taken] == [works[1].id, works[3].id]
    assert desk.message == "Accepted: 2 works. 1 were decided meanwhile, and stay so."
    desk.take_back(taken)
    assert desk.collection.progress()["style"].decided == 1
    desk.take_back(taken)
    assert desk.message == "Taken back: 0 decisions."


@pytest.mark.parametrize("person", [VISITOR, Person("")])
def test_whoever_may_not_decide_changes_nothing(
    museum: Collection, works: list[Work], person: Person
) -> None:
    desk = Desk(museum, person, "style")
    desk.cannot_say(look(desk))
    assert desk.message
    assert museum.progress()["style"].decided == 0


def test_a_work_that_nobody_touches_is_free_again() -> None:
    now = 0.0
    claims = Claims(lambda: now)
    claims.take("one", "Ana", "style", 7)
    assert claims.others("two", "style") == {7: "Ana"}
    assert claims.others("one", "style") == {}
    assert claims.others("two", "genre") == {}
    now = 301.0
    assert claims.others("two", "style") == {}
    claims.take("one", "Ana", "style", 7)
    claims.drop("one")
    assert claims.others("two", "style") == {}
