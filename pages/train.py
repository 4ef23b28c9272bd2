"""The staff's page: choose what to train and on what, see what it would take, and watch it learn."""

from __future__ import annotations

import streamlit as st

from artml.collection import Person
from artml.errors import ArtmlError
from artml.web.access import Role, enter
from artml.web.joblist import listing
from artml.web.look import element
from artml.web.museum import desk
from artml.web.train.choose import choose
from artml.web.train.decisions import decisions
from artml.web.train.found import found
from artml.web.train.running import running
from artml.web.train.service import service
from artml.web.train.words import facts, title

AUDIENCE = Role.STAFF

TITLE = "What shall it learn?"


def train(person: Person) -> None:
    """One run of the page."""
    at = desk()
    if job := st.query_params.get("job"):
        running(at, person, job)
    elif recipe := st.query_params.get("recipe"):
        found(at, person, recipe)
    else:
        st.html(element("h1", TITLE, "welcome"))
        left, right = st.columns(2, gap="large")
        with left:
            choose()
        with right:
            decisions(at, person)
            service(person)
        listing(at, "train", "Trained here", title, facts)


try:
    train(enter(AUDIENCE))
except ArtmlError as error:
    st.html(element("p", str(error), "refused", role="alert"))
