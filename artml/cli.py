"""The command line: `artml classify`, `label`, `jobs`, `worker`, `evaluate`, `train`, `study`, `cluster`, ….

Libraries are imported by the command that needs them, so that `artml --help` answers at once. Exit status 0:
done; 1: something could not be read or used; 2: wrong use.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from typer.core import TyperGroup

from artml import __version__
from artml.commands import bundle as versions
from artml.commands import jobs as background
from artml.commands.bar import progress_bar
from artml.commands.catalogue import catalogue_option
from artml.commands.cluster import cluster
from artml.commands.cluster_study import outline, study_clusters
from artml.commands.export import export
from artml.commands.report import report
from artml.commands.token import token
from artml.commands.upkeep import backup, doctor, restore
from artml.errors import ArtmlError, BundleNotFound, ImageError, RecipeError, UnknownName

if TYPE_CHECKING:
    from rich.console import Console

    from artml.classifier import Answer, Classifier
    from artml.training.study import Study

WRONG_USE: Final = (BundleNotFound, RecipeError, UnknownName)


class Commands(TyperGroup):
    """Says what went wrong in one sentence on stderr, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; an error raised on purpose becomes a sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except ArtmlError as error:
            _complain(str(error))
            raise typer.Exit(2 if isinstance(error, WRONG_USE) else 1) from error
        except ValueError as error:
            if sentence := _wrong_setting(error):
                _complain(sentence)
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


@app.command()
def classify(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="Picture files, of any usual format.")],
    top: Annotated[int, typer.Option("--top", min=1, metavar="K", help="How many labels a facet.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    facets: FacetsOption = None,
    bundle: BundleOption = None,
) -> None:
    """Say what paintings are: the likeliest styles, genres and painters, and whether a hand made them.

    A picture that cannot be read stops nothing. Exit status 0 if all were read, 1 if any was not.
    """
    from artml.classifier import Classifier

    show = _as_json(top) if as_json else _as_table(top)
    unread = 0
    for file, outcome in _outcomes(Classifier.load(bundle, facets=_named(facets)), images):
        unread += isinstance(outcome, ImageError)
        show(file, outcome)
    if unread:
        raise typer.Exit(1)


@app.command()
def label(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Pictures, and their catalogue."),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The table to write.")
    ] = Path("labels.csv"),
    form: Annotated[Literal["csv"], typer.Option("--format", help="What kind of table.")] = "csv",
    recursive: Annotated[bool, typer.Option("--recursive", help="Look in its folders, too.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted run stopped, if there was one.")
    ] = False,
    catalogue: Annotated[
        Path | None,
        catalogue_option(
            "--catalogue", "What the museum says of the pictures. (default: the one in the folder)"
        ),
    ] = None,
    facets: FacetsOption = None,
    bundle: BundleOption = None,
) -> None:
    """Label a folder of pictures: a table with one row a file, and the catalogue's own columns beside it.

    A file that cannot be read stops nothing: its row says why. Columns of the catalogue that say what is true
    are compared with the answers.
    """
    from artml.classifier import Classifier
    from artml.labelling.pipeline import streams
    from artml.labelling.report import lines
    from artml.labelling.table import label_into_table
    from artml.terminal import plain

    if bundle is None and not resume:
        _say_what_it_takes(folder, recursive, facets)
    try:
        with progress_bar("Labelling") as progress:
            classifier = Classifier.load(bundle, facets=_named(facets), streams=streams())
            done = label_into_table(
                folder,
                out,
                classifier,
                recursive=recursive,
                resume=resume,
                catalogue=catalogue,
                progress=progress,
            )
    except KeyboardInterrupt:
        _complain("Stopped. With --resume it goes on from here.")
        raise typer.Exit(130) from None
    for line in lines(done):
        typer.echo(plain(line))


app.add_typer(background.jobs, name="jobs")
app.command()(background.worker)
app.add_typer(token, name="token")


@app.command()
def evaluate(
    catalogue: Annotated[
        Path,
        typer.Argument(
            metavar="CATALOGUE.csv",
            exists=True,
            dir_okay=False,
            help="Labelled pictures, with a column `path`.",
        ),
    ],
    root: Annotated[
        Path | None,
        typer.Option(
            "--root",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Where its paths start. (default: its folder)",
        ),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="Only the pictures of this split.")
    ] = None,
    as_json: JsonOption = False,
    facets: FacetsOption = None,
    bundle: BundleOption = None,
) -> None:
    """Measure models on labelled pictures: accuracy, macro-F1, calibration, certain answers, prediction sets.

    Every facet that the catalogue and the model share is measured. Works whose label the model does not know
    are counted apart. Pictures that cannot be read are named on stderr and left out.
    """
    from artml.catalogue import Catalogue
    from artml.classifier import Classifier
    from artml.evaluation.evaluate import evaluate as measured

    works = Catalogue.read(catalogue, root).select(split=split)
    unread: list[Path] = []

    def unreadable(file: Path, error: ImageError) -> None:
        unread.append(file)
        _complain(_about(str(file), error))

    with progress_bar("Looking") as progress:
        classifier = Classifier.load(bundle, facets=_named(facets))
        figures = measured(classifier, works, progress, unreadable)
    if as_json:
        typer.echo(json.dumps({facet: found.summary() for facet, found in figures.items()}, indent=2))
    else:
        from artml.terminal import figures_table

        _stdout().print(figures_table(figures))
    if unread:
        _complain(f"{len(unread)} of {len(works)} pictures could not be read and are left out.")


@app.command()
def train(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="Name of a shipped recipe (guide), or a file.")
    ],
    data: Annotated[
        Path | None,
        catalogue_option("--data", "Labelled pictures to train on. (default: the collection in ARTML_DATA)"),
    ] = None,
    with_decisions: Annotated[
        bool,
        typer.Option("--with-decisions", help="A model's heads anew, on what curators decided: a job."),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Do that job here and now, and say whether it got better.")
    ] = False,
) -> None:
    """Train a model by a recipe. Stopped at any moment, it goes on from there when started again."""
    if with_decisions and data:
        raise RecipeError("Decisions are in the collection: leave out --data, or --with-decisions.")
    if wait and not with_decisions:
        raise RecipeError("Only the job that --with-decisions starts can be waited for. Leave out --wait.")
    if with_decisions:
        versions.learn(recipe, wait)
        return
    from artml.training import train as trained

    typer.echo(f"Trained: {trained(recipe, data)}")


@app.command()
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
    from artml.training.progress import Reporter
    from artml.training.study_report import conduct
    from artml.training.study_table import terminal

    asked = Study.read(name)
    with Reporter() as progress:
        report, folder = conduct(asked, progress, full)
    if docs:
        docs.mkdir(parents=True, exist_ok=True)
        (docs / f"{asked.name}.md").write_text(report.markdown(), encoding="utf-8")
    console = _stdout()
    console.print(terminal(report, console.width))
    typer.echo(f"Tables and figures: {folder}")


app.command()(cluster)
app.command()(report)
app.command()(export)
app.add_typer(versions.bundle, name="bundle")
app.command()(doctor)
app.command()(backup)
app.command()(restore)


@app.command()
def networks(as_json: JsonOption = False) -> None:
    """List the networks that a recipe can name: their size and cost, and whether pretrained weights are here.

    Building them all takes some seconds.
    """
    from artml.networks.overview import overview

    if as_json:
        typer.echo(json.dumps(list(overview()), indent=2))
        return
    from artml.terminal import networks_table

    _stdout().print(networks_table(overview()))


@app.command()
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


def _say_what_it_takes(folder: Path, recursive: bool, facets: str | None) -> None:
    """Before a long folder that others could label as well: how long each would take."""
    from artml.bundle import choices
    from artml.classifier import Classifier
    from artml.duration import time_left
    from artml.labelling.folder import files_in
    from artml.labelling.pace import LONG, forecasts, some
    from artml.labelling.pipeline import streams

    if len(choices()) == 1 or len(files := files_in(folder, recursive)) < LONG:
        return
    tried = [folder / name for name in some([file.name for file in files])]

    def load(bundles: tuple[str, ...]) -> Classifier:
        return Classifier.load(bundles, facets=_named(facets), streams=streams())

    for number, each in enumerate(forecasts(tried, len(files), load)):
        who = ",".join(each.bundles)
        how = f"With --bundle {who} they would take" if number else f"{len(files):,} files by {who} take"
        typer.echo(f"{how} {time_left(each.seconds)}.", err=True)


def _named(facets: str | None) -> list[str] | None:
    """The facets in a list with commas; None where all are wanted."""
    return None if facets is None else [name.strip() for name in facets.split(",")]


def _outline(study: Study, rows: bool) -> str:
    """A study's name and title; with `rows`, what it runs as well."""
    lines = [f"{study.name}: {study.title}"]
    for part, each in study.tables():
        lines += [f" {part.title}"] * rows * bool(part.title)
        lines += [f"  {row.label} ({row.recipe}.toml)" for row in each] * rows
    return "\n".join(lines)


def _outcomes(classifier: Classifier, files: list[str]) -> Iterator[tuple[str, Answer | ImageError]]:
    """Each file with its answer, or with the reason why there is none, as soon as it is known."""
    for file in files:
        try:
            yield file, classifier.classify(file)
        except ImageError as error:
            yield file, error


def _as_json(top: int) -> Callable[[str, Answer | ImageError], None]:
    from artml.serialise import answer_object, error_object

    def show(file: str, outcome: Answer | ImageError) -> None:
        if isinstance(outcome, ImageError):
            found = error_object(file, outcome)
        else:
            found = answer_object(file, outcome, top)
        print(json.dumps(found), flush=True)  # ASCII: also a name that is no valid text survives

    return show


def _as_table(top: int) -> Callable[[str, Answer | ImageError], None]:
    from artml.terminal import answer_table

    console = _stdout()

    def show(file: str, outcome: Answer | ImageError) -> None:
        if isinstance(outcome, ImageError):
            _complain(_about(file, outcome))
        else:
            console.print(answer_table(console, file, outcome, top))

    return show


def _complain(sentence: str) -> None:
    from artml.terminal import plain

    typer.echo("artml: " + "\n".join(map(plain, sentence.splitlines())), err=True)


def _about(file: str, error: ImageError) -> str:
    """What is wrong with which file: the error's own sentence may name no more than the end of its path."""
    return str(error) if file in str(error) else f"{file}: {error}"


def _wrong_setting(error: ValueError) -> str | None:
    """A sentence for a value in the environment that is no setting; None for any other error."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    faults = (f"ARTML_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
    return f"A setting in the environment cannot be used. {'; '.join(faults)}."


def _stdout() -> Console:
    from rich.console import Console

    return Console()


def _stderr() -> Console:
    from rich.console import Console

    return Console(stderr=True)
