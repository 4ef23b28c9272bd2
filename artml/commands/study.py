"""`artml study`: published experiments beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artml.commands.cluster_study import outline, study_clusters

if TYPE_CHECKING:
    from artml.training.study import Study


def study(
    name: Annotated[
        str | None, typer.Argument(metavar="[STUDY]", help="Name of a shipped study, or its folder.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="The published setting, however long it takes.")
    ] = False,
    docs: Annotated[
        Path | None,
        typer.Option("--docs", metavar="FOLDER", file_okay=False, help="Save the page there, too."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Say what there is to run, and run nothing.")
    ] = False,
) -> None:
    """Run the experiments of a study, and set the published figures beside ours.

    Stopped at any moment, it goes on from there when started again.
    """
    from artml.collection.cluster_study import cluster_studies

    if name in cluster_studies():
        study_clusters(name, docs, listed)
        return
    from artml.training.study import Study, studies

    if name is None or listed:
        for each in [name] if name else studies():
            typer.echo(_outline(Study.read(each), rows=name is not None))
        for each in [] if name else cluster_studies():
            typer.echo(outline(each, rows=False))
        return
    from rich.console import Console

    from artml.training.progress import Reporter
    from artml.training.study_report import conduct
    from artml.training.study_table import terminal

    asked = Study.read(name)
    with Reporter() as progress:
        report, folder = conduct(asked, progress, full)
    if docs:
        docs.mkdir(parents=True, exist_ok=True)
        (docs / f"{asked.name}.md").write_text(report.markdown(), encoding="utf-8")
    console = Console()
    console.print(terminal(report, console.width))
    typer.echo(f"Tables and figures: {folder}")


def _outline(study: Study, rows: bool) -> str:
    """A study's name and title; with `rows`, what it runs as well."""
    lines = [f"{study.name}: {study.title}"]
    for part, each in study.tables():
        lines += [f" {part.title}"] * rows * bool(part.title)
        lines += [f"  {row.label} ({row.recipe}.toml)" for row in each] * rows
    return "\n".join(lines)
