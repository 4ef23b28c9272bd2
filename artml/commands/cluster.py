"""`artml cluster`: an atlas of many works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artml.commands.bar import progress_bar
from artml.commands.options import RootOption

if TYPE_CHECKING:
    from rich.table import Table

    from artml.collection.atlas import Atlas


def cluster(
    catalogue: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CATALOGUE.csv]",
            exists=True,
            dir_okay=False,
            help="Works to explore. (default: the museum's own)",
        ),
    ] = None,
    root: RootOption = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What to call the atlas. (default: the folder's name)"),
    ] = None,
    space: Annotated[
        str | None,
        typer.Option(
            "--features", metavar="NAMES", help="Of the five, with commas between; the first leads."
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--clusters", min=2, max=200, metavar="K", help="How many. (default: where the elbow is)"
        ),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Let visitors walk through a catalogue's works, too.")
    ] = False,
    bundle: Annotated[
        str | None,
        typer.Option("--bundle", metavar="BUNDLE", help="The model that embeds works. (default: guide)"),
    ] = None,
) -> None:
    """Make an atlas of many works for the page Explore: a map, clusters, influences, look-alikes, doubts.

    Stopped at any moment, it goes on from there when started again.
    """
    from rich.console import Console

    from artml.classifier import Classifier
    from artml.collection.charting import chart
    from artml.collection.exploring import gathered

    with gathered(catalogue, root, name, public) as (works, called, facts), progress_bar("Charting") as bar:
        atlas = chart(
            works,
            called,
            facts,
            spaces=[one.strip() for one in space.split(",")] if space else None,
            count=count,
            classifier=lambda: Classifier.load(bundle or "guide"),
            progress=lambda stage, done, total: bar(done, total, stage),
        )
    console = Console()
    console.print(_table(atlas))
    for number, called in enumerate(atlas.names(atlas.parted[0].key)):
        console.print(f"  {number + 1:3}  {called}", highlight=False, markup=False)


def _table(atlas: Atlas) -> Table:
    """The clusterings of an atlas and how well they part, and what else there is to say."""
    from rich.table import Table

    from artml.collection.features import NAMES

    facts, told = atlas.facts, atlas.facts["influences"]
    refused = f", {len(facts['refused']):,} could not be read" if facts["refused"] else ""
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        header_style="bold",
        title=f"{atlas.title}: {len(atlas.works):,} works{refused}",
        title_justify="left",
        caption="".join(f"{why}\n" for why in facts.get("left_out", {}).values())
        + f"The elbow suggests {atlas.elbow.suggested} clusters. One influence alone, above 0.99: "
        f"{100 * told['sure']:.0f} % of works (untempered {100 * told['sure_before']:.0f} %).",
        caption_justify="left",
    )
    table.add_column("features")
    table.add_column("method")
    for column in ("numbers", "clusters", "silhouette", "Davies–Bouldin"):
        table.add_column(column, justify="right")
    for found in atlas.parted:
        table.add_row(
            NAMES[found.space],
            {"kmeans": "KMeans", "mixture": "mixture"}[found.method],
            f"{facts['sizes'][found.space]:,}",
            str(found.count),
            f"{found.silhouette:.4f}",
            f"{found.davies_bouldin:.3f}",
        )
    return table
