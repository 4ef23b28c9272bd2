"""A study's tables: published figures beside ours, for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from artml.evaluation import ClassFigures
from artml.markdown import markdown_table
from artml.training.study import Part, Published, PublishedClass, Study
from artml.training.study_measure import DRAWS, Figure, Measured, gain, measured, pooled
from artml.training.study_steps import Outcome, Step

WIDE: Final = 120  # characters
LEFT_OUT: Final = ("works", "precision", "recall", "F1", "minutes")
MOST_CONFUSED: Final = 13  # a larger matrix of confusions is only drawn
EPOCHS: Final = (1, 2, 3, 5, 10, 20, 30, 50)  # of which, and of the last, the page tells
LEGEND: Final = (
    "In brackets, 95 % intervals, drawn over works. Two figures in one cell: published / ours. Precision, "
    "recall and F1 are means weighted by works, as in scikit-learn's report, macro-F1 is not weighted. "
    "Chance: one label of so many by lot, always the commonest."
)


@dataclass(frozen=True)
class Line:
    """One row of one table."""

    outcome: Outcome
    facet: str
    measured: Measured | None = None
    gain: Figure | None = None

    @property
    def step(self) -> Step:
        """What was run."""
        return self.outcome.step

    @property
    def published(self) -> Published:
        """The published figures; none for what stands in."""
        return Published() if self.step.stands_in else self.step.row.published

    def sentence(self) -> str:
        """What was measured, in a line."""
        if self.measured is None:
            return f"{self.step.label}: weights not reachable"
        parts = [f"{self.step.label}: {self.facet} {_figure(self.measured.accuracy)}, n {self.measured.n:,}"]
        if self.published.accuracy is not None:
            parts.append(f"published {self.published.accuracy:.4g}")
        if self.gain:
            parts.append(f"gain {_figure(self.gain, '+')} on {self.step.row.against}")
        return ", ".join(parts)


@dataclass
class Report:
    """What a study measured so far."""

    study: Study
    full: bool = False
    lines: list[Line] = field(default_factory=list)
    _answers: dict[tuple[str, str, str | None], pd.DataFrame] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> list[Line]:
        """Measure what came of a row: a line a facet."""
        new = [self._line(outcome, facet) for facet in self.study.facets]
        self.lines += new
        return new

    def tables(self) -> Iterator[tuple[Part, str, list[Line]]]:
        """Each part and facet with its lines, in order."""
        for part in self.study.parts:
            for facet in self.study.facets:
                lines = [one for one in self.lines if one.facet == facet and one.step.part == part]
                if lines:
                    yield part, facet, lines

    def markdown(self) -> str:
        """The page of the study."""
        setting = " --full" if self.full else ""
        parts = [f"# {self.study.title}", self.study.about, _led("Published: ", self.study.source)]
        parts.append(f"`artml study {self.study.name}{setting}` measures it again. {self._machine()}")
        if left := [part.title for part in self.study.parts if part.long and not self.full]:
            parts.append(f"With `--full` it measures as well: {'; '.join(left)}.")
        parts.append(LEGEND)
        for part, facet, lines in self.tables():
            heading = part.title or f"By {facet}"
            heading += f" ({facet})" if part.title and len(self.study.facets) > 1 else ""
            shown = columns(lines)
            rows = [[tell(line) for tell in shown.values()] for line in lines]
            parts += [f"## {heading}", markdown_table(list(shown), rows)]
            parts += remarks(self.study, part, lines)
            parts += [text for line in lines for text in _details(self.study, line)]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _line(self, outcome: Outcome, facet: str) -> Line:
        if outcome.unreachable:
            return Line(outcome, facet)
        row, step = outcome.step.row, outcome.step
        said = [_within(answers[facet], step.part.below) for answers in outcome.answers]
        answers = pooled(said, self.study.split, bool(row.bags))
        before = self._answers.get((facet, step.part.name, row.against))
        self._answers[facet, step.part.name, step.name] = answers
        gained = None if before is None else gain(before, answers)
        return Line(outcome, facet, measured(answers, step.recipe.crops is not None, row.draws), gained)

    def _machine(self) -> str:
        known = [line.outcome.environment for line in self.lines if line.outcome.environment]
        if not known:
            return ""
        versions = ", ".join(f"{name} {number}" for name, number in known[-1].get("versions", {}).items())
        return f"These figures: {known[-1].get('processor')}, {known[-1].get('cores')} cores; {versions}."


def _within(answers: pd.DataFrame, folder: str) -> pd.DataFrame:
    """The answers for pictures below a folder; all where it is ""."""
    return answers[answers["path"].str.startswith(folder)].reset_index(drop=True)


def terminal(report: Report, width: int) -> Group:
    """The tables as a terminal of so many characters shows them: a narrow one without every column."""
    shown: list[RenderableType] = []
    for part, facet, lines in report.tables():
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold", title_justify="left")
        table.title = part.title or f"{report.study.title}: {facet}"
        tells = {name: tell for name, tell in columns(lines).items() if width >= WIDE or name not in LEFT_OUT}
        for name in tells:
            table.add_column(name, justify="right" if name else "left", overflow="fold")
        for line in lines:
            table.add_row(*(escape(tell(line)) for tell in tells.values()))
        shown += [table, *(f"{escape(text)}\n" for text in remarks(report.study, part, lines) if text)]
    return Group(*shown, LEGEND)


def columns(lines: Sequence[Line]) -> dict[str, Callable[[Line], str]]:
    """The columns of a table with those lines, and what each says of a line."""
    found: dict[str, Callable[[Line], str]] = {"": lambda line: line.step.label}
    found["published"] = lambda line: _pair(line.published.accuracy, None)
    found["ours"] = lambda line: _ours(line.measured)
    if any(line.measured and line.measured.by_work for line in lines):
        found["by work"] = _of(lambda one: _figure(one.by_work) if one.by_work else "")
        found["works"] = _of(lambda one: f"{one.works:,}")
    if any(line.gain for line in lines):
        found["gain"] = lambda line: _figure(line.gain, "+") if line.gain else ""
    found["n"] = _of(lambda one: f"{one.n:,}")
    found["chance"] = _of(lambda one: f"{1 / len(one.labels):.3f}, {one.largest:.3f}")
    for name in ("precision", "recall", "f1"):
        found["F1" if name == "f1" else name] = _beside(name)
    found["macro-F1"] = _of(lambda one: f"{one.macro_f1.value:.3f}")
    if any(line.measured and len(line.measured.labels) > 5 for line in lines):
        found["top-5"] = _beside("top5")
    found["minutes"] = lambda line: f"{line.outcome.seconds / 60:.1f}" if line.measured else ""
    return found


def remarks(study: Study, part: Part, lines: Sequence[Line]) -> list[str]:
    """What stands under a table: what differs from the published data, and the notes of its rows."""
    texts = [_led("Differences: ", part.differences or study.differences)]
    if study.missing:
        texts.append(f"Published, but without pictures here: {', '.join(study.missing)}.")
    notes = []
    for line in lines:
        said = [line.step.row.note if not line.step.stands_in else "", line.outcome.unreachable, _drawn(line)]
        if text := " ".join(filter(None, said)):
            notes.append(f"- {line.step.label}: {text}")
    return [*texts, "\n".join(notes)]


def _details(study: Study, line: Line) -> Iterator[str]:
    """A row by class, the published figures beside ours, and its confusions."""
    row, found = line.step.row, line.measured
    if found is None or not (row.details or row.by_class):
        return
    beside = f", beside what was published of: {row.label}" if line.step.stands_in and row.by_class else ""
    yield f"### {line.step.label}, by class{beside}"
    rows = [
        _of_class(one, row.by_class.get(one.label, PublishedClass()), recall)
        for one, recall in zip(found.classes, found.recalls, strict=True)
    ]
    rows += [
        _of_class(ClassFigures(label, 0, 0.0, 0.0, 0.0), published, None)
        for label, published in row.by_class.items()
        if label not in found.labels
    ]
    if study.published_works:
        rows = [[*cells, str(study.published_works.get(cells[0], ""))] for cells in rows]
    yield markdown_table(
        ["", "n", "precision", "recall", "F1", *["published n"] * bool(study.published_works)], rows
    )
    if row.details and len(found.labels) <= MOST_CONFUSED:
        yield f"### {line.step.label}, what is taken for what"
        counts = zip(found.labels, found.confusion, strict=True)
        yield markdown_table(["truth", *found.labels], [[label, *map(str, row)] for label, row in counts])
    if row.details and line.outcome.histories:
        yield f"### {line.step.label}, by epoch" + " (first run)" * (len(line.outcome.histories) > 1)
        yield by_epoch(line.outcome.histories[0], line.facet)


def by_epoch(history: pd.DataFrame, facet: str) -> str:
    """Loss and accuracy in training and validation, at some epochs and the last."""
    last = history["epoch"] == history["epoch"].max()
    shown, columns = history[history["epoch"].isin(EPOCHS) | last], {"epoch": "epoch"}
    for lead, split in (("", "training"), ("val_", "validation")):
        for kind in ("loss", "accuracy"):
            name = f"{lead}{facet}_{kind}"
            name = name if name in history else f"{lead}{kind}"
            columns |= {name: f"{split} {kind}"} if name in history else {}
    figures = list(columns)[1:]
    rows = [[f"{row['epoch']:g}", *(f"{row[name]:.3f}" for name in figures)] for _, row in shown.iterrows()]
    return markdown_table(list(columns.values()), rows)


def _of_class(one: ClassFigures, published: PublishedClass, recall: Figure | None) -> list[str]:
    """A label's cells; without pictures, only what was published of it."""
    names = ("precision", "recall", "f1")
    shown = [_pair(getattr(published, name), getattr(one, name) if one.n else None) for name in names]
    if one.n and recall:
        low, high = recall.interval
        shown[1] += f" [{low:.2f}, {high:.2f}]"
    return [one.label, f"{one.n:,}", *shown]


def _drawn(line: Line) -> str:
    """How many of so many new works are right, over many draws."""
    if line.measured is None or not (counts := line.measured.draws):
        return ""
    shares = [count / DRAWS for count in counts]
    mean = sum(right * share for right, share in enumerate(shares))
    likely = ", ".join(
        f"{right}: {shares[right]:.1%}" for right in reversed(range(len(shares))) if shares[right]
    )
    return (
        f"Of {len(counts) - 1} new works, drawn {DRAWS:,} times, {mean:.1f} are right on average ({likely})."
    )


def _led(lead: str, text: str) -> str:
    """A text behind its lead, or nothing."""
    return lead + text.strip() if text else ""


def _of(tell: Callable[[Measured], str]) -> Callable[[Line], str]:
    return lambda line: tell(line.measured) if line.measured else ""


def _beside(name: str) -> Callable[[Line], str]:
    return lambda line: _pair(
        getattr(line.published, name), getattr(line.measured, name).value if line.measured else None
    )


def _ours(found: Measured | None) -> str:
    if found is None:
        return "weights not reachable"
    return _figure(found.accuracy) + ("" if found.spread is None else f" ± {found.spread:.3f}")


def _figure(figure: Figure, sign: str = "") -> str:
    value, low, high = (f"{number:{sign}.3f}" for number in (figure.value, *figure.interval))
    return f"{value} [{low}, {high}]"


def _pair(published: float | None, ours: float | None) -> str:
    """Published / ours, where there is either."""
    parts = [] if published is None else [f"{published:.4g}"]
    return " / ".join(parts if ours is None else [*parts, f"{ours:.3f}"])
