"""How a command is given a catalogue."""

from __future__ import annotations

from typing import Any

import typer


def catalogue_option(flag: str, about: str) -> Any:
    """An option that names the file of a catalogue, which must be there."""
    return typer.Option(flag, metavar="CATALOGUE.csv", exists=True, dir_okay=False, help=about)
