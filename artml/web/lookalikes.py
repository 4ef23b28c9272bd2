"""The museum's own public works that look like a visitor's picture."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from artml.classifier import Answer, ModelVersion
from artml.collection import Collection, Work
from artml.collection.model import Vector
from artml.collection.similarity import Alike
from artml.errors import CollectionError
from artml.web.loans import LOANS, Loan
from artml.web.look import element
from artml.web.museum import museum, there

SHOWN = 6
FRESH = 60.0
"""Seconds after which works that became public are found."""


@dataclass(frozen=True, eq=False)
class Public:
    """The public works that one version of a bundle has embedded."""

    model: ModelVersion
    works: list[Work]
    alike: Alike


def look_alikes(answer: Answer) -> None:
    """Draw those most like the picture; nothing where the museum shows no works, or none can be compared.

    A visitor never sees a private work: whether a work is public is asked anew for each that is shown.
    """
    if answer.embedding is None or not answer.is_painting or not there():
        return
    try:
        found = _public(tuple(dict.fromkeys(said.model for said in answer.values())))
        if found is None or found.alike.size != len(answer.embedding):
            return
        near = found.alike.nearest(np.asarray(answer.embedding), SHOWN)
        works = {one.row: found.works[one.row] for one in near if _is_public(museum(), found.works[one.row])}
    except CollectionError:
        return
    if works:
        st.html(_html(works, _lent(found)))


@st.cache_resource(show_spinner=False, ttl=FRESH, max_entries=4)
def _public(models: tuple[ModelVersion, ...]) -> Public | None:
    for model in models:
        works, vectors = _embedded(museum(), model)
        if works:
            return Public(model, works, Alike(vectors))
    return None


def _embedded(collection: Collection, model: ModelVersion) -> tuple[list[Work], Vector]:
    """The public works with a thumbnail that a model has embedded."""
    works, vectors = collection.embeddings(model, public_only=True)
    rows = [row for row, work in enumerate(works) if work.thumbnail]
    return [works[row] for row in rows], vectors[rows]


def _is_public(collection: Collection, work: Work) -> bool:
    return collection.work(work.sha256).public


def _lent(found: Public) -> str:
    context = get_script_run_ctx()
    works = found.works
    return LOANS.lend(
        context.session_id if context else "",
        Loan(
            key=("look-alikes", found.model.name, found.model.version, str(id(found))),
            may_see=lambda row: 0 <= row < len(works) and _is_public(museum(), works[row]),
            picture=lambda row: museum().files.get(works[row].thumbnail),
            about=lambda row: {"title": works[row].title, "line": works[row].artist},
        ),
    )


def _html(works: dict[int, Work], pictures: str) -> str:
    figures = []
    for row, work in works.items():
        words = ", ".join(part for part in (work.title, work.artist) if part) or "Untitled"
        figures.append(
            f'<li><img src="{escape(pictures, quote=True)}/{row}.jpg" loading="lazy" '
            f'alt="{escape(words, quote=True)}">{element("p", words, "caption")}</li>'
        )
    title = element("h3", "In this museum, most like it", "bars-title")
    return f'<section class="look-alikes">{title}<ul>{"".join(figures)}</ul></section>'
