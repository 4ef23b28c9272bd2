"""One picture, large, with the map of hand and algorithm over it, and its verdict set like a museum label."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import Any, Final

import streamlit as st

from artml.classifier import Answer
from artml.errors import Crowded
from artml.web import guide
from artml.web.label import small_print
from artml.web.look import element
from artml.web.technique.words import (
    ALGORITHM,
    CANNOT_SAY,
    ENDS,
    FACET,
    HAND,
    UNKNOWN,
    Verdict,
    map_words,
    measured,
    verdict,
)
from artml.web.wall import Hung, Wall
from artml.web.words import FAIRLY_SURE, SURE

WIDE: Final = 0.6
"""Threshold from which there is room between the ends for where nothing is said."""

HOW_SURE: Final = (
    "The verdict is the mean over a few squares spread over the picture. Its figure is calibrated: of all "
    "works answered with 80%, about eight in ten are right. “Sure” begins at 90%, “fairly sure” at 75%. The "
    "map asks many more squares, each for itself: a place takes the word of the squares around it, so that "
    "it shows regions, not outlines, and may disagree with the whole."
)


def look(wall: Wall) -> None:
    """Look from place to place of the picture that is to hang large, if any, before anything is drawn.

    Where too many wait, it hangs without its map until the page is drawn again.
    """
    shown = 0 if len(wall.hung) == 1 else wall.opened
    if shown is None or FACET in wall.hung[shown].places:
        return
    with suppress(Crowded), st.spinner("Looking…"), guide.looker().turn():
        wall.hung[shown].patches(guide.guide(), FACET)


def hang(picture: Hung, *, key: str) -> None:
    """The picture with its map, and beside it (on a phone under it) the label."""
    said = verdict(picture.answer)
    found = None if said.strange else picture.places.get(FACET)
    where = map_words(found.map(ALGORITHM, 60, 60)) if found else ""
    left, right = st.columns([7, 5], gap="large")
    st.html(f"<style>.st-key-painting {{ --ratio: {picture.ratio:.4f} }}</style>")
    with left, st.container(key="painting"):
        if found:
            from artml.overlay import two_ended

            alt = f"{picture.name}. {said.spoken}. {where}"
            st.html(two_ended(picture.rendition, found, ENDS, alt=alt), unsafe_allow_javascript=True)
        else:
            st.image(picture.rendition, width="stretch", alt=f"{picture.name}. {said.spoken}.")
        st.html(element("p", picture.name, "caption"))
    with right, st.container(key="label"):
        _label(said, where, picture.answer, key)


def label_html(said: Verdict, where: str) -> str:
    """The verdict in words, a second-level heading first, and a scale between its two ends."""
    sure = "certain" if said.sureness in (SURE, FAIRLY_SURE) else ""
    sureness = element("span", f" — {said.sureness}" if said.sureness else "", f"sureness {sure}".strip())
    return (
        f'<div class="wall-label"><h2 class="style"><span>{escape(said.title)}</span>{sureness}</h2>'
        + element("p", said.doubt, "doubt", role="status")
        + ("" if said.strange else scale_html(said) + element("p", where, "line"))
        + "</div>"
    )


def scale_html(said: Verdict) -> str:
    """A line from hand to algorithm with a mark where the picture stands, and a gap where nothing is said."""
    at, doubt = said.shares.get(ALGORITHM, 0.0), min(max(said.threshold, 0.5), 1.0)
    style = f"--at: {at:.4f}; --from: {1 - doubt:.4f}; --to: {doubt:.4f}"
    mark = f"mark {'certain' if said.sureness in (SURE, FAIRLY_SURE) else ''}".strip()
    between = (CANNOT_SAY.lower(),) if doubt > WIDE else ()
    ends = "".join(element("span", text) for text in (ENDS[HAND], *between, ENDS[ALGORITHM]))
    return (
        f'<div class="between" style="{style}"><div class="rail" role="img" aria-label="{escape(said.told)}">'
        f'<i class="gap"></i><b class="{mark}"></b></div>'
        f'<div class="rail-ends" aria-hidden="true">{ends}</div>' + element("p", said.told, "told") + "</div>"
    )


def _label(said: Verdict, where: str, answer: Answer, key: str) -> None:
    st.html(label_html(said, where))
    what_it_does_not_know()
    with st.expander("How sure is this?", key=f"{key}-reasons"):
        st.html(element("p", measured(_metrics()), "reason") + element("p", HOW_SURE, "small-print"))
    st.html(element("p", small_print(answer.only([FACET])), "small-print"))


def what_it_does_not_know() -> None:
    """Say plainly where the model's knowledge ends."""
    st.html(
        element("h3", "What I do not know", "look-for")
        + "".join(element("p", text, "unknown") for text in UNKNOWN)
    )


def _metrics() -> dict[str, Any]:
    bundle = guide.answering(FACET)
    return bundle.metrics if bundle else {}
