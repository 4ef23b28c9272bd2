"""How commands say what went wrong."""

from __future__ import annotations

import typer

from artml.errors import ImageError


def complain(sentence: str) -> None:
    """Say on stderr what went wrong."""
    from artml.terminal import plain

    typer.echo("artml: " + "\n".join(map(plain, sentence.splitlines())), err=True)


def about(file: str, error: ImageError) -> str:
    """What is wrong with which file: the error's own sentence may name no more than the end of its path."""
    return str(error) if file in str(error) else f"{file}: {error}"
