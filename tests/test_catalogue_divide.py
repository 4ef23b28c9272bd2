"""Catalogues cut, balanced and divided: whole units, fractions kept, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from artml.catalogue import Catalogue
from artml.errors import UnknownName


def rows(columns: str, *lines: str) -> Catalogue:
    """A catalogue of rows "value value …" under the columns "name name …"; "-" stands for an empty value."""
    values = [["" if value == "-" else value for value in line.split()] for line in lines]
    frame = pd.DataFrame(values, columns=columns.split(), dtype="str")
    frame.insert(0, "line", range(2, len(lines) + 2))
    return Catalogue(frame, Path("collection"))


def column(catalogue: Catalogue, name: str) -> list[Any]:
    return list(catalogue.frame[name])


# Selecting


@pytest.fixture
def small() -> Catalogue:
    return rows(
        "path style split",
        *(
            "a Rococo train",
            "b Rococo train",
            "c Baroque train",
            "d - train",
            "e Rococo test",
            "f Baroque test",
        ),
    )


@pytest.mark.parametrize(
    ("choice", "paths"),
    [
        ({}, "abcdef"),
        ({"split": "train"}, "abcd"),
        ({"split": "validation"}, ""),
        ({"facet": "style"}, "abcef"),
        ({"facet": "style", "labels": ["Baroque", "Cubism"]}, "cf"),
        ({"facet": "style", "minimum": 3}, "abe"),
        ({"split": "train", "facet": "style", "minimum": 2}, "ab"),
        ({"facet": "style", "labels": {"Baroque"}, "minimum": 3}, ""),
    ],
)
def test_rows_are_selected(small: Catalogue, choice: Mapping[str, object], paths: str) -> None:
    chosen = small.select(**choice)  # type: ignore[arg-type]
    assert column(chosen, "path") == list(paths)
    assert list(chosen.frame.index) == list(range(len(paths)))
    assert chosen.root == small.root
    assert column(small, "path") == list("abcdef")


def test_lines_stay_those_of_the_file(small: Catalogue) -> None:
    assert column(small.select(split="test"), "line") == [6, 7]


def test_labels_are_counted_as_they_are(small: Catalogue) -> None:
    assert small.labels("style") == ("Baroque", "Rococo")
    assert small.labels("style", minimum=3) == ("Rococo",)
    assert small.select(split="train").labels("style", minimum=2) == ("Rococo",)


def test_a_name_that_is_not_there_is_told_what_is(small: Catalogue) -> None:
    asks: list[Callable[[], object]] = [
        lambda: small.labels("genre"),
        lambda: small.select(facet="genre"),
        lambda: small.undersample("genre", seed=0),
        lambda: small.class_weights("genre"),
        lambda: small.split_by("work", {"train": 1.0}, seed=0),
        lambda: small.hold_out_sources(),
        lambda: small.hold_out_artists(0.5, seed=0),
        lambda: small.labels("line"),
    ]
    for ask in asks:
        with pytest.raises(UnknownName, match=r"no column '.*'; it has path, style, split"):
            ask()
    with pytest.raises(UnknownName, match="split 'tset'; the catalogue has test, train"):
        small.select(split="tset")


def test_labels_without_a_facet_are_refused(small: Catalogue) -> None:
    with pytest.raises(ValueError, match="within a facet"):
        small.select(labels=["Rococo"])


# Balancing


@pytest.fixture
def uneven() -> Catalogue:
    styles = ["Rococo"] * 40 + ["-"] * 5 + ["Baroque"] * 10 + ["Cubism"] * 4
    return rows("path style", *(f"{number:02}.png {style}" for number, style in enumerate(styles)))


def test_undersampling_cuts_every_label_to_the_smallest(uneven: Catalogue) -> None:
    cut = uneven.undersample("style", seed=1)
    assert Counter(column(cut, "style")) == {"Rococo": 4, "Baroque": 4, "Cubism": 4}
    assert column(cut, "path") == sorted(column(cut, "path"))
    assert column(cut, "path") == column(uneven.undersample("style", seed=1), "path")
    assert column(cut, "path") != column(uneven.undersample("style", seed=2), "path")


def test_class_weights_average_to_one_row_by_row(uneven: Catalogue) -> None:
    counts = {"Baroque": 10, "Cubism": 4, "Rococo": 40}
    for power in (0.25, 0.5, 1.0):
        weights = uneven.class_weights("style", power)
        assert list(weights) == sorted(counts)
        assert sum(weights[label] * n for label, n in counts.items()) / 54 == pytest.approx(1)
        assert weights["Cubism"] / weights["Rococo"] == pytest.approx(10**power)


def test_class_weights_without_power_are_one(uneven: Catalogue) -> None:
    assert uneven.class_weights("style", 0.0) == pytest.approx({"Baroque": 1, "Cubism": 1, "Rococo": 1})


# Dividing

FRACTIONS = {"train": 0.7, "validation": 0.1, "test": 0.2}


@pytest.fixture
def many() -> Catalogue:
    """300 rows: artists with 1 to 24 works, each work with one or two pictures, 20 rows without artist."""
    lines, number = [], 0
    for artist in range(1, 25):
        for work in range(artist):
            for _ in range(1 + (work % 4 == 3)):
                number += 1
                lines.append(f"{number}.png w{artist}-{work} A{artist} S{artist % 3} col{artist % 7}")
    lines = lines[:280] + [f"u{number}.png - - S{number % 3} -" for number in range(20)]
    return rows("path work artist style source", *lines)


@pytest.mark.parametrize("unit", ["work", "artist", "source"])
@pytest.mark.parametrize("seed", range(5))
def test_a_unit_is_never_torn(many: Catalogue, unit: str, seed: int) -> None:
    divided = many.split_by(unit, FRACTIONS, seed).frame  # type: ignore[arg-type]
    named = divided[divided[unit] != ""]
    assert named.groupby(unit)["split"].nunique().eq(1).all()
    largest = named[unit].value_counts().max()
    for split, fraction in FRACTIONS.items():
        assert abs((divided["split"] == split).sum() - fraction * len(divided)) <= largest


def test_a_seed_divides_the_same_way_whatever_the_order_of_rows(many: Catalogue) -> None:
    first = many.split_by("artist", FRACTIONS, seed=3).frame.set_index("path")["split"]
    turned = Catalogue(many.frame.iloc[::-1].reset_index(drop=True), many.root)
    again = turned.split_by("artist", FRACTIONS, seed=3).frame.set_index("path")["split"]
    assert first.to_dict() == again.to_dict()
    other = many.split_by("artist", FRACTIONS, seed=4).frame.set_index("path")["split"]
    assert first.to_dict() != other.to_dict()
    assert "split" not in many.frame


def test_rows_without_the_unit_are_units_of_their_own(many: Catalogue) -> None:
    divided = many.split_by("artist", {"train": 0.5, "test": 0.5}, seed=0).frame
    assert set(divided.loc[divided["artist"] == "", "split"]) == {"train", "test"}


def test_pictures_of_one_work_stay_together_where_the_artist_is_unknown() -> None:
    lines = [f"n{n}.png w{n // 2} -" for n in range(40)] + [
        f"m{n}.png v{n // 2} A{n // 2}" for n in range(40)
    ]
    lines[41::4] = [line.rsplit(" ", 1)[0] + " -" for line in lines[41::4]]
    divided = rows("path work artist", *lines).split_by("artist", {"train": 0.5, "test": 0.5}, seed=1).frame
    assert divided.groupby("work")["split"].nunique().eq(1).all()
    unknown = divided["work"].str.startswith("w")
    assert set(divided.loc[unknown, "split"]) == {"train", "test"}


@pytest.mark.parametrize(
    "fractions", [{}, {"train": 0.9}, {"train": 1.2, "test": -0.2}, {"train": 1, "test": 0}]
)
def test_fractions_that_do_not_add_up_are_refused(many: Catalogue, fractions: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        many.split_by("work", fractions, seed=0)


def test_sources_with_little_of_a_style_are_held_out() -> None:
    lines = [f"a{n} - Rococo big" for n in range(6)] + ["b0 - Rococo mid", "b1 - Rococo mid"]
    lines += ["c0 - Rococo small", "d0 - Baroque small", "e0 - - small", "f0 - Rococo -"]
    kept, held = rows("path work style source", *lines).hold_out_sources(share=0.2)
    assert column(held, "path") == ["c0"]
    assert len(kept) == 11
    kept, held = rows("path work style source", *lines).hold_out_sources(share=0.25)
    assert column(held, "path") == ["b0", "b1", "c0"]


def test_a_work_held_out_has_no_other_picture_among_the_kept() -> None:
    lines = [f"a{n} w{n} Rococo big" for n in range(6)] + ["b0 w3 Rococo small"]
    kept, held = rows("path work style source", *lines).hold_out_sources()
    assert column(held, "path") == ["b0"]
    assert column(kept, "path") == ["a0", "a1", "a2", "a4", "a5"]


@pytest.mark.parametrize("seed", range(5))
def test_artists_are_held_out_whole(many: Catalogue, seed: int) -> None:
    kept, held = many.hold_out_artists(0.2, seed)
    assert not set(column(kept, "artist")) & set(column(held, "artist"))
    assert len(kept) + len(held) == len(many)
    assert "" not in column(held, "artist")
    assert 0.15 * 280 < len(held) <= 0.2 * 280
    assert column(held, "path") == column(many.hold_out_artists(0.2, seed)[1], "path")


def test_seeds_hold_out_different_artists(many: Catalogue) -> None:
    drawn = {frozenset(column(many.hold_out_artists(0.2, seed)[1], "artist")) for seed in range(5)}
    assert len(drawn) > 1


def test_no_style_loses_more_than_half_to_the_artists_held_out() -> None:
    lines = [f"a{n} Malevich Suprematism" for n in range(6)] + [f"b{n} El Suprematism" for n in range(2)]
    lines += [f"c{n} Painter{n} Baroque" for n in range(20)]
    for seed in range(20):
        kept, _ = rows("path artist style", *lines).hold_out_artists(0.45, seed)
        counts = Counter(column(kept, "style"))
        assert counts["Suprematism"] >= 6
        assert counts["Baroque"] >= 10


def test_a_fraction_of_artists_lies_between_none_and_all(many: Catalogue) -> None:
    for fraction in (0.0, 1.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            many.hold_out_artists(fraction, seed=0)


# The collection


@pytest.mark.collection
def test_small_sources_of_the_collection_are_held_out(collection: Path) -> None:
    paintings = Catalogue.read(collection / "paintings" / "catalogue.csv")
    train = paintings.select(split="train").select(facet="style", minimum=80)
    kept, held = train.hold_out_sources()
    assert len(held) == 2_475
    assert len(held.labels("style", minimum=20)) == 20
    assert not set(column(kept, "work")) & set(column(held, "work"))
