"""The wall label beside a picture: its words, its bars and its small print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import streamlit as st

from artml.classifier import Answer, Prediction
from artml.vocabulary import Label, vocabulary
from artml.web.look import element, is_dark
from artml.web.words import (
    NOT_SURE,
    WallText,
    bars_title,
    confidence_of,
    reasons,
    several,
    verdicts,
    wall_text,
)

if TYPE_CHECKING:
    from artml.explanation import HeatMap

SHOWN: Final = 5
IN_WORDS: Final = ("technique",)  # facets that are said on the label, and have no bars

HOW_SURE: Final = (
    "“Sure” and “fairly sure” are for answers of a kind that proved right nine times in ten on works the "
    "model had not seen before. “Perhaps” means that one answer leads without reaching that mark, and "
    "“not sure” that none leads. A painter is named only when the model is certain, because most "
    "paintings are by somebody it never met. The figures beside the bars are calibrated: of all "
    "works answered with 70%, about seven in ten are right."
)


LIT: Final = "Lit is what spoke most for each answer; the rest steps back into the shade."


def wall_label(
    answer: Answer, *, key: str, picture: bytes, look: Callable[[], Mapping[str, HeatMap]]
) -> None:
    """Draw the whole label for one answer; `key` tells its charts from those of other labels.

    `look` says where the network looked, for the `picture` (a JPEG), once somebody asks for the reasons.
    """
    text = wall_text(answer)
    st.html(words_html(text, what_to_look_for(answer)))
    if answer.is_painting:
        bars(answer, key=key)
    else:
        with st.expander("If it were a painting"):
            bars(answer, key=key)
    opened = st.expander("How sure is this?", key=f"{key}-reasons", on_change="rerun")
    with opened:
        if opened.open and answer.is_painting:
            where_it_looked(picture, look(), key=key)
        sentences = (*verdicts(answer), *reasons(answer))
        st.html(
            "".join(element("p", each, "reason") for each in sentences)
            + element("p", HOW_SURE, "small-print")
        )
    st.html(element("p", small_print(answer), "small-print"))


def where_it_looked(picture: bytes, maps: Mapping[str, HeatMap], *, key: str) -> None:
    """Draw the picture (a JPEG) lit where most spoke for a label and in the shade elsewhere, with a choice of
    the labels and a slider for the shade; nothing where there is no map. `key` tells it from others.
    """
    from artml.overlay import overlay

    if maps:
        alt = "The picture, lit where the model looked"
        st.html(overlay(picture, maps, key=key, alt=alt), unsafe_allow_javascript=True)
        st.html(element("p", LIT, "small-print"))


def words_html(text: WallText, look_for: Label | None) -> str:
    """The label's words as HTML, a second-level heading first; every word of it is escaped."""
    sureness = f" — {text.confidence}" if text.confidence else ""
    title = element("span", text.title) + element(
        "span", sureness, f"sureness {'certain' if text.certain else ''}"
    )
    parts = [
        f'<h2 class="style">{title}</h2>',
        element("p", text.line, "line"),
        element("p", text.made, "made"),
        element("p", text.doubt, "doubt", role="status"),
        _look_for_html(look_for) if look_for else "",
    ]
    return f'<div class="wall-label">{"".join(parts)}</div>'


def what_to_look_for(answer: Answer) -> Label | None:
    """The vocabulary's entry to read before the picture: that of the style, or failing it of the genre."""
    if not answer.is_painting:
        return None
    for facet in ("style", "genre"):
        prediction = answer.get(facet)
        if prediction is not None and confidence_of(prediction) != NOT_SURE:
            return vocabulary().get(facet, prediction.label)
    return None


def bars(answer: Answer, *, key: str) -> None:
    """Confidence bars for every facet of the answer but the technique, the five most probable labels each."""
    from artml import figures

    drawn = {facet: prediction for facet, prediction in answer.items() if facet not in IN_WORDS}
    tops = {facet: prediction.top(SHOWN) for facet, prediction in drawn.items()}
    margin = max((figures.label_width(top) for top in tops.values()), default=0)
    for facet, prediction in drawn.items():
        certain = prediction.certain and answer.is_painting
        figure = figures.confidence_bars(tops[facet], certain=certain, dark=is_dark(), margin=margin)
        title = bars_title(prediction)
        with st.container(gap=None):
            st.html(element("h3", title, "bars-title"))
            st.plotly_chart(
                figure,
                theme=None,
                config=dict(figures.CONFIG),
                alt=figures.in_words(title, tops[facet]),
                key=f"{key}-{facet}",
            )


def rehearse() -> None:
    """Draw bars that nobody sees, so that the browser fetches what draws them before the first answer."""
    from artml import figures

    with st.container(key="rehearsal"):
        nothing = figures.confidence_bars([], certain=False, dark=False)
        st.plotly_chart(nothing, theme=None, config=dict(figures.CONFIG), key="rehearsal-bars")


def small_print(answer: Answer) -> str:
    """Which model says so: "Seen by guide 1.0"; each once, where facets come from several."""
    models = dict.fromkeys(f"{_model(prediction)}" for prediction in answer.values())
    return f"Seen by {several(tuple(models), 'and')}. A machine’s opinion, not an attribution."


def _model(prediction: Prediction) -> str:
    return f"{prediction.model.name} {prediction.model.version}"


def _look_for_html(label: Label) -> str:
    facts = [("Period", label.period.replace("-", "–")), ("Key artists", ", ".join(label.key_artists))]
    listed = "".join(element("dt", name) + element("dd", value) for name, value in facts if value)
    return (
        element("h3", "What to look for", "look-for")
        + element("p", label.description, "description")
        + (f'<dl class="facts">{listed}</dl>' if listed else "")
    )
