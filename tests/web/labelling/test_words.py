"""What the page Label says."""

from __future__ import annotations

from typing import Any

import pytest

from artml.collection import Job
from artml.jobs.survey import Survey
from artml.web.labelling.words import (
    Pace,
    along,
    cannot_be_read,
    catalogue_line,
    finished,
    place,
    title,
    what_was_found,
    who_facts,
)


def job(state: Any = "running", folder: str = "/srv/spring", **counts: int) -> Job:
    return Job(kind="label", folder=folder, person="ana", state=state, counts=counts)


def test_a_pace_is_told_once_it_can_be() -> None:
    pace = Pace()
    assert [pace.look(now, done) for now, done in ((0, 0), (2, 40), (4, 80))] == [None, None, 20.0]
    assert pace.look(40, 80) is None  # nothing moved for half a minute


@pytest.mark.parametrize(
    ("of", "rate", "said"),
    [
        (job("waiting"), None, "Waits for a worker."),
        (job(), None, "Nothing is labelled yet."),
        (job(found=200, labelled=100, refused=0), None, "100 of 200"),
        (job(found=2000, labelled=960, refused=40), 20.0, "1,000 of 2,000 · 20 a second · about 50 seconds"),
        (job(found=20, labelled=10, refused=0), 0.1, "10 of 20 · 6 a minute · about 2 minutes left"),
        (job("paused", found=20, labelled=10, refused=0), 5.0, "10 of 20"),
        (job("done", found=20, labelled=19, refused=1), None, "19 labelled · 1 could not be read"),
    ],
)
def test_how_far_a_job_is(of: Job, rate: float | None, said: str) -> None:
    assert along(of, rate).startswith(said)


def test_a_job_is_called_by_its_folder() -> None:
    assert (title(job()), place(job())) == ("spring", "/srv/spring")
    sent = job(folder="uploads/2026-11-27-spring-abc123")
    assert (title(sent), place(sent)) == ("2026-11-27-spring-abc123", "uploaded")
    assert finished(job(found=9, labelled=4, refused=1)) == (5, 9)


def test_what_was_found_leaves_out_what_is_none() -> None:
    assert what_was_found(Survey(1, pictures=1)) == [("1", "picture")]
    found = Survey(2_040, pictures=2_000, known=12, copies=3, foreign=["a"] * 40)
    assert [number for number, _ in what_was_found(found)] == ["2,000", "12", "3", "40"]
    assert what_was_found(Survey(1, foreign=["a"]))[0] == ("0", "pictures")
    assert catalogue_line(found) == ""
    assert cannot_be_read([]) == ""
    assert cannot_be_read(["a", "b"]) == "Cannot be read: a, b."
    assert cannot_be_read(found.foreign).endswith(", a and 28 more.")
    found.catalogue, found.catalogued = "list.csv", 1_990
    assert catalogue_line(found) == "list.csv comes along: it has a row for 1,990 of 2,040 files."


@pytest.mark.parametrize(
    ("accuracies", "seconds", "said"),
    [
        ({}, None, ""),
        ({}, 44.0, "Takes about 40 seconds."),
        (
            {"style": 0.674, "genre": 0.765},
            None,
            "Right on works it had not seen: style 67%, genre 76%.",
        ),
        ({"style": 0.5}, 3.0, "Takes a few seconds. Right on works it had not seen: style 50%."),
    ],
)
def test_a_model_is_told_by_its_time_and_its_right_answers(
    accuracies: dict[str, float], seconds: float | None, said: str
) -> None:
    measured = {facet: {"accuracy": accuracy} for facet, accuracy in accuracies.items()}
    assert who_facts({"test": measured} if measured else {}, seconds) == said
