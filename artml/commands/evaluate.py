"""`artml evaluate`: models on labelled pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from artml.commands.bar import progress_bar
from artml.commands.options import BundleOption, FacetsOption, JsonOption, RootOption, named
from artml.commands.saying import about, complain
from artml.errors import ImageError


def evaluate(
    catalogue: Annotated[
        Path,
        typer.Argument(
            metavar="CATALOGUE.csv",
            exists=True,
            dir_okay=False,
            help="Labelled pictures, with a column `path`.",
        ),
    ],
    root: RootOption = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="Only the pictures of this split.")
    ] = None,
    as_json: JsonOption = False,
    facets: FacetsOption = None,
    bundle: BundleOption = None,
) -> None:
    """Measure models on labelled pictures: accuracy, macro-F1, calibration, certain answers, prediction sets.

    Every facet that the catalogue and the model share is measured. Works whose label the model does not know
    are counted apart. Pictures that cannot be read are named on stderr and left out.
    """
    from artml.catalogue import Catalogue
    from artml.classifier import Classifier
    from artml.evaluation.evaluate import evaluate as measured

    works = Catalogue.read(catalogue, root).select(split=split)
    unread: list[Path] = []

    def unreadable(file: Path, error: ImageError) -> None:
        unread.append(file)
        complain(about(str(file), error))

    with progress_bar("Looking") as progress:
        classifier = Classifier.load(bundle, facets=named(facets))
        figures = measured(classifier, works, progress, unreadable)
    if as_json:
        typer.echo(json.dumps({facet: found.summary() for facet, found in figures.items()}, indent=2))
    else:
        from rich.console import Console

        from artml.terminal import figures_table

        Console().print(figures_table(figures))
    if unread:
        complain(f"{len(unread)} of {len(works)} pictures could not be read and are left out.")
