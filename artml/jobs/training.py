"""Training by a recipe, as a job. What comes of it lies below `ARTML_RUNS`, as after `artml train`."""

from __future__ import annotations

import shutil
from pathlib import Path

from artml import bundle, service
from artml.bundle import MANIFEST, Manifest
from artml.catalogue import Catalogue
from artml.collection import Collection, Job
from artml.errors import ExportRefused, RecipeError
from artml.jobs import errand
from artml.jobs.recipes import known, place
from artml.jobs.works import usable, works_in
from artml.settings import settings
from artml.training import TWINS
from artml.training.finish import finish
from artml.training.progress import Reporter
from artml.training.recipe import Recipe, recipes
from artml.training.run import Run, study_runs

WORKS = "works.csv"
"""The works trained on, as they were when the job began."""


def train(collection: Collection, job_id: str) -> None:
    """Do such a job from where it stands, as `errand.run` does; runs that have ended are not run again."""

    def work(job: Job, _: Path, along: errand.Along) -> str:
        telling = errand.Telling(along)
        runs = prepared(job.request.recipe, place(job), telling, works_of(job))
        for number, run in enumerate(runs, start=1):
            telling.prefix = f"{run.recipe.name}, " if len(runs) > 1 else ""
            along(f"{telling.prefix}network", number - 1, len(runs))
            run.weights()
        telling.prefix = ""
        last = main(runs)
        last.predictions()
        try:
            made = finish(
                last,
                {TWINS[run.recipe.hold_out]: run for run in runs if run.recipe.hold_out},
                place(job) / "bundle" / bundle_name(job, last.recipe),
                {"job": job.id},
            )
        except ExportRefused as error:
            return f"No bundle was made of it. {error}"
        along.check()
        shelve(place(job) / "bundle" / made.name, made)
        return ""

    errand.run(collection, job_id, work)


def prepared(name: str, folder: Path, reporter: Reporter, works: Catalogue | None) -> list[Run]:
    """The runs of a recipe on works, by default its own. What the works say nothing of is not asked of them.

    Raises `RecipeError` where nothing is left that could be learnt.
    """
    steps = recipes(name)
    if works is not None:
        steps = [recipe if recipe.rehearse else _asking(recipe, works) for recipe in steps]
    return study_runs(steps, folder, reporter, works)


def _asking(recipe: Recipe, works: Catalogue) -> Recipe:
    """A recipe without the facets that have no two labels with works enough."""
    facets = {facet: least for facet, least in recipe.facets.items() if facet in works.facets}
    facets = {facet: least for facet, least in facets.items() if len(works.labels(facet, least)) > 1}
    if not facets:
        wanted = " or ".join(f"{facet} (at least {least} of each)" for facet, least in recipe.facets.items())
        raise RecipeError(f"{recipe.name} needs works of two labels or more of {wanted}; here are none.")
    return recipe.model_copy(update={"facets": facets})


def works_of(job: Job) -> Catalogue | None:
    """The works that a job trains on, the same however often it is begun; None: the recipe's own."""
    if not job.folder:
        return None
    root = Path(job.request.root) if job.request.root else None
    kept = place(job) / WORKS
    works = works_in(Path(job.folder), job.request.facet)
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        usable(works, root)[0].frame.drop(columns="line").to_csv(part, index=False)
        part.rename(kept)
    return Catalogue.read(kept, works.root)


def main(runs: list[Run]) -> Run:
    """The run that the others lead to: the last that is nobody's twin."""
    return [run for run in runs if not run.recipe.hold_out][-1]


def bundle_name(job: Job, recipe: Recipe) -> str:
    """That of the shipped bundle whose next version it is; else a name of its own."""
    started = (recipe.start or "").removeprefix("bundle:")
    for name in (started, known(job.request.recipe).name):
        if name and (settings().models / name / MANIFEST).is_file():
            return name
    return place(job).name


def shelve(folder: Path, made: Manifest) -> None:
    """Put a version of a shipped bundle beside the others, not in service; any other stays where it is."""
    if not (settings().models / made.name / MANIFEST).is_file():
        return
    home = service.place(made.name)
    if (home / made.version).is_dir():
        return
    part = home / f".{made.version}"
    shutil.rmtree(part, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder, part)
    bundle.Bundle.load(part)
    part.rename(home / made.version)
