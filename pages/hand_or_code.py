"""A page for visitors and artists: made by hand, or drawn by an algorithm?"""

from __future__ import annotations

import streamlit as st

from artml.web import guide
from artml.web.access import Role
from artml.web.arrivals import Arrivals
from artml.web.gallery import back_to_wall, say_refused
from artml.web.look import element
from artml.web.reception import empty_frame, look_at_arrivals, top
from artml.web.technique import one, portfolio, story
from artml.web.technique.words import FACET
from artml.web.wall import Wall

AUDIENCE = Role.VISITOR

TITLE = "By hand, or by algorithm?"
INVITATION = "Hang a picture here, and I will show you where I see a hand in it and where a program."
MANY = "Bring a whole portfolio, as files or as a ZIP, and I will make a table of it."
ABSENT = "The model that tells a hand from an algorithm is not here today; its story is."


def hung_wall(arrivals: Arrivals, wall: Wall) -> None:
    """The page with pictures: the way to bring the next, then one large or the table of all."""
    top(arrivals, wall, TITLE)
    if len(wall.hung) == 1:
        one.hang(wall.hung[0], key="only")
    elif wall.opened is not None:
        back_to_wall(wall)
        one.hang(wall.hung[wall.opened], key=f"opened-{wall.opened}")
    else:
        portfolio.draw(wall, st.session_state["truths"])


def visit() -> None:
    """One run of the page."""
    if guide.answering(FACET) is None:
        st.html(element("h1", TITLE, "welcome") + element("p", ABSENT, "invitation"))
        story.tell()
        return
    arrivals = st.session_state.setdefault("hand-arrivals", Arrivals("hand-", portfolio.DOOR))
    wall = st.session_state.setdefault("hand-wall", Wall())
    if look_at_arrivals(arrivals, wall) or "truths" not in st.session_state:
        st.session_state["truths"] = portfolio.Truths.of(wall.hung)
    if wall.hung:
        one.look(wall)
        hung_wall(arrivals, wall)
        story.offer()
    else:
        say_refused(wall.refused)
        empty_frame(arrivals, TITLE, INVITATION, MANY)
        story.tell()


visit()
