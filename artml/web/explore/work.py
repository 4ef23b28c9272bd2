"""One work: its label beside the map, and below it what influenced it and what looks like it."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from artml.collection.similarity import Near
from artml.web.explore.room import Room, move
from artml.web.look import element
from artml.web.shelves import Item, Shelf

LEAST = 0.05  # share from which an influence is told
MOST = 4  # influences
EACH = 8  # works a shelf

MEANING = (
    "A share says how many of the works most like this one are in that cluster: a Gaussian mixture, tempered "
    "until that holds on the average."
)


def label(room: Room, row: int) -> None:
    """The picture, its words and its influences."""
    st.html(picture_html(room, row))
    st.html(
        element("h2", room.title(row), "tile-title")
        + element("p", room.line(row), "tile-line")
        + element("p", _kinds(room, row), "caption")
    )
    st.html(influence_html(influences(room, row)))
    st.button("Back to the whole map", key="close", type="tertiary", on_click=move, kwargs={"work": None})


def surroundings(room: Room, row: int) -> None:
    """Shelves: the works most like it, and the nearest in each cluster that influenced it."""
    atlas = room.atlas
    near = atlas.alike.like(row, EACH, among=room.rows)
    given = [Shelf("Most like it", "", items(room, near))]
    numbers = atlas.shares.argmax(axis=1)
    for name, share, number in influences(room, row):
        inside = room.rows[numbers[room.rows] == number]
        if len(inside):
            found = atlas.alike.like(row, EACH, among=inside)
            given.append(Shelf(f"{share:.2f}  {name}", "", items(room, found)))
    room.shelves(given, key=f"surroundings-{row}", high=7.5)
    st.html(element("p", MEANING, "small-print"))


def items(room: Room, near: list[Near]) -> list[Item]:
    """Their pictures."""
    return [room.item(found.row) for found in near]


def influences(room: Room, row: int) -> list[tuple[str, float, int]]:
    """(name, share, number) of the clusters that influenced a work, the weightiest first."""
    shares = room.atlas.shares[row]
    order = np.argsort(-shares, kind="stable")[:MOST]
    names = room.atlas.influence_names
    return [(names[n], float(shares[n]), int(n)) for n in order if shares[n] >= LEAST or n == order[0]]


def influence_html(found: list[tuple[str, float, int]]) -> str:
    """A bar in as many parts, and a line for each."""
    left = max(0.0, 1 - sum(share for _, share, _ in found))
    parts = [f'<i style="flex: {share:.4f}"></i>' for _, share, _ in found]
    rest = f'<i class="rest" style="flex: {left:.4f}"></i>' if left > 0.005 else ""
    lines = [f"<li><b>{share:.2f}</b> {escape(name)}</li>" for name, share, _ in found] + (
        [f"<li class='rest'><b>{left:.2f}</b> others</li>"] if rest else []
    )
    return (
        '<div class="influences"><h3 class="bars-title">Influences</h3>'
        f'<div class="bar" aria-hidden="true">{"".join(parts)}{rest}</div><ul>{"".join(lines)}</ul></div>'
    )


def picture_html(room: Room, row: int) -> str:
    """The picture, large."""
    alt = escape(room.item(row).spoken, quote=True)
    return f'<img class="opened" src="{escape(room.pictures, quote=True)}/{row}.large.jpg" alt="{alt}">'


def _kinds(room: Room, row: int) -> str:
    works = room.atlas.works
    told = [str(works[group].iloc[row]) for group in ("style", "genre", "nationality")]
    own = " · ".join(kind for kind in told if kind)
    if own or "guess_style" not in works:
        return own
    return f"Not catalogued; {works['guess_style'].iloc[row]}, the guide thinks"
