"""The curators' page: a queue of works, and what they say of them, stored as soon as it is said."""

from __future__ import annotations

import streamlit as st

from artml.collection import Person
from artml.errors import CollectionError
from artml.web.access import Role, enter
from artml.web.look import element
from artml.web.museum import museum
from artml.web.review import leave, many, one
from artml.web.review.desk import Desk
from artml.web.review.strip import strip

AUDIENCE = Role.CURATOR


def review(person: Person) -> None:
    """One run of the page."""
    collection = museum()
    asked = strip(collection)
    desk = st.session_state.get("desk")
    if desk is None or desk.person != person or desk.collection is not collection:
        desk = st.session_state["desk"] = Desk(collection, person, asked.facet, asked.wish)
        desk.lay(st.query_params.get("work", ""))
    desk.turn_to(asked.facet, asked.wish)
    desk.facets = asked.facets
    # Also where there is nothing to say, so that nothing moves when there is.
    st.html(element("p", desk.message or "\u00a0", "happened", role="status"))
    desk.message = ""
    if asked.view != "One":
        desk.away()
    if asked.view == "Grid":
        many.grid(desk)
    elif asked.view == "Sure":
        many.sure(desk)
    elif asked.view == "Export":
        leave.draw(desk)
    else:
        one.draw(desk)
        if desk.work is not None:
            st.query_params["work"] = desk.work.sha256


try:
    review(enter(AUDIENCE))
except CollectionError as error:
    st.html(element("p", str(error), "refused", role="alert"))
