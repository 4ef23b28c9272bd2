"""The part of `artml study` that runs studies of clusters."""

from __future__ import annotations

from pathlib import Path

import typer

from artml.commands.bar import progress_bar


def study_clusters(name: str, docs: Path | None, listed: bool) -> None:
    """Run a study of clusters, or say what it runs; `docs` is a folder that gets its page, too."""
    from rich.console import Console
    from rich.markdown import Markdown

    from artml.collection.cluster_study import ClusterStudy, conduct

    study = ClusterStudy.read(name)
    if listed:
        typer.echo(outline(name, rows=True))
        return
    with progress_bar(study.title) as bar:
        report, folder = conduct(study, lambda stage, done, total: bar(done, total, stage), typer.echo)
    page = report.markdown()
    if docs:
        docs.mkdir(parents=True, exist_ok=True)
        (docs / f"{name}.md").write_text(page, encoding="utf-8")
    Console().print(Markdown(page))
    typer.echo(f"The page: {folder}")


def outline(name: str, rows: bool) -> str:
    """A study's name and title; with `rows`, what it runs as well."""
    from artml.collection.cluster_study import METHOD_NAMES, ClusterStudy
    from artml.collection.features import NAMES

    study = ClusterStudy.read(name)
    told = [f"  {NAMES[row.features]}, {method}" for row in study.rows for method in METHOD_NAMES.values()]
    return "\n".join([f"{study.name}: {study.title}", *told * rows])
