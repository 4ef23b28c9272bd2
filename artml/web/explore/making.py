"""How the atlas was made: for staff."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artml.collection.features import NAMES
from artml.web.explore.clusters import METHODS
from artml.web.explore.room import Room
from artml.web.look import element, is_dark


def making_room(room: Room) -> None:
    """Draw it."""
    from artml import figures_collection as figures

    atlas, facts = room.atlas, room.atlas.facts
    first, told = atlas.parted[0], facts["influences"]
    st.html(element("p", _best(room), "line"))
    table = pd.DataFrame(
        {
            "features": [NAMES[found.space] for found in atlas.parted],
            "numbers": [facts["sizes"][found.space] for found in atlas.parted],
            "method": [METHODS[found.method] for found in atlas.parted],
            "silhouette": [found.silhouette for found in atlas.parted],
            "Davies–Bouldin": [found.davies_bouldin for found in atlas.parted],
        }
    )
    decimals = st.column_config.NumberColumn(format="%.4f")
    st.dataframe(table, hide_index=True, column_config={"silhouette": decimals, "Davies–Bouldin": decimals})
    bends = f"The curve over {NAMES[first.space]} bends at {atlas.elbow.suggested}"
    st.html(element("p", f"{bends}; {first.count} clusters were made.", "line"))
    st.plotly_chart(
        figures.elbow(atlas.elbow, marked=first.count, dark=is_dark()),
        theme=None,
        config={"displayModeBar": False},
        alt="Elbow curve: spread within clusters by their number.",
        key="elbow",
    )
    sure = f"One influence alone, above 0.99, is told of {told['sure']:.0%} of the works"
    raw = f"the mixture as it is would say so of {told['sure_before']:.0%}"
    by = f"Its logarithms are divided by {told['temperature']:.1f}"
    st.html(element("p", f"{sure}; {raw}. {by}.", "line"))
    for sentence in facts.get("left_out", {}).values():
        st.html(element("p", sentence, "small-print"))
    if facts["refused"]:
        with st.expander(f"{len(facts['refused']):,} pictures could not be read"):
            st.dataframe(pd.DataFrame(facts["refused"]), hide_index=True)
    name, version = atlas.model
    made = f"Made {facts['made'][:10]} of {len(atlas.works):,} works"
    by = f" with {name} {version}" if name else ""
    machine = facts["environment"]
    st.html(element("p", f"{made}{by}, on {machine['processor']}, {machine['cores']} cores.", "small-print"))


def _best(room: Room) -> str:
    best = max(room.atlas.parted, key=lambda found: found.silhouette)
    name = f"{METHODS[best.method]} on {NAMES[best.space]}"
    return f"{name} parts these works best, with a silhouette of {best.silhouette:.3f}; 1 would be perfect."
