"""New atlases: what to chart, and how far those are that are being made. For those who work here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from artml.collection import Job, Person
from artml.collection.model import OVER
from artml.errors import ArtmlError
from artml.jobs.desk import Desk
from artml.jobs.works import allowed, offered, table_in
from artml.web.acts import acts
from artml.web.explore.room import move
from artml.web.folders import browse
from artml.web.look import bar, element
from artml.web.museum import desk

OWN: Final = "The museum’s own works"
ELSEWHERE: Final = "A folder on the server"
HOW: Final = (
    "A map of many works, their clusters, influences and look-alikes. Some hundreds take minutes, tens of"
    " thousands an hour or two; it goes on without you."
)
EVERY: Final = 2.0
"""Seconds between two looks."""
FEW: Final = 5
"""Jobs that are over, the latest, that are told."""
STAGES: Final = {
    "pixels": "Looking at pixels",
    "mobilenet": "Looking with MobileNet",
    "vgg16": "Looking with VGG16",
    "elbow": "Trying numbers of clusters",
    "neighbours": "Comparing every work with every other",
}
STARTS: Final = {"space": "Making features", "clusters": "Parting into clusters", "points": "Drawing the map"}
STATES: Final = {
    "waiting": "waits for a worker",
    "paused": "rests",
    "cancelled": "was cancelled",
    "done": "is made",
    "failed": "could not be made",
}


def charting_room(person: Person) -> None:
    """Draw it."""
    at = desk()
    choice, made = st.columns(2, gap="large")
    with choice, st.container(key="to-chart"):
        st.html(element("h2", "Make an atlas", "way"))
        _choose(at, person)
    with made, st.container(key="charted"):
        _made(at, person)


def _choose(at: Desk, person: Person) -> None:
    places = {file.parent.name.replace("-", " ").capitalize(): str(file) for file in offered()}
    st.html(element("p", HOW, "about"))
    of = st.selectbox("Of", [OWN, *places, ELSEWHERE], key="atlas-of")
    if of == OWN:
        st.button("Chart them", key="chart", type="primary", on_click=_start, args=(at, person, ""))
        return
    public = st.toggle("Visitors may walk through it", key="atlas-public")
    if of == ELSEWHERE:
        st.html(element("p", "With a catalogue (CSV) in it.", "small-print"))
        browse("Chart", lambda folder: _start(at, person, folder, public))
    else:
        given = (at, person, places[of], public)
        st.button("Chart them", key="chart", type="primary", on_click=_start, args=given)


def _start(at: Desk, person: Person, where: str, public: bool = False) -> None:
    """Start the job, or leave a word of why not."""
    try:
        path, root = allowed(where) if where else (None, None)
        table = table_in(path) if path else None
        if path and not table:
            st.session_state["not-charted"] = f"{path.name} holds no catalogue: a CSV with a column 'path'."
            return
        job = at.cluster(person, table or "", public=public, root=root)
    except ArtmlError as error:
        st.session_state["not-charted"] = str(error)
        return
    move(job=job.id)


def _made(at: Desk, person: Person) -> None:
    if refused := st.session_state.pop("not-charted", ""):
        st.html(element("p", refused, "refused", role="alert"))
    going = _going(at)

    @st.fragment(run_every=EVERY if going else None)
    def watch() -> None:
        now = _going(at)
        if [job.id for job in now] != [job.id for job in going]:
            st.rerun()  # a new atlas stands among the others
        for job in now:
            _progress(at, person, job)
        over = [job for job in _all(at) if job.state in OVER]
        for job in over[:FEW]:
            _over(job)

    watch()


def _progress(at: Desk, person: Person, job: Job) -> None:
    done, of = job.counts.get("done", 0), job.counts.get("of", 0)
    when = f"Started by {job.person}, {job.created.astimezone():%d %B %Y, %H:%M}."
    with st.container(key=f"charting-{job.id}"):
        st.html(
            element("h2", _title(job), "way")
            + bar(done / of if of else 0.0, "Charted")
            + element("p", _along(job), "numbers", role="status")
            + element("p", when, "small-print")
        )
        with st.container(key=f"doing-{job.id}", horizontal=True):
            acts(at, person, job, key=job.id)


def _over(job: Job) -> None:
    when = f"{(job.finished or job.created).astimezone():%d %b, %H:%M}"
    told = f"{_title(job)} {STATES[job.state]} · {job.person}, {when}"
    st.html(element("p", told, "facts") + element("p", job.reason, "refused"))


def _along(job: Job) -> str:
    """What a job is at, in words."""
    if job.state in STATES:
        return f"{STATES[job.state].capitalize()}."
    done, of = job.counts.get("done", 0), job.counts.get("of", 0)
    start = job.stage.partition("-")[0]
    said = STAGES.get(job.stage) or STARTS.get(start) or ("Looking with the guide" if job.stage else "Begins")
    return f"{said} · {done:,} of {of:,}" if of > 1 else f"{said} …"


def _title(job: Job) -> str:
    if not job.folder:
        return OWN
    return (job.request.name or Path(job.folder).parent.name).capitalize()


def _all(at: Desk) -> list[Job]:
    return [job for job in at.collection.jobs.all() if job.kind == "cluster"]


def _going(at: Desk) -> list[Job]:
    return [job for job in _all(at) if job.state not in OVER]
