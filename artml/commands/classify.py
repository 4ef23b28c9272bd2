"""`artml classify`: pictures named one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from artml.commands.options import BundleOption, FacetsOption, named
from artml.commands.saying import about, complain
from artml.errors import ImageError

if TYPE_CHECKING:
    from artml.classifier import Answer, Classifier


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
    for file, outcome in _outcomes(Classifier.load(bundle, facets=named(facets)), images):
        unread += isinstance(outcome, ImageError)
        show(file, outcome)
    if unread:
        raise typer.Exit(1)


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
    from rich.console import Console

    from artml.terminal import answer_table

    console = Console()

    def show(file: str, outcome: Answer | ImageError) -> None:
        if isinstance(outcome, ImageError):
            complain(about(file, outcome))
        else:
            console.print(answer_table(console, file, outcome, top))

    return show
