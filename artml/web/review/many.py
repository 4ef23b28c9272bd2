"""Many works at once: fifty on a sheet, or all above a confidence after a look at some of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

import streamlit as st

from artml import figures
from artml.collection import Collection, Queued
from artml.collection.doubts import told
from artml.collection.review import Wish
from artml.web import pictures
from artml.web.claims import CLAIMS
from artml.web.look import element
from artml.web.review.desk import Desk

SHEET: Final = 50
"""Works on a sheet."""

SAMPLE: Final = 12
"""Works to look at before many are accepted: half of them the least sure, half drawn by lot."""


def grid(desk: Desk) -> None:
    """A sheet of works with what was predicted of each: the wrong ones are marked, the rest accepted."""
    key = f"sheet-{desk.facet}"
    passed: int = st.session_state.setdefault(key, 0)
    held = list(CLAIMS.others(desk.session, desk.facet))
    wish: Wish = {**desk.wish, "without": held, "limit": SHEET, "offset": passed}
    queue = desk.collection.queue(desk.facet, **wish)
    if not queue:
        st.html(
            element("h2", "No more works here.", "style")
            + element("p", "What was marked or passed by is still in the queue.", "line")
        )
        st.button("From the beginning", shortcut="B", on_click=_turn, args=(key, -passed))
        _take_back(desk)
        return
    able = [each for each in queue if _acceptable(each)]
    st.html(element("p", _instruction(desk, len(able), len(queue)), "line"))
    with st.form(f"sheet-{queue[0].work.id}-{len(queue)}-{passed}", border=False):
        with st.container(key="sheet", horizontal=True):
            for each in queue:
                _tile(desk, each, markable=True)
        with st.container(key="acts", horizontal=True):
            st.form_submit_button(
                "Accept those not marked, next sheet",
                shortcut="A",
                type="primary",
                disabled=not able,
                on_click=_accept_unmarked,
                args=(desk, able, key, len(queue)),
            )
            st.form_submit_button(
                "Next sheet", shortcut="N", type="tertiary", on_click=_turn, args=(key, len(queue))
            )
            st.form_submit_button("Back", shortcut="B", type="tertiary", on_click=_turn, args=(key, -SHEET))
    _take_back(desk)


def _instruction(desk: Desk, able: int, shown: int) -> str:
    beyond = f" {shown - able} of them have no answer to accept." if able < shown else ""
    return f"{shown} works, and what was predicted as their {desk.facet}. Mark those that are wrong.{beyond}"


def sure(desk: Desk) -> None:
    """Accept every work above a confidence, after a look at a sample of them."""
    least = st.slider(
        "Accept from this confidence, per cent", 50, 100, 90, key="least", bind="query-params", width=420
    )
    wish: Wish = {**desk.wish, "at_least": least / 100, "order": "confidence"}
    wish.pop("decided", None)
    queue = desk.collection.queue(desk.facet, **wish)
    if not queue:
        st.html(element("p", f"No work waits that was predicted with {least}% or more.", "line"))
        _take_back(desk)
        return
    lot = st.session_state.setdefault("lot", 0)
    some = _sample(queue, lot)
    st.html(
        element(
            "p", f"{_works(len(queue))} at {least}% or more. Look at {_some(len(some), len(queue))}", "line"
        )
    )
    with st.container(key="sheet", horizontal=True):
        for each in some:
            _tile(desk, each)
    seen = st.checkbox(
        "I have looked at these, and they are right", key=f"looked-{desk.facet}-{least}-{lot}-{len(queue)}"
    )
    with st.container(key="acts", horizontal=True):
        st.button(
            f"Accept all {len(queue)}" if len(queue) > 1 else "Accept it",
            type="primary",
            disabled=not seen,
            on_click=_accept,
            args=(desk, queue),
        )
        if len(some) < len(queue):
            st.button("Draw others", type="tertiary", on_click=_turn, args=("lot", 1))
    _take_back(desk)


def _works(number: int) -> str:
    return f"{number:,} works wait" if number > 1 else "One work waits"


def _some(shown: int, number: int) -> str:
    if shown == number:
        return "it:" if number == 1 else "them:"
    return f"{shown} of them, the least sure first, then some drawn by lot:"


def _sample(queue: Sequence[Queued], lot: int) -> list[Queued]:
    """Of works, surest first: the least sure, and as many by lot."""
    if len(queue) <= SAMPLE:
        return list(reversed(queue))
    half = SAMPLE // 2
    rest, least = queue[:-half], queue[-half:]
    return [*reversed(least), *random.Random(lot).sample(rest, SAMPLE - half)]


def _tile(desk: Desk, each: Queued, markable: bool = False) -> None:
    said = each.prediction
    if said is None:
        text = "no answer"
    elif not said.is_painting:
        text = "no painting?"
    else:
        text = f"{said.label} {figures.percent(said.probability)}"
    with st.container(key=f"thumb-{each.work.id}", gap=None, width=148):
        picture = _thumbnail(desk.collection, each.work.thumbnail)
        if picture:
            st.image(picture, width="stretch", alt=each.work.title or text)
        if markable and _acceptable(each):
            st.checkbox(text, key=f"mark-{desk.facet}-{each.work.id}")
        else:
            st.html(element("p", text, "caption"))
        if desk.wish.get("doubted"):
            st.html(element("p", f"catalogue: {told(each.work.columns, desk.facet)}", "caption"))


@st.cache_data(max_entries=2_000, show_spinner=False, hash_funcs={Collection: id})
def _thumbnail(collection: Collection, key: str) -> bytes | None:
    return pictures.small(collection, key)


def _acceptable(each: Queued) -> bool:
    return each.prediction is not None and each.prediction.is_painting and each.decision is None


def _accept_unmarked(desk: Desk, able: Sequence[Queued], key: str, shown: int) -> None:
    marked = [each for each in able if st.session_state.get(f"mark-{desk.facet}-{each.work.id}")]
    _accept(desk, [each for each in able if each not in marked])
    accepted = len(st.session_state["accepted"])
    _turn(key, shown if desk.wish.get("decided") else shown - accepted)


def _accept(desk: Desk, queue: Sequence[Queued]) -> None:
    st.session_state["accepted"] = desk.accept_all(queue)


def _take_back(desk: Desk) -> None:
    """Offer to undo what was just accepted together; failing that, the last decision."""
    accepted = st.session_state.get("accepted")
    if accepted:
        st.button(
            f"Take these {len(accepted)} back", shortcut="U", type="tertiary", on_click=_undo, args=(desk,)
        )


def _undo(desk: Desk) -> None:
    desk.take_back(st.session_state.pop("accepted"))


def _turn(key: str, by: int) -> None:
    st.session_state[key] = max(0, st.session_state.get(key, 0) + by)
