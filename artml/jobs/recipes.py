"""The shipped recipes, as people choose among them; read without TensorFlow."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from artml.collection import Job
from artml.errors import RecipeError
from artml.settings import ROOT, settings

RECIPES: Final = ROOT / "artml" / "recipes"
BESIDE: Final = ("study.toml", "clusters.toml")


@dataclass(frozen=True)
class Choice:
    """Something to train by."""

    name: str
    """As `artml train` names it."""
    title: str
    """Of the study that it belongs to."""
    about: str
    """What its author says of it, in a sentence or two."""
    facets: tuple[str, ...]
    """What it learns to tell."""
    catalogue: str
    """The folder of the labelled collection that it was written for."""
    steps: int
    """How many recipes it runs, one after the other."""

    @property
    def study(self) -> str:
        """The folder that it lies in."""
        return self.name.partition("/")[0]


@lru_cache(maxsize=1)
def choices() -> tuple[Choice, ...]:
    """All there is: folders whose recipes lead to one model, the shortest first; then single recipes."""
    found: list[Choice] = []
    for folder in sorted(folder for folder in RECIPES.iterdir() if folder.is_dir()):
        files = [file for file in sorted(folder.glob("*.toml")) if file.name not in BESIDE]
        read = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
        if not read:
            continue
        title = _title(folder, files[-1])
        whole = [name for name in read if name[0].isdigit()] or (list(read) if len(read) == 1 else [])
        if whole:
            about = _about(files[-1]) if len(read) == 1 else f"{len(whole)} recipes, one after the other."
            found.append(_choice(folder.name, title, about, read[whole[-1]], len(whole)))
        for file in files:
            if file.stem not in whole:
                steps = len(_before(read, file.stem))
                name = f"{folder.name}/{file.stem}"
                found.append(_choice(name, title, _about(file), read[file.stem], steps))
    leading = sorted((one for one in found if "/" not in one.name), key=lambda one: one.steps)
    return (*leading, *(one for one in found if "/" in one.name))


def known(name: str) -> Choice:
    """The choice of that name; raises `RecipeError`."""
    for choice in choices():
        if choice.name == name:
            return choice
    raise RecipeError(f"There is no recipe {name!r} to train by. artml study lists what there is.")


def place(job: Job) -> Path:
    """Where a training job keeps its runs, each in a folder of its recipe's name, below `ARTML_RUNS`."""
    return settings().runs / f"{job.request.recipe.replace('/', '-')}-{job.id[:8]}"


def _choice(name: str, title: str, about: str, content: dict[str, Any], steps: int) -> Choice:
    catalogue = content.get("data", {}).get("catalogue", "paintings")
    return Choice(name, title, about, tuple(content.get("facets", ())), catalogue, steps)


def _before(read: dict[str, dict[str, Any]], name: str) -> list[str]:
    """A recipe and those that it starts from, in order."""
    after = read[name].get("after", ())
    led = [one for before in ([after] if isinstance(after, str) else after) for one in _before(read, before)]
    return [*dict.fromkeys(led), name]


def _title(folder: Path, last: Path) -> str:
    file = folder / "study.toml"
    if not file.is_file():
        return _about(last).partition(":")[0]
    return str(tomllib.loads(file.read_text(encoding="utf-8"))["title"])


def _about(file: Path) -> str:
    """The comment at a recipe's head."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)
