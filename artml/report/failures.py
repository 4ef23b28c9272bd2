"""Where it fails: what it takes for what, which labels it knows badly, and its surest mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from artml import charts, figures
from artml.evaluation import wilson
from artml.report.parts import Chart, Mistake, Part, Pictures, Section
from artml.report.subject import Subject

ENOUGH: Final = 20
"""Works of a label from which a sentence speaks of it."""
NUMBERS: Final = {
    2: "two",
    3: "three",
    4: "four",
    5: "five",
    6: "six",
    7: "seven",
    8: "eight",
    9: "nine",
    10: "ten",
    12: "twelve",
    15: "fifteen",
    20: "twenty",
}


def fails(subject: Subject, dark: bool) -> Section:
    """Where does it fail?"""
    parts: list[Part] = []
    for facet, found in subject.metrics["test"].items():
        labels = subject.facets[facet].labels
        if "confusion" in found:
            parts.append(_confusion(facet, found, labels, dark))
        parts.append(_classes(facet, found, dark))
    surest = [
        Mistake(facet, **mistake)
        for facet, found in subject.metrics["test"].items()
        for mistake in found.get("mistakes", [])
    ]
    if surest:
        parts.append(Pictures(_surest(surest), tuple(surest)))
    return Section("fails", "Where does it fail?", parts)


def how_often(share: float) -> str:
    """A share from 0 to 1 in words, as near as one in so many comes: "one time in five"."""
    if share >= 0.45:
        return "every other time" if share < 0.6 else f"{share:.0%} of the time"
    nearest = min(NUMBERS, key=lambda count: abs(1 / count - share))
    return f"one time in {NUMBERS[nearest]}" if share > 0.04 else f"{share:.0%} of the time"


def _confusion(facet: str, found: Mapping[str, Any], labels: tuple[str, ...], dark: bool) -> Chart:
    cells = np.array(found["confusion"], np.intp)
    wrong = cells - np.diag(np.diag(cells))
    shares = wrong / np.maximum(cells.sum(axis=1, keepdims=True), 1)
    spoken = cells.sum(axis=1) >= ENOUGH
    judged = shares * spoken[:, None] if spoken.any() else shares
    true, said = np.unravel_index(int(judged.argmax()), judged.shape)
    if wrong.any():
        often = how_often(float(shares[true, said]))
        sentence = f"It mistakes {labels[true]} for {labels[said]} {often}."
    else:
        sentence = f"It mistakes no {facet} for another."
    frame = pd.DataFrame(cells, index=list(labels), columns=list(labels)).rename_axis("true").reset_index()
    below = f"n {found['n']:,} test works; a cell is as dark as its share of its row, and says its works."
    figure = figures.confusion(cells, labels, dark=dark)
    return Chart(f"confusion-{facet}", sentence, figure, frame, below)


def _classes(facet: str, found: Mapping[str, Any], dark: bool) -> Chart:
    frame = pd.DataFrame(found["classes"]).sort_values("f1", ascending=False, kind="stable")
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    frame["row"] = [f"{label} ({n})" for label, n in zip(frame["label"], frame["n"], strict=True)]
    spans = [wilson(round(r * n), int(n)) for r, n in zip(frame["recall"], frame["n"], strict=True)]
    frame["recall_low"], frame["recall_high"] = zip(*spans, strict=True) if spans else ([], [])
    for name in ("precision", "f1"):  # no interval is known of these
        frame[f"{name}_low"] = frame[f"{name}_high"] = frame[name]
    known = frame[frame["n"] >= ENOUGH]
    known = known if len(known) else frame
    best, worst = known.iloc[0], known.iloc[-1]
    sentence = (
        f"Of the {facet}s it knows {best['label']} best (F1 {best['f1']:.2f}) "
        f"and {worst['label']} least ({worst['f1']:.2f})."
    )
    figure = charts.intervals(frame, series=("f1", "recall", "precision"), dark=dark)
    few = int((frame["n"] < ENOUGH).sum())
    below = f"n in brackets, {int(frame['n'].sum()):,} test works in all. Bars: 95 % intervals of the recall."
    below += f" {few} of the labels have fewer than {ENOUGH}." if few else ""
    return Chart(f"classes-{facet}", sentence, figure, frame.drop(columns="row"), below)


def _surest(surest: list[Mistake]) -> str:
    top = max(surest, key=lambda mistake: mistake.probability)
    share = figures.percent(top.probability)
    return f"Its surest mistakes: once it gave {share} to {top.answer} where {top.truth} was true."
