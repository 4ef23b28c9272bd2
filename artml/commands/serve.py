"""`artml serve`: the app, pages and API."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            "--host", metavar="ADDRESS", help="Address to listen on. (default: 127.0.0.1; with --public all)"
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, metavar="N", help="Port to listen on.")
    ] = 8501,
    public: Annotated[
        bool, typer.Option("--public", help="Serve other machines; without sign-in, visitors' pages only.")
    ] = False,
) -> None:
    """Start the app in this terminal, pages and API, until Ctrl+C.

    Without sign-in it serves this machine only, or with --public visitors' pages alone.
    """
    from artml.api import serve as served

    served(host, port, public=public)
