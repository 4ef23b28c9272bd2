"""A study from its first row to its tables on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from artml import figures
from artml.settings import settings
from artml.training.progress import Reporter
from artml.training.study import Study
from artml.training.study_measure import Figure
from artml.training.study_steps import run
from artml.training.study_table import Line, Report


def conduct(study: Study, reporter: Reporter, full: bool = False) -> tuple[Report, Path]:
    """Run a study below `ARTML_RUNS`; (what it measured, the folder where tables and figures are).

    What is there is saved after every row. A study that was stopped goes on where it was.
    """
    folder = settings().runs / (f"{study.name}-full" if full else study.name)
    report = Report(study, full)
    for outcome in run(study, folder, reporter, full):
        for line in report.add(outcome):
            reporter.say(line.sentence())
            draw(line, folder / "figures")
        save(report, folder)
    return report, folder


def save(report: Report, folder: Path) -> None:
    """Save the tables as Markdown and CSV: `figures.csv` a line a row, `classes.csv` a line a label."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{report.study.name}.md").write_text(report.markdown(), encoding="utf-8")
    pd.DataFrame(map(_record, report.lines)).to_csv(folder / "figures.csv", index=False)
    classes = [record for line in report.lines for record in _class_records(line)]
    pd.DataFrame(classes).to_csv(folder / "classes.csv", index=False)


def draw(line: Line, folder: Path) -> None:
    """Save the curves of a row's first run and its confusions, as pages that open without a network."""
    if line.measured is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{line.step.key}-{line.facet}"
    drawn = {"confusion": figures.confusion(line.measured.confusion, line.measured.labels)}
    if line.outcome.histories:
        drawn["curves"] = figures.curves(line.outcome.histories[0], line.facet)
    for kind, figure in drawn.items():
        figure.write_html(folder / f"{name}-{kind}.html", include_plotlyjs="directory")


def _record(line: Line) -> dict[str, Any]:
    """A line of `figures.csv`."""
    step, found = line.step, line.measured
    record: dict[str, Any] = {"part": step.part.name, "facet": line.facet, "row": step.label}
    record |= {"recipe": step.key, "reachable": found is not None}
    record |= {f"published_{name}": value for name, value in line.published if value is not None}
    if found is None:
        return record
    record |= {"n": found.n, "works": found.works, "labels": len(found.labels), "largest": found.largest}
    for name in ("accuracy", "by_work", "precision", "f1", "macro_f1", "top5"):
        record |= _spanned(name, getattr(found, name))
    return record | _spanned("gain", line.gain) | {"spread": found.spread, "seconds": line.outcome.seconds}


def _spanned(name: str, figure: Figure | None) -> dict[str, float]:
    if figure is None:
        return {}
    return {name: figure.value, f"{name}_low": figure.interval[0], f"{name}_high": figure.interval[1]}


def _class_records(line: Line) -> Iterator[Mapping[str, Any]]:
    if line.measured is not None:
        lead = {"part": line.step.part.name, "facet": line.facet, "recipe": line.step.key}
        for one in line.measured.classes:
            yield {**lead, **vars(one)}
