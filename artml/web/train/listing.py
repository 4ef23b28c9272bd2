"""Every training job, the newest first."""

from __future__ import annotations

from typing import Final

import streamlit as st

from artml.collection import Job
from artml.jobs.desk import Desk
from artml.web.look import element
from artml.web.train.words import STATES, along, title

MOST: Final = 50
EVERY: Final = 5.0
"""Seconds between two looks, as long as one of them is not over."""


def listing(desk: Desk) -> None:
    """Draw the list; it looks again by itself while something goes on."""
    going = desk.collection.jobs.unfinished()

    @st.fragment(run_every=EVERY if going else None)
    def rows() -> None:
        found = [job for job in desk.collection.jobs.all() if job.kind == "train"]
        if not found:
            return
        with st.container(key="jobs", gap=None):
            st.html(element("h2", "Trained here", "way"))
            for job in found[:MOST]:
                _row(job)

    rows()


def _row(job: Job) -> None:
    when = f"{job.created.astimezone():%d %b, %H:%M}"
    facts = " · ".join(filter(None, (STATES[job.state], along(job), job.person, when)))
    with st.container(key=f"job-{job.id}", horizontal=True, vertical_alignment="center"):
        st.button(title(job), key=f"open-{job.id}", type="tertiary", on_click=_open, args=(job.id,))
        st.html(element("p", facts, "facts"), width="content")


def _open(job_id: str) -> None:
    st.query_params["job"] = job_id
