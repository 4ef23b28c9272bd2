"""How good it is, and whether its confidence is honest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from artml import charts
from artml.evaluation import NEVER, wilson
from artml.report.parts import Chart, Part, Section, Words
from artml.report.subject import Subject

MEASURED: Final = {
    "test": "by image",
    "unseen_artists": "by unseen artist",
    "other_sources": "by unseen source",
}
SHARES: Final = {"accuracy": "accuracy", "macro_f1": "macro-F1", "top5": "top-5"}


def good(subject: Subject, dark: bool) -> Section:
    """How good is it?"""
    rows = [
        shares_of(f"{facet} {words}", subject.metrics[which][facet])
        for facet in subject.facets
        for which, words in MEASURED.items()
        if facet in subject.metrics.get(which, {})
    ]
    frame = pd.DataFrame(rows)
    figure = charts.intervals(frame, series=tuple(SHARES.values()), dark=dark)
    n = ", ".join(f"{row['row']} {row['n']:,}" for row in rows)
    sentence = " ".join(_accuracy(subject, facet) for facet in subject.facets)
    return Section(
        "good",
        "How good is it?",
        [Chart("figures", sentence, figure, frame, f"n: {n}. Bars: 95 % intervals.")],
    )


def honest(subject: Subject, dark: bool) -> Section:
    """Is its confidence honest?"""
    parts: list[Part] = []
    for facet, found in subject.metrics["test"].items():
        if "reliability" in found:
            parts.append(_reliability(facet, found, dark))
        if found.get("risk"):
            parts.append(_risk(facet, found, subject.facets[facet].threshold, dark))
    if not parts:
        errors = ", ".join(f"{facet} {found['ece']:.3f}" for facet, found in subject.metrics["test"].items())
        parts.append(
            Words(
                f"Calibration error: {errors}. This bundle carries no more on its confidence; "
                "with the collection at hand, `artml report --measure` finds the rest."
            )
        )
    return Section("honest", "Is its confidence honest?", [*parts, *_sets(subject, dark)])


def _accuracy(subject: Subject, facet: str) -> str:
    """The three accuracies of a facet in one sentence."""
    shares = {which: subject.metrics.get(which, {}).get(facet) for which in MEASURED}
    words = {
        "test": "of new works",
        "unseen_artists": "where the artist is new too",
        "other_sources": "where the collection is new",
    }
    told = [f"{found['accuracy']:.0%} {words[which]}" for which, found in shares.items() if found]
    return f"It names the right {facet} for {', '.join(told)}."


def shares_of(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `charts.intervals`; the top five of no more than five labels say nothing, and are left out."""
    row: dict[str, Any] = {"row": name, "n": found["n"]}
    for key, title in SHARES.items():
        if key == "top5" and len(found["classes"]) <= 5:
            continue
        low, high = found["intervals"][key]
        row |= {title: found[key], f"{title}_low": low, f"{title}_high": high}
    return row


def _reliability(facet: str, found: Mapping[str, Any], dark: bool) -> Chart:
    frame = pd.DataFrame(found["reliability"], columns=["n", "confidence", "right"])
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    frame["accuracy"] = frame["right"] / frame["n"]
    spans = [wilson(int(right), int(n)) for right, n in zip(frame["right"], frame["n"], strict=True)]
    frame["low"], frame["high"] = zip(*spans, strict=True) if spans else ([], [])
    mean = float((frame["confidence"] * frame["n"]).sum() / frame["n"].sum())
    off = mean - found["accuracy"]
    way = "more" if off > 0 else "less"
    amiss = f"{100 * abs(off):.1f} points {way} than it should be"
    whole = amiss if abs(off) >= 0.01 else "right"
    sentence = f"Its confidence in the {facet} is on the whole {whole}; "
    sentence += f"at a typical answer it is {100 * found['ece']:.1f} points off."
    below = (
        f"n {found['n']:,} test works in bins of equal width; larger dots hold more. Bars: 95 % intervals."
    )
    return Chart(f"reliability-{facet}", sentence, charts.reliability(frame, dark=dark), frame, below)


def _risk(facet: str, found: Mapping[str, Any], threshold: float, dark: bool) -> Chart:
    frame = pd.DataFrame(found["risk"], columns=["threshold", "answered", "right"])
    frame["coverage"], frame["accuracy"] = frame["answered"] / found["n"], frame["right"] / frame["answered"]
    certain = frame[frame["threshold"] >= threshold]
    if len(certain):
        row = certain.iloc[-1]
        sentence = (
            f"Answering only from {threshold:.2f} up, it names the {facet} of {row['coverage']:.0%} of the "
            f"works, and {row['accuracy']:.0%} of those are right; of all, {found['accuracy']:.0%}."
        )
    else:
        never = "at no threshold" if threshold >= NEVER else f"never from {threshold:.2f} up"
        sentence = f"It is certain of a {facet} {never}; of all answers {found['accuracy']:.0%} are right."
    below = f"n {found['n']:,} test works. The threshold moves."
    figure = charts.risk(frame, threshold, dark=dark)
    return Chart(f"risk-{facet}", sentence, figure, frame, below)


def _sets(subject: Subject, dark: bool) -> Iterator[Part]:
    rows, told = [], []
    for facet, found in subject.metrics["test"].items():
        if found.get("sets"):
            low, high = found["intervals"]["sets"]["coverage"]
            share, size = found["sets"]["coverage"], found["sets"]["size"]
            rows.append({"row": facet, "n": found["n"], "holds the truth": share, "labels": size})
            rows[-1] |= {"holds the truth_low": low, "holds the truth_high": high}
            told.append(f"{facet} {share:.0%} with {size:.1f} labels")
    if rows:
        frame = pd.DataFrame(rows)
        figure = charts.intervals(frame, series=("holds the truth",), dark=dark, goal=0.9)
        sentence = "Its prediction sets promise the truth nine times in ten. "
        sentence += f"They hold it so often: {', '.join(told)}."
        n = ", ".join(f"{row['row']} {row['n']:,}" for row in rows)
        yield Chart("sets", sentence, figure, frame, f"n: {n}. Bars: 95 % intervals; the dots stand at 90 %.")
