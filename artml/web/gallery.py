"""Pictures on the wall: one large, or several small ones with a label under each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from artml.errors import Crowded
from artml.web import guide
from artml.web.label import wall_label
from artml.web.look import element
from artml.web.wall import Hung, Refused, Wall
from artml.web.words import wall_text

if TYPE_CHECKING:
    from artml.explanation import HeatMap

COLUMNS = 3


def hang_large(picture: Hung, *, key: str) -> None:
    """The picture large, and beside it (on a phone under it) its wall label."""
    left, right = st.columns([7, 5], gap="large")
    st.html(f"<style>.st-key-painting {{ --ratio: {picture.ratio:.4f} }}</style>")
    with left, st.container(key="painting"):
        st.image(picture.rendition, width="stretch", alt=alternative(picture))
        st.html(element("p", picture.name, "caption"))
    with right, st.container(key="label"):
        wall_label(picture.answer, key=key, picture=picture.rendition, look=partial(_looks, picture))


def _looks(picture: Hung) -> Mapping[str, HeatMap]:
    """Where the network looked, when its turn comes; nothing where too many wait."""
    try:
        with guide.looker().turn():
            return picture.look(guide.guide())
    except Crowded:
        return {}


def hang_many(wall: Wall) -> None:
    """A grid of small pictures, each with its words and a way to open it large."""
    for start in range(0, len(wall.hung), COLUMNS):
        cells = st.columns(COLUMNS, gap="large")
        for index, cell in zip(range(start, len(wall.hung)), cells, strict=False):
            with cell, st.container(key=f"tile-{index}"):
                _tile(wall, index)


def say_refused(refused: list[Refused]) -> None:
    """Say why each file could not be hung."""
    for item in refused:
        st.html(element("p", item.reason, "refused", role="alert"))


def alternative(picture: Hung) -> str:
    """What stands for a picture where it cannot be seen."""
    return f"{picture.name}: {wall_text(picture.answer).spoken}"


def _tile(wall: Wall, index: int) -> None:
    picture = wall.hung[index]
    text = wall_text(picture.answer)
    st.image(picture.rendition, width="stretch", alt=alternative(picture))
    st.html(
        element("h2", text.spoken, "tile-title")
        + element("p", text.line, "tile-line")
        + element("p", picture.name, "caption")
    )
    st.button("Look closer", key=f"open-{index}", type="tertiary", on_click=open_large, args=(wall, index))


def open_large(wall: Wall, index: int | None) -> None:
    """Open one picture of the wall large; None: hang all of them again."""
    wall.opened = index


def back_to_wall(wall: Wall) -> None:
    """A way back from one picture to all of them."""
    st.button("Back to all pictures", key="back", type="tertiary", on_click=open_large, args=(wall, None))
