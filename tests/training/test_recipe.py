from __future__ import annotations

from pathlib import Path

import pytest

from artml.errors import RecipeError
from artml.training.recipe import RECIPES, Recipe, recipes

GOOD = """
stages = ["stage1_act"]
facets = { style = 2 }
train = "heads"
epochs = 1
batch = 4
rate = 1e-3
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "one.toml"
    file.write_text(text)
    return file


def test_a_recipe_is_named_after_its_file(tmp_path: Path) -> None:
    recipe = Recipe.read(written(tmp_path, GOOD))
    assert (recipe.name, recipe.facets, recipe.rate) == ("one", {"style": 2}, 1e-3)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("colour = 3", "line 8: colour: Extra inputs are not permitted"),
        ("momentum = 1.5", "line 8: momentum: Input should be less than 1"),
        (
            "[augmentation]\nmirror = 2",
            r"line 9: augmentation\.mirror: Input should be less than or equal to 1",
        ),
        ("[head]\ndropout = 1", r"line 9: head\.dropout: Input should be less than 1"),
        ("data.works = { train = 0 }", r"line 8: data\.works\.train: Input should be greater"),
        ("data.fold = [5, 5]", r"data\.fold counts from 0"),
        ('after = "a"\nfrom = "bundle:guide"', "after and from both say where it starts"),
        ('from = "guide"', "line 8: from: String should match pattern"),
        ("[full]\nepochs = 0", r"line 9: epochs: Input should be greater than 0"),
        ("[full.data]\ntop = 1", r"line 9: data\.top: Input should be greater than or equal to 2"),
        ('side = 64\ntrainer = "torch"\ngrow_from = 96', "grow_from is larger than side, 64"),
        ("grow_from = 32", "grow_from can be had with trainer"),
        ('hold_out = "museum"', "hold_out: Input should be 'artist' or 'source'"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(RecipeError, match=fault):
        Recipe.read(written(tmp_path, GOOD + line))


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="batch: Field required"):
        Recipe.read(written(tmp_path, GOOD.replace("batch = 4\n", "")))


@pytest.mark.parametrize("text", ["rate = ", "\xff"])
def test_what_is_no_toml_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "one.toml"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(RecipeError, match="cannot be read"):
        Recipe.read(file)


def test_an_unknown_study_says_what_there_is() -> None:
    with pytest.raises(RecipeError, match=r"no recipe 'gide'.*Known:.*guide"):
        recipes("gide")


def test_one_file_is_a_study_of_its_own(tmp_path: Path) -> None:
    assert [recipe.name for recipe in recipes(str(written(tmp_path, GOOD)))] == ["one"]


def test_numbered_recipes_lead_to_the_bundle_and_the_others_are_rows(tmp_path: Path) -> None:
    for name in ("1-heads", "2-all", "another"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    assert [recipe.name for recipe in recipes(str(tmp_path))] == ["1-heads", "2-all"]


def test_a_study_without_recipes_says_how_it_is_run() -> None:
    with pytest.raises(RecipeError, match="artml study artylyze-clusters runs it"):
        recipes("artylyze-clusters")


@pytest.mark.parametrize("folder", sorted({p.name for p in RECIPES.iterdir()} - {"artylyze-clusters"}))
def test_shipped_recipes_are_sound_and_follow_each_other(folder: str) -> None:
    names: list[str] = []
    for recipe in recipes(folder):
        assert set(recipe.after) <= set(names)
        names.append(recipe.name)
    assert names


def test_the_full_setting_changes_only_what_it_names(tmp_path: Path) -> None:
    text = GOOD + "[data]\nsplit_seed = 3\ntop = 3\n[full]\nepochs = 20\n[full.data]\ntop = 5\n"
    reduced, full = Recipe.read(written(tmp_path, text)), Recipe.read(written(tmp_path, text), full=True)
    assert (reduced.epochs, reduced.data.top) == (1, 3)
    assert (full.epochs, full.data.top, full.data.split_seed) == (20, 5, 3)
    assert full.rate == reduced.rate


def test_choosing_labels_needs_one_facet(tmp_path: Path) -> None:
    text = GOOD.replace("{ style = 2 }", "{ style = 2, genre = 2 }") + "data.top = 3\n"
    with pytest.raises(RecipeError, match="chooses among the labels of one facet"):
        Recipe.read(written(tmp_path, text))
