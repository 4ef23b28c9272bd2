"""A map of many works: see `map.js` for how it moves."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from artml.web.shelves import component

LIGHT: Final = (
    "#2f6690", "#c07d1f", "#4c8048", "#8e4a74", "#1f8a86", "#b3593a",
    "#6a5aa0", "#84802a", "#5e4632", "#c06c8f", "#4f94bb", "#957041",
)  # fmt: skip
DARK: Final = (
    "#6fa8dc", "#e5ab55", "#7fbf7b", "#d28ab2", "#58c2bb", "#e58c6c",
    "#aea2e6", "#c4c162", "#b89274", "#efabc8", "#9bd0ea", "#cfae80",
)  # fmt: skip
REST: Final = ("#b3a897", "#5d544b")  # for all others, light and dark
SCALES: Final = (("#cbbfae", "#7a2a20"), ("#4a423a", "#f0a48f"))
STEPS: Final = 16
SAID: Final = (
    "Map of {:,} works. Arrow keys move it, plus and minus zoom, Enter opens the work in its middle."
)


@dataclass(frozen=True, eq=False)
class Colouring:
    """A tint for each work, what each tint looks like and means."""

    tints: npt.NDArray[np.uint8]
    colours: Sequence[str]
    legend: Sequence[tuple[str, int]]
    """A label and its works, a tint; empty where the tints are a scale."""
    scale: tuple[str, str] | None = None
    """What the two ends of the scale mean."""


def by_label(labels: Sequence[str], *, dark: bool, unknown: str = "not known") -> Colouring:
    """The commonest labels each in a colour, all others in one; "" is no label."""
    names, inverse, counts = np.unique(np.asarray(labels, dtype=str), return_inverse=True, return_counts=True)
    order = [int(place) for place in np.argsort(-counts, kind="stable") if names[place]]
    shown = order[: len(LIGHT)]
    tints = np.full(len(names), len(shown), dtype=np.uint8)
    tints[shown] = np.arange(len(shown))
    legend = [(str(names[place]), int(counts[place])) for place in shown]
    colours = list((DARK if dark else LIGHT)[: len(shown)])
    left = len(labels) - sum(count for _, count in legend)
    if left:
        others = len(order) - len(shown)
        legend.append(
            (
                f"{others} others"
                if others and "" not in names
                else f"others, or {unknown}"
                if others
                else unknown,
                left,
            )
        )
        colours.append(REST[dark])
    return Colouring(tints[inverse], colours, legend)


def by_share(shares: npt.NDArray[np.floating[Any]], ends: tuple[str, str], *, dark: bool) -> Colouring:
    """Shares, 0..1, on a scale whose ends mean what `ends` says."""
    tints = np.clip(shares * STEPS, 0, STEPS - 1).astype(np.uint8)
    return Colouring(tints, _between(*SCALES[dark]), (), ends)


def draw_map(
    points: npt.NDArray[np.float32],
    rows: npt.NDArray[np.intp],
    colouring: Colouring,
    pictures: str,
    on_opened: Callable[[int], None],
    *,
    version: str,
    chosen: int | None,
    key: str,
) -> None:
    """Draw the map of works, (n, 2) in 0..1; `on_opened` is told the row of the one that was pressed, before
    the page is drawn again.

    rows: what each is called. colouring: of these n. pictures: what their addresses begin with.
    version: another one for other points. chosen: the row to mark.
    """
    data = {
        "places": _packed(points * 65535, np.uint16),
        "rows": _packed(rows, np.uint32),
        "tints": _packed(colouring.tints, np.uint8),
        "version": version,
        "colours": list(colouring.colours),
        "legend": [list(entry) for entry in colouring.legend],
        "scale": list(colouring.scale) if colouring.scale else None,
        "pictures": pictures,
        "chosen": chosen,
        "said": SAID.format(len(rows)),
    }

    def tell() -> None:
        opened = st.session_state[key].get("opened")
        if opened is not None:
            on_opened(int(opened))

    component("map")(data=data, key=key, on_opened_change=tell)


def _packed(values: npt.NDArray[Any], kind: type[np.unsignedinteger[Any]]) -> str:
    little = np.dtype(kind).newbyteorder("<")
    return b64encode(np.ascontiguousarray(values.astype(little)).tobytes()).decode("ascii")


def _between(first: str, last: str) -> list[str]:
    """Colours from one to another, `STEPS` of them."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (first, last)]
    steps = np.linspace(ends[0], ends[1], STEPS).round().astype(int)
    return ["#" + "".join(f"{part:02x}" for part in step) for step in steps]
