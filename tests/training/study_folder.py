"""Studies written for a test, and runs that answer from tables instead of training."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from artml.training import study_steps
from artml.training.progress import Reporter
from artml.training.recipe import Recipe

RECIPE = """
facets = { style = 1 }
train = "heads"
epochs = 1
batch = 8
rate = 1e-3
"""
HEAD = """
title = "Two styles"
source = "Nobody, Nowhere, 1900."
facets = ["style"]
differences = "All of them."
"""
LABELS = ("Cubism", "Realism")


def write_study(folder: Path, rows: str, recipes: Mapping[str, str], head: str = HEAD) -> Path:
    """A study in a folder: its rows in TOML, and what each recipe adds to a common one."""
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(head + rows, encoding="utf-8")
    for name, more in recipes.items():
        (folder / f"{name}.toml").write_text(more + RECIPE, encoding="utf-8")
    return folder


def answers(
    truths: Sequence[int], said: Sequence[float], works: Sequence[str] | None = None, split: str = "test"
) -> pd.DataFrame:
    """A run's answers on two labels: `truths` index them, `said` is the probability of the second."""
    paths = [f"{number}.png" for number in range(len(truths))]
    return pd.DataFrame(
        {
            "split": split,
            "path": paths,
            "work": list(works or paths),
            "truth": [LABELS[index] for index in truths],
            LABELS[0]: [1 - share for share in said],
            LABELS[1]: list(said),
        }
    )


@dataclass
class FakeRun:
    recipe: Recipe
    folder: Path
    table: pd.DataFrame
    before: FakeRun | None = None

    def lineage(self) -> list[FakeRun]:
        return [*(self.before.lineage() if self.before else []), self]

    def predictions(self) -> dict[str, pd.DataFrame]:
        return dict.fromkeys(self.recipe.facets, self.table)


@dataclass
class FakeRuns:
    """Stands in for `study_runs`; knows which recipes were asked for."""

    tables: Mapping[str, pd.DataFrame]
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, recipes: Sequence[Recipe], study: Path, reporter: Reporter) -> list[FakeRun]:
        self.asked.append(tuple(recipe.name for recipe in recipes))
        found: list[FakeRun] = []
        for recipe in recipes:
            folder = study / recipe.name
            folder.mkdir(parents=True, exist_ok=True)
            record = {"seconds": {"fitting": 60.0}, "environment": {"processor": "An abacus", "cores": 10}}
            (folder / "run.json").write_text(json.dumps(record))
            (folder / "history.csv").write_text(
                "leg,epoch,accuracy,loss,val_accuracy,val_loss\n1,1,.5,.7,.4,.8\n"
            )
            table = self.tables.get(recipe.name, pd.DataFrame())
            found.append(FakeRun(recipe, folder, table, found[-1] if found else None))
        return found


def fake(monkeypatch: pytest.MonkeyPatch, tables: Mapping[str, pd.DataFrame]) -> FakeRuns:
    runs = FakeRuns(tables)
    monkeypatch.setattr(study_steps, "study_runs", runs)
    return runs


def row(recipe: str, more: str = "", header: str = "rows", **published: Any) -> str:
    figures = ", ".join(f"{name} = {value}" for name, value in published.items())
    return f'[[{header}]]\nlabel = "The {recipe}"\nrecipe = "{recipe}"\npublished = {{ {figures} }}\n{more}\n'
