"""A training while it runs, and what came of it. Its id is in the address, so that any browser shows it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from artml import charts
from artml.collection import Job, Person
from artml.collection.model import OVER
from artml.errors import ArtmlError
from artml.jobs.desk import Desk
from artml.jobs.histories import earlier, facets_of, history_of, joined, source_of
from artml.jobs.recipes import place
from artml.learning import takeover
from artml.learning.takeover import Version
from artml.report.learning import overfitting
from artml.report.quality import good
from artml.report.subject import sources
from artml.web import reports
from artml.web.acts import acts
from artml.web.joblist import asked, say_no_worker, watch
from artml.web.look import bar, element, is_dark
from artml.web.train.service import row
from artml.web.train.words import STATES, along, share, title


def running(desk: Desk, person: Person, job_id: str) -> None:
    """Draw a job; as long as it is not over, again and again."""
    job = asked(desk, job_id, "train", "All trainings")
    if job is None:
        return
    st.html(element("h1", title(job), "folder-name"))
    if job.state in OVER:
        _state(desk, job)
        _curves(job, _beside(job))
        _result(person, job)
        return
    beside = _beside(job)

    def draw(now: Job) -> None:
        _state(desk, now)
        with st.container(key="doing", horizontal=True):
            acts(desk, person, now, pause="Stop")
        _curves(now, beside)

    watch(desk, job_id, draw)


def _beside(job: Job) -> str | None:
    """An earlier run to draw beside it."""
    there = list(earlier(job))
    if not there:
        return None
    return st.selectbox(
        "Beside", there, index=None, placeholder="An earlier run", key="beside-run", width=360
    )


def _state(desk: Desk, job: Job) -> None:
    when = f"{job.created.astimezone():%d %B %Y, %H:%M}"
    works = f" On {job.folder}." if job.folder else ""
    st.html(
        bar(share(job), "Learnt")
        + element("p", along(job), "numbers", role="status")
        + element("p", job.reason, "refused", role="alert")
        + element(
            "p", f"{title(job)} {STATES[job.state]}. Started by {job.person}, {when}.{works}", "small-print"
        )
    )
    say_no_worker(desk, job)


def _curves(job: Job, beside: str | None) -> None:
    """Accuracy and loss, leg by leg, and those of the earlier run under them."""
    history = history_of(job)
    if history.empty:
        if job.state in ("waiting", "running", "paused"):
            st.html(element("p", "Its curves begin here when the first leg has ended.", "sentence"))
        return
    other = joined([earlier(job)[beside]]) if beside in earlier(job) else pd.DataFrame()
    for facet in facets_of(job, history):
        for kind, column in zip(("accuracy", "loss"), st.columns(2, gap="large"), strict=True):
            with column:
                _curve(history, other, facet, kind)
        if job.state == "done":
            st.html(element("p", overfitting(history, facet), "sentence"))


def _curve(history: pd.DataFrame, other: pd.DataFrame, facet: str, kind: str) -> None:
    told = f"{kind.capitalize()} of {facet}, leg by leg"
    st.html(element("h3", told, "bars-title"))
    figure = charts.learning(history, facet, kind, dark=is_dark())
    if not other.empty:
        charts.add_earlier(figure, other, facet, kind, dark=is_dark())
    config = {"displayModeBar": False}
    st.plotly_chart(figure, theme=None, config=config, alt=told, key=f"curve-{facet}-{kind}")


def _result(person: Person, job: Job) -> None:
    """What came of it: how good it is, beside what else there is, and the way into service."""
    if job.state != "done":
        return
    if job.stage:
        st.html(element("p", job.stage, "line"))
    version = _version(job)
    if version is not None:
        if version.comparison is not None:
            st.html(element("p", version.comparison.sentence(), "line"))
        row(person, version)
    elif not job.stage:
        where = f"It is a model of its own, in {place(job) / 'bundle'}; in ARTML_MODELS it would answer, too."
        st.html(element("p", where, "small-print"))
    source = source_of(job)
    if source is None:
        return
    subject = reports.read(source)
    reports.draw(good(subject, is_dark()), subject)
    reports.beside(subject, [one for one in sources() if one.folder != source.folder])


def _version(job: Job) -> Version | None:
    """The version of a model that answers here which the job made; None where it made none."""
    from artml.bundle import names

    for name in dict.fromkeys((job.request.bundle, *names())):
        try:
            return takeover.made_by(name, job.id)
        except ArtmlError:
            continue
    return None
