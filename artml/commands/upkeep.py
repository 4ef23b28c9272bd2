"""`artml doctor`, `artml backup` and `artml restore`: what keeps a museum's artml whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from artml.commands.bar import progress_bar

FileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A backup that artml backup made."),
]


def doctor() -> None:
    """Look at the home, the database, the disks, the models and the weights, and say what to do.

    Exit status 0 if all is well, 1 if anything is wrong.
    """
    from rich.console import Console
    from rich.table import Table

    from artml.terminal import plain
    from artml.upkeep.doctor import examine

    colours = {"well": "green", "note": "yellow", "wrong": "bold red"}
    console, wrong, subject = Console(), 0, ""
    for finding in examine():
        row = Table.grid(padding=(0, 2))
        row.add_column(width=9, no_wrap=True)
        row.add_column(width=5, style=colours[finding.state], no_wrap=True)
        row.add_column(overflow="fold")
        named = "" if finding.subject == subject else finding.subject
        row.add_row(named, finding.state, plain(finding.sentence))
        console.print(row)
        subject = finding.subject
        wrong += finding.state == "wrong"
    if wrong:
        raise typer.Exit(1)


def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", dir_okay=False, help="The ZIP to write. (default: artml-backup-DATE.zip, here)"
        ),
    ] = None,
) -> None:
    """Copy the collection into one file, while people and jobs go on: whole, or not at all."""
    from artml.collection import Collection
    from artml.upkeep.backup import back_up

    out = file or Path(f"artml-backup-{datetime.now():%Y-%m-%d-%H%M%S}.zip")
    with progress_bar("Backing up") as told, Collection.open() as collection:
        manifest = back_up(collection, out, told)
    typer.echo(f"Backed up {manifest}: {out}")


def restore(
    file: FileArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the collection holds something; that is kept.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what the backup holds, and whether it is whole.")
    ] = False,
) -> None:
    """Bring back a backup into the collection of the settings, which others may use meanwhile.

    Nothing is destroyed: a collection that holds anything is left alone, or with --replace kept as a backup.
    """
    from artml.collection import Collection
    from artml.upkeep import restore as brought

    with progress_bar("Checking") as told:
        if check:
            typer.echo(f"{file} is whole: {brought.check(file, told)}.")
            return
        with Collection.open() as collection:
            done = brought.restore(collection, file, told, replace=replace)
    if done.replaced:
        typer.echo(f"What was here is kept: {done.replaced}")
    if done.jobs:
        typer.echo(f"{done.jobs} {'jobs go' if done.jobs > 1 else 'job goes'} on from where it stood.")
    typer.echo(f"Brought back {done.manifest}.")
