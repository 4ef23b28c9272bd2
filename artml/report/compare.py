"""How it compares: two subjects side by side, and each study's table beside the published figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from artml import charts
from artml.report.parts import Chart, Part, Section, Table, Words
from artml.report.quality import SHARES, shares_of
from artml.report.subject import Subject
from artml.settings import ROOT, settings

_FIGURE: Final = re.compile(r"-?\d*\.?\d+")


@dataclass(frozen=True)
class StudyPage:
    """A study's page, as `artml study` wrote it."""

    name: str
    title: str
    file: Path

    def section(self, dark: bool) -> Section:
        """Its tables, each with a chart of the published accuracies beside ours."""
        text = self.file.read_text(encoding="utf-8")
        parts: list[Part] = []
        for number, (heading, frame) in enumerate(tables(text)):
            if "published" in frame and "ours" in frame:
                parts.extend(_study_table(f"{self.name}-{number}", heading, frame, dark))
        about = next((line for line in text.splitlines()[1:] if line.strip()), "")
        return Section(f"study-{self.name}", self.title, [Words(about), *parts] if about else parts)


def studies() -> list[StudyPage]:
    """The pages of studies in docs/studies and, newer, below `ARTML_RUNS`; one a name."""
    found: dict[str, Path] = {}
    for file in sorted((ROOT / "docs" / "studies").glob("*.md")):
        if file.name != "README.md":
            found[file.stem] = file
    for folder in sorted(settings().runs.glob("*")):
        file = folder / f"{folder.name.removesuffix('-full')}.md"
        if file.is_file():
            found[folder.name] = file
    return [StudyPage(name, _title(file) or name, file) for name, file in sorted(found.items())]


def side_by_side(one: Subject, other: Subject, dark: bool) -> Section:
    """Two subjects, on the facets that both answer."""
    section = Section("compare", f"{one.title} beside {other.title}")
    for facet in one.metrics["test"]:
        if facet not in other.metrics["test"]:
            continue
        rows = [shares_of(subject.title, subject.metrics["test"][facet]) for subject in (one, other)]
        frame = pd.DataFrame(rows)
        figure = charts.intervals(frame, series=tuple(SHARES.values()), dark=dark)
        n = ", ".join(f"{row['row']} {row['n']:,}" for row in rows)
        below = f"n: {n} test works. Bars: 95 % intervals."
        section.parts.append(Chart(f"compare-{facet}", _better(facet, rows), figure, frame, below))
    if not section.parts:
        section.parts.append(Words("They answer no question in common."))
    return section


def tables(markdown: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables of a Markdown page, each with the heading above it."""
    heading, rows = "", list[list[str]]()
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
            continue
        if len(rows) > 2:
            yield heading, pd.DataFrame(rows[2:], columns=rows[0])
        rows = []
        heading = line.lstrip("# ") if line.startswith("#") else heading


def beside(frame: pd.DataFrame) -> pd.DataFrame:
    """A study's table in numbers, as `charts.intervals` draws them: `row`, and `published` and `ours` (0..1),
    each with its ends `_low` and `_high`; nothing where there is no figure.
    """
    drawn = pd.DataFrame({"row": frame.iloc[:, 0]})
    for name in ("published", "ours"):
        numbers = [
            [float(number) for number in _FIGURE.findall(cell.partition("±")[0])] for cell in frame[name]
        ]
        drawn[name] = [found[0] if found else None for found in numbers]
        for place, end in ((1, "low"), (2, "high")):
            drawn[f"{name}_{end}"] = [
                found[place] if len(found) > 2 else found[0] if found else None for found in numbers
            ]
    drawn[drawn.columns[1:]] = drawn[drawn.columns[1:]].astype(float)
    return drawn


def _study_table(key: str, heading: str, frame: pd.DataFrame, dark: bool) -> Iterator[Part]:
    drawn = beside(frame)
    if drawn["ours"].notna().any():
        sentence = f"{heading}: {_beside(drawn)}"
        below = f"n: {', '.join(dict.fromkeys(frame['n']))}. Bars: 95 % intervals." if "n" in frame else ""
        figure = charts.intervals(drawn, series=("ours", "published"), dark=dark)
        yield Chart(key, sentence, figure, drawn, below)
    yield Table(f"{key}-table", heading, frame)


def _beside(drawn: pd.DataFrame) -> str:
    both = drawn.dropna(subset=["published", "ours"])
    best = drawn.sort_values("ours", ascending=False, na_position="last").iloc[0]
    told = f"the best of ours is {best['row']} with {best['ours']:.3f}"
    if both.empty:
        return f"{told}; no figure was published."
    above = int((both["ours"] >= both["published"]).sum())
    return f"{told}; {above or 'none'} of {len(both)} published figures reached or passed."


def _better(facet: str, rows: list[dict[str, Any]]) -> str:
    first, then = rows
    gap = 100 * (first["accuracy"] - then["accuracy"])
    if first["accuracy_low"] > then["accuracy_high"] or then["accuracy_low"] > first["accuracy_high"]:
        better, worse = (first, then) if gap > 0 else (then, first)
        return f"On {facet}, {better['row']} is right {abs(gap):.0f} points oftener than {worse['row']}."
    return f"On {facet} they are {abs(gap):.1f} points apart, which lies within their intervals."


def _title(file: Path) -> str:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else ""
