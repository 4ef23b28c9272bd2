"""`artml export`: the works of a job, for another system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export(
    job: Annotated[str, typer.Argument(metavar="JOB", help="A labelling job, by its number.")],
    format: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="csv, xlsx, omeka, lido, linked-art, iiif or xmp."),
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PATH", help="File or folder. (default: after the job's folder)"),
    ] = None,
    museum: Annotated[
        str | None, typer.Option("--museum", metavar="NAME", help="As it signs its records: for LIDO.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="ADDRESS", help="Where it serves what is exported: for IIIF."),
    ] = None,
) -> None:
    """Write the works of a job in a format that other systems take, completely or not at all.

    Every record says apart what a machine guessed and what a person decided.
    """
    from artml.collection import Collection
    from artml.exports.formats import export as exported
    from artml.exports.formats import file_name
    from artml.exports.record import Museum

    with Collection.open() as collection:
        folder = collection.jobs.get(job).folder
        place = out or Path(file_name(folder, format))
        works = collection.works(public_only=False, folder=folder)
        ours = Museum.ours()
        holder = Museum(museum or ours.name, url or ours.url)
        made = exported(collection.records(works, folder), format, place, holder)
    number = "one work" if len(works) == 1 else f"{len(works):,} works"
    typer.echo(f"Exported {number}: {made}")
