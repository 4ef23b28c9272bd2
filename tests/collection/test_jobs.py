"""What is kept of jobs; on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from artml.collection import Collection
from artml.errors import CollectionError, NotAllowed, UnknownName
from tests.collection.acting import ANA, BEN, VISITOR


def test_a_new_job_waits_and_says_who_started_it(museum: Collection) -> None:
    started = museum.jobs.start(ANA, "label", "spring")
    job = museum.jobs.get(started.id)
    assert (job.kind, job.folder, job.person, job.state) == ("label", "spring", ANA.name, "waiting")
    assert (job.counts, job.started, job.finished) == ({}, None, None)
    assert len(job.id) == 32


def test_all_jobs_are_listed_the_newest_first(museum: Collection) -> None:
    started = [museum.jobs.start(BEN, kind).id for kind in ("label", "train", "cluster")]
    assert [job.id for job in museum.jobs.all()] == started[::-1]
    assert len(set(started)) == 3


def test_a_job_keeps_its_counts_and_the_times_it_ran(museum: Collection) -> None:
    job_id = museum.jobs.start(ANA, "label", "spring").id
    museum.jobs.update(job_id, "running", {"found": 3})
    first = museum.jobs.get(job_id).started
    museum.jobs.update(job_id, "paused", {"labelled": 1})
    museum.jobs.update(job_id, "running")
    museum.jobs.update(job_id, counts={"labelled": 2})
    running = museum.jobs.get(job_id)
    assert (running.started, running.finished, running.state) == (first, None, "running")
    assert first is not None
    museum.jobs.update(job_id, "done")
    done = museum.jobs.get(job_id)
    assert done.counts == {"found": 3, "labelled": 2}
    assert done.finished is not None
    assert done.finished >= first


@pytest.mark.parametrize("state", ["cancelled", "done", "failed"])
def test_what_is_over_stays_over(museum: Collection, state: Any) -> None:
    job_id = museum.jobs.start(ANA, "label").id
    museum.jobs.update(job_id, state)
    museum.jobs.update(job_id, state, {"found": 1})
    with pytest.raises(CollectionError, match=f"is {state} and cannot be running"):
        museum.jobs.update(job_id, "running")
    assert museum.jobs.get(job_id).state == state


def test_a_file_is_refused_once_however_often_it_is_said(museum: Collection) -> None:
    job, other = museum.jobs.start(ANA, "label"), museum.jobs.start(ANA, "label")
    museum.jobs.refuse(job.id, "b.jpg", "b.jpg is damaged.")
    museum.jobs.refuse(job.id, "a.jpg", "a.jpg is empty.")
    museum.jobs.refuse(job.id, "b.jpg", "b.jpg is empty.")
    refused = [(refusal.path, refusal.reason) for refusal in museum.jobs.refusals(job.id)]
    assert refused == [("a.jpg", "a.jpg is empty."), ("b.jpg", "b.jpg is damaged.")]
    assert museum.jobs.refusals(other.id) == []


def test_a_job_nobody_started_is_unknown(museum: Collection) -> None:
    with pytest.raises(UnknownName, match="no job 'x'"):
        museum.jobs.get("x")
    with pytest.raises(UnknownName, match="no job 'x'"):
        museum.jobs.update("x", "running")


def test_whoever_may_not_starts_nothing(museum: Collection) -> None:
    for person, kind in ((VISITOR, "label"), (VISITOR, "train"), (ANA, "train"), (VISITOR, "cluster")):
        with pytest.raises(NotAllowed):
            museum.jobs.start(person, kind)
    assert museum.jobs.all() == []
