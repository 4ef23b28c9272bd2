"""Many pictures at once: the table of what is said of each, and how right that is where the truth is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from typing import Final

import pandas as pd
import streamlit as st

from artml.evaluation import wilson
from artml.figures import percent
from artml.web.gallery import open_large
from artml.web.look import element
from artml.web.technique.words import ALGORITHM, CANNOT_SAY, ENDS, FACET, HAND, Verdict, verdict
from artml.web.wall import Hung, Wall

FOLDERS: Final = {
    HAND: ("hand", "hands", "han", "by hand", "drawn", "painted"),
    ALGORITHM: ("algorithm", "algorithms", "kom", "by algorithm", "code", "generative"),
}
"""Folders of a ZIP that say what their pictures are."""

DOOR: Final = ("Drop pictures here", "or drop the next here, one or many")
"""What stands where pictures come in."""

TELL: Final = (
    "Tell me what a work is in truth, and I count how often I was right. In a ZIP, folders called “hand” and "
    "“algorithm” tell it for all that they hold."
)


@dataclass
class Truths:
    """What somebody said of the pictures on the wall, by their place; forgotten with them."""

    told: dict[int, str] = field(default_factory=dict)
    turn: int = 0
    """How often all were told at once."""

    @classmethod
    def of(cls, pictures: Sequence[Hung]) -> Truths:
        """What the folders say that the pictures came in."""
        found = {place: truth_of(picture.name) for place, picture in enumerate(pictures)}
        return cls({place: truth for place, truth in found.items() if truth})


def truth_of(name: str) -> str | None:
    """What the folder nearest to a file says of it; None where no folder does."""
    for folder in reversed(PurePosixPath(name.replace("\\", "/")).parts[:-1]):
        for label, names in FOLDERS.items():
            if folder.casefold().replace("_", " ").replace("-", " ") in names:
                return label
    return None


def table(pictures: Sequence[Hung], told: Mapping[int, str]) -> pd.DataFrame:
    """A row a picture: what it is called, the verdict and probabilities (0..1), the truth if told, and
    whether the label that leads is that.
    """
    return pd.DataFrame(
        [_row(picture, verdict(picture.answer), told.get(place)) for place, picture in enumerate(pictures)]
    )


def summary(rows: pd.DataFrame) -> list[str]:
    """The table in sentences: how many of each, and how often right where the truth is told."""
    count = {key: int((rows["verdict"] == key).sum()) for key in (HAND, ALGORITHM, "")}
    works = "1 work" if len(rows) == 1 else f"{len(rows)} works"
    kinds = f"{count[HAND] or 'none'} made by hand, {count[ALGORITHM] or 'none'} drawn by an algorithm"
    told = [f"{works}: {kinds}" + (f", and of {count['']} I cannot say." if count[""] else ".")]
    known = rows[rows["truth"] != ""]
    if len(known):
        told.append(_right("Going by whichever leads,", known))
        said = known[known["verdict"] != ""]
        if 0 < len(said) < len(known):
            told.append(_right("Where I did say,", said))
    return told


def draw(wall: Wall, truths: Truths) -> None:
    """The summary, and a row a work, each with its truth to tell and a way to see it large."""
    rows = table(wall.hung, truths.told)
    first, *others = summary(rows)
    st.html(
        element("h2", first, "portfolio")
        + "".join(element("p", sentence, "counted") for sentence in others)
        + confusion_html(rows)
    )
    with st.container(key="truths", horizontal=True, vertical_alignment="center"):
        for label in ENDS:
            st.button(
                f"All are {ENDS[label]}",
                key=f"all-{label}",
                type="tertiary",
                on_click=_all,
                args=(wall, truths, label),
            )
        st.download_button(
            "Table as CSV",
            rows.to_csv(index=False).encode("utf-8-sig"),
            "hand-or-algorithm.csv",
            "text/csv",
            key="csv",
            type="tertiary",
            on_click="ignore",
        )
    st.html(element("p", TELL, "small-print"))
    with st.container(key="works", gap=None):
        for place in range(len(wall.hung)):
            _draw_row(wall, truths, place)


def confusion_html(rows: pd.DataFrame) -> str:
    """What was said of what, as a small table; empty unless the truth of works of both kinds is told."""
    known = rows[rows["truth"] != ""]
    if known["truth"].nunique() < 2:
        return ""
    said = {HAND: ENDS[HAND], ALGORITHM: ENDS[ALGORITHM], "": CANNOT_SAY.lower()}
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in said.values())
    body = "".join(
        f'<tr><th scope="row">{escape(ENDS[truth])}</th>'
        + "".join(
            f"<td{' class=right' if truth == label else ''}>"
            f"{int(((known['truth'] == truth) & (known['verdict'] == label)).sum())}</td>"
            for label in said
        )
        + "</tr>"
        for truth in (HAND, ALGORITHM)
    )
    return (
        '<table class="said"><caption>What I said of what</caption>'
        f'<thead><tr><th scope="col">in truth</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _row(picture: Hung, said: Verdict, truth: str | None) -> dict[str, object]:
    model = picture.answer[FACET].model
    return {
        "work": picture.name,
        "verdict": said.made or "",
        "sureness": said.sureness,
        "leaning": said.leaning,
        "hand": round(said.shares.get(HAND, 0.0), 4),
        "algorithm": round(said.shares.get(ALGORITHM, 0.0), 4),
        "truth": truth or "",
        "right": "" if truth is None else "yes" if truth == said.leaning else "no",
        "model": f"{model.name} {model.version}",
    }


def _right(lead: str, rows: pd.DataFrame) -> str:
    right = int((rows["right"] == "yes").sum())
    low, high = wilson(right, len(rows))
    return (
        f"{lead} I was right about {right} of {len(rows)}, {percent(right / len(rows))}; with so few works "
        f"that may stand for anything from {low:.0%} to {high:.0%}."
    )


def _draw_row(wall: Wall, truths: Truths, place: int) -> None:
    picture = wall.hung[place]
    said, truth = verdict(picture.answer), truths.told.get(place)
    with st.container(key=f"work-{place}", horizontal=True, vertical_alignment="center"):
        with st.container(key=f"thumb-{place}", width=112):
            st.image(picture.rendition, width="stretch", alt=f"{picture.name}: {said.spoken}")
        with st.container(key=f"said-{place}", gap=None, width="stretch"):
            st.html(
                element("h3", said.spoken, "tile-title")
                + element("p", said.told, "tile-line")
                + element("p", picture.name, "caption")
            )
        with st.container(key=f"told-{place}", gap=None, width=250):
            st.segmented_control(
                f"In truth: {picture.name}",
                list(ENDS),
                default=truth,
                format_func=lambda label: ENDS[label],
                key=_key(truths, place),
                label_visibility="collapsed",
                on_change=_tell,
                args=(truths, place),
            )
            with st.container(key=f"row-{place}", horizontal=True, vertical_alignment="center"):
                if truth:
                    right = truth == said.leaning
                    words = ("Right" if right else "Wrong") + ("" if said.made else ", though unsure")
                    st.html(element("p", words, "right" if right else "wrong"), width="content")
                st.button(
                    "Look closer",
                    key=f"open-{place}",
                    type="tertiary",
                    on_click=open_large,
                    args=(wall, place),
                )


def _key(truths: Truths, place: int) -> str:
    """Of the control of one work; another once all were told at once, so that it shows what was."""
    return f"truth-{id(truths)}-{truths.turn}-{place}"


def _tell(truths: Truths, place: int) -> None:
    label = st.session_state[_key(truths, place)]
    if label is None:
        truths.told.pop(place, None)
    else:
        truths.told[place] = label


def _all(wall: Wall, truths: Truths, label: str) -> None:
    truths.told = dict.fromkeys(range(len(wall.hung)), label)
    truths.turn += 1
