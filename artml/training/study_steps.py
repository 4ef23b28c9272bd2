"""A study at work: its rows as steps, run one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import pandas as pd
from pydantic import ValidationError

from artml.errors import RecipeError
from artml.networks import network
from artml.settings import settings
from artml.training.progress import Reporter
from artml.training.recipe import Recipe, fault_of
from artml.training.run import Run, study_runs
from artml.training.study import Part, Row, Study


@dataclass(frozen=True)
class Step:
    """One line of a table: what is to be run for it."""

    part: Part
    row: Row
    lines: tuple[tuple[Recipe, ...], ...]
    """A line a run: the recipe that is measured, behind those it starts from."""
    stands_in: bool = False

    @property
    def label(self) -> str:
        """What the table calls it."""
        return f"{self.name} (stands in)" if self.stands_in else self.row.label

    @property
    def recipe(self) -> Recipe:
        """The recipe that is measured, of the first run."""
        return self.lines[0][-1]

    @property
    def key(self) -> str:
        """A name for files."""
        kinds = {"folds": self.row.folds, "bags": self.row.bags, "seeds": len(self.row.seeds)}
        repeated = [f"{count}-{kind}" for kind, count in kinds.items() if count]
        return "-".join(filter(None, (self.name, self.part.name, *repeated)))

    @property
    def name(self) -> str:
        """The recipe's, as its file is called."""
        return (self.row.stand_in if self.stands_in else None) or self.row.recipe

    def unreachable(self) -> str:
        """Why the weights it starts from cannot be had here, in a sentence; empty where they can."""
        first, needs = self.lines[0][0], "" if self.stands_in else self.row.needs
        if needs and not (settings().weights / needs).is_file():
            return f"{needs} is not here, and other weights of {first.network} cannot be trained so."
        known = network(first.network)
        if not first.pretrained or first.start or known.reachable():
            return ""
        if known.weights is None:
            return f"Nobody has pretrained weights of {first.network}."
        return f"{' and '.join(known.weights.files)} not here. {known.weights.origin}"


@dataclass(frozen=True)
class Outcome:
    """What came of a step: its answers a run, by facet; none where its weights are not reachable."""

    step: Step
    answers: tuple[Mapping[str, pd.DataFrame], ...] = ()
    histories: tuple[pd.DataFrame, ...] = ()
    seconds: float = 0.0
    environment: Mapping[str, Any] | None = None
    unreachable: str = ""


def steps(study: Study, full: bool = False) -> Iterator[tuple[Step, Step | None]]:
    """Every row's step, in order, with the one that stands in for it; of long parts with `full` alone."""
    for part, rows in study.tables():
        if part.long and not full:
            continue
        for row in rows:
            instead = None
            if row.stand_in:
                instead = Step(part, row, _lines(study, row.stand_in, part, row, full), stands_in=True)
            yield Step(part, row, _lines(study, row.recipe, part, row, full)), instead


def run(study: Study, folder: Path, reporter: Reporter, full: bool = False) -> Iterator[Outcome]:
    """Run a study's rows below `folder`, one after the other; what was run before is only read.

    A row whose weights are not reachable is not run: its stand-in follows it, where it has one.
    """
    whole = list(steps(study, full))  # so that a mistake in the last row is told before the first is run
    for step, instead in whole:
        if reason := step.unreachable():
            reporter.say(f"{step.label}: weights not reachable. {reason}")
            yield Outcome(step, unreachable=reason)
            if instead and not instead.unreachable():
                yield _done(instead, folder, reporter)
        else:
            yield _done(step, folder, reporter)


def _done(step: Step, folder: Path, reporter: Reporter) -> Outcome:
    runs = [study_runs(line, folder, reporter)[-1] for line in step.lines]
    answers = tuple(map(_answers, runs))
    records = [_record(run) for run in _all(runs)]
    return Outcome(
        step,
        answers,
        tuple(pd.read_csv(run.folder / "history.csv") for run in runs),
        sum(sum(record.get("seconds", {}).values()) for record in records),
        records[-1].get("environment"),
    )


def _answers(run: Run) -> dict[str, pd.DataFrame]:
    """What a run says; the models that were built for it are forgotten."""
    found = run.predictions()
    keras.utils.clear_session()
    return found


def _record(run: Run) -> dict[str, Any]:
    """What a run left on record; nothing where it is older than the record."""
    file = run.folder / "run.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _all(runs: Sequence[Run]) -> list[Run]:
    """The runs and those they start from, each once, in order."""
    return list({run.folder: run for last in runs for run in last.lineage()}.values())


def _lines(study: Study, recipe: str, part: Part, row: Row, full: bool) -> tuple[tuple[Recipe, ...], ...]:
    """The chain of recipes of each run of a row. What differs from run to run differs in all of a chain: a
    work that a fold tests is not trained on by what the fold starts from.
    """
    chain = _changed(study.chain(recipe, full), part.name, part.change)
    changes: list[tuple[str, dict[str, Any]]] = [("", {})]
    if row.folds:
        changes = [(f"fold{i + 1}", {"data": {"fold": (i, row.folds)}}) for i in range(row.folds)]
    elif row.bags:
        changes = [(f"bag{i}", {"seed": i, "data": {"bootstrap": True}}) for i in range(1, row.bags + 1)]
    elif row.seeds:
        changes = [(f"seed{seed}", {"seed": seed}) for seed in row.seeds]
    return tuple(_changed(chain, suffix, change) for suffix, change in changes)


def _changed(chain: Sequence[Recipe], suffix: str, change: Mapping[str, Any]) -> tuple[Recipe, ...]:
    if not suffix:
        return tuple(chain)
    return tuple(_changed_one(recipe, suffix, change) for recipe in chain)


def _changed_one(recipe: Recipe, suffix: str, change: Mapping[str, Any]) -> Recipe:
    content = recipe.model_dump(by_alias=True, exclude_unset=True)
    for key, value in change.items():
        content[key] = content.get(key, {}) | value if isinstance(value, Mapping) else value
    content["name"] = f"{recipe.name}-{suffix}"
    if recipe.after:
        content["after"] = [f"{name}-{suffix}" for name in recipe.after]
    try:
        return Recipe(**content)
    except ValidationError as error:
        faults = "; ".join(fault_of("", fault) for fault in error.errors())
        raise RecipeError(f"The part {suffix!r} cannot change {recipe.name} so. {faults}.") from error
