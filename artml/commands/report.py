"""`artml report`: all there is to say of a model, as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from artml.commands.bar import progress_bar
from artml.commands.options import catalogue_option


def report(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[BUNDLE]", help="Name or folder of a bundle or training run. (default: list)"
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The HTML file to write.")
    ] = Path("report.html"),
    beside: Annotated[
        str | None, typer.Option("--beside", metavar="BUNDLE", help="Another one to compare it with.")
    ] = None,
    with_pictures: Annotated[
        bool,
        typer.Option(
            "--with-pictures", help="Show its surest mistakes: works of the collection, not to publish."
        ),
    ] = False,
    measure: Annotated[
        Path | None,
        catalogue_option(
            "--measure",
            "Find out what a bundle does not carry, on the test works of the catalogue it learnt from.",
        ),
    ] = None,
) -> None:
    """Report how good a model is, where it fails, how it learned and what it is, in one file.

    The file opens without a network and holds no picture unless asked. Without BUNDLE it says what there is.
    """
    from artml.report.subject import find, sources

    if subject is None:
        for source in sources():
            typer.echo(source.title)
        return
    from artml.report.compare import side_by_side, studies
    from artml.report.html import page, write
    from artml.report.pictures import few, samples, shown
    from artml.report.sections import report as sections

    asked = find(subject)
    if measure:
        _measure(asked.folder, measure)
    told = asked.read()
    parts = sections(told)
    if beside:
        parts.append(side_by_side(told, find(beside).read(), dark=False))
    parts += [study.section(dark=False) for study in studies()]
    pictures = (lambda mistakes: shown(told, few(mistakes))) if with_pictures else None
    write(out, page(told.title, parts, pictures, samples(told) if with_pictures else ()))
    typer.echo(f"Report: {out}")


def _measure(folder: Path, catalogue: Path) -> None:
    from artml.bundle import Bundle
    from artml.catalogue import Catalogue
    from artml.report.measured import measure_anew

    with progress_bar("Looking") as progress:
        measure_anew(Bundle.load(folder), Catalogue.read(catalogue), progress)
