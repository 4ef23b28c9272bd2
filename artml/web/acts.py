"""What may be done to a job that is not over: stop it, let it go on, give it up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from artml.collection import Job, Person
from artml.errors import ArtmlError
from artml.jobs.desk import Desk
from artml.web.look import element


def acts(desk: Desk, person: Person, job: Job, pause: str = "Pause", key: str = "") -> None:
    """Draw the buttons, beside whatever the container holds; `key` tells those of several jobs apart."""
    if job.state == "paused":
        _act("Go on", f"resume{key}", desk.resume, person, job, primary=True)
    else:
        _act(pause, f"pause{key}", desk.pause, person, job)
    _act("Cancel", f"cancel{key}", desk.cancel, person, job)


def _act(
    text: str,
    key: str,
    do: Callable[[Person, str], Job],
    person: Person,
    job: Job,
    primary: bool = False,
) -> None:
    """One button; what the job does not allow is said below it."""
    if st.button(text, key=key, type="primary" if primary else "secondary"):
        try:
            do(person, job.id)
        except ArtmlError as error:
            st.html(element("p", str(error), "refused", role="alert"))
            return
        st.rerun()
