"""Training: recipes, features, augmentation, fitting, and the bundle that comes of it."""

from __future__ import annotations

from pathlib import Path

from artml.settings import settings
from artml.training.finish import finish
from artml.training.progress import Reporter
from artml.training.recipe import recipes
from artml.training.run import study_runs

TWINS = {"artist": "unseen_artists", "source": "other_sources"}


def train(name: str, data: Path | None = None, reporter: Reporter | None = None) -> Path:
    """Run a recipe, or a folder of them in order; returns the folder of the bundle that comes of it.

    `data` is a catalogue's CSV, by default the one that each recipe names in the labelled collection. What is
    done already is not done again.
    """
    steps = recipes(name)
    study = settings().runs / Path(name).stem
    with reporter or Reporter() as progress:
        runs = study_runs(steps, study, progress, data)
        for run in runs:
            run.weights()
        twins = {TWINS[run.recipe.hold_out]: run for run in runs if run.recipe.hold_out}
        finish(runs[-1], twins, study / "bundle" / study.name)
    return study / "bundle" / study.name
