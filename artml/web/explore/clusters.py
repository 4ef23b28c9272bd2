"""The clusters: all of them on shelves, or one as a gallery with what it is made of."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from artml.collection.features import NAMES
from artml.collection.gathered import GROUPS
from artml.collection.naming import sentence, share_of
from artml.web.access import Role
from artml.web.explore.room import Room, Rows, asked, move
from artml.web.look import element
from artml.web.shelves import Shelf

SHOWN = 6  # labels of a group
SAMPLE = 4  # works of a cluster on its shelf
PAGE = 48  # works of an open cluster at once
METHODS = {"kmeans": "KMeans", "mixture": "Gaussian mixture"}


def cluster_room(room: Room) -> None:
    """Draw it."""
    _choice(room)
    names = room.atlas.names(room.key)
    number = asked("cluster", 0, len(names))
    if number is None:
        all_clusters(room, names)
    else:
        one_cluster(room, number, names[number])


def all_clusters(room: Room, names: list[str]) -> None:
    """A shelf a cluster, the largest first; its title opens it."""
    given = []
    for number, name in enumerate(names):
        rows = nearest_first(room, number)
        if len(rows):
            line = "1 work" if len(rows) == 1 else f"{len(rows):,} works"
            given.append(Shelf(_capital(name), line, [room.item(row) for row in rows[:SAMPLE]], str(number)))
    room.shelves(given, key=f"clusters-{room.key}", high=5, cards=True)


def one_cluster(room: Room, number: int, name: str) -> None:
    """Its name, what it is made of, and its works, the most typical first."""
    back = {"cluster": None, "page": None}
    st.button("All clusters", key="all-clusters", type="tertiary", on_click=move, kwargs=back)
    rows = nearest_first(room, number)
    everything = told(room, room.rows)
    part = everything.loc[rows]
    st.html(element("h2", _capital(name), "style") + element("p", sentence(part), "line"))
    st.html(
        '<div class="made-of">'
        + "".join(distribution(part, everything, group) for group in GROUPS)
        + "</div>"
    )
    pages = -(-len(rows) // PAGE)
    page = asked("page", 1, pages + 1) or 1
    shown = rows[(page - 1) * PAGE : page * PAGE]
    room.shelves(
        [Shelf("", "", [room.item(row) for row in shown])], key=f"cluster-{room.key}-{number}-{page}", high=8
    )
    if pages > 1:
        turning = f"page-{room.key}-{number}"
        st.pagination(
            pages,
            default=page,
            key=turning,
            on_change=lambda: move(page=str(st.session_state[turning])),
        )


def nearest_first(room: Room, number: int) -> Rows:
    """The visible works of a cluster, those nearest to its middle first."""
    rows: Rows = room.rows[room.atlas.numbers(room.key)[room.rows] == number]
    if not len(rows):
        return rows
    middle = room.atlas.vectors[rows].mean(axis=0)
    return np.array(
        [near.row for near in room.atlas.alike.nearest(middle, len(rows), among=rows)], dtype=np.intp
    )


def told(room: Room, rows: Rows) -> pd.DataFrame:
    """What is said of works, by row."""
    said = {group: room.atlas.told(group) for group in ("style", "genre")}
    return room.atlas.works.assign(**said).iloc[rows]


def distribution(part: pd.DataFrame, whole: pd.DataFrame, group: str) -> str:
    """The commonest labels of a group as bars, a tick where the whole collection stands."""
    shares = share_of(list(part[group]))
    usual = dict(share_of(list(whole[group])))
    known = int((part[group] != "").sum())
    rows = []
    for label, share in shares[:SHOWN]:
        bar = (
            f'<i style="width: {100 * share:.1f}%"></i><b style="left: {100 * usual.get(label, 0):.1f}%"></b>'
        )
        rows.append(
            f'<dt>{escape(label)}</dt><dd><span class="track" aria-hidden="true">{bar}</span>{share:.0%}</dd>'
        )
    body = f"<dl>{''.join(rows)}</dl>" if rows else '<p class="caption">Nothing is known.</p>'
    head = f'<h3 class="bars-title">{group.capitalize()}</h3>'
    rest = sum(share for _, share in shares[SHOWN:])
    others = f"{len(shares) - SHOWN} others, {rest:.0%}. " if len(shares) > SHOWN else ""
    return f'<section>{head}{body}<p class="caption">{others}n = {known:,}</p></section>'


def _choice(room: Room) -> None:
    """Which clustering: for those who work here."""
    if room.role < Role.CURATOR or len(room.atlas.parted) < 2:
        return
    keys = {found.key: f"{NAMES[found.space]}, {METHODS[found.method]}" for found in room.atlas.parted}
    choosing = f"clusters-by-{room.key}"
    st.selectbox(
        "Clusters by",
        list(keys),
        index=list(keys).index(room.key),
        format_func=lambda key: _capital(keys[key]),
        key=choosing,
        width=320,
        on_change=lambda: move(clusters=st.session_state[choosing], cluster=None, page=None),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
