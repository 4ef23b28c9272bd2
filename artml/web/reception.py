"""How a picture comes to hang: the empty frame, what a visitor brought, and a word on how far it has come."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from artml.errors import BundleError, Crowded, LabellingError
from artml.jobs.uploads import Sent
from artml.web import guide
from artml.web.arrivals import Arrival, Arrivals, make_room, unpacked
from artml.web.gallery import say_refused
from artml.web.look import element
from artml.web.wall import Hung, Refused, Wall

if TYPE_CHECKING:
    from artml.looking import Looker

PROMISE: Final = "Nothing you bring is kept: it is looked at in memory and forgotten when you leave."
NEXT: Final = "Others are being looked at just now. You are next."
IN_LINE: Final = "Others are being looked at just now. Before you: {}."
FULL: Final = "Many people are asking at this moment. Your pictures are kept: please try again in a minute."
CLOSED: Final = "The guide is away today: its model cannot be loaded. Please tell a member of staff."


def empty_frame(arrivals: Arrivals, title: str, invitation: str, *small_print: str) -> None:
    """A page before the first picture: an empty frame, and a few words beside it."""
    with st.container(key="empty"):
        frame, words = st.columns([7, 5], gap="large", vertical_alignment="center")
    with words:
        st.html(
            element("h1", title, "welcome")
            + element("p", invitation, "invitation")
            + "".join(element("p", line, "small-print") for line in (*small_print, PROMISE))
        )
    with frame:
        arrivals.draw(large=True)


def top(arrivals: Arrivals, wall: Wall, title: str) -> None:
    """Above hung pictures: the way to bring the next, the way to take all down, and what was refused."""
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        st.html(element("h1", title, "running-title"), width="content")
        arrivals.draw(large=False)
        st.button("Clear the wall", key="clear", type="tertiary", on_click=wall.clear)
    say_refused(wall.refused)


def look_at_arrivals(arrivals: Arrivals, wall: Wall) -> bool:
    """Look at whatever was brought since the last run, and hang it; whether that was done.

    Where nothing can be looked at, the page says so. What was brought is let go, unless the line was full.
    """
    came = arrivals.collect()
    if not came:
        return False
    try:
        looked = _look_at(came, wall)
    except Crowded:
        st.html(element("p", FULL, "refused", role="alert"))
        st.button("Try again", key="again", type="primary")
        return False
    except (BundleError, LabellingError):
        arrivals.done()
        st.html(element("p", CLOSED, "refused", role="alert"))
        return False
    arrivals.done()
    wall.hang(looked)
    return True


def _look_at(came: list[Arrival], wall: Wall) -> list[Hung | Refused]:
    files, refused = unpacked(came)
    files, outside = make_room(files)
    looked: list[Hung | Refused] = [*refused]
    with st.spinner("Looking…"):
        looking, place = guide.looker(), st.empty()
        progress = st.progress(0.0) if len(files) > 3 else None
        for number, file in enumerate(files, start=1):
            looked.append(_look(file, wall, looking, place))
            place.empty()
            if progress:
                progress.progress(number / len(files), f"Looked at {number} of {len(files)}")
    if progress:
        progress.empty()
    return [*looked, *outside]


def _look(file: Sent, wall: Wall, looking: Looker, place: DeltaGenerator) -> Hung | Refused:
    try:
        content = file.read()
    except LabellingError as error:  # a ZIP that is damaged there
        return Refused(str(error))
    return wall.look(file.name, content, looking, partial(_say_place, place))


def _say_place(where: DeltaGenerator, place: int) -> None:
    """Say how many come first, for as long as others are looked at."""
    words = NEXT if place == 1 else IN_LINE.format(place - 1)
    where.html(element("p", words, "invitation", role="status"))
