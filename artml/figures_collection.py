"""Plotly figures of many works: styles through time, and how many clusters there might be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from artml.collection.clusters import Elbow
from artml.figures import FONT, palette

STREAMS: Final = 12
"""Labels that have a stream of their own; all others share one."""
SPAN: Final = 25
"""Years a step."""
OTHERS: Final = "others"
_CURVED: Final = {"shape": "spline", "smoothing": 0.7}


def decades(years: pd.Series[float], labels: pd.Series[str], first: int = 1400) -> pd.DataFrame:
    """Works by step of `SPAN` years (index: its first year, from `first` on) and label, the commonest labels
    first and all others last. Works without a year or a label are left out.
    """
    known = years.notna() & (years >= first) & (labels != "")
    steps = (years[known] // SPAN * SPAN).astype(int)
    named = labels[known]
    common = list(named.value_counts().index[:STREAMS])
    table = pd.crosstab(steps, named.where(named.isin(common), OTHERS))
    order = [*common, *([OTHERS] if OTHERS in table and OTHERS not in common else [])]
    if not len(table):
        return pd.DataFrame(columns=order)
    every = range(int(table.index.min()), int(table.index.max()) + SPAN, SPAN)
    return table.reindex(every, fill_value=0)[order]


def stream(table: pd.DataFrame, colours: Sequence[str], *, dark: bool = False) -> go.Figure:
    """Labels through time as one stream, as wide at each step as it has works; from `decades`."""
    tones = palette(dark)
    middle = -np.asarray(table.sum(axis=1), dtype=float) / 2
    years = [year + SPAN / 2 for year in table.index]
    common: dict[str, Any] = {"x": years, "stackgroup": "all", "mode": "lines"}
    hidden = {
        "line": {"width": 0, **_CURVED},
        "fillcolor": "rgba(0,0,0,0)",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    figure = go.Figure()
    base = middle.min()
    figure.add_trace(go.Scatter(y=list(middle - base), **common, **hidden))
    for label, colour in zip(table.columns, colours, strict=False):
        counts = table[label].tolist()
        figure.add_trace(
            go.Scatter(
                y=counts,
                name=label,
                line={"width": 0.5, "color": colour, **_CURVED},
                fillcolor=colour,
                customdata=counts,
                hovertemplate=f"{label}: %{{customdata:,}} works<extra></extra>",
                **common,
            )
        )
    figure.update_xaxes(linecolor=tones.quiet, gridcolor=tones.track, zeroline=False, hoverformat=".0f")
    figure.update_yaxes(visible=False)
    below = {"orientation": "h", "traceorder": "normal", "yanchor": "top", "y": -0.12}
    layout = _sheet(dark) | {"height": 520, "hovermode": "x unified", "legend": below}
    return figure.update_layout(layout, margin={"l": 10, "r": 10})


def elbow(curve: Elbow, *, marked: int, dark: bool = False) -> go.Figure:
    """The elbow curve, the number of clusters that was used marked on it."""
    tones = palette(dark)
    figure = go.Figure(
        go.Scatter(
            x=list(curve.counts),
            y=list(curve.inertias),
            mode="lines+markers",
            line={"color": tones.bar},
            hovertemplate="%{x} clusters: %{y:.3f}<extra></extra>",
        )
    )
    figure.add_vline(x=marked, line={"color": tones.accent, "width": 1}, annotation_text=f"{marked} used")
    axis = {"linecolor": tones.quiet, "gridcolor": tones.track, "zeroline": False}
    figure.update_xaxes(title="clusters", **axis)
    figure.update_yaxes(title="spread left within them", rangemode="tozero", **axis)
    return figure.update_layout(_sheet(dark), height=340)


def _sheet(dark: bool) -> dict[str, Any]:
    return {
        "font": {"family": FONT, "size": 14, "color": palette(dark).ink},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "margin": {"l": 60, "r": 10, "t": 20, "b": 50},
    }
