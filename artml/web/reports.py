"""How the staff's page shows the parts of a report: the same charts and sentences as in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

from artml.errors import ArtmlError
from artml.figures import percent
from artml.report.compare import StudyPage, side_by_side
from artml.report.html import csv_of, gallery
from artml.report.parts import Chart, Mistake, Part, Pictures, Section, Table, Varied, Words
from artml.report.pictures import root, samples, shown
from artml.report.sections import ASKED
from artml.report.subject import Source, Subject, measured_file
from artml.web.look import element, is_dark

QUESTIONS: Final = (
    "How good",
    "How honest",
    "Where it fails",
    "How it learned",
    "From what",
    "What it is",
    "Side by side",
    "Studies",
)
AT_ONCE: Final = 6
"""Mistakes shown at a time."""
FORMATS: Final = ("PNG", "SVG")


def read(source: Source) -> Subject:
    """The subject, read anew once its files have changed; raises an `ArtmlError`."""
    return _read(source, _stamp(source))


def answer(question: str, subject: Subject) -> None:
    """Draw the answer to one of the first questions."""
    draw(ASKED[QUESTIONS.index(question)](subject, is_dark()), subject)


def beside(subject: Subject, others: Sequence[Source]) -> None:
    """Let another be chosen, and draw both side by side."""
    named = {source.title: source for source in others}
    chosen = st.selectbox("Beside", list(named), index=None, placeholder="Choose another")
    if chosen is None:
        st.html(element("p", "Choose another bundle or run to see both on one scale.", "sentence"))
        return
    try:
        draw(side_by_side(subject, read(named[chosen]), is_dark()), subject)
    except ArtmlError as error:
        st.html(element("p", str(error), "refused", role="alert"))


def study(pages: Sequence[StudyPage]) -> None:
    """Let a study be chosen, and draw its tables with the published figures beside ours."""
    if not pages:
        st.html(element("p", "No study has been run yet: artml study says which there are.", "sentence"))
        return
    named = {page.name: page for page in pages}
    chosen = st.selectbox("Study", list(named), format_func=lambda name: named[name].title)
    draw(named[chosen].section(is_dark()), None)


def draw(section: Section, subject: Subject | None) -> None:
    """One section: its title, and part by part what it says."""
    st.html(element("h2", section.title, "question"))
    for part in section.parts:
        _draw_part(section.name, part, subject)


def _draw_part(section: str, part: Part, subject: Subject | None) -> None:
    match part:
        case Words():
            st.html(element("p", part.text, "sentence"))
        case Chart():
            draw_chart(f"{section}-{part.key}", part)
        case Table():
            st.html(element("p", part.sentence, "sentence"))
            st.dataframe(part.data, hide_index=True, width="content", key=f"{section}-{part.key}")
            st.html(element("p", part.below, "small-print") or "<span></span>")
        case Pictures():
            _draw_pictures(part, subject)
        case Varied():
            st.html(element("p", part.sentence, "sentence"))
            if subject is not None and subject.facts.get("recipe") and root(subject) is not None:
                _draw_varied(subject)


def draw_chart(key: str, chart: Chart) -> None:
    """One chart, its sentence above it, its n and its data below; `key` tells it from others."""
    with st.container(key=f"chart-{key}"):
        st.html(element("p", chart.sentence, "sentence"))
        st.plotly_chart(chart.figure, theme=None, config=_config(key), alt=chart.sentence, key=key)
        with st.container(horizontal=True, key=f"below-{key}"):
            st.html(element("p", chart.below, "small-print"))
            st.download_button(
                "CSV",
                csv_of(chart.data),
                f"{key}.csv",
                "text/csv",
                key=f"csv-{key}",
                type="tertiary",
                on_click="ignore",
                help="What this chart was drawn from",
            )


def _draw_pictures(part: Pictures, subject: Subject | None) -> None:
    if subject is None or root(subject) is None:
        return
    st.html(element("p", part.sentence, "sentence"))
    facets = list(dict.fromkeys(mistake.facet for mistake in part.mistakes))
    with st.container(horizontal=True):
        facet = st.segmented_control("Mistakes of", facets, default=None, key="mistakes-facet")
    if facet is None:
        return
    own = [mistake for mistake in part.mistakes if mistake.facet == facet]
    pages = -(-len(own) // AT_ONCE)
    page = st.pagination(pages, key=f"mistakes-{facet}") if pages > 1 else 1
    with st.spinner("Looking…"):
        seen = _shown(subject.title, subject, tuple(own[AT_ONCE * (page - 1) : AT_ONCE * page]))
    columns = st.columns(3, gap="large")
    for number, (mistake, html) in enumerate(seen):
        with columns[number % 3]:
            said = f"{mistake.answer}, {percent(mistake.probability)}; in truth {mistake.truth}"
            st.html(html, unsafe_allow_javascript=True)
            st.html(element("p", said, "caption"))


def _draw_varied(subject: Subject) -> None:
    """Some pictures and how they were varied, once somebody asks."""
    if st.button("Show some of them", type="tertiary", key="varied"):
        with st.spinner("Varying…"):
            rows = _varied(subject.title, subject)
        st.html(gallery(rows) or element("p", "There are none to show.", "small-print"))


def _config(name: str) -> dict[str, Any]:
    """A figure that holds still but for hovering, with one button that saves it in the chosen format."""
    form = str(st.session_state.get("chart-format") or FORMATS[0]).lower()
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "displayModeBar": True,
        "scrollZoom": False,
        "toImageButtonOptions": {"format": form, "filename": name, "scale": 2},
    }


def _stamp(source: Source) -> float:
    files = [source.folder / name for name in ("bundle.json", "run.json", "history.csv")]
    return max(
        (file.stat().st_mtime for file in [*files, *_anew(source.folder)] if file.is_file()), default=0
    )


def _anew(folder: Path) -> list[Path]:
    from artml.bundle import Bundle, read_manifest

    try:
        return [measured_file(Bundle(folder, read_manifest(folder)))]
    except ArtmlError:
        return []


@st.cache_resource(show_spinner=False, max_entries=8)
def _read(source: Source, stamp: float) -> Subject:
    return source.read()


@st.cache_data(show_spinner=False, max_entries=4)
def _varied(title: str, _subject: Subject) -> list[list[bytes]]:
    return samples(_subject)


@st.cache_data(show_spinner=False, max_entries=16)
def _shown(title: str, _subject: Subject, mistakes: tuple[Mistake, ...]) -> list[tuple[Mistake, str]]:
    return list(shown(_subject, mistakes))
