"""What to train by, and on which works."""

from __future__ import annotations

from typing import Final

import streamlit as st

from artml.jobs.recipes import Choice, choices
from artml.jobs.works import offered
from artml.web.folders import browse
from artml.web.look import element

ELSEWHERE: Final = "A folder on the server"
HOW: Final = "With a catalogue (CSV) in it, or a folder a label, each with its pictures."


def choose() -> None:
    """Draw it; what is chosen goes into the page's address as `recipe` and `works`."""
    with st.container(key="by-recipe"):
        st.html(element("h2", "By a recipe", "way"))
        choice = _recipe()
        st.html(element("p", choice.about, "about"))
        places = {file.parent.name: str(file) for file in offered()}
        own = [name for name in places if name == choice.catalogue]
        names = [*own, *(name for name in places if name not in own), ELSEWHERE]
        works = st.selectbox("Works", names, key=f"works-{choice.name}", format_func=_named)
        if works == ELSEWHERE:
            st.html(element("p", HOW, "small-print"))
            browse("Look into", lambda folder: _take(choice.name, folder))
        else:
            st.button(
                "See what it takes",
                key="take",
                type="primary",
                on_click=_take,
                args=(choice.name, places[works]),
            )


def _recipe() -> Choice:
    by_title: dict[str, list[Choice]] = {}
    for choice in choices():
        by_title.setdefault(choice.title, []).append(choice)
    title = st.selectbox("Experiment", list(by_title), key="experiment")
    several = by_title[title]
    if len(several) == 1:
        return several[0]
    names = {choice.name: choice for choice in several}
    chosen = st.selectbox("Recipe", list(names), key=f"recipe-{title}", format_func=_step)
    return names[chosen]


def _step(name: str) -> str:
    return name.partition("/")[2] or "All, to the bundle"


def _named(name: str) -> str:
    return name if name == ELSEWHERE else name.replace("-", " ").capitalize()


def _take(recipe: str, works: str) -> None:
    st.query_params["recipe"] = recipe
    st.query_params["works"] = works
