"""The texts say what the code does: settings, commands, links and the version."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel
from typer.core import TyperGroup

import artml
from artml.bundle import Bundle
from artml.cli import app
from artml.settings import ROOT, Settings
from artml.training.recipe import FULL, Data, Recipe

CARD_TEST = "Test split, by image: artists of these works are mostly known from training"
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


def commands() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, command in commands().commands.items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    ]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of any level."""
    match = re.search(rf"^#+ {re.escape(heading)}$\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"no section {heading!r}"
    return match[1]


def settings_row(name: str) -> str:
    """The row of a setting; paths as seen from the checkout."""
    field = Settings.model_fields[name]
    default = field.default
    shown = Path(os.path.relpath(default, ROOT)).as_posix() if isinstance(default, Path) else default
    cell = f" `{shown}` " if shown else " "
    return f"| `ARTML_{name.upper()}` |{cell}| {field.description} |"


def test_every_setting_stands_in_the_table_and_nothing_else() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert rows == [settings_row(name) for name in Settings.model_fields]


@pytest.mark.parametrize("name", commands().commands)
def test_every_command_has_its_section(name: str) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"artml {name}" in section(text, f"artml {name}")


@pytest.mark.parametrize(("name", "option"), options())
def test_every_option_stands_in_its_command_s_section(name: str, option: str) -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"`{option}" in section(text, f"artml {name}")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_somewhere(text: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", text.read_text(encoding="utf-8"))
    relative = [target for target in targets if "://" not in target]
    assert [target for target in relative if not (text.parent / target).exists()] == []


def test_every_target_that_the_texts_name_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        name for text in TEXTS for name in re.findall(r"`make ([a-z]+)", text.read_text(encoding="utf-8"))
    }
    assert {"app", "test"} <= named <= targets


def test_the_readme_shows_the_guide_s_own_figures() -> None:
    card = Bundle.load("guide").card
    table = [line for line in section(card, CARD_TEST).splitlines() if line.startswith("|")]
    assert len(table) == 5
    assert "\n".join(table) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_changelog_opens_with_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == artml.__version__


def test_the_public_names_are_there() -> None:
    assert [name for name in artml.__all__ if getattr(artml, name, None) is None] == []
    assert set(artml.__all__) <= set(dir(artml))
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        artml.Nobody  # noqa: B018


def keys(model: type[BaseModel]) -> set[str]:
    """The keys that a TOML file may set."""
    return {field.alias or name for name, field in model.model_fields.items()} - {"name"}


@pytest.mark.parametrize("heading", ["Every key", "In `[data]`:"])
def test_every_key_of_a_recipe_is_explained(heading: str) -> None:
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    whole, data = text.split("In `[data]`:")
    part = data if "data" in heading else whole.split("## Every key")[1]
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    explained = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    assert explained == (keys(Data) if "data" in heading else keys(Recipe) | {FULL})


def test_the_recipe_shown_is_one() -> None:
    text = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    match = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert match
    recipe = Recipe(name="shown", **tomllib.loads(match[1]))
    assert recipe.data.labels == ("Cubism", "Fauvism", "Realism")
