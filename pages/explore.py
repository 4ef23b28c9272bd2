"""A walk through the collection: a map, clusters, styles through time, and what to review."""

from __future__ import annotations

import streamlit as st

from artml.collection import Person
from artml.errors import ArtmlError, CollectionError
from artml.web.access import Role, enter, role_of
from artml.web.explore.charting import charting_room
from artml.web.explore.clusters import cluster_room
from artml.web.explore.doubts import doubts_room
from artml.web.explore.making import making_room
from artml.web.explore.maps import map_room
from artml.web.explore.room import Room, move, rooms_of
from artml.web.explore.time import time_room
from artml.web.look import element

AUDIENCE = Role.VISITOR

ROOMS = {
    "map": ("Map", Role.VISITOR, map_room),
    "clusters": ("Clusters", Role.VISITOR, cluster_room),
    "time": ("Through time", Role.VISITOR, time_room),
    "review": ("To review", Role.CURATOR, doubts_room),
    "making": ("How it was made", Role.STAFF, making_room),
}

CHARTING = "new"
NOTHING = "There is nothing to walk through yet."
CLOSED = "The collection cannot be opened today. Please tell a member of staff."


def change_room(key: str) -> None:
    """Another room was chosen."""
    move(room=st.session_state[key], work=None, cluster=None, page=None)


def change_atlas() -> None:
    """Another atlas was chosen."""
    st.query_params.clear()
    move(atlas=st.session_state["atlas"])


def walk(rooms: list[Room], role: Role, person: Person) -> None:
    """The door of each room, and the one that is open."""
    titles = {room.atlas.name: room.atlas.title for room in rooms}
    room = next((each for each in rooms if each.atlas.name == st.query_params.get("atlas")), rooms[0])
    with st.container(key="explore-top", horizontal=True, vertical_alignment="bottom"):
        count = f"{len(room.rows):,} works" if len(room.rows) != 1 else "1 work"
        st.html(element("h1", room.atlas.title, "welcome") + element("p", count, "caption"), width="stretch")
        if len(rooms) > 1:
            st.selectbox(
                "Atlas",
                list(titles),
                index=list(titles).index(room.atlas.name),
                format_func=titles.get,
                key="atlas",
                width=220,
                on_change=change_atlas,
            )
    doors = {name: title for name, (title, least, _) in ROOMS.items() if role >= least}
    if role >= Role.CURATOR:
        doors[CHARTING] = "New atlas"
    here = st.query_params.get("room", "map")
    here = here if here in doors else "map"
    with st.container(key="doors"):
        st.segmented_control(
            "Room",
            list(doors),
            default=here,
            required=True,
            format_func=doors.get,
            key=f"door-{here}",
            label_visibility="collapsed",
            on_change=change_room,
            args=(f"door-{here}",),
        )
    if here == CHARTING:
        charting_room(person)
    else:
        ROOMS[here][2](room)


def visit() -> None:
    """One run of the page."""
    person = enter(AUDIENCE)
    role = role_of(person)
    try:
        rooms = rooms_of(role)
    except CollectionError:
        st.html(element("p", CLOSED, "refused", role="alert"))
        return
    if rooms:
        walk(rooms, role, person)
    else:
        st.html(element("h1", "Explore", "welcome") + element("p", NOTHING, "invitation"))
        if role >= Role.CURATOR:
            charting_room(person)


try:
    visit()
except ArtmlError as error:
    st.html(element("p", str(error), "refused", role="alert"))
