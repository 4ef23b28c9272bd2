"""The visitors' page: a picture of a painting, and beside it what the guide sees."""

from __future__ import annotations

import streamlit as st

from artml.web.access import Role
from artml.web.arrivals import Arrivals
from artml.web.gallery import back_to_wall, hang_large, hang_many, say_refused
from artml.web.label import rehearse
from artml.web.look import element
from artml.web.lookalikes import look_alikes
from artml.web.reception import look_at_arrivals
from artml.web.wall import Wall

AUDIENCE = Role.VISITOR

INVITATION = "Hang a picture of a painting in this frame, and I will tell you what I see."
PROMISE = "Nothing you bring is kept: it is looked at in memory and forgotten when you leave."


def empty_wall(arrivals: Arrivals) -> None:
    """The page before the first picture: an empty frame, and one sentence beside it."""
    with st.container(key="empty"):
        frame, words = st.columns([7, 5], gap="large", vertical_alignment="center")
    with words:
        st.html(
            element("h1", "What am I looking at?", "welcome")
            + element("p", INVITATION, "invitation")
            + element("p", PROMISE, "small-print")
        )
    with frame:
        arrivals.draw(large=True)
    rehearse()


def hung_wall(arrivals: Arrivals, wall: Wall) -> None:
    """The page with pictures: the way to bring the next one, then one large or all of them small."""
    with st.container(key="top", horizontal=True, vertical_alignment="center"):
        st.html(element("h1", "What am I looking at?", "running-title"), width="content")
        arrivals.draw(large=False)
        st.button("Clear the wall", key="clear", type="tertiary", on_click=wall.clear)
    say_refused(wall.refused)
    if len(wall.hung) == 1:
        hang_large(wall.hung[0], key="only")
        look_alikes(wall.hung[0].answer)
    elif wall.opened is not None:
        back_to_wall(wall)
        hang_large(wall.hung[wall.opened], key=f"opened-{wall.opened}")
        look_alikes(wall.hung[wall.opened].answer)
    else:
        hang_many(wall)


def visit() -> None:
    """One run of the page."""
    arrivals = st.session_state.setdefault("arrivals", Arrivals())
    wall = st.session_state.setdefault("wall", Wall())
    look_at_arrivals(arrivals, wall)
    if wall.hung:
        hung_wall(arrivals, wall)
    else:
        say_refused(wall.refused)
        empty_wall(arrivals)


visit()
