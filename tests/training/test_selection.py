from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from artml.catalogue import Catalogue
from artml.errors import RecipeError
from artml.training.recipe import Data, More, Recipe
from artml.training.selection import select

COUNTS = {"Cubism": 40, "Fauvism": 20, "Realism": 10}


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """70 pictures of 35 works by 7 artists; the last fifth of each style is the test split."""
    rows, number = ["path,work,artist,style,split"], 0
    for style, count in COUNTS.items():
        for i in range(count):
            split = "test" if i >= count * 0.8 else "train"
            rows.append(f"{number}.png,w{number // 2},A{number % 7},{style},{split}")
            number += 1
    (tmp_path / "c.csv").write_text("\n".join(rows) + "\n")
    return Catalogue.read(tmp_path / "c.csv")


def chosen(catalogue: Catalogue, **data: Any) -> Catalogue:
    recipe = Recipe(
        name="one", facets={"style": 1}, train="heads", epochs=1, batch=4, rate=0.1, data=Data(**data)
    )
    return select(catalogue, recipe)


def counts(catalogue: Catalogue, split: str) -> dict[str, int]:
    return dict(Counter(catalogue.select(split=split).frame["style"]))


def test_all_works_by_default(catalogue: Catalogue) -> None:
    assert counts(chosen(catalogue), "train") == {"Cubism": 32, "Fauvism": 16, "Realism": 8}


def test_labels_are_chosen_by_name_and_by_number(catalogue: Catalogue) -> None:
    assert set(counts(chosen(catalogue, labels=("Realism", "Cubism")), "train")) == {"Realism", "Cubism"}
    assert set(counts(chosen(catalogue, top=2), "train")) == {"Cubism", "Fauvism"}


def test_classes_are_combined(catalogue: Catalogue) -> None:
    found = chosen(catalogue, merge={"Modern": ("Cubism", "Fauvism")})
    assert counts(found, "train") == {"Modern": 48, "Realism": 8}


def test_undersampling_balances_every_split(catalogue: Catalogue) -> None:
    found = chosen(catalogue, undersample=True)
    assert counts(found, "train") == dict.fromkeys(COUNTS, 8)
    assert counts(found, "test") == dict.fromkeys(COUNTS, 2)


def test_works_are_limited_by_split(catalogue: Catalogue) -> None:
    found = chosen(catalogue, works={"train": 10, "test": 3})
    assert counts(found, "train") == {"Cubism": 10, "Fauvism": 10, "Realism": 8}
    assert counts(found, "test") == {"Cubism": 3, "Fauvism": 3, "Realism": 2}


@pytest.mark.parametrize(("split", "unit"), [("image", "work"), ("artist", "artist")])
def test_a_new_split_keeps_units_together(catalogue: Catalogue, split: str, unit: str) -> None:
    shares = {"train": 0.5, "validation": 0.2, "test": 0.3}
    frame = chosen(catalogue, split=split, shares=shares).frame
    assert set(frame["split"]) == {"train", "validation", "test"}
    assert (frame.groupby(unit)["split"].nunique() == 1).all()
    again = chosen(catalogue, split=split, shares=shares, split_seed=2).frame
    assert list(frame["split"]) != list(again["split"])


def test_folds_test_every_work_once(catalogue: Catalogue) -> None:
    held = [chosen(catalogue, fold=(i, 5)).select(split="test").frame["path"] for i in range(5)]
    assert sorted(path for fold in held for path in fold) == sorted(catalogue.frame["path"])
    assert {len(fold) for fold in held} == {14}


def test_a_catalogue_without_splits_is_divided(catalogue: Catalogue) -> None:
    bare = Catalogue(catalogue.frame.drop(columns=["split", "work"]), catalogue.root)
    assert set(chosen(bare).frame["split"]) == {"train", "validation", "test"}


def test_nothing_to_train_on_is_said(catalogue: Catalogue) -> None:
    with pytest.raises(RecipeError, match=r"one leaves no work to train on\. Look at its \[data\]"):
        chosen(catalogue, labels=("Rococo",))


def test_some_artists_are_set_aside_to_validate_on(catalogue: Catalogue) -> None:
    frame = chosen(catalogue, validate_on=0.3).frame
    before, after = catalogue.frame.set_index("path")["split"], frame.set_index("path")["split"]
    assert set(after[before == "test"]) == {"test"}
    artists = frame[frame["split"] != "test"].groupby("artist")["split"].nunique()
    assert (artists == 1).all()
    assert 0 < (frame["split"] == "validation").sum() < 30


def test_another_catalogue_joins(catalogue: Catalogue, tmp_path: Path) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    rows = [
        f"{i}.png,{'abstract' if i % 2 else 'portrait'},{'test' if i > 15 else 'train'}" for i in range(20)
    ]
    (other / "catalogue.csv").write_text("\n".join(["path,genre,split", *rows]) + "\n")
    more = More(
        catalogue=other.name, where={"genre": "abstract"}, put={"style": "Realism"}, works={"train": 5}
    )
    found = chosen(catalogue, more=(more,))
    assert counts(found, "train") == {"Cubism": 32, "Fauvism": 16, "Realism": 8 + 5}
    assert counts(found, "test") == {"Cubism": 8, "Fauvism": 4, "Realism": 2 + 2}
    assert found.root / f"{other.name}/17.png" in found.files()
    assert found.root / f"{tmp_path.name}/0.png" in found.files()


def test_of_several_values_so_many_works_each_join_and_none_twice(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    rows = [f"{i}.png,{('abstract', 'portrait', 'nude')[i % 3]},big,train" for i in range(30)]
    (other / "catalogue.csv").write_text("\n".join(["path,genre,size,split", *rows]) + "\n")
    two = More(catalogue=other.name, where={"genre": ("abstract", "nude")}, works={"train": 4, "test": 0})
    found = chosen(catalogue, more=(two,)).frame
    joined = found[found["path"].str.startswith(f"{other.name}/")]
    assert dict(joined["genre"].value_counts()) == {"abstract": 4, "nude": 4}
    all_of_them = More(catalogue=other.name, where={"size": "big"})
    found = chosen(catalogue, more=(two, all_of_them)).frame
    assert len(found) == len(catalogue) + 30


def test_code_art_joins_to_be_trained_on(catalogue: Catalogue) -> None:
    found = chosen(catalogue, code_art=5)
    drawn = found.frame[found.frame["technique"] == "algorithm"]
    assert len(drawn) == 5
    assert set(drawn["split"]) == {"train"}
    assert len(found) == len(catalogue) + 5
    assert found.root / "code-art/00004.drawn" in found.files()
