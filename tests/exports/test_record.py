"""Records: views of one object, names that cannot clash, words that say the same everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from artml.exports.record import Museum, Record, Said, aat, facets, pieces
from artml.exports.words import clean, decided, guessed, stamp, years
from artml.vocabulary import vocabulary


def test_views_of_one_object_are_one_piece(records: list[Record]) -> None:
    front, back, loose = records
    first, second = pieces([front, loose, back])
    assert first.views == (front, back)
    assert second.views == (loose,)
    assert (first.number, first.label, first.artist) == ("1987.42/a", "Hafen am Morgen — Ж", "Claude Monet")
    assert second.number == ""


def test_pictures_without_a_number_are_objects_by_themselves(untouched: Record) -> None:
    other = replace(untouched, sha256="e" * 64)
    assert [piece.views for piece in pieces([untouched, other])] == [(untouched,), (other,)]


def test_a_piece_is_called_by_the_best_that_is_known(records: list[Record], untouched: Record) -> None:
    assert [piece.label for piece in pieces([replace(records[0], title=""), untouched])] == [
        "1987.42/a",
        "new.jpg",
    ]


@pytest.mark.parametrize(
    "numbers", [("A 1/2", "A 1", "Ä.3"), ("12a", "12A"), ("1/a", "1/A"), ("a/b", "a%2Fb")]
)
def test_names_are_safe_and_never_clash(numbers: tuple[str, ...], untouched: Record) -> None:
    views = [
        replace(untouched, sha256=f"{place}" * 64, object_number=number)
        for place, number in enumerate(numbers)
    ]
    names = [piece.name for piece in pieces(views)]
    assert len({name.casefold() for name in names}) == len(numbers)
    assert not set("".join(names)) & set('/\\:*?"<>| ')


def test_what_was_said_of_a_view_was_said_of_the_object(records: list[Record]) -> None:
    front, back, _ = records
    again = replace(back, decisions={"style": front.decisions["style"]})
    (piece,) = pieces([front, again])
    assert piece.decided("style") == (Said("Impressionism"),)
    assert piece.decided("genre") == ()


def test_facets_come_in_order_of_appearance(records: list[Record], untouched: Record) -> None:
    assert facets(records) == ("style", "artist", "genre")
    assert facets([untouched]) == ()


def test_only_the_vocabulary_s_labels_have_ids() -> None:
    entry = vocabulary()["style", "Impressionism"]
    assert aat("style", "Impressionism") == entry.aat_id != ""
    assert aat("genre", "Impressionism") == aat("style", "my own word") == ""


@pytest.mark.parametrize("url", ["https://museum.example/c", "https://museum.example/c/"])
def test_addresses_are_escaped(url: str, records: list[Record]) -> None:
    museum = Museum(url=url)
    assert museum.address("objects", "a b") == "https://museum.example/c/objects/a%20b"
    assert museum.picture(records[0]) == "https://museum.example/c/pictures/oils/harbour%20at%20dawn.jpg"
    assert Museum().picture(records[0]) == ""


def test_times_are_utc_to_the_second() -> None:
    assert stamp(datetime(2026, 1, 1, 0, 30, 5, 999, tzinfo=timezone(timedelta(hours=1)))) == (
        "2025-12-31T23:30:05Z"
    )


@pytest.mark.parametrize(
    ("date", "span"),
    [
        ("1872", (1872, 1872)),
        (" 1872 ", (1872, 1872)),
        ("1872-1875", (1872, 1875)),
        ("1872 – 1875", (1872, 1875)),
        ("1872/1875", (1872, 1875)),
        ("1872-05-12", (1872, 1872)),
        ("c. 1872", None),
        ("1872-75", None),
        ("1872-05", None),
        ("1875-1872", None),
        ("19th century", None),
        ("", None),
    ],
)
def test_years_are_told_only_where_a_date_leaves_no_doubt(date: str, span: tuple[int, int] | None) -> None:
    assert years(date) == span


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x00\x01\x0b\x1fb", "ab"), ("a\tb\nc\r", "a\tb\nc\r"), ("Ж 画 🎨", "Ж 画 🎨"), ("\ufffe\uffff", "")],
)
def test_text_is_what_xml_can_hold(text: str, kept: str) -> None:
    assert clean(text) == kept


def test_bytes_that_were_no_text_are_marked() -> None:
    assert set(clean("caf\udce9")[3:]) == {"\ufffd"}


def test_a_guess_and_a_decision_say_all_in_one_line(records: list[Record]) -> None:
    front, back, loose = records
    assert guessed("style", front.guesses["style"]) == (
        "Impressionism [AAT 300021503] (probability 0.83, certain); "
        "guessed by artml, bundle guide 2026.11.22-5df783ec, 2026-11-23T08:00:00Z"
    )
    assert decided("artist", front.decisions["artist"]) == (
        "attributed to Claude Monet; corrected by Ada Curator, 2026-11-24T08:30:00Z"
    )
    assert decided("style", back.decisions["style"]) == "cannot say by Ben Registrar, 2026-11-24T08:30:00Z"
    assert decided("style", loose.decisions["style"]).startswith(
        "Shin-hanga [AAT 300262954]; Nihonga | modern; corrected by"
    )
