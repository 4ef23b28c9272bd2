"""To review: works that are nearly one picture, and works whose neighbours bear another label."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artml.web.explore.room import Room
from artml.web.look import element
from artml.web.shelves import Shelf

PAGE = 12
KINDS = ("Nearly the same picture", "Style in doubt", "Genre in doubt", "Artist in doubt")


def doubts_room(room: Room) -> None:
    """Draw it."""
    with st.container(key="kinds"):
        kind = st.segmented_control(
            "What to review",
            KINDS,
            default=KINDS[0],
            required=True,
            key="doubts",
            label_visibility="collapsed",
        )
    found = _twins(room) if kind == KINDS[0] else _dissents(room, kind.split()[0].lower())
    if not found:
        st.html(element("p", "Nothing here to review.", "line"))
        return
    st.html(
        element("p", f"{len(found):,} to look at, the clearest first. Nothing is changed here.", "caption")
    )
    pages = -(-len(found) // PAGE)
    page = st.pagination(pages, key=f"doubts-page-{kind}") if pages > 1 else 1
    given = [shelf for shelf, _ in found[(page - 1) * PAGE : page * PAGE]]
    room.shelves(given, key=f"doubts-{kind}-{page}", high=7, labelled=True, cards=True)
    table = pd.DataFrame([facts for _, facts in found])
    st.download_button(
        "The whole list as CSV",
        table.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{room.atlas.name}-review.csv",
        mime="text/csv",
        key="doubts-csv",
        type="tertiary",
    )


def _twins(room: Room) -> list[tuple[Shelf, dict[str, str]]]:
    found = []
    paths = room.atlas.works["path"]
    for pair in room.atlas.twins():
        if len(room.seen((pair.first, pair.second))) == 2:
            shelf = Shelf(
                "", f"Alike to {pair.likeness:.3f}", [room.item(pair.first), room.item(pair.second)]
            )
            facts = {
                "first": paths.iloc[pair.first],
                "second": paths.iloc[pair.second],
                "likeness": f"{pair.likeness:.4f}",
            }
            found.append((shelf, facts))
    return found


def _dissents(room: Room, group: str) -> list[tuple[Shelf, dict[str, str]]]:
    found = []
    for one in room.atlas.dissents(group):
        if not room.mask[one.row]:
            continue
        around = room.seen(near.row for near in room.atlas.alike.like(one.row, 3, among=room.rows))
        said = f"Catalogued as {one.label}; {one.share:.0%} of its neighbours are {one.other}."
        shelf = Shelf("", said, [room.item(one.row, one.label), *(room.item(row) for row in around)])
        facts = {
            "path": room.atlas.works["path"].iloc[one.row],
            "label": one.label,
            "neighbours": one.other,
            "share": f"{one.share:.2f}",
        }
        found.append((shelf, facts))
    return found
