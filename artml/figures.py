"""Every Plotly figure, drawn for a light or a dark wall: for a page, a report or the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

if TYPE_CHECKING:
    import pandas as pd

Ranked = Sequence[tuple[str, float]]

CONFIG: Final[Mapping[str, Any]] = {"displayModeBar": False, "staticPlot": True, "responsive": True}
"""How a figure is to be shown: it holds still, and a finger on it scrolls the page."""

FONT: Final = '"Source Sans", "Source Sans 3", "Helvetica Neue", Arial, sans-serif'
ROW: Final = 26
"""Height of one bar with its label, in pixels."""
_FIGURES_WIDTH: Final = 44
"""Width kept for the percentages, in pixels."""
_LETTER: Final = 6.3
"""Width of a letter of FONT at 14 px, on the average."""


TRAINING: Final = "#1f77b4"
"""Blue."""
VALIDATION: Final = "#ff7f0e"
"""Orange."""


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme. `accent` is only for what is certain."""

    ink: str
    quiet: str
    track: str
    bar: str
    accent: str


LIGHT: Final = Palette("#1e1b18", "#5e564b", "rgba(30, 27, 24, 0.09)", "#857a69", "#8f2d22")
DARK: Final = Palette("#ede7dc", "#b9ae9d", "rgba(237, 231, 220, 0.13)", "#978b7a", "#e58d76")


def palette(dark: bool) -> Palette:
    """The colours for a dark or a light wall."""
    return DARK if dark else LIGHT


def confidence_bars(ranked: Ranked, *, certain: bool, dark: bool, margin: int | None = None) -> go.Figure:
    """Thin horizontal bars, most probable first, the first in the accent if it is `certain`.

    `ranked` are labels with probabilities from 0 to 1. `margin` is the width kept for the labels in
    pixels (by default `label_width(ranked)`; give the widest to figures that stand in one column).
    Labels too long for it are cut. The background is transparent; the height follows the number of bars.
    """
    colours = palette(dark)
    left = margin or label_width(ranked)
    shares = [share for _, share in ranked]
    data = [
        _bars([1.0] * len(shares), [colours.track] * len(shares)),
        _bars(shares, _bar_colours(len(shares), certain, colours)),
    ]
    notes = [note for row in range(len(ranked)) for note in _notes(row, *ranked[row], left, colours)]
    return go.Figure(data, _layout(len(ranked), left, notes))


def curves(history: pd.DataFrame, facet: str, *, dark: bool = False) -> go.Figure:
    """Accuracy and loss an epoch, in training (blue) and validation (orange).

    `history` has columns `epoch`, `loss`, `accuracy` (or `<facet>_loss`, `<facet>_accuracy`) and the same
    with `val_` before them; those of the validation may be missing.
    """
    colours = palette(dark)
    axis = {"linecolor": colours.quiet, "gridcolor": colours.track, "zeroline": False, "automargin": True}
    figure = make_subplots(rows=1, cols=2, subplot_titles=("Accuracy", "Loss"))
    for panel, kind in enumerate(("accuracy", "loss"), start=1):
        name = f"{facet}_{kind}" if f"{facet}_{kind}" in history else kind
        for column, title, colour in (
            (name, "training", TRAINING),
            (f"val_{name}", "validation", VALIDATION),
        ):
            if column in history:
                line = {"x": history["epoch"].tolist(), "y": history[column].tolist(), "name": title}
                style = {"line": {"color": colour}, "legendgroup": title, "showlegend": panel == 1}
                figure.add_trace(go.Scatter(mode="lines+markers", **line, **style), 1, panel)
    figure.update_xaxes(title="epoch", **axis)
    figure.update_yaxes(**axis)
    return figure.update_layout(sheet(colours), height=340)


def confusion(counts: npt.NDArray[np.intp], labels: Sequence[str], *, dark: bool = False) -> go.Figure:
    """What is taken for what: true labels as rows, answers as columns.

    `counts` is (labels, labels), in works; a cell is as dark as its share of its row, and says its works.
    """
    colours = palette(dark)
    names = [escape(label, quote=False) for label in labels]
    clear = f"{colours.track[: colours.track.rindex(',')]}, 0.03)"
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = go.Heatmap(
        z=shares.tolist(),
        x=names,
        y=names,
        zmin=0,
        zmax=1,
        colorscale=[[0, clear], [1, colours.bar]],
        showscale=False,
        text=[[str(count) if count else "" for count in row] for row in counts.tolist()],
        customdata=counts.tolist(),
        texttemplate="%{text}",
        hovertemplate="%{y}, taken for %{x}: %{customdata}<extra></extra>",
    )
    layout = sheet(colours) | {"height": 26 * len(labels) + 200, "margin": {"t": 16, "r": 16, "b": 8, "l": 8}}
    figure = go.Figure(cells, layout)
    figure.update_xaxes(title="answered", tickangle=-45, automargin=True)
    return figure.update_yaxes(title="true", autorange="reversed", automargin=True)


def in_words(title: str, ranked: Ranked) -> str:
    """What the bars say, for those who hear them: "Style: Impressionism 72%, Realism 10%"."""
    return f"{title}: " + ", ".join(f"{label} {percent(share)}" for label, share in ranked)


def percent(share: float) -> str:
    """A probability as people read it: "72%"; never "0%" or "100%" for what is neither."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{share:.0%}"


def label_width(ranked: Ranked) -> int:
    """Pixels that the longest label needs, between 110 and 190 so that bars keep room on a phone."""
    longest = max((len(label) for label, _ in ranked), default=0)
    return round(min(max(longest * _LETTER + 12, 110), 190))


def _cut(label: str, width: int) -> str:
    most = int((width - 8) / _LETTER)
    shown = label if len(label) <= most else label[: most - 1].rstrip(" (-") + "…"
    return escape(shown, quote=False)


def _bar_colours(count: int, certain: bool, colours: Palette) -> list[str]:
    first = colours.accent if certain else colours.bar
    return [first, *[colours.bar] * (count - 1)][:count]


def _bars(shares: list[float], colours: list[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": shares,
        "y": list(range(len(shares))),
        "width": 0.16,
        "marker": {"color": colours, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _notes(row: int, label: str, share: float, left: int, colours: Palette) -> list[dict[str, Any]]:
    """The label at the left of its bar, the percentage at the right."""
    font = {"family": FONT, "size": 14, "color": colours.ink if row == 0 else colours.quiet}
    common = {
        "y": row,
        "xref": "paper",
        "yref": "y",
        "showarrow": False,
        "yanchor": "middle",
        "borderpad": 0,
        "font": font,
    }
    return [
        {**common, "text": _cut(label, left), "x": 0, "xanchor": "left", "xshift": -left},
        {**common, "text": percent(share), "x": 1, "xanchor": "right", "xshift": _FIGURES_WIDTH},
    ]


def sheet(colours: Palette) -> dict[str, Any]:
    """What charts with axes have in common."""
    return {
        "font": {"family": FONT, "size": 14, "color": colours.ink},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "color": colours.quiet, "activecolor": colours.ink},
    }


def _layout(rows: int, left: int, notes: list[dict[str, Any]]) -> dict[str, Any]:
    hidden = {"visible": False, "fixedrange": True}
    return {
        "annotations": notes,
        "xaxis": {**hidden, "range": [0, 1]},
        "yaxis": {**hidden, "range": [rows - 0.5, -0.5]},
        "height": ROW * rows + 10,
        "margin": {"l": left, "r": _FIGURES_WIDTH, "t": 5, "b": 5, "pad": 0},
        "barmode": "overlay",
        "showlegend": False,
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
    }
