"""Who labels a folder, where several could: what each would take, and how often each is right."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from artml.bundle import choices, names
from artml.classifier import Classifier
from artml.jobs.bench import THUMBNAIL
from artml.jobs.sources import Source
from artml.jobs.survey import Survey
from artml.labelling.pace import LONG, forecasts, some
from artml.web.guide import guide, unchecked
from artml.web.labelling.words import who_facts


def choose_models(folder: str) -> str | None:
    """Draw the choice; what was chosen, as `Desk.label` takes it. None: those that answer here."""
    found = choices()
    if len(found) == 1:
        return None
    seconds = dict(_told(folder))
    by = st.radio(
        "Who labels them",
        found,
        format_func=lambda bundles: bundles[0],
        captions=[who_facts(unchecked(bundles[0]).metrics, seconds.get(bundles)) for bundles in found],
        key="by",
    )
    return None if by == names() else ",".join(by)


def find_out(folder: str, source: Source, report: Survey, below: DeltaGenerator) -> None:
    """Once a long folder is looked through: what it would take by each of them, told above."""
    if len(choices()) == 1 or report.pictures < LONG or _told(folder):
        return
    foreign = set(report.foreign)
    tried = some([name for name in source.names() if name not in foreign])
    with below, st.spinner(f"Trying {len(tried)} of them…"), source.at_hand(tried) as place:
        told = list(forecasts([place / name for name in tried], report.pictures, _load, THUMBNAIL))
    st.session_state["forecasts"] = folder, [(each.bundles, each.seconds) for each in told]
    st.rerun()


def _told(folder: str) -> list[tuple[tuple[str, ...], float]]:
    kept = st.session_state.get("forecasts")
    return kept[1] if kept and kept[0] == folder else []


def _load(bundles: tuple[str, ...]) -> Classifier:
    """The one that answers visitors is there already."""
    return guide() if bundles == names() else Classifier.load(bundles)
