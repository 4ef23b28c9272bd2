"""One work at a time: the picture large, beside it what may be said of it, every act on a key."""

from __future__ import annotations

from typing import Final

import streamlit as st

from artml import figures
from artml.collection import Queued
from artml.collection.doubts import same, told
from artml.web import pictures
from artml.web.look import element
from artml.web.review import past
from artml.web.review.desk import Desk
from artml.web.review.saying import QUALIFIED, choices, in_words, understood

TOP: Final = 5
"""Labels that have a key of their own."""

FOCUS: Final = """<script>
(() => {
  let tries = 60
  const timer = setInterval(() => {
    const box = document.querySelector('[class*="st-key-labels-"] input')
    if (box) box.focus()
    if (box || !--tries) clearInterval(timer)
  }, 50)
})()
</script>"""
"""Puts the cursor where labels are typed, once that is there."""


def draw(desk: Desk) -> None:
    """Draw the work that lies on the desk, or say that none waits."""
    seen = desk.look()
    if seen is None:
        _nothing(desk)
        return
    with st.container(key="work"):
        left, right = st.columns([7, 5], gap="large")
    with left:
        _picture(desk, seen)
    with right, st.container(key="choices"):
        _standing(desk, seen)
        _choices(desk, seen)
        _acts(desk, seen)
        _words(desk, seen)
        past.draw(desk.collection, desk.person, seen.work)


def _nothing(desk: Desk) -> None:
    st.html(
        element("h2", "Nothing waits here.", "style")
        + element("p", "Every work of this queue is decided.", "line")
    )
    _undo(desk, "idle")


def _picture(desk: Desk, seen: Queued) -> None:
    work = seen.work
    picture = pictures.large(desk.collection, work)
    st.html(f"<style>.st-key-painting {{ --ratio: {work.width / work.height:.4f} }}</style>")
    with st.container(key="painting"):
        if picture:
            st.image(picture, width="stretch", alt=work.title or _file(desk, seen))
        else:
            st.html(element("p", "The picture cannot be reached.", "caption"))
        known = (work.title, work.artist, work.columns.get("date", ""))
        st.html(
            element("p", ", ".join(filter(None, known)), "catalogued")
            + element("p", " · ".join(filter(None, (work.object_number, _file(desk, seen)))), "caption")
        )


def _file(desk: Desk, seen: Queued) -> str:
    return next((sighting.name for sighting in desk.collection.sightings(seen.work)), "")


def _standing(desk: Desk, seen: Queued) -> None:
    """What is said of the work so far: by the model, the catalogue, a person."""
    said = seen.prediction
    if said is None:
        text, css = "No model has looked at this work.", ""
    elif not said.is_painting:
        text, css = "To the model this does not look like a painting.", ""
    else:
        text, css = ("The model is certain", "certain") if said.certain else ("The model is not certain", "")
    lines = element("h2", desk.facet.capitalize(), "facet") + element("p", text, f"verdict {css}")
    if theirs := _otherwise(desk, seen):
        lines += element("p", f"The catalogue says {theirs}.", "verdict")
    if seen.decision:
        who = "You" if seen.decision.person == desk.person.name else seen.decision.person
        when = past.moment(seen.decision.time)
        lines += element("p", f"{who}, {when}: {in_words(seen.decision)}", "decided")
    if holder := desk.holder():
        lines += element("p", f"{holder} has this work open, too.", "verdict", role="status")
    st.html(lines)


def _otherwise(desk: Desk, seen: Queued) -> str:
    """What the catalogue says, where the model says something else; empty where both agree."""
    theirs = told(seen.work.columns, desk.facet)
    agreed = seen.prediction is not None and same(desk.facet, theirs, seen.prediction.label)
    return "" if agreed else theirs


def _choices(desk: Desk, seen: Queued) -> None:
    """The likeliest labels, each a bar and a key."""
    if seen.prediction is None:
        return
    ranked = seen.prediction.ranked[:TOP]
    shares = "".join(
        f".st-key-{_key(desk, seen, f'choose{place}')} {{ --share: {share:.2%} }}"
        for place, (_, share) in enumerate(ranked, start=1)
    )
    sure = seen.prediction.certain
    st.html(f"<style>{shares}</style>")
    with st.container(key="bars-sure" if sure else "bars", gap=None):
        for place, (label, share) in enumerate(ranked, start=1):
            st.button(
                f"{label} :small[{figures.percent(share)}]",
                key=_key(desk, seen, f"choose{place}"),
                shortcut=str(place),
                width="stretch",
                type="tertiary",
                on_click=desk.say,
                args=(seen, understood(desk.facet, [label])),
            )


def _acts(desk: Desk, seen: Queued) -> None:
    able = seen.prediction is not None
    with st.container(key="acts", horizontal=True):
        st.button(
            "Accept",
            key=_key(desk, seen, "accept"),
            shortcut="A",
            type="primary",
            disabled=not able,
            on_click=desk.accept,
            args=(seen,),
        )
        st.button(
            "Cannot say",
            key=_key(desk, seen, "cannot"),
            shortcut="X",
            on_click=desk.cannot_say,
            args=(seen,),
        )
        if theirs := _otherwise(desk, seen):
            st.button(
                "As catalogued",
                key=_key(desk, seen, "catalogued"),
                shortcut="K",
                on_click=desk.say,
                args=(seen, understood(desk.facet, [theirs])),
            )
        st.button("Another label", key=_key(desk, seen, "write"), shortcut="L", on_click=_open_words)
    with st.container(key="moves", horizontal=True):
        st.button("Back", key=_key(desk, seen, "back"), shortcut="B", type="tertiary", on_click=desk.back)
        st.button("Next", key=_key(desk, seen, "next"), shortcut="N", type="tertiary", on_click=desk.next)
        _undo(desk, _key(desk, seen, "undo"))
        if len(desk.facets) > 1:
            other = desk.facets[(desk.facets.index(desk.facet) + 1) % len(desk.facets)]
            st.button(
                f"Its {other}",
                key=_key(desk, seen, "facet"),
                shortcut="F",
                type="tertiary",
                on_click=st.session_state.__setitem__,
                args=("facet", other),
            )


def _undo(desk: Desk, key: str) -> None:
    st.button("Undo", key=key, shortcut="U", type="tertiary", on_click=desk.undo)


def _words(desk: Desk, seen: Queued) -> None:
    """Labels by typing: any, several, with a qualifier."""
    if not st.session_state.get("writing"):
        return
    key = _key(desk, seen, "")
    with st.form(f"say-{key}", border=False):
        st.multiselect(
            f"{desk.facet.capitalize()}: type, and choose one or several",
            choices(desk.facet, seen.prediction, desk.recent.get(desk.facet, ())),
            key=f"labels-{key}",
            accept_new_options=True,
            placeholder="Any label, also one that is not listed",
            filter_mode="contains",
            select_all=False,
        )
        if desk.facet == "artist":
            st.selectbox(
                "Attribution",
                QUALIFIED,
                index=None,
                key=f"qualifier-{key}",
                placeholder="by this artist: or attributed to, workshop of, …",
            )
        st.text_input("Note", key=f"note-{key}", placeholder="For colleagues; optional")
        st.form_submit_button(
            "Save and next", shortcut="Ctrl+S", type="primary", on_click=_write, args=(desk, seen, key)
        )
    st.html(FOCUS, unsafe_allow_javascript=True)


def _open_words() -> None:
    st.session_state["writing"] = not st.session_state.get("writing")


def _write(desk: Desk, seen: Queued, key: str) -> None:
    qualifier = st.session_state.get(f"qualifier-{key}") or ""
    labels = understood(desk.facet, st.session_state[f"labels-{key}"], qualifier)
    desk.say(seen, labels, st.session_state[f"note-{key}"].strip())
    st.session_state["writing"] = desk.work is not None and desk.work.id == seen.work.id


def _key(desk: Desk, seen: Queued, act: str) -> str:
    """Of a widget: a key pressed twice must not reach the next work."""
    return f"{act}-{desk.facet}-{seen.work.sha256[:12]}-{seen.decision.id if seen.decision else 0}"
