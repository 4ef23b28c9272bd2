"""`artml bundle` and `artml train --with-decisions`: learn from decisions, put it in service, speed it up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from artml.commands.bar import progress_bar
from artml.commands.options import catalogue_option

bundle = typer.Typer(
    no_args_is_help=True, help="List the versions of a model, say which is in service, and speed one up."
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The model: guide.")]
VersionArgument = Annotated[str, typer.Argument(metavar="VERSION", help="As artml bundle list shows it.")]


@bundle.command("list")
def listed() -> None:
    """List every version of every model, which of them is in service, since when, and who put it there."""
    from rich.console import Console
    from rich.table import Table

    from artml.bundle import known
    from artml.learning.takeover import versions
    from artml.terminal import plain

    table = Table("model", "version", "", "since", "by", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in known():
        for each in versions(name):
            serves = "in service" if each.serves else "cannot be used" if each.turn else ""
            state = ", ".join(filter(None, ("shipped" if each.shipped else "", serves)))
            since = f"{each.turn.time.astimezone():%Y-%m-%d %H:%M}" if each.turn else ""
            table.add_row(name, each.version, state, since, plain(each.turn.person) if each.turn else "")
    Console().print(table)


@bundle.command()
def compare(name: NameArgument, version: VersionArgument) -> None:
    """Say how a version that learnt from decisions compares with the one that was in service then."""
    from artml.learning.takeover import version_of

    comparison = version_of(name, version).comparison
    if comparison is None:
        typer.echo(f"{name} {version} learnt from no decisions; artml report sets any two beside each other.")
        return
    from rich.console import Console

    from artml.terminal import comparison_table

    typer.echo(comparison.sentence())
    Console().print(comparison_table(comparison))


@bundle.command()
def use(name: NameArgument, version: VersionArgument) -> None:
    """Put a version in service: from now on it answers, in the app, in jobs and here."""
    from artml.collection import Person
    from artml.learning import takeover

    takeover.use(Person.here(), name, version)
    _say(name)


@bundle.command()
def rollback(name: NameArgument) -> None:
    """Put the version in service that was so before."""
    from artml.collection import Person
    from artml.learning import takeover

    takeover.rollback(Person.here(), name)
    _say(name)


@bundle.command()
def optimise(
    name: NameArgument,
    data: Annotated[
        Path | None,
        catalogue_option(
            "--data", "Works whose column `split` says train and validation. (default: those it learnt from)"
        ),
    ] = None,
) -> None:
    """Let a model run in int8, if no facet loses more than half a point of accuracy on the validation split.

    Takes some minutes. Exit status 1, and the model stays as it is, if one does.
    """
    from rich.console import Console

    from artml.errors import ExportRefused
    from artml.optimisation import optimise as optimised
    from artml.terminal import precisions_table

    with progress_bar("Calibrating") as told:
        found = optimised(name, data, told)
    Console().print(precisions_table(found))
    if not found.good:
        raise ExportRefused(found.sentence())
    typer.echo(found.sentence())


def learn(name: str, wait: bool) -> None:
    """Start the job that trains a model's heads on what people decided; with `wait`, do it here."""
    from artml.collection import Collection, Person
    from artml.errors import ArtmlError
    from artml.jobs.desk import Desk

    with Collection.open() as collection, Desk(collection) as desk:
        job = (wait and desk.training(name)) or desk.train(Person.here(), name)
        if not wait:
            typer.echo(f"{job.id} waits for a worker.")
            return
        from artml.learning.job import learn as learnt
        from artml.training.progress import Reporter

        learnt(collection, job.id, Reporter())
        done = collection.jobs.get(job.id)
    if done.state != "done":
        raise ArtmlError(done.reason or f"The job is {done.state}.")
    from artml.learning.takeover import made_by

    made = made_by(name, job.id)
    compare(name, made.version)
    typer.echo(f"artml bundle use {name} {made.version} puts it in service.")


def _say(name: str) -> None:
    from artml.learning.takeover import versions

    now = next(each for each in versions(name) if each.serves)
    typer.echo(f"{name} {now.version} is in service.")
