"""How training goes, leg by leg, as the runs of jobs and of the command line write it down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from artml.bundle import HISTORY
from artml.collection import Job
from artml.errors import BundleError, UnknownName
from artml.jobs.recipes import choices, place
from artml.learning.takeover import made_by
from artml.report.subject import Source, sources
from artml.settings import settings


def history_of(job: Job) -> pd.DataFrame:
    """A row a leg, led by `step`, the run's name; runs in the order in which they ended. Empty before the
    first leg has ended.
    """
    if job.request.recipe:
        files = sorted(place(job).glob(f"*/{HISTORY}"), key=lambda file: file.stat().st_mtime)
    else:
        files = [settings().home / "errands" / job.id / HISTORY]
        if job.state == "done":
            files = [folder / HISTORY for folder in _made(job)]
    return joined(files)


def earlier(job: Job) -> dict[str, Path]:
    """The histories of all other runs, by a name that people know them by."""
    found = {}
    for file in sorted(settings().runs.glob(f"*/*/{HISTORY}"), key=lambda file: -file.stat().st_mtime):
        run = file.parent
        if not job.request.recipe or run.parent != place(job):
            found[f"{run.parent.name}: {run.name}"] = file
    return found


def joined(files: Sequence[Path]) -> pd.DataFrame:
    """Histories one after the other, each under the name of its folder."""
    frames = []
    for file in files:
        try:
            frame = pd.read_csv(file).drop(columns="recipe", errors="ignore")
        except (OSError, ValueError):  # not there yet, or its first line is being written
            continue
        frames.append(frame.assign(step=file.parent.name))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def facets_of(job: Job, history: pd.DataFrame) -> list[str]:
    """The facets that a history tells of, the recipe's first one first."""
    asked = next((choice.facets for choice in choices() if choice.name == job.request.recipe), ())
    told = [str(name) for name in history if str(name).endswith("_accuracy")]
    found = [name.removesuffix("_accuracy") for name in told if not name.startswith("val_")]
    if found or "accuracy" not in history:
        return [*(name for name in asked if name in found), *(name for name in found if name not in asked)]
    return list(asked or ("style",))[:1]


def source_of(job: Job) -> Source | None:
    """What a report is about that tells what came of a job: its bundle, or else its run; None of neither."""
    if job.request.recipe:
        own = (source for source in sources() if place(job) in source.folder.parents)
        return next(own, None)
    return next((Source(job.request.bundle, folder, True) for folder in _made(job)), None)


def _made(job: Job) -> list[Path]:
    try:
        return [made_by(job.request.bundle, job.id).folder]
    except (UnknownName, BundleError):
        return []
