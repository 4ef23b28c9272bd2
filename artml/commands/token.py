"""`artml token`: tokens by which programs act in somebody's name."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

token = typer.Typer(no_args_is_help=True, help="Make, list or revoke tokens for the API.")


@token.command()
def add(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose it is: a curator's or staff's.")],
    days: Annotated[
        int, typer.Option("--days", min=1, max=3_660, metavar="N", help="How long it is good.")
    ] = 90,
) -> None:
    """Make a token and print it, once: only its digest is kept."""
    from artml.collection import Collection

    with Collection.open() as collection:
        secret, row = collection.tokens.issue(address, timedelta(days=days))
    typer.echo(secret)
    typer.echo(f"Token {row.id} of {row.person} is good until {row.expires:%Y-%m-%d}.", err=True)


@token.command(name="list")
def listed() -> None:
    """List the tokens: whose they are, and until when they are good."""
    from rich.console import Console
    from rich.table import Table

    from artml.collection import Collection
    from artml.terminal import plain

    with Collection.open() as collection:
        found = collection.tokens.all()
    table = Table("token", "of", "made", "good until", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for row in found:
        table.add_row(row.id, plain(row.person), f"{row.created:%Y-%m-%d}", f"{row.expires:%Y-%m-%d}")
    Console().print(table)


@token.command()
def revoke(
    number: Annotated[str, typer.Argument(metavar="TOKEN", help="As the list calls it.")],
) -> None:
    """Have a token be good no longer, at once."""
    from artml.collection import Collection

    with Collection.open() as collection:
        collection.tokens.revoke(number)
    typer.echo(f"Token {number} is good no longer.")
