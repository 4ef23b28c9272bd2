"""The staff's page: how good each bundle and training run is, and on what."""

from __future__ import annotations

import streamlit as st

from artml.errors import ArtmlError
from artml.report.compare import studies
from artml.report.subject import sources
from artml.web import reports
from artml.web.access import Role, enter
from artml.web.look import element

AUDIENCE = Role.STAFF


def page() -> None:
    """One run of the page."""
    known = {source.title: source for source in sources()}
    st.html(element("h1", "Reports", "welcome"))
    if not known:
        st.html(element("p", "There is no bundle here, and no training run.", "invitation"))
        return
    with st.container(key="report-head"):
        left, right = st.columns([3, 1], gap="large")
        with left:
            chosen = st.selectbox("Bundle or run", list(known))
        with right:
            st.segmented_control("Charts are saved as", reports.FORMATS, default="PNG", key="chart-format")
    question = st.segmented_control(
        "Question",
        reports.QUESTIONS,
        default=reports.QUESTIONS[0],
        key="question",
        label_visibility="collapsed",
        required=True,
    )
    if question == "Studies":
        reports.study(studies())
        return
    subject = reports.read(known[chosen])
    if question == "Side by side":
        reports.beside(subject, [source for title, source in known.items() if title != chosen])
    else:
        reports.answer(str(question), subject)


enter(AUDIENCE)
try:
    page()
except ArtmlError as error:
    st.html(element("p", str(error), "refused", role="alert"))
