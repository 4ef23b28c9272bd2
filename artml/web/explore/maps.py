"""The first room: the map, and beside it what it shows or the work that was opened."""

from __future__ import annotations

import numpy as np
import streamlit as st

from artml.collection.gathered import GROUPS
from artml.web.explore.alike import like_yours
from artml.web.explore.room import CERTAINTY, Room, asked, move
from artml.web.explore.work import label, surroundings
from artml.web.look import element, is_dark
from artml.web.map import Colouring, by_label, by_share, draw_map

BY = ("style", "genre", "artist", "nationality", "period", "cluster", CERTAINTY)

HOW = "Works that look alike lie near each other. Drag and zoom; press a point to open its work."


def map_room(room: Room) -> None:
    """Draw it."""
    work = asked("work", 0, len(room.atlas.works))
    work = work if work is not None and room.mask[work] else None
    sheet, beside = st.columns([8, 4], gap="large")
    with beside, st.container(key="beside"):
        if work is None:
            st.html(element("p", HOW, "invitation"))
            by = st.selectbox("Colour by", BY, key="colour-by", format_func=str.capitalize)
            yours = like_yours(room)
        else:
            by, yours = st.session_state.get("colour-by", BY[0]), []
            label(room, work)
    chosen = work if work is not None else (yours[0].row if yours else None)
    with sheet:
        draw_map(
            room.atlas.points[room.rows],
            room.rows,
            colouring(room, by),
            room.pictures,
            lambda row: move(work=str(row)),
            version=f"{room.atlas.name} {room.atlas.stamp} {len(room.rows)}",
            chosen=chosen,
            key="map",
        )
    if work is not None:
        surroundings(room, work)


def colouring(room: Room, by: str) -> Colouring:
    """How the points are coloured."""
    dark, works = is_dark(), room.atlas.works
    if by == CERTAINTY and "certainty_style" in works:
        shares = np.asarray(works["certainty_style"], dtype=np.float32)[room.rows]
        return by_share(shares, ("style not sure", "sure"), dark=dark)
    if by == "cluster":
        names, numbers = room.atlas.names(room.key), room.atlas.numbers(room.key)[room.rows]
        labels = [f"{number + 1}. {names[number]}" for number in numbers]
        return by_label(labels, dark=dark)
    column = room.atlas.told(by) if by in GROUPS else works["path"].str.slice(0, 0)
    return by_label(list(column.iloc[room.rows]), dark=dark)
