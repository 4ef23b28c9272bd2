"""`artml networks`: what a recipe can name."""

from __future__ import annotations

import json

import typer

from artml.commands.options import JsonOption


def networks(as_json: JsonOption = False) -> None:
    """List the networks that a recipe can name: their size and cost, and whether pretrained weights are here.

    Building them all takes some seconds.
    """
    from artml.networks.overview import overview

    if as_json:
        typer.echo(json.dumps(list(overview()), indent=2))
        return
    from rich.console import Console

    from artml.terminal import networks_table

    Console().print(networks_table(overview()))
