"""`artml train`: a model by a recipe, or by what curators decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from artml.commands.bundle import learn
from artml.commands.options import catalogue_option
from artml.errors import RecipeError


def train(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="Name of a shipped recipe (guide), or a file.")
    ],
    data: Annotated[
        Path | None,
        catalogue_option("--data", "Labelled pictures to train on. (default: the collection in ARTML_DATA)"),
    ] = None,
    with_decisions: Annotated[
        bool,
        typer.Option("--with-decisions", help="A model's heads anew, on what curators decided: a job."),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Do that job here and now, and say whether it got better.")
    ] = False,
) -> None:
    """Train a model by a recipe. Stopped at any moment, it goes on from there when started again."""
    if with_decisions and data:
        raise RecipeError("Decisions are in the collection: leave out --data, or --with-decisions.")
    if wait and not with_decisions:
        raise RecipeError("Only the job that --with-decisions starts can be waited for. Leave out --wait.")
    if with_decisions:
        learn(recipe, wait)
        return
    from artml.training import train as trained

    typer.echo(f"Trained: {trained(recipe, data)}")
