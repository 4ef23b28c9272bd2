"""Which version of each model answers, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from artml.bundle import names
from artml.collection import Person
from artml.errors import ArtmlError, BundleError
from artml.learning import takeover
from artml.learning.takeover import Version
from artml.service import Turn
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
        head = element("p", f"{version.name} {version.version}", "version") + element(
            "p", _facts(version), "facts"
        )
        st.html(head, width="stretch")
        if not version.serves:
            _act(
                "Put into service", f"use-{key}", lambda: takeover.use(person, version.name, version.version)
            )
        elif version.turn is not None and not version.turn.back:
            _act("Take back", f"back-{key}", lambda: takeover.rollback(person, version.name))


def _facts(version: Version) -> str:
    """In service since when and by whom, and how good it is on works it was not trained on."""
    parts = ["shipped"] if version.shipped else []
    if version.serves:
        since = (
            f" since {version.turn.time.astimezone():%d %B %Y}, by {version.turn.person}"
            if version.turn
            else ""
        )
        parts.append(f"in service{since}")
    for facet, found in version.figures.get("test", {}).items():
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
