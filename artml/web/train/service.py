"""Which version of each model answers, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from artml.bundle import METRICS, names
from artml.collection import Person
from artml.errors import ArtmlError, BundleError
from artml.learning import takeover
from artml.learning.takeover import Version
from artml.service import Turn, standing, turns
from artml.web.look import element


def service(person: Person) -> None:
    """Draw every version of every model that answers."""
    with st.container(key="service"):
        st.html(element("h2", "In service", "way"))
        for name in names():
            try:
                found = takeover.versions(name)
            except BundleError as error:
                st.html(element("p", str(error), "refused", role="alert"))
                continue
            for version in sorted(found, key=lambda each: not each.serves):
                row(person, version)


def row(person: Person, version: Version) -> None:
    """A version, what is known of it, and what may be done with it."""
    key = f"{version.name}-{version.version}"
    with st.container(key=f"job-version-{key}", horizontal=True, vertical_alignment="center"):
        name, facts = f"{version.name} {version.version}", _facts(version)
        st.html(element("p", name, "version") + element("p", facts, "facts"), width="stretch")
        if not version.serves:
            use = partial(takeover.use, person, version.name, version.version)
            _act("Put into service", f"use-{key}", use)
        elif standing(turns(version.name)):
            _act("Take back", f"back-{key}", partial(takeover.rollback, person, version.name))


def _facts(version: Version) -> str:
    """In service since when and by whom, and how good it is on works it was not trained on."""
    parts = ["shipped"] if version.shipped else []
    if version.serves and version.turn:
        turn = version.turn
        parts.append(f"in service since {turn.time.astimezone():%d %B %Y}, by {turn.person}")
    elif version.serves:
        parts.append("in service")
    measured = version.figures if (version.folder / METRICS).is_file() else {}
    for facet, found in measured.get("test", {}).items():
        parts.append(f"{facet} {found['accuracy']:.3f}")
    return " · ".join(parts)


def _act(text: str, key: str, do: Callable[[], Turn]) -> None:
    if st.button(text, key=key, type="tertiary"):
        try:
            do()
        except ArtmlError as error:
            st.html(element("p", str(error), "refused", role="alert"))
            return
        st.rerun()
