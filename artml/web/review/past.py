"""What was said of a work before: by models and people, and by the museum's own catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from artml.collection import Collection, Decision, Person, Prediction, Work
from artml.exports.words import OUTCOMES
from artml.figures import percent
from artml.web.look import element
from artml.web.review.saying import in_words


def draw(collection: Collection, person: Person, work: Work) -> None:
    """Who said what, when, oldest first; every column of the catalogue; and whether visitors may see it."""
    with st.expander("History and catalogue"):
        told = [*map(_predicted, collection.predictions(work)), *_decided(collection.history(work))]
        lines = "".join(element("li", line) for line in told)
        facts = "".join(
            element("dt", name) + element("dd", value) for name, value in work.columns.items() if value
        )
        st.html(
            (f'<ul class="history">{lines}</ul>' if lines else "")
            + (f'<dl class="facts">{facts}</dl>' if facts else "")
            + element("p", f"SHA-256 {work.sha256}", "small-print")
        )
        st.toggle(
            "Visitors may see this work",
            work.public,
            key=f"public-{work.id}",
            on_change=_publish,
            args=(collection, person, work),
        )


def _publish(collection: Collection, person: Person, work: Work) -> None:
    public: bool = st.session_state[f"public-{work.id}"]
    collection.mark_public(person, [work], public)
    work.public = public


def moment(time: datetime) -> str:
    """A time where the person is, `27 Nov 2026, 03:23`; in UTC, and so said, where nobody knows where."""
    try:
        zone = ZoneInfo(st.context.timezone or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"{time.astimezone(UTC):%d %b %Y, %H:%M} UTC"
    return f"{time.astimezone(zone):%d %b %Y, %H:%M}"


def _predicted(said: Prediction) -> str:
    label = f"{said.facet} {said.label} {percent(said.probability)}"
    return f"{moment(said.time)} — {said.bundle} {said.version}: {label}"


def _decided(history: list[Decision]) -> list[str]:
    kept = {decision.id: decision for decision in history}
    lines = []
    for decision in history:
        if decision.undoes is not None:
            what = f"took back {decision.facet} {in_words(kept[decision.undoes])}"
        else:
            outcome = OUTCOMES[decision.outcome] if decision.outcome else ""
            what = " ".join(filter(None, (outcome, decision.facet, ", ".join(map(str, decision.labels)))))
        note = f" ({decision.note})" if decision.note else ""
        lines.append(f"{moment(decision.time)} — {decision.person} {what}{note}")
    return lines
