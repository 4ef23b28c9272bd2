"""What a chosen folder holds, and the button that starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from artml.collection import Job, Person, Request
from artml.errors import ArtmlError
from artml.jobs.desk import Desk
from artml.jobs.sources import Source, below_roots, is_upload, source_of
from artml.jobs.survey import Survey, survey
from artml.web.labelling.models import choose_models, find_out
from artml.web.labelling.words import cannot_be_read, catalogue_line, what_was_found
from artml.web.look import bar, element


def found(desk: Desk, person: Person, folder: str) -> None:
    """Draw what a folder holds, while it is looked through; it may be started at once."""
    st.button("Choose another", key="back", type="tertiary", on_click=_back)
    try:
        folder, root = _allowed(folder)
        st.html(element("h1", PurePath(folder).name, "folder-name"))
        numbers = st.empty()
        by = choose_models(folder)
        if st.button("Label them", key="start", type="primary", shortcut="Enter"):
            job = desk.label(person, folder, root=root, bundle=by)
            del st.query_params["folder"]
            st.query_params["job"] = job.id
            st.rerun()
        below = st.empty()
        source = _source(desk, folder, root)
        report = None
        for report in _surveyed(desk, folder, source, by):
            _draw(report, numbers, below)
        if report:
            find_out(folder, source, report, below)
    except ArtmlError as error:
        st.html(element("p", str(error), "refused", role="alert"))


def _allowed(folder: str) -> tuple[str, Path | None]:
    if is_upload(folder):
        return folder, None
    path, root = below_roots(folder)
    return str(path), root


def _source(desk: Desk, folder: str, root: Path | None) -> Source:
    asked = Job(kind="label", folder=folder, person="", request=Request(root=str(root or "")))
    return source_of(desk.collection.files, asked)


def _surveyed(desk: Desk, folder: str, source: Source, by: str | None) -> Iterator[Survey]:
    """The survey of a folder; once it is whole, it is remembered for as long as the page stays there."""
    kept = st.session_state.get("surveyed")
    if kept and kept[0] == (folder, by):
        yield kept[1]
        return
    report = None
    for report in survey(desk.collection, source, by):
        yield report
    st.session_state["surveyed"] = (folder, by), report


def _draw(report: Survey, numbers: DeltaGenerator, below: DeltaGenerator) -> None:
    """The numbers above the button; how far the look is, or what cannot be read, below it: it stays put."""
    figures = "".join(
        f"<div>{element('dt', text)}{element('dd', number)}</div>" for number, text in what_was_found(report)
    )
    numbers.html(f'<dl class="found">{figures}</dl>' + element("p", catalogue_line(report), "line"))
    if report.looked < report.files:
        looked = f"Looked at {report.looked:,} of {report.files:,}"
        below.html(bar(report.looked / report.files, "Looked at") + element("p", looked, "small-print"))
    elif report.foreign:
        below.html(element("p", cannot_be_read(report.foreign), "small-print"))
    else:
        below.empty()


def _back() -> None:
    st.query_params.pop("folder", None)
    st.session_state.pop("surveyed", None)
