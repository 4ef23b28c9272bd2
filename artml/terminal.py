"""What the command line shows in a terminal: answers and figures as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from artml.classifier import Answer, Prediction
from artml.evaluation import FacetFigures, SetFigures
from artml.learning.comparison import COLUMNS, Comparison
from artml.precisions import COLUMNS as PRECISION_COLUMNS
from artml.precisions import Comparison as Precisions

BAR: Final = 16  # characters

_LEGEND: Final = (
    "In per cent. 95 %: interval of the accuracy. certain: share of the works; right: of the certain "
    "answers. unknown: works whose label the model does not know, in no other figure."
)

_NETWORKS_LEGEND: Final = (
    "Without a head; multiply-adds for one picture of the usual side, in pixels. here: pretrained weights "
    "are in ARTML_WEIGHTS or in Keras's cache; to fetch: keras.applications can download them. reach: the "
    "stage to which they go, of how many. --json names the files and where they can be had."
)


def plain(text: str) -> str:
    """`text` without what a terminal would obey: a file's name may hold anything but a slash."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def answer_table(console: Console, file: str, answer: Answer, top: int) -> Group:
    """The `top` most probable labels a facet, under the file's name."""
    table = Table.grid(padding=(0, 2))
    table.add_column("facet", no_wrap=True)
    table.add_column("label", min_width=24)  # so that bars of one picture stand under those of another
    table.add_column("bar", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("verdict")
    stroke = "=" if console.options.ascii_only else "\N{BOX DRAWINGS HEAVY HORIZONTAL}"
    for prediction in answer.values():
        for cells in _rows(prediction, top, stroke):
            table.add_row(*cells)
    head = [Text(plain(file), style="bold")]
    if not answer.is_painting:
        head.append(Text("This does not look like a painting: nothing here is certain.", style="yellow"))
    return Group(*head, table, "")


def figures_table(figures: Mapping[str, FacetFigures]) -> Group:
    """A row a facet, shares in per cent, the accuracy with its 95 % interval; below, the prediction sets."""
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        header_style="bold",
        caption=_LEGEND,
        caption_justify="left",
    )
    table.add_column("facet")
    for column in ("works", "accuracy", "95 %", "macro-F1", "top-5", "ECE", "certain", "right", "unknown"):
        table.add_column(column, justify="right", no_wrap=True)
    for facet, found in figures.items():
        low, high = found.accuracy_interval
        table.add_row(
            facet,
            f"{found.n:,}",
            _percent(found.accuracy),
            f"{_percent(low)}–{_percent(high)}",
            _percent(found.macro_f1),
            _percent(found.top5),
            _percent(found.ece),
            _percent(found.certain_coverage),
            "-" if found.certain_accuracy is None else _percent(found.certain_accuracy),
            f"{found.unknown_labels:,}",
        )
    lines = [_about_sets(facet, found.sets) for facet, found in figures.items() if found.sets]
    return Group(table, *lines)


def comparison_table(comparison: Comparison) -> Table:
    """A model that learnt beside the one before it: a row a facet, of decided works and of others."""
    return _table(COLUMNS, comparison.rows(), words=2)


def precisions_table(comparison: Precisions) -> Group:
    """A model in several precisions: a row a facet, and what else there is to say."""
    return Group(_table(PRECISION_COLUMNS, comparison.rows(), words=1), *comparison.notes())


def networks_table(networks: Iterable[Mapping[str, Any]]) -> Table:
    """A row a network, from its `artml.networks.overview.facts`."""
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        header_style="bold",
        caption=_NETWORKS_LEGEND,
        caption_justify="left",
    )
    table.add_column("network", no_wrap=True)
    for column in ("parameters", "multiply-adds", "side"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("weights", no_wrap=True)
    table.add_column("reach")
    for found in networks:
        stages, reach = found["stages"], found["reach"]
        table.add_row(
            found["name"],
            f"{found['parameters'] / 1e6:.1f} M"
            if found["parameters"] >= 1e5
            else f"{found['parameters']:,}",
            f"{found['multiply_adds'] / 1e6:,.0f} M",
            str(found["side"]),
            _whereabouts(found),
            f"{reach} {stages.index(reach) + 1}/{len(stages)}" if reach else "",
        )
    return table


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]], words: int) -> Table:
    """So many columns of words, and figures after them."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place < words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _whereabouts(network: Mapping[str, Any]) -> str:
    if network["reachable"]:
        return "here"
    if (sought := network["weights"]) is None:
        return "none"
    return "to fetch" if sought["fetchable"] else "not here"


def _rows(prediction: Prediction, top: int, stroke: str) -> Iterator[tuple[Text, ...]]:
    for place, (label, probability) in enumerate(prediction.top(top)):
        first = place == 0
        yield (
            Text(prediction.facet if first else "", style="dim"),
            Text(label, style="bold" if first and prediction.certain else ""),
            Text(stroke * round(BAR * probability), style="cyan" if first else "dim"),
            Text(f"{100 * probability:.0f} %"),
            (_verdict, _likely)[place](prediction) if place < 2 else Text(),
        )


def _verdict(prediction: Prediction) -> Text:
    if prediction.certain:
        return Text("certain", style="green")
    if prediction.facet == "technique":
        return Text("cannot say", style="dim")
    return Text("or none of these" if prediction.open_set else "not sure", style="dim")


def _likely(prediction: Prediction) -> Text:
    """How far down the truth is to be looked for, where that is no matter of course."""
    held = len(prediction.likely)
    told = 1 < held < len(prediction.ranked) and not prediction.certain and not prediction.open_set
    return Text(f"9 in 10: first {held}" if told else "", style="dim")


def _about_sets(facet: str, sets: SetFigures) -> Text:
    fewest, most = sets.size_interval
    low, high = sets.coverage_interval
    return Text(
        f"{facet}: sets of {sets.size:.2f} labels ({fewest:.2f}–{most:.2f}) hold the truth in "
        f"{_percent(sets.coverage)} % ({_percent(low)}–{_percent(high)})"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
