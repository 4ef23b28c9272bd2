"""Charts with axes, for staff: what a report draws of a model, on a page and in a file alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from artml.figures import TRAINING, VALIDATION, Palette, palette, sheet

CHANNELS: Final = {"red": "#c0392b", "green": "#3d8b52", "blue": "#3a6ea5"}
SYMBOLS: Final = ("circle", "diamond", "square", "cross")
LINE: Final = 24
"""Height of a line of a chart of many labels, in pixels."""


def intervals(
    frame: pd.DataFrame, *, series: Sequence[str], dark: bool = False, goal: float | None = None
) -> go.Figure:
    """Dots with their 95 % intervals: `frame` has a column `row` and, for each of the series, the share 0..1
    under its name and its ends under `<name>_low` and `<name>_high`. A dotted line stands at `goal`.
    """
    colours, places = palette(dark), np.arange(len(frame))[::-1]
    shades = (colours.accent, colours.quiet, colours.bar, colours.ink)
    figure = go.Figure(layout=_layout(colours, (len(frame) + 3) * (LINE + 10)))
    for number, name in enumerate(series):
        if name not in frame or frame[name].isna().all():
            continue
        value = frame[name].astype(float)
        low, high = frame[f"{name}_low"].astype(float), frame[f"{name}_high"].astype(float)
        figure.add_scatter(
            x=value.tolist(),
            y=(places + 0.16 * ((len(series) - 1) / 2 - number)).tolist(),
            mode="markers",
            name=name,
            marker={"color": shades[number], "size": 9, "symbol": SYMBOLS[number]},
            error_x={
                "array": (high - value).tolist(),
                "arrayminus": (value - low).tolist(),
                "color": shades[number],
                "thickness": 1.2,
                "width": 0,
            },
            hovertemplate=f"{name} %{{x:.3f}}<extra></extra>",
        )
    if goal is not None:
        figure.add_vline(goal, line={"color": colours.quiet, "dash": "dot", "width": 1})
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", **_axis(colours))
    ticks = {"tickvals": places.tolist(), "ticktext": _plain(frame["row"])}
    figure.update_yaxes(range=[-0.6, len(frame) - 0.4], **ticks, **_axis(colours, grid=False))
    return _legend_above(figure)


def reliability(bins: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Share of right answers against confidence, which is honest on the diagonal.

    `bins` has `n`, `confidence`, `accuracy`, `low` and `high`, a row a bin that holds works.
    """
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 420))
    diagonal = {"color": colours.quiet, "dash": "dot", "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=diagonal, showlegend=False, hoverinfo="skip")
    size = 7 + 17 * np.sqrt(bins["n"] / max(int(bins["n"].max()), 1))
    figure.add_scatter(
        x=bins["confidence"].tolist(),
        y=bins["accuracy"].tolist(),
        customdata=bins["n"].tolist(),
        mode="lines+markers",
        line={"color": colours.bar, "width": 1},
        marker={"color": colours.accent, "size": size.tolist(), "opacity": 0.85, "line": {"width": 0}},
        error_y={
            "array": (bins["high"] - bins["accuracy"]).tolist(),
            "arrayminus": (bins["accuracy"] - bins["low"]).tolist(),
            "color": colours.quiet,
            "thickness": 1,
            "width": 0,
        },
        showlegend=False,
        hovertemplate="confidence %{x:.2f}, right %{y:.2f}, n %{customdata}<extra></extra>",
    )
    figure.update_xaxes(title="confidence", range=[0, 1.02], tickformat=".0%", **_axis(colours))
    return figure.update_yaxes(title="right", range=[0, 1.02], tickformat=".0%", **_axis(colours))


def risk(steps: pd.DataFrame, threshold: float, *, dark: bool = False) -> go.Figure:
    """Accuracy of the answers given against the share of works answered, with a slider for the threshold.

    `steps` has `threshold`, `coverage` and `accuracy`, a row a step, from few answers to all; the slider
    begins at the last step not below `threshold`.
    """
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 470))
    line = {"color": colours.bar, "width": 2}
    shares = {"x": steps["coverage"].tolist(), "y": steps["accuracy"].tolist()}
    figure.add_scatter(**shares, mode="lines", line=line, showlegend=False, hoverinfo="skip")
    moves = [_move(*row) for row in steps[["threshold", "coverage", "accuracy"]].itertuples(index=False)]
    start = max(int((steps["threshold"] >= threshold).sum()) - 1, 0)
    figure.add_scatter(
        x=[steps["coverage"].iloc[start]],
        y=[steps["accuracy"].iloc[start]],
        text=moves[start]["args"][0]["text"][0],
        mode="markers+text",
        textposition=moves[start]["args"][0]["textposition"][0],
        textfont={"size": 14, "color": colours.ink},
        marker={"color": colours.accent, "size": 13},
        showlegend=False,
        hoverinfo="skip",
        cliponaxis=False,
    )
    slider = {"active": start, "steps": moves, "currentvalue": {"prefix": "certain from "}, "pad": {"t": 56}}
    slider |= {"bgcolor": colours.track, "bordercolor": colours.track, "activebgcolor": colours.accent}
    slider |= {"font": {"color": colours.ink}, "ticklen": 0, "minorticklen": 0, "tickcolor": "rgba(0,0,0,0)"}
    figure.update_layout(sliders=[slider])
    low = max(0.0, float(steps["accuracy"].min()) - 0.1)
    figure.update_xaxes(title="works answered", range=[0, 1.02], tickformat=".0%", **_axis(colours))
    return figure.update_yaxes(title="right", range=[low, 1.03], tickformat=".0%", **_axis(colours))


def learning(history: pd.DataFrame, facet: str, kind: str, *, dark: bool = False) -> go.Figure:
    """One measure, `accuracy` or `loss`, over the epochs of several steps, one after the other: in training
    (blue) and validation (orange).

    `history` has `step`, `epoch` and the columns that `figures.curves` reads; a hairline parts several steps.
    """
    colours = palette(dark)
    name = f"{facet}_{kind}" if f"{facet}_{kind}" in history else kind
    figure = go.Figure(layout=_layout(colours, 360))
    passed, starts = 0.0, []
    for number, (step, part) in enumerate(history.groupby("step", sort=False)):
        starts.append((passed, str(step)))
        for column, title, colour in (
            (name, "training", TRAINING),
            (f"val_{name}", "validation", VALIDATION),
        ):
            if column not in part or part[column].isna().all():
                continue
            figure.add_scatter(
                x=(part["epoch"].astype(float) + passed).tolist(),
                y=part[column].astype(float).tolist(),
                name=title,
                legendgroup=title,
                showlegend=number == 0,
                mode="lines+markers" if len(part) < 12 else "lines",
                line={"color": colour, "width": 2},
                hovertemplate=f"{escape(str(step))}, {title} %{{y:.3f}}<extra></extra>",
            )
        passed += float(part["epoch"].astype(float).max())
    for start, step in starts if len(starts) > 1 else ():
        figure.add_vline(start, line={"color": colours.track, "width": 1})
        note = {
            "x": start,
            "y": 1,
            "yref": "paper",
            "text": escape(step),
            "textangle": -90,
            "xanchor": "left",
        }
        figure.add_annotation(
            **note, yanchor="top", showarrow=False, font={"size": 11, "color": colours.quiet}
        )
    figure.update_xaxes(title="epochs", **_axis(colours, grid=False))
    return _legend_above(figure.update_yaxes(title=kind, **_axis(colours)))


def add_earlier(
    figure: go.Figure, history: pd.DataFrame, facet: str, kind: str, *, dark: bool = False
) -> None:
    """Draw an earlier run into `learning`'s figure, as thin lines: dotted in training, whole in validation.

    `history` is as `learning` takes it.
    """
    quiet, name = palette(dark).quiet, f"{facet}_{kind}" if f"{facet}_{kind}" in history else kind
    for column, title, dash in (
        (name, "earlier, training", "dot"),
        (f"val_{name}", "earlier, validation", "solid"),
    ):
        if column in history and history[column].notna().any():
            figure.add_scatter(
                x=history["epoch"].astype(float).tolist(),
                y=history[column].astype(float).tolist(),
                name=title,
                mode="lines",
                line={"color": quiet, "width": 1.2, "dash": dash},
                hovertemplate=f"{title} %{{y:.3f}}<extra></extra>",
            )


def rates(steps: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """The learning rate over the epochs: `steps` has `epoch` and `rate`."""
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 260))
    line = {"color": colours.ink, "width": 2}
    figure.add_scatter(x=steps["epoch"].tolist(), y=steps["rate"].tolist(), mode="lines", line=line)
    figure.update_xaxes(title="epoch", **_axis(colours, grid=False))
    return figure.update_yaxes(
        title="learning rate", exponentformat="e", rangemode="tozero", **_axis(colours)
    )


def counts(frame: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """Works a label, as bars: `frame` has `label` and `n`, drawn from the top in its order."""
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, len(frame) * LINE + 90))
    figure.add_bar(
        x=frame["n"].tolist(),
        y=_plain(frame["label"]),
        orientation="h",
        marker={"color": colours.bar},
        hovertemplate="%{y}: %{x}<extra></extra>",
    )
    figure.update_xaxes(title="works", **_axis(colours))
    return figure.update_yaxes(autorange="reversed", **_axis(colours, grid=False))


def draws(frame: pd.DataFrame, *, published: int, dark: bool = False) -> go.Figure:
    """How often so many works of a draw are right: `frame` has `right` (0, 1, …) and `share` (0..1). The
    bars from the `published` number up are darker, and a dotted line stands there.
    """
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 300))
    figure.add_bar(
        x=frame["right"].tolist(),
        y=frame["share"].tolist(),
        marker={"color": [colours.ink if n >= published else colours.bar for n in frame["right"]]},
        hovertemplate="%{x} right: %{y:.1%}<extra></extra>",
    )
    figure.add_vline(
        published,
        line={"color": colours.quiet, "dash": "dot", "width": 1},
        annotation={"text": "published", "yanchor": "bottom", "font": {"color": colours.quiet}},
    )
    figure.update_xaxes(title="works right", dtick=1, **_axis(colours, grid=False))
    return figure.update_yaxes(title="draws", tickformat=".0%", **_axis(colours))


def intensities(shares: Mapping[str, Sequence[float]], *, dark: bool = False) -> go.Figure:
    """How bright pixels are: the share of each of the equal steps of 0..255, a line a channel."""
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 300))
    for channel, values in shares.items():
        middle = ((np.arange(len(values)) + 0.5) * 256 / len(values)).tolist()
        line = {"color": CHANNELS[channel], "width": 2, "shape": "spline"}
        figure.add_scatter(x=middle, y=list(values), name=channel, mode="lines", line=line)
    figure.update_xaxes(title="intensity", range=[0, 255], **_axis(colours))
    figure.update_yaxes(title="share of pixels", tickformat=".0%", rangemode="tozero", **_axis(colours))
    return _legend_above(figure)


def blocks(rows: Sequence[tuple[str, str]], *, dark: bool = False) -> go.Figure:
    """A network as blocks from the picture down to its answers: (name, what it is) each."""
    colours = palette(dark)
    figure = go.Figure(layout=_layout(colours, 62 * len(rows) + 46))
    for number, (name, text) in enumerate(rows):
        top = len(rows) - number
        line = {"color": colours.bar, "width": 1}
        figure.add_shape(type="rect", x0=0, x1=1, y0=top - 0.68, y1=top, line=line, fillcolor=colours.track)
        common = {"y": top - 0.34, "showarrow": False, "yanchor": "middle"}
        figure.add_annotation(x=0.03, xanchor="left", text=f"<b>{escape(name)}</b>", **common)
        quiet = {"color": colours.quiet, "size": 13}
        figure.add_annotation(x=0.97, xanchor="right", text=escape(text), font=quiet, **common)
        if number:
            figure.add_shape(type="line", x0=0.5, x1=0.5, y0=top, y1=top + 0.32, line=line)
    figure.update_xaxes(visible=False, range=[-0.01, 1.01])
    figure.update_yaxes(visible=False, range=[0.2, len(rows) + 0.1])
    return figure.update_layout(margin={"l": 0, "r": 0, "t": 30, "b": 4})


def _move(threshold: float, coverage: float, accuracy: float) -> dict[str, Any]:
    """One step of the slider: the dot and its words go there."""
    text = f"{coverage:.0%} answered, {accuracy:.0%} right"
    side = "right" if coverage < 0.5 else "left"
    where = f"{'top' if side == 'right' else 'bottom'} {side}"  # the curve falls
    return {
        "label": f"{threshold:.2f}",
        "method": "restyle",
        "args": [{"x": [[coverage]], "y": [[accuracy]], "text": [text], "textposition": [where]}, [1]],
    }


def _axis(colours: Palette, grid: bool = True) -> dict[str, Any]:
    lines = {"linecolor": colours.quiet, "gridcolor": colours.track, "showgrid": grid, "zeroline": False}
    return {**lines, "automargin": True}


def _layout(colours: Palette, height: int) -> dict[str, Any]:
    margin = {"l": 8, "r": 16, "t": 24, "b": 8}
    return sheet(colours) | {"height": height, "margin": margin, "hovermode": "closest"}


def _legend_above(figure: go.Figure) -> go.Figure:
    return figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})


def _plain(texts: Iterable[Any]) -> list[str]:
    return [escape(str(text), quote=False) for text in texts]
