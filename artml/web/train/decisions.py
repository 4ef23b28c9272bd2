"""Heads trained anew on what curators decided."""

from __future__ import annotations

import streamlit as st

from artml.bundle import names
from artml.collection import Person
from artml.errors import ArtmlError, BundleError, CollectionError
from artml.jobs.desk import Desk
from artml.learning.decided import to_learn_from
from artml.web.look import element


def decisions(desk: Desk, person: Person) -> None:
    """Draw what there is to learn from, a model, and the button that starts."""
    with st.container(key="from-decisions"):
        st.html(element("h2", "From what curators decided", "way"))
        told = [_one(desk, person, name) for name in names()]
        if told and not any(told):
            nothing = "There is nothing to learn from yet: label a folder, and review it."
            st.html(element("p", nothing, "small-print"))


def _one(desk: Desk, person: Person, name: str) -> bool:
    """Whether there is anything to learn for this model."""
    try:
        works = to_learn_from(desk.collection, name)
    except (CollectionError, BundleError):
        return False
    taught, held = (len(works.part(held=held).frame) for held in (False, True))
    words = f"{taught:,} decided works to learn from, and {held:,} held out to see whether it got better."
    st.html(element("p", words, "about"))
    going = desk.training(name)
    if going is not None:
        st.button(f"Watch the {name} learn", key=f"watch-{name}", on_click=_open, args=(going.id,))
    elif st.button(f"Teach the {name}", key=f"teach-{name}"):
        try:
            job = desk.train(person, name)
        except ArtmlError as error:
            st.html(element("p", str(error), "refused", role="alert"))
            return True
        st.query_params["job"] = job.id
        st.rerun()
    return True


def _open(job_id: str) -> None:
    st.query_params["job"] = job_id
