"""A job while it runs, and when it is done. Its id is in the address, so that any browser shows it."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from artml.collection import Job, Person
from artml.collection.model import OVER
from artml.jobs.desk import Desk
from artml.web.acts import acts
from artml.web.joblist import asked, say_no_worker, watch
from artml.web.labelling.words import STATES, Pace, along, finished, place, title
from artml.web.look import bar, element
from artml.web.pictures import small

SHOWN: Final = 10
"""Works on the contact sheet."""

FIRST: Final = "style"
"""The facet whose label stands under each of them."""


def running(desk: Desk, person: Person, job_id: str) -> None:
    """Draw a job; as long as it is not over, again and again."""
    job = asked(desk, job_id, "label", "All jobs")
    if job is None:
        return
    st.html(element("h1", title(job), "folder-name"))
    if job.state in OVER:
        _state(desk, job)
        _result(desk, job)
        return

    def draw(now: Job) -> None:
        _state(desk, now)
        _acts(desk, person, now)
        _sheet(desk, now)

    watch(desk, job_id, draw)


def _state(desk: Desk, job: Job) -> None:
    done, found = finished(job)
    paces: dict[str, Pace] = st.session_state.setdefault("paces", {})
    rate = paces.setdefault(job.id, Pace()).look(time.monotonic(), done)
    said = f"{title(job)} {STATES[job.state]}."
    when = f"{job.created.astimezone():%d %B %Y, %H:%M}"
    st.html(
        bar(done / found if found else 0.0, "Labelled")
        + element("p", along(job, rate), "numbers", role="status")
        + element("p", job.reason, "refused", role="alert")
        + element("p", f"{said} Started by {job.person}, {when}; {place(job)}.", "small-print")
    )
    say_no_worker(desk, job)


def _acts(desk: Desk, person: Person, job: Job) -> None:
    with st.container(key="doing", horizontal=True):
        acts(desk, person, job)
        if job.counts.get("labelled"):
            st.html(_way("Review what is there", job), width="content")


def _result(desk: Desk, job: Job) -> None:
    """What there is when a job is over: the works, what could not be read, and what changed."""
    if job.counts.get("labelled"):
        ways = _way("Review them", job), _way("Export them", job, view="Export")
        st.html(f'<p class="ways">{" ".join(ways)}</p>')
    _sheet(desk, job)
    refused = desk.collection.jobs.refusals(job.id)
    if refused:
        with st.expander(f"{len(refused):,} could not be read"):
            files = [(each.path, each.reason) for each in refused]
            st.dataframe(pd.DataFrame(files, columns=["file", "why"]), hide_index=True)
    changed = desk.changes(job.id)
    if changed:
        with st.expander(_changed(len(changed))):
            rows = [(each.name, each.facet, each.before.label, each.after.label) for each in changed]
            st.dataframe(pd.DataFrame(rows, columns=["file", "facet", "was", "is"]), hide_index=True)


def _sheet(desk: Desk, job: Job) -> None:
    """The works that came last, and what was said of them."""
    labelled = job.counts.get("labelled", 0)
    latest = desk.collection.queue(
        FIRST, folder=job.folder, order="added", decided=True, offset=max(0, labelled - SHOWN), limit=SHOWN
    )
    if not latest:
        return
    with st.container(key="latest", horizontal=True):
        for number, queued in enumerate(reversed(latest)):
            if picture := small(desk.collection, queued.work.thumbnail):
                said = queued.prediction.label if queued.prediction else "no answer"
                with st.container(key=f"picture-{number}", width="content", gap=None):
                    st.image(picture, alt=f"A work: {said}")
                    st.html(element("p", said, "caption"))


def _changed(count: int) -> str:
    answers = "One answer" if count == 1 else f"{count:,} answers"
    return f"{answers} changed since the folder was labelled before"


def _way(text: str, job: Job, **more: str) -> str:
    """A link to the page where the works of a job are reviewed."""
    return element("a", text, "on", href=f"review?{urlencode({'job': job.id, **more})}")
