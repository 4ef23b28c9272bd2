"""`artml label`: a folder of pictures into a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from artml.commands.bar import progress_bar
from artml.commands.options import BundleOption, FacetsOption, catalogue_option, named
from artml.commands.saying import complain

if TYPE_CHECKING:
    from artml.classifier import Classifier


def label(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Pictures, and their catalogue."),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The table to write.")
    ] = Path("labels.csv"),
    form: Annotated[Literal["csv"], typer.Option("--format", help="What kind of table.")] = "csv",
    recursive: Annotated[bool, typer.Option("--recursive", help="Look in its folders, too.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted run stopped, if there was one.")
    ] = False,
    catalogue: Annotated[
        Path | None,
        catalogue_option(
            "--catalogue", "What the museum says of the pictures. (default: the one in the folder)"
        ),
    ] = None,
    facets: FacetsOption = None,
    bundle: BundleOption = None,
) -> None:
    """Label a folder of pictures: a table with one row a file, and the catalogue's own columns beside it.

    A file that cannot be read stops nothing: its row says why. Columns of the catalogue that say what is true
    are compared with the answers.
    """
    from artml.classifier import Classifier
    from artml.labelling.pipeline import streams
    from artml.labelling.report import lines
    from artml.labelling.table import label_into_table
    from artml.terminal import plain

    loaded = None
    if bundle is None and not resume:
        loaded = _say_what_it_takes(folder, recursive, facets)
    try:
        with progress_bar("Labelling") as progress:
            classifier = loaded or Classifier.load(bundle, facets=named(facets), streams=streams())
            done = label_into_table(
                folder,
                out,
                classifier,
                recursive=recursive,
                resume=resume,
                catalogue=catalogue,
                progress=progress,
            )
    except KeyboardInterrupt:
        complain("Stopped. With --resume it goes on from here.")
        raise typer.Exit(130) from None
    for line in lines(done):
        typer.echo(plain(line))


def _say_what_it_takes(folder: Path, recursive: bool, facets: str | None) -> Classifier | None:
    """Before a long folder that others could label as well: how long each would take. Gives the one that is
    to label it, if it was tried.
    """
    from artml.bundle import choices
    from artml.classifier import Classifier
    from artml.duration import time_left
    from artml.labelling.folder import files_in
    from artml.labelling.pace import LONG, forecasts, some
    from artml.labelling.pipeline import streams

    if len(choices()) == 1 or len(files := files_in(folder, recursive)) < LONG:
        return None
    tried = [folder / name for name in some([file.name for file in files])]
    loaded: dict[tuple[str, ...], Classifier] = {}

    def load(bundles: tuple[str, ...]) -> Classifier:
        loaded[bundles] = Classifier.load(bundles, facets=named(facets), streams=streams())
        return loaded[bundles]

    for number, each in enumerate(forecasts(tried, len(files), load)):
        who = ",".join(each.bundles)
        how = f"With --bundle {who} they would take" if number else f"{len(files):,} files by {who} take"
        typer.echo(f"{how} {time_left(each.seconds)}.", err=True)
    return next(iter(loaded.values()))
