"""What the chosen works hold and what training would take, before anything starts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from artml import charts
from artml.catalogue import Problem
from artml.collection import Person
from artml.errors import ArtmlError
from artml.jobs.desk import Desk
from artml.jobs.recipes import Choice, known
from artml.jobs.rehearsal import Asked, Rehearsal, rehearse
from artml.jobs.works import allowed, table_in, usable, works_in
from artml.web.look import bar, element, is_dark
from artml.web.train.words import estimate, left_out, split_sentence

MOST: Final = 200
"""Problems that are listed."""
SHOWN: Final = 40
"""Labels that are drawn."""


@dataclass(frozen=True)
class Checked:
    """What is usable of some works: by facet how many have each label; and what is wrong."""

    works: int
    counts: dict[str, dict[str, int]]
    problems: list[Problem]


def found(desk: Desk, person: Person, recipe: str) -> None:
    """Draw it, the works first, then what a measured step says."""
    st.button("Choose another", key="back", type="tertiary", on_click=_back)
    choice = known(recipe)
    path, root = allowed(st.query_params.get("works", ""))
    st.html(
        element("h1", choice.title, "folder-name") + element("p", f"{choice.name}: {choice.about}", "line")
    )
    facet = _facet(choice, path)
    asked = Asked(recipe, str(path), facet, str(root))
    with st.spinner("Checking the works…"):
        checked = _checked(asked, _stamp(path))
    head, start, below = st.empty(), st.empty(), st.empty()
    _numbers(head, path, checked, None)
    with start.container():
        begin = st.button("Train", key="start", type="primary", shortcut="Enter", disabled=not checked.works)
    if begin:
        job = desk.train_by(person, recipe, path, facet=facet, root=root)
        _back()
        st.query_params["job"] = job.id
        st.rerun()
    takes = below.container()
    with takes:
        time = st.empty()
        _problems(checked)
        counts = st.container()
    with counts:
        _counts(choice, checked)
    if checked.works:
        _rehearsed(asked, path, checked, head, time)


def _facet(choice: Choice, path: Path) -> str:
    """What the names of a folder's folders say; empty where a catalogue says it."""
    if table_in(path) is not None:
        return ""
    if len(choice.facets) == 1:
        return choice.facets[0]
    return str(
        st.segmented_control(
            "Its folders are named by", choice.facets, default=choice.facets[0], required=True
        )
    )


def _rehearsed(
    asked: Asked, path: Path, checked: Checked, head: DeltaGenerator, time: DeltaGenerator
) -> None:
    """Measure a step, showing how far that is; once it is whole, it is remembered while the page stays."""
    kept = st.session_state.get("rehearsed")
    if kept and kept[0] == asked:
        _told(path, checked, head, time, kept[1])
        return
    with closing(rehearse(asked)) as reports:
        for report in reports:
            _told(path, checked, head, time, report)
    st.session_state["rehearsed"] = asked, report


def _told(
    path: Path, checked: Checked, head: DeltaGenerator, time: DeltaGenerator, report: Rehearsal
) -> None:
    _numbers(head, path, checked, report)
    if report.missing:
        time.html(element("p", report.missing, "refused", role="alert"))
    elif report.over:
        words, warning = estimate(report)
        time.html(
            element("p", words, "numbers", role="status")
            + element("p", warning, "refused")
            + element("p", left_out(report), "small-print")
        )
    else:
        share = report.done / report.of if report.of else 0.0
        time.html(
            bar(share, "Measured")
            + element(
                "p",
                f"{report.stage}: a few steps are taken, to tell how long all of them take.",
                "small-print",
            )
        )


def _numbers(head: DeltaGenerator, path: Path, checked: Checked, report: Rehearsal | None) -> None:
    numbers = [(f"{checked.works:,}", "works that can be used")]
    errors = sum(problem.severity == "error" for problem in checked.problems)
    if errors:
        numbers.append((f"{errors:,}", "that cannot"))
    if report and report.works:
        numbers += [(f"{sum(map(len, report.labels.values())):,}", "labels it will know")]
    figures = "".join(f"<div>{element('dt', text)}{element('dd', number)}</div>" for number, text in numbers)
    line = split_sentence(report) if report and report.works else ""
    head.html(
        f'<dl class="found">{figures}</dl>'
        + element("p", line, "line")
        + element("p", str(path), "small-print")
    )


def _problems(checked: Checked) -> None:
    if not checked.problems:
        return
    count = len(checked.problems)
    with st.expander("One problem" if count == 1 else f"{count:,} problems", key="problems"):
        rows = [
            (each.line, "left out" if each.severity == "error" else "kept", each.message)
            for each in checked.problems[:MOST]
        ]
        st.dataframe(pd.DataFrame(rows, columns=["line", "work", "what is wrong"]), hide_index=True)
        if count > MOST:
            st.html(element("p", f"The first {MOST} of them.", "small-print"))


def _counts(choice: Choice, checked: Checked) -> None:
    """How many works have each label, the most common first."""
    for facet in choice.facets:
        counts = checked.counts.get(facet)
        if not counts:
            continue
        frame = pd.DataFrame({"label": list(counts), "n": list(counts.values())})
        most, least = frame.iloc[0], frame.iloc[-1]
        told = f"{len(frame):,} labels of {facet}: {most['n']:,} works of {most['label']}, "
        told += f"{least['n']:,} of {least['label']}."
        with st.container(key=f"chart-counts-{facet}"):
            st.html(element("p", told, "sentence"))
            figure = charts.counts(frame.head(SHOWN), dark=is_dark())
            st.plotly_chart(
                figure, theme=None, config={"displayModeBar": False}, alt=told, key=f"counts-{facet}"
            )
            more = f"; the {SHOWN} most common are drawn" if len(frame) > SHOWN else ""
            st.html(element("p", f"n {frame['n'].sum():,} works with a label{more}.", "small-print"))


@st.cache_data(show_spinner=False, max_entries=4)
def _checked(asked: Asked, stamp: float) -> Checked:
    kept, problems = usable(works_in(Path(asked.folder), asked.facet), Path(asked.root))
    counts = {}
    for facet in kept.facets:
        labels = kept.frame[facet][kept.frame[facet] != ""].value_counts()
        counts[facet] = {str(label): int(count) for label, count in labels.items()}
    return Checked(len(kept), counts, problems)


def _stamp(path: Path) -> float:
    """Changes with the works, as far as a look tells."""
    try:
        table = table_in(path) or path
        return max([table.stat().st_mtime, *(entry.stat().st_mtime for entry in path.glob("*/"))])
    except (OSError, ArtmlError):
        return 0.0


def _back() -> None:
    for name in ("recipe", "works"):
        st.query_params.pop(name, None)
    st.session_state.pop("rehearsed", None)
