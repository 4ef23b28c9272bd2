"""The visitors' page: a picture of a painting, and beside it what the guide sees."""

from __future__ import annotations

import streamlit as st

from artml.web.access import Role
from artml.web.arrivals import Arrivals
from artml.web.gallery import back_to_wall, hang_large, hang_many, say_refused
from artml.web.label import rehearse
from artml.web.lookalikes import look_alikes
from artml.web.reception import empty_frame, look_at_arrivals, top
from artml.web.wall import Wall

AUDIENCE = Role.VISITOR

TITLE = "What am I looking at?"
INVITATION = "Hang a picture of a painting in this frame, and I will tell you what I see."


def hung_wall(arrivals: Arrivals, wall: Wall) -> None:
    """The page with pictures: the way to bring the next one, then one large or all of them small."""
    top(arrivals, wall, TITLE)
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
        empty_frame(arrivals, TITLE, INVITATION)
        rehearse()


visit()
