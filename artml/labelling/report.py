"""What was done, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from artml.labelling.scores import Score
from artml.labelling.table import Summary

_KINDS: Final = {
    "NotAnImage": "no pictures",
    "UnsupportedFormat": "of a format that is not read",
    "ImageTooLarge": "too large",
    "ImageDamaged": "damaged",
}


def lines(summary: Summary) -> Iterator[str]:
    """The sentences of a summary, the most important first."""
    files = _counted(summary.files, "file")
    yield f"{summary.out}: {summary.labelled:,} of {files} labelled{_pace(summary)}."
    if summary.refused:
        kinds = (f"{count:,} {_KINDS.get(kind, kind)}" for kind, count in summary.refused.most_common())
        yield f"Refused: {', '.join(kinds)}; the column `error` says why."
    yield from summary.complaints
    if summary.catalogue:
        without = summary.files - summary.matched
        unused = f"; {_counted(summary.unused, 'row')} of it had no file" if summary.unused else ""
        yield (
            f"{summary.catalogue} came along: it has a row for {summary.matched:,} of the files and none for"
            f" {without:,}{unused}."
        )
    for facet, score in summary.scores.items():
        yield _scored(facet, score)


def _pace(summary: Summary) -> str:
    done = summary.files - summary.resumed
    before = f"; {summary.resumed:,} of them had been done before" if summary.resumed else ""
    if not done:
        return before
    rate = done / summary.seconds if summary.seconds else 0.0
    return f" in {_time(summary.seconds)}, {rate:.1f} a second{before}"


def _scored(facet: str, score: Score) -> str:
    unknown = f"; {score.unknown:,} catalogued with a label it does not know" if score.unknown else ""
    if not score.works:
        return f"{facet}: nothing to compare{unknown}."
    low, high = score.interval
    certain = "none certain"
    if score.certain:
        certain = f"{score.certain:,} certain, {_percent(score.certain_right / score.certain)} of these right"
    return (
        f"{facet}: as catalogued in {_percent(score.accuracy)} of {_counted(score.works, 'work')}"
        f" ({_percent(low)} to {_percent(high)}); {certain}{unknown}."
    )


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
