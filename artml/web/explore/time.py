"""Styles through time, as a stream."""

from __future__ import annotations

import streamlit as st

from artml.web.explore.room import Room
from artml.web.look import element, is_dark
from artml.web.map import DARK, LIGHT, REST


def time_room(room: Room) -> None:
    """Draw it."""
    from artml import figures_collection as figures

    works = room.atlas.works.iloc[room.rows]
    labels = room.atlas.told("style").iloc[room.rows]
    table = figures.decades(works["year"], labels)
    if len(table) < 2:
        st.html(element("p", "Too few of these works have a date and a style to show a stream.", "line"))
        return
    dark = is_dark()
    colours = [*(DARK if dark else LIGHT)[: figures.STREAMS], REST[dark]]
    widest = str(table.drop(columns=figures.OTHERS, errors="ignore").sum().idxmax())
    start = int(table.index[int(table[widest].to_numpy().argmax())])
    said = f"{widest} is the broadest stream, at its broadest from {start} to {start + figures.SPAN}."
    st.html(element("p", said, "line"))
    st.plotly_chart(
        figures.stream(table, colours, dark=dark),
        theme=None,
        config={"displayModeBar": False, "responsive": True},
        alt="Works by style and time; the table below has the figures.",
        key="stream",
    )
    n = int(table.to_numpy().sum())
    st.html(
        element(
            "p",
            f"n = {n:,}, works with a date and a style. The stream is as wide as it has works.",
            "caption",
        )
    )
    with st.expander("The figures"):
        st.dataframe(table.rename_axis("from"), width="stretch")
