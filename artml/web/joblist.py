"""Jobs on a page: the list of one kind's, and one job, watched until it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from artml.collection import Job
from artml.collection.model import OVER, Kind
from artml.errors import UnknownName
from artml.jobs.desk import Desk
from artml.web.look import element

MOST: Final = 50
"""Jobs that are listed."""

EVERY: Final = 2.0
"""Seconds between two looks at a job."""

SELDOM: Final = 5.0
"""Seconds between two looks at the list, as long as one of them is not over."""


def listing(
    desk: Desk, kind: Kind, heading: str, title: Callable[[Job], str], facts: Callable[[Job], str]
) -> None:
    """Draw the jobs of a kind, the newest first; the list looks again by itself while something goes on."""
    going = desk.collection.jobs.unfinished()

    @st.fragment(run_every=SELDOM if going else None)
    def rows() -> None:
        found = [job for job in desk.collection.jobs.all() if job.kind == kind]
        if not found:
            return
        with st.container(key="jobs", gap=None):
            st.html(element("h2", heading, "way"))
            for job in found[:MOST]:
                _row(job, title(job), facts(job))

    rows()


def asked(desk: Desk, job_id: str, kind: Kind, back: str) -> Job | None:
    """The job in the page's address, under a way `back` to the list; None, and why, if there is none."""
    st.button(back, key="back", type="tertiary", on_click=_back)
    try:
        job = desk.collection.jobs.get(job_id)
    except UnknownName as error:
        st.html(element("p", str(error), "refused", role="alert"))
        return None
    if job.kind != kind:
        st.html(element("p", "This job is of another kind.", "refused", role="alert"))
        return None
    return job


def watch(desk: Desk, job_id: str, draw: Callable[[Job], None]) -> None:
    """Draw a job again and again; once it is over, the page is drawn anew."""

    @st.fragment(run_every=EVERY)
    def look() -> None:
        now = desk.collection.jobs.get(job_id)
        if now.state in OVER:
            st.rerun()
        draw(now)

    look()


def say_no_worker(desk: Desk, job: Job) -> None:
    """Say why a job waits, if nobody is there to do it."""
    if job.state == "waiting" and not desk.collection.workers.all():
        st.html(element("p", "No worker is at work yet; one starts with the server.", "small-print"))


def _row(job: Job, title: str, facts: str) -> None:
    with st.container(key=f"job-{job.id}", horizontal=True, vertical_alignment="center"):
        st.button(title, key=f"open-{job.id}", type="tertiary", on_click=_open, args=(job.id,))
        st.html(element("p", facts, "facts"), width="content")


def _open(job_id: str) -> None:
    st.query_params["job"] = job_id


def _back() -> None:
    st.query_params.pop("job", None)
