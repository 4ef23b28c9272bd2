"""What training by a recipe would take and learn, found out before anybody starts it.

In a process of its own, so that no page need hold TensorFlow.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from artml.errors import ArtmlError
from artml.jobs.manners import end_with_input, stand_back

if TYPE_CHECKING:
    from artml.training.run import Run

COMMAND: Final = (sys.executable, "-P", "-m", "artml.jobs.rehearsal")

STOPPED: Final = "The time could not be measured: what tried it stopped. The server's log says more."


@dataclass(frozen=True)
class Asked:
    """What to train by, and on what: see `Desk.train_by`."""

    recipe: str
    folder: str = ""
    facet: str = ""
    root: str = ""


@dataclass
class Rehearsal:
    """How far it is, and what was found."""

    stage: str = "Waking the trainer"
    done: int = 0
    of: int = 0
    works: dict[str, int] = field(default_factory=dict)
    """By split."""
    labels: dict[str, dict[str, int]] = field(default_factory=dict)
    """By facet, how many works trained on have each label that is learnt."""
    rare: dict[str, list[str]] = field(default_factory=dict)
    """By facet, the labels that too few works have."""
    missing: str = ""
    """Why it cannot be trained here; empty where it can."""
    waking: float = 0.0
    """Seconds before the trainer looks at anything."""
    costs: list[dict[str, Any]] = field(default_factory=list)
    """A run each: the fields of `artml.training.cost.Cost`, and `seconds`."""
    over: bool = False

    @property
    def seconds(self) -> float:
        """How long all of it would take."""
        return float(self.waking + sum(cost["seconds"] for cost in self.costs))


def rehearse(asked: Asked) -> Generator[Rehearsal]:
    """Try it: gives the same report again and again as it grows, the last time whole."""
    report = Rehearsal()
    yield report
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [*COMMAND, asked.recipe, asked.folder, asked.facet, asked.root]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        try:
            for line in process.stdout or ():
                for name, value in json.loads(line).items():
                    setattr(report, name, value)
                yield report
        finally:
            process.kill()
    if not report.over:
        report.missing = report.missing or STOPPED
    report.over = True
    yield report


def main() -> None:
    """Tell standard output, a line of JSON at a time; ends when standard input is closed."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no report

    def tell(**found: Any) -> None:
        print(json.dumps(found), file=out, flush=True)

    end_with_input()
    with contextlib.suppress(BrokenPipeError):
        try:
            _rehearse(Asked(*sys.argv[1:5]), tell)
        except ArtmlError as error:
            tell(missing=str(error), over=True)


def _rehearse(asked: Asked, tell: Any) -> None:
    begun = time.monotonic()
    from artml.jobs.training import prepared
    from artml.jobs.works import usable, works_in
    from artml.training.cost import cost, unreachable
    from artml.training.progress import Reporter

    works = None
    if asked.folder:
        tell(stage="Reading the works")
        root = Path(asked.root) if asked.root else None
        works = usable(works_in(Path(asked.folder), asked.facet), root)[0]
    runs = prepared(asked.recipe, Path("nowhere"), Reporter(), works)
    last = runs[-1]
    tell(
        works={"train": len(last.train), "validation": len(last.validation), "test": len(last.test)},
        labels={facet: _counts(last, facet) for facet in last.labels},
        rare={facet: _rare(last, facet) for facet in last.labels},
    )
    if why := next(filter(None, map(unreachable, runs)), ""):
        tell(missing=why, over=True)
        return
    tell(waking=time.monotonic() - begun)
    costs: list[dict[str, Any]] = []
    for number, run in enumerate(runs):
        done = count(3 * number)

        def at(stage: str, run: Run = run, done: Iterator[int] = done) -> None:
            named = f"{stage}, {run.recipe.name}" if len(runs) > 1 else stage
            tell(stage=named, done=next(done), of=3 * len(runs))

        found = cost(run, at)
        costs.append({**vars(found), "seconds": found.seconds})
    tell(costs=costs, over=True)


def _counts(run: Run, facet: str) -> dict[str, int]:
    found = run.with_rehearsed(run.train, "train").frame[facet].value_counts()
    return {label: int(found.get(label, 0)) for label in run.labels[facet]}


def _rare(run: Run, facet: str) -> list[str]:
    return sorted(set(run.train.labels(facet)) - set(run.labels[facet]))


if __name__ == "__main__":
    stand_back()
    main()
