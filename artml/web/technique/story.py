"""The story of the experiment, below the pictures."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from artml.report.parts import Chart, Section, Words
from artml.report.technique import story
from artml.web import guide, reports
from artml.web.look import element, is_dark
from artml.web.technique.words import FACET


def tell() -> None:
    """Tell it, in figures of our own runs: words, and beside them (on a phone below) what they are about."""
    section = story(guide.answering(FACET), is_dark())
    with st.container(key="story"):
        st.html(element("h2", section.title, "question"))
        for words, charts in _scenes(section):
            left, right = st.columns([5, 7], gap="large")
            with left:
                st.html("".join(element("p", each.text, "told-so") for each in words))
            with right:
                for chart in charts:
                    reports.draw_chart(f"{section.name}-{chart.key}", chart)


def offer() -> None:
    """Offer it under pictures that hang; it is drawn once somebody opens it."""
    opened = st.expander("The experiment behind it", key="story-opened", on_change="rerun")
    with opened:
        if opened.open:
            tell()


def _scenes(section: Section) -> Iterator[tuple[list[Words], list[Chart]]]:
    """Paragraphs, and the charts that follow them."""
    words: list[Words] = []
    charts: list[Chart] = []
    for part in section.parts:
        if isinstance(part, Words):
            if charts:
                yield words, charts
                words, charts = [], []
            words.append(part)
        elif isinstance(part, Chart):
            charts.append(part)
    if words:
        yield words, charts
