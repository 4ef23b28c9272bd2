"""The story of hand or algorithm, in figures of our own runs beside the published ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import pandas as pd

from artml import charts
from artml.bundle import Bundle
from artml.errors import ArtmlError
from artml.report.compare import StudyPage, beside, studies, tables
from artml.report.learning import overfitting
from artml.report.parts import Chart, Part, Section, Words
from artml.report.subject import Subject, of_bundle

FACET: Final = "technique"
STUDY: Final = "calvino"
NEW_PEOPLE: Final = "hand-or-algorithm"
"""The catalogue that keeps authors apart."""
PUBLISHED: Final = 0.90417
"""Share of 240 crops that the published network had right at its best."""

ASKED: Final = (
    "In 2019 Martin Calvino, who draws and who also writes programs that draw, asked whether a machine could "
    "tell the two kinds of his work apart. He took 25 works of each kind, cut them into small squares, and "
    "had a network of a single block of filters learn from 500 of them."
)
STEPS: Final = (
    "Step by step he got from three squares in four to nine in ten: units left out at random, squares turned "
    "a little, larger batches. We ran the same steps again, on works by some fifty people."
)
HARDER: Final = (
    "One person’s two habits are easier to tell apart than two ways of working that many people share. And a "
    "small network begins with no idea of a line: 25 works are too few to find one."
)
TEN: Final = (
    "He then showed the finished network ten works it had never met, and it named nine. Ten is a small "
    "number. So we let ours draw ten new works ten thousand times."
)
OURS: Final = (
    "The model on this page therefore learnt from more: hundreds of works, and abstract paintings so that "
    "“abstract” does not come to mean “by algorithm”. All are brought to one scale before they are cut, and "
    "disguised, so that neither size nor sharpness nor file format gives the answer away. No author of the "
    "drawings and the programs that test it was among those it learnt from."
)

_DRAWS: Final = re.compile(r"Of 10 new works.*?\((10: [^)]*)\)")
_SHARE: Final = re.compile(r"(\d+): ([\d.]+)%")


def story(bundle: Bundle | None, dark: bool = False) -> Section:
    """The experiment told in order; what has not been measured here is left out. `bundle` is the one that
    answers, if any.
    """
    section = Section("hand-or-algorithm", "The experiment", [Words(ASKED), Words(STEPS)])
    page = next((page for page in studies() if page.name == STUDY), None)
    if page is not None:
        section.parts.extend((*_steps(page, dark), *_ten(page, dark)))
    if bundle is not None and bundle.metrics:
        with suppress(ArtmlError):  # it carries no figures
            section.parts.extend(_ours(of_bundle(bundle), dark))
    return section


def _steps(page: StudyPage, dark: bool) -> Iterator[Part]:
    """The published steps beside ours: the first table of the study."""
    heading, frame = next(tables(page.file.read_text(encoding="utf-8")), ("", pd.DataFrame()))
    if not {"published", "ours"} <= set(frame):
        return
    drawn = beside(frame)
    both = drawn.dropna(subset=["published", "ours"])
    if both.empty:
        return
    best = drawn.sort_values("ours", na_position="first").iloc[-1]
    sentence = (
        f"His network rose to {both['published'].max():.0%} of its squares right. The same steps bring ours "
        f"to {both['ours'].max():.0%}; furthest comes “{best['row']}”, with {best['ours']:.0%}."
    )
    figure = charts.intervals(drawn, series=("ours", "published"), dark=dark)
    n = ", ".join(dict.fromkeys(frame["n"])) if "n" in frame else "?"
    yield Chart("steps", sentence, figure, drawn, f"{heading}. n: {n} squares. Bars: 95 % intervals.")
    yield Words(HARDER)


def _ten(page: StudyPage, dark: bool) -> Iterator[Part]:
    """Ten new works, drawn again and again: the last network that was finished, on authors it never met."""
    found = _DRAWS.findall(page.file.read_text(encoding="utf-8"))
    if not found:
        return
    drawn = {int(right): float(share) / 100 for right, share in _SHARE.findall(found[-1])}
    frame = pd.DataFrame({"right": range(11), "share": [drawn.get(right, 0.0) for right in range(11)]})
    nine = float(frame.loc[frame["right"] >= 9, "share"].sum())
    sentence = f"Nine or ten of ten come up in {nine:.0%} of the draws: luck alone makes a large difference."
    yield Words(TEN)
    below = (
        "10,000 draws of ten works by people it had not met; VGG16’s first blocks, finished on all others."
    )
    yield Chart("ten", sentence, charts.draws(frame, published=9, dark=dark), frame, below)


def _ours(subject: Subject, dark: bool) -> Iterator[Part]:
    """The model that answers on the page: how good it is, and how it learnt."""
    yield Words(OURS)
    rows = [*_accuracies(subject.metrics)]
    if rows:
        frame = pd.DataFrame(rows)
        sentence = (
            " ".join(f"Of works {row['row']}, it has {row['accuracy']:.0%} right." for row in rows[:1])
            + f" The dotted line is the published {PUBLISHED:.0%}, of squares by the one person it had met."
        )
        n = ", ".join(f"{row['row']} {row['n']:,}" for row in rows)
        figure = charts.intervals(frame, series=("accuracy",), dark=dark, goal=PUBLISHED)
        yield Chart("ours", sentence, figure, frame, f"n: {n} works. Bars: 95 % intervals.")
    history = subject.history
    if history is not None and not history.empty:
        told = overfitting(history, FACET)
        steps = history["step"].nunique()
        below = f"n {len(history):,} checkpoints of {steps} steps. Blue: works trained on, orange: others."
        figure = charts.learning(history, FACET, "accuracy", dark=dark)
        yield Chart("learnt", told, figure, history, below)


def _accuracies(metrics: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Those by people it never met first; all together where they were not measured apart."""
    named = {NEW_PEOPLE: "by people it never met", "paintings": "abstract paintings, all by hand"}
    parts = metrics.get("by_catalogue", {})
    apart = [(parts[key].get(FACET), name) for key, name in named.items() if key in parts]
    for found, name in apart or [(metrics["test"].get(FACET), "all test works")]:
        if found:
            low, high = found["intervals"]["accuracy"]
            yield {
                "row": name,
                "n": found["n"],
                "accuracy": found["accuracy"],
                "accuracy_low": low,
                "accuracy_high": high,
            }
