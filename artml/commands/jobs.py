"""`artml jobs` and `artml worker`: long work in the background, and the processes that do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from artml.collection import Job
    from artml.jobs.desk import Desk

SHOWN = 8
"""Characters of a job's id that are shown: enough to tell it from others."""

COUNTS = (("labelled", "leg", "done"), ("refused",), ("found", "legs", "of"))
"""What is done, refused and to be done: pictures, legs of a training, or steps of the stage at hand."""

jobs = typer.Typer(invoke_without_command=True, help="List the jobs, or start, pause, resume or cancel one.")

JobArgument = Annotated[str, typer.Argument(metavar="JOB", help="The job's id, or how it begins.")]


@jobs.callback()
def listed(context: typer.Context) -> None:
    """List all jobs, the newest first."""
    if context.invoked_subcommand is None:
        with _desk() as desk:
            _show(desk.collection.jobs.all())


@jobs.command()
def start(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Pictures to label.")
    ],
    recursive: Annotated[bool, typer.Option("--recursive", help="Look in its folders, too.")] = False,
    bundle: Annotated[
        str | None,
        typer.Option("--bundle", metavar="NAMES", help="The models that answer, with commas between."),
    ] = None,
) -> None:
    """Have a folder labelled into the collection, in the background."""
    from artml.collection import Person

    with _desk() as desk:
        job = desk.label(Person.here(), folder, recursive=recursive, bundle=bundle)
        typer.echo(f"{job.id} waits for a worker.")


@jobs.command()
def pause(job: JobArgument) -> None:
    """Stop a job after the pictures at hand."""
    from artml.collection import Person

    with _desk() as desk:
        _show([desk.pause(Person.here(), _named(desk, job))])


@jobs.command()
def resume(job: JobArgument) -> None:
    """Let a paused job go on."""
    from artml.collection import Person

    with _desk() as desk:
        _show([desk.resume(Person.here(), _named(desk, job))])


@jobs.command()
def cancel(job: JobArgument) -> None:
    """Stop a job for good. What it labelled stays."""
    from artml.collection import Person

    with _desk() as desk:
        _show([desk.cancel(Person.here(), _named(desk, job))])


@jobs.command()
def changes(job: JobArgument) -> None:
    """List what the models of a job say otherwise than earlier ones. Decisions stay."""
    from rich.console import Console
    from rich.table import Table

    from artml.terminal import plain

    with _desk() as desk:
        found = desk.changes(_named(desk, job))
    table = Table("file", "facet", "was", "is", "decided", box=None, padding=(0, 2, 0, 0))
    for change in found:
        decided = ", ".join(map(str, change.decision.labels)) if change.decision else ""
        table.add_row(plain(change.name), change.facet, change.before.label, change.after.label, decided)
    Console().print(table)
    typer.echo(f"{len(found):,} changed.")


def worker(
    decoders: Annotated[
        int | None,
        typer.Option("--decoders", min=1, metavar="N", help="Processes that decode. (default: a processor)"),
    ] = None,
) -> None:
    """Work at jobs in this terminal, until Ctrl+C. Several may, on several machines with PostgreSQL."""
    from artml.jobs.worker import work

    work(decoders, lambda name: typer.echo(f"Worker {name} is ready."))


@contextmanager
def _desk() -> Iterator[Desk]:
    from artml.collection import Collection
    from artml.jobs.desk import Desk

    with Collection.open() as collection, Desk(collection) as desk:
        yield desk


def _named(desk: Desk, start: str) -> str:
    """The id of the one job that begins so; raises `UnknownName`."""
    from artml.errors import UnknownName

    found = [job.id for job in desk.collection.jobs.all() if job.id.startswith(start)]
    if len(found) != 1:
        raise UnknownName(f"{'Several jobs begin' if found else 'No job begins'} with {start!r}.")
    return found[0]


def _show(found: list[Job]) -> None:
    from rich.console import Console
    from rich.table import Table

    from artml.terminal import plain

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("job", no_wrap=True)
    for column in ("state", "done", "refused", "of"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("started by")
    table.add_column("on", no_wrap=True)
    table.add_column("what", overflow="fold")
    for job in found:
        counts = (
            next((f"{job.counts[name]:,}" for name in names if name in job.counts), "") for names in COUNTS
        )
        when = f"{job.created.astimezone():%Y-%m-%d %H:%M}"
        what = " ".join(filter(None, (*_about(job), job.reason or job.stage)))
        table.add_row(job.id[:SHOWN], job.state, *counts, job.person, when, plain(what))
    Console().print(table)


def _about(job: Job) -> tuple[str, ...]:
    """What a job does, in words."""
    if job.kind == "label":
        return (job.folder,)
    return job.kind, job.request.recipe or job.request.bundle, job.folder
