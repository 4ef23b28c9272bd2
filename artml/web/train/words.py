"""What the page says of training, in words."""

from __future__ import annotations

from typing import Final

from artml.collection import Job
from artml.duration import time_left
from artml.jobs.recipes import choices
from artml.jobs.rehearsal import Rehearsal

NIGHT: Final = 12 * 3600.0
"""Seconds from which a training is too long to wait for."""

STATES: Final = {
    "waiting": "waits",
    "running": "is learning",
    "paused": "rests",
    "cancelled": "was cancelled",
    "done": "has learnt",
    "failed": "could not go on",
}

RARE: Final = 12
"""Rare labels that are named."""


def title(job: Job) -> str:
    """What a training job is called."""
    if not job.request.recipe:
        return f"{job.request.bundle.capitalize()}, from decisions"
    found = next((choice for choice in choices() if choice.name == job.request.recipe), None)
    if found is None:
        return job.request.recipe
    _, _, step = found.name.partition("/")
    return f"{found.title}: {step}" if step else found.title


def along(job: Job) -> str:
    """How far a job is."""
    counts = job.counts
    if job.state == "waiting" and not job.stage:
        return "Waits for a worker."
    if job.state in ("done", "failed", "cancelled"):
        return ""
    stage = job.stage[:1].upper() + job.stage[1:] if job.stage else "Begins"
    of = counts.get("of", 0)
    return f"{stage} · {counts.get('done', 0):,} of {of:,}" if of > 1 else stage


def facts(job: Job) -> str:
    """A job in one line: how it stands, how far it is, whose it is, and since when."""
    when = f"{job.created.astimezone():%d %b, %H:%M}"
    return " · ".join(filter(None, (STATES[job.state], along(job), job.person, when)))


def share(job: Job) -> float:
    """How much of the fitting, or else of the stage at hand, is done: 0 to 1."""
    counts = job.counts
    if job.state == "done":
        return 1.0
    of = counts.get("of", 0)
    part = counts.get("done", 0) / of if of else 0.0
    if legs := counts.get("legs"):
        within = part if "leg" in job.stage and counts["leg"] < legs else 0.0
        return min(1.0, (counts["leg"] + within) / legs)
    return min(1.0, part)


def estimate(report: Rehearsal) -> tuple[str, str]:
    """How long it would take, and a warning where that is too long."""
    seconds = report.seconds
    pictures = sum(int(cost["pictures"]) for cost in report.costs)
    steps = sum(int(cost["steps"]) for cost in report.costs)
    main = max(report.costs, key=lambda cost: cost["seconds"])
    words = (
        f"{span(seconds)} on this machine: {pictures:,} looks at pictures, {_short(main['a_picture'])} each,"
        f" and {steps:,} steps of training, {_short(main['a_step'])} each."
    )
    if seconds < NIGHT:
        return words, ""
    return words, (
        "That is too long for this machine. It would end, and may be stopped and resumed; but a recipe that"
        " trains heads alone takes minutes, and a graphics card is many times as fast (docs/recipes.md)."
    )


def span(seconds: float) -> str:
    """A stretch of time, as precise as anybody wants to know it."""
    if seconds > 48 * 3600:
        return f"About {seconds / 86400:.0f} days"
    said = time_left(seconds)
    return said[:1].upper() + said[1:]


def split_sentence(report: Rehearsal) -> str:
    """How the recipe divides the works."""
    works = report.works
    return (
        f"The recipe trains on {works['train']:,} of them, watches {works['validation']:,}"
        f" and tests on {works['test']:,}."
    )


def left_out(report: Rehearsal) -> str:
    """The labels that too few works have; empty where there are none."""
    told = []
    for facet, names in report.rare.items():
        if names:
            more = f" and {len(names) - RARE:,} more" if len(names) > RARE else ""
            told.append(f"{facet}: {', '.join(names[:RARE])}{more}")
    return f"Too rare to be learnt: {'; '.join(told)}." if told else ""


def _short(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
