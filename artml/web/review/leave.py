"""What leaves: the works of the queue as a file for another system, complete or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from artml.collection import Collection, Work
from artml.collection.review import Wish
from artml.errors import ArtmlError
from artml.exports.formats import FORMATS, export, file_name
from artml.exports.record import Museum
from artml.web.look import element
from artml.web.review.desk import Desk


def draw(desk: Desk) -> None:
    """Choose a format, make the file, take it."""
    with st.container(key="export"):
        _draw(desk)


def _draw(desk: Desk) -> None:
    wish: Wish = {**desk.wish, "decided": True}
    works = sum(desk.collection.waiting(desk.facet, **wish).values())
    left: Wish = {**desk.wish, "decided": False}
    done = works - sum(desk.collection.waiting(desk.facet, **left).values())
    st.html(
        element("h2", f"{works:,} works to export" if works != 1 else "One work to export", "style")
        + element(
            "p",
            f"The {desk.facet} of {done:,} of them is decided. Every record says apart what a"
            " machine guessed and what a person decided.",
            "line",
        )
    )
    format = st.selectbox(
        "Format", list(FORMATS), format_func=lambda name: FORMATS[name].title, key="format", width=420
    )
    name = file_name(wish.get("folder"), format)
    asked = (desk.facet, format, tuple(sorted(wish.items())))
    if st.button("Make the file", shortcut="A", type="primary", disabled=not works):
        try:
            with st.spinner("Writing…"):
                content = made(desk.collection, desk.facet, wish, format, name)
            st.session_state["made"] = (asked, content)
        except ArtmlError as error:
            st.html(element("p", str(error), "refused", role="alert"))
    kept, content = st.session_state.get("made", (None, b""))
    if kept == asked:
        st.download_button(f"Save {name}", content, file_name=name, on_click="ignore", key="save")
    with st.container(key="visitors"):
        _visitors(desk, wish, works)


def _visitors(desk: Desk, wish: Wish, works: int) -> None:
    """Let visitors see the works, or no longer."""
    st.html(
        element("h2", "Visitors", "facet")
        + element("p", "A work is private until it is shown to visitors, also among works that look alike.")
    )
    with st.container(key="acts", horizontal=True):
        for title, public in (("Show these works to visitors", True), ("Hide them", False)):
            st.button(title, disabled=not works, on_click=_publish, args=(desk, wish, public))


def _publish(desk: Desk, wish: Wish, public: bool) -> None:
    works = [queued.work for queued in desk.collection.queue(desk.facet, **wish)]
    desk.collection.mark_public(desk.person, works, public)
    desk.work = None
    desk.message = f"{len(works):,} works are {'shown to visitors' if public else 'private'} now."


def made(collection: Collection, facet: str, wish: Wish, format: str, name: str) -> bytes:
    """The works of a queue in a format; raises what `export` raises."""
    works: list[Work] = [queued.work for queued in collection.queue(facet, **wish)]
    with tempfile.TemporaryDirectory(prefix="artml-") as folder:
        out = Path(folder) / name
        records = collection.records(works, wish.get("folder"))
        export(records, format, out, Museum.ours())
        return out.read_bytes()
