"""The curators' page: a folder in, and every picture in it labelled, whoever watches."""

from __future__ import annotations

import streamlit as st

from artml.collection import Person
from artml.errors import ArtmlError
from artml.web.access import Role, enter
from artml.web.joblist import listing
from artml.web.labelling.choose import choose
from artml.web.labelling.found import found
from artml.web.labelling.running import running
from artml.web.labelling.words import facts, title
from artml.web.look import element
from artml.web.museum import desk

AUDIENCE = Role.CURATOR

TITLE = "Which pictures are to be labelled?"


def label(person: Person) -> None:
    """One run of the page."""
    at = desk()
    if job := st.query_params.get("job"):
        running(at, person, job)
    elif folder := st.query_params.get("folder"):
        found(at, person, folder)
    else:
        st.html(element("h1", TITLE, "welcome"))
        choose(at.collection)
        listing(at, "label", "Jobs", title, facts)


try:
    label(enter(AUDIENCE))
except ArtmlError as error:
    st.html(element("p", str(error), "refused", role="alert"))
