"""Recipes of any content: a recipe, or a sentence that names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artml.errors import RecipeError
from artml.training.recipe import RECIPES, Data, Recipe
from tests.training.test_recipe import GOOD, written

each = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["heads", "all", "bundle:guide", "adam", "torch", "keras", "artist", "inf", "nan"]),
)
values = st.one_of(scalars, st.lists(scalars, max_size=3))
keys = st.one_of(st.sampled_from(sorted(Recipe.model_fields)), st.sampled_from(["from", "colour", "a b"]))


def told(folder: Path, text: str) -> Recipe | str:
    try:
        return Recipe.read(written(folder, text))
    except RecipeError as error:
        assert "one.toml" in str(error)
        return str(error)


def toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@each
@given(changes=st.dictionaries(keys, values, max_size=4))
def test_any_value_of_a_key_is_taken_or_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    kept = [line for line in GOOD.splitlines() if line.partition(" =")[0] not in changes]
    lines = [f"{toml(key)} = {toml(value)}" for key, value in changes.items()]
    outcome = told(tmp_path, "\n".join([*kept, *lines]))
    if isinstance(outcome, Recipe):
        assert outcome.epochs > 0
        assert 0 < outcome.rate <= 1


@each
@given(key=st.sampled_from(sorted(Data.model_fields)), value=values)
def test_any_choice_of_works_is_taken_or_named(tmp_path: Path, key: str, value: Any) -> None:
    outcome = told(tmp_path, f"{GOOD}\n[data]\n{key} = {toml(value)}\n")
    assert isinstance(outcome, Recipe) or "data" in outcome or "cannot be read" in outcome


@each
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_a_recipe_or_a_sentence(tmp_path: Path, text: str) -> None:
    told(tmp_path, text)
    told(tmp_path, GOOD + text)


@each
@given(data=st.data())
def test_a_shipped_recipe_with_a_line_lost_or_doubled_is_a_recipe_or_a_sentence(
    tmp_path: Path, data: st.DataObject
) -> None:
    file = data.draw(st.sampled_from(sorted(RECIPES.rglob("*.toml"))))
    lines = file.read_text(encoding="utf-8").splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place : place + 1] = [lines[place]] * data.draw(st.sampled_from([0, 2]))
    told(tmp_path, "\n".join(lines))
