"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

BundleOption = Annotated[
    str | None,
    typer.Option(
        "--bundle",
        metavar="NAMES",
        help="The models that answer, with commas between. (default: the settings')",
    ),
]
FacetsOption = Annotated[
    str | None,
    typer.Option("--facets", metavar="NAMES", help="Only these, with commas between: style,technique."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
RootOption = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Where its paths start. (default: its folder)",
    ),
]


def catalogue_option(flag: str, about: str) -> Any:
    """An option that names the file of a catalogue, which must be there."""
    return typer.Option(flag, metavar="CATALOGUE.csv", exists=True, dir_okay=False, help=about)


def named(facets: str | None) -> list[str] | None:
    """The facets in a list with commas; None where all are wanted."""
    return None if facets is None else [name.strip() for name in facets.split(",")]
