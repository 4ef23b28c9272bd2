"""Clusters in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from artml.collection.gathered import period, year
from artml.collection.naming import adjective, names, plural, sentence, share_of


def frame(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    columns = ["style", "genre", "artist", "nationality", "year"]
    made = pd.DataFrame(rows, columns=columns)
    made["period"] = [period(str(int(when))) if when == when else "" for when in made["year"]]
    return made


def many(style: str, genre: str, count: int, first: int, artist: str = "", nation: str = "") -> list[tuple]:  # type: ignore[type-arg]
    return [(style, genre, artist, nation, float(first + number)) for number in range(count)]


def test_a_cluster_is_named_by_style_genre_and_time() -> None:
    early = many("Impressionism", "landscape", 30, 1870)
    late = many("Impressionism", "landscape", 30, 1905)
    rest = many("Cubism", "portrait", 20, 1910)
    numbers = np.repeat([0, 1, 2], [30, 30, 20])
    assert names(frame(*early, *late, *rest), numbers) == [
        "early Impressionist landscapes",
        "late Impressionist landscapes",
        "Cubist portraits",
    ]


def test_two_styles_or_genres_that_share_a_cluster_are_both_named() -> None:
    rows = [*many("Baroque", "portrait", 10, 1650), *many("Rococo", "still life", 10, 1750)]
    assert names(frame(*rows), np.zeros(20, dtype=np.intp)) == [
        "Baroque and Rococo portraits and still lifes"
    ]


def test_where_no_style_leads_origin_and_period_speak() -> None:
    styles = ("Baroque", "Rococo", "Realism", "Romanticism", "Symbolism")
    rows = [(style, "landscape", "", "Dutch", 1650.0 + n) for style in styles for n in range(4)]
    assert names(frame(*rows), np.zeros(20, dtype=np.intp)) == ["Dutch landscapes of 1650–1699"]
    blank = frame(*[("", "", "", "", float("nan"))] * 5)
    assert names(blank, np.zeros(5, dtype=np.intp)) == ["works of many kinds"]


def test_clusters_of_one_name_are_told_apart_where_anything_does() -> None:
    rows = [
        *[("Cubism", "still life", "Juan Gris", "Spanish", float("nan"))] * 10,
        *[("Cubism", "still life", f"Nobody {n}", "French", float("nan")) for n in range(10)],
        *[("Realism", "landscape", f"Somebody {n}", "Russian", float("nan")) for n in range(60)],
    ]
    found = names(frame(*rows), np.repeat([0, 1, 2], [10, 10, 60]))
    assert found == [
        "Cubist still lifes, many by Juan Gris",
        "Cubist still lifes, mostly French",
        "Realist landscapes",
    ]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("Impressionism", "Impressionist"),
        ("Pop Art", "Pop"),
        ("Color Field Painting", "Color-field"),
        ("Ink and wash painting", "ink wash"),
        ("Naturalism", "naturalist"),
        ("Something new", "Something new"),
        ("Contemporary Realism", "Contemporary Realist"),
    ],
)
def test_a_style_becomes_an_adjective(style: str, said: str) -> None:
    assert adjective(style) == said


def test_genres_have_plurals() -> None:
    assert [plural(genre) for genre in ("landscape", "nude painting", "sketch and study")] == [
        "landscapes",
        "nudes",
        "sketches and studies",
    ]


def test_a_sentence_tells_the_rest() -> None:
    rows = frame(*many("Realism", "landscape", 20, 1860, "Ivan Shishkin"))
    assert sentence(rows) == (
        "20 works; 100% Realism; 100% landscape; half of the dated ones from 1865 to 1874; "
        "most often by Ivan Shishkin."
    )
    assert sentence(frame(("", "", "", "", float("nan")))) == "1 work."


def test_shares_leave_out_what_is_not_known() -> None:
    assert share_of(["a", "", "b", "a"]) == [("a", pytest.approx(2 / 3)), ("b", pytest.approx(1 / 3))]


@pytest.mark.parametrize(
    ("date", "when", "span"),
    [
        ("1889", 1889, "1850–1899"),
        ("c. 1889-90", 1889, "1850–1899"),
        ("1923.0", 1923, "1900–1949"),
        ("12345", None, ""),
        ("ninth century", None, ""),
        ("", None, ""),
    ],
)
def test_a_year_is_read_out_of_any_wording(date: str, when: int | None, span: str) -> None:
    assert (year(date), period(date)) == (when, span)
