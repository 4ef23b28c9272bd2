"""The command line: `artml classify`, `label`, `jobs`, `worker`, `evaluate`, `train`, `study`, `cluster`, ….

Libraries are imported by the command that needs them, so that `artml --help` answers at once. Exit status 0:
done; 1: something could not be read or used; 2: wrong use.
"""

from __future__ import annotations

import io
import sys
from typing import Any, Final

import typer
from typer.core import TyperGroup

from artml import __version__
from artml.commands import bundle as versions
from artml.commands import jobs as background
from artml.commands.classify import classify
from artml.commands.cluster import cluster
from artml.commands.evaluate import evaluate
from artml.commands.export import export
from artml.commands.label import label
from artml.commands.networks import networks
from artml.commands.report import report
from artml.commands.saying import complain
from artml.commands.serve import serve
from artml.commands.study import study
from artml.commands.token import token
from artml.commands.train import train
from artml.commands.upkeep import backup, doctor, restore
from artml.errors import ArtmlError, BundleNotFound, RecipeError, UnknownName

WRONG_USE: Final = (BundleNotFound, RecipeError, UnknownName)


class Commands(TyperGroup):
    """Says what went wrong in one sentence on stderr, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error raised on purpose becomes a sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except ArtmlError as error:
            complain(str(error))
            raise typer.Exit(2 if isinstance(error, WRONG_USE) else 1) from error
        except ValueError as error:
            if sentence := _wrong_setting(error):
                complain(sentence)
                raise typer.Exit(2) from error
            raise


app = typer.Typer(
    cls=Commands,
    help="Names the style, genre and likely painter of a painting, and says how sure it is.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(classify)
app.command()(label)
app.add_typer(background.jobs, name="jobs")
app.command()(background.worker)
app.add_typer(token, name="token")
app.command()(evaluate)
app.command()(train)
app.command()(study)
app.command()(cluster)
app.command()(report)
app.command()(export)
app.add_typer(versions.bundle, name="bundle")
app.command()(doctor)
app.command()(backup)
app.command()(restore)
app.command()(networks)
app.command()(serve)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"artml {__version__}")


def main() -> None:
    """Entry point of the console script `artml`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a label's accent must not end the run
    app()


def _wrong_setting(error: ValueError) -> str | None:
    """A sentence for a value in the environment that is no setting; None for any other error."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    faults = (f"ARTML_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
    return f"A setting in the environment cannot be used. {'; '.join(faults)}."
