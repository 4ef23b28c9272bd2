"""What leaves the collection; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artml.collection import Collection, Work, collection
from artml.exports.record import Guess, Record, Said, Verdict
from tests.collection.acting import ANA, BEN, GUIDE, LATER, said

Add = Callable[..., Work]


def test_a_record_holds_what_machines_guessed_and_what_people_decided(museum: Collection, add: Add) -> None:
    columns = {"Title": "Dawn", "artist": "Ana Ávila", "Date": "c. 1889", "crate": "7"}
    work = add("oils/a.jpg", columns, object_number="1987.42", thumbnail=b"small")
    museum.store(work, [said({"Cubism": 0.7, "Fauvism": 0.3}), said({"portrait": 1.0}, "genre")])
    museum.store(work, [said({"Fauvism": 0.9, "Cubism": 0.1}, model=LATER)])
    first = museum.decide(ANA, work, "style", "accepted", ["Fauvism"])
    museum.decide(
        BEN, work, "style", "corrected", [Said("Cubism", "early"), "Fauvism"], note="sure", expected=first.id
    )
    museum.undo(ANA, museum.decide(ANA, work, "genre", "cannot_say"))
    style, genre, later = museum.predictions(work)
    decision = museum.current(work)["style"]
    record = museum.record(museum.work(work.sha256))
    assert record == Record(
        sha256=work.sha256,
        file="oils/a.jpg",
        width=40,
        height=30,
        object_number="1987.42",
        title="Dawn",
        artist="Ana Ávila",
        date="c. 1889",
        columns=columns,
        guesses={
            "style": Guess((("Fauvism", 0.9), ("Cubism", 0.1)), True, "guide", LATER.version, later.time),
            "genre": Guess((("portrait", 1.0),), True, "guide", GUIDE.version, genre.time),
        },
        decisions={
            "style": Verdict(
                "corrected", (Said("Cubism", "early"), Said("Fauvism")), BEN.name, decision.time, "sure"
            )
        },
    )
    assert style.time <= later.time
    assert record.thumbnail is not None
    assert record.thumbnail() == b"small"


def test_a_work_nobody_said_anything_of_has_a_record_too(museum: Collection, add: Add) -> None:
    work = add("a.jpg")
    assert museum.record(work) == Record(sha256=work.sha256, file="a.jpg", width=40, height=30)
    assert museum.record(work).thumbnail is None


def test_a_file_is_named_as_in_the_folder_that_is_exported(museum: Collection, add: Add) -> None:
    work = add("a.jpg", folder="spring", sha256="a" * 64)
    add("b.jpg", folder="autumn", sha256="a" * 64)
    assert [record.file for record in museum.records([work], "autumn")] == ["b.jpg"]
    assert [record.file for record in museum.records([work], "spring")] == ["a.jpg"]
    assert museum.record(work).file == "a.jpg"


def test_many_records_keep_their_order_and_each_its_own(
    museum: Collection, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection, "AT_ONCE", 2)
    works = [add(f"{number}.jpg") for number in range(5)]
    for number, work in enumerate(works):
        museum.store(work, [said({f"label {number}": 1.0})])
    records = list(museum.records(reversed(works)))
    assert [record.file for record in records] == ["4.jpg", "3.jpg", "2.jpg", "1.jpg", "0.jpg"]
    assert [record.guesses["style"].label for record in records] == [f"label {n}" for n in (4, 3, 2, 1, 0)]
