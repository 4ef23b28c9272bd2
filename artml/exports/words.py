"""The same facts in the same words, whatever the format: sentences, times, years, qualifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from artml.exports.record import Guess, Outcome, Said, Verdict, aat

AAT: Final = "http://vocab.getty.edu/aat/"
"""Where the Getty's concepts are identified; a concept's address ends in its digits."""

OUTCOMES: Final[dict[Outcome, str]] = {
    "accepted": "accepted",
    "corrected": "corrected",
    "cannot_say": "cannot say",
}

QUALIFIERS: Final = {
    "attributed to": "300404269",
    "workshop of": "300404274",
    "follower of": "300404282",
    "circle of": "300404283",
    "style of": "300404285",
    "after": "300404286",
    "copyist of": "300404287",
    "manner of": "300404288",
}
"""AAT ids of attribution qualifiers: those on which the published mappings of two museums agree."""

UNSURE: Final = ("attributed to", "possibly", "probably")
"""Qualifiers that doubt the artist; every other one names somebody else in the artist's way."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_YEARS = re.compile(r"(\d{4})(?:\s*[-–/]\s*(\d{4}))?")
_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}")


def clean(text: str) -> str:
    """The text without characters that XML cannot hold, and with U+FFFD for bytes that were no text."""
    whole = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return _UNPRINTABLE.sub("", whole)


def stamp(time: datetime) -> str:
    """A time to the second: `2026-11-24T09:30:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def years(date: str) -> tuple[int, int] | None:
    """First and last year of a date that leaves no doubt: `1889`, `1889–1890`, `1889-05-12`; else None."""
    text = date.strip()
    if day := _DAY.fullmatch(text):
        return int(day[1]), int(day[1])
    if not (found := _YEARS.fullmatch(text)):
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last else None


def statements(labels: Sequence[Said]) -> str:
    """What was said, in one line: `Impressionism; attributed to Claude Monet`."""
    return "; ".join(map(str, labels))


def guessed(facet: str, guess: Guess) -> str:
    """A guess in one line: what, how probable, by which model, when."""
    sure = "certain" if guess.certain else "not certain"
    return (
        f"{_named(facet, guess.label)} (probability {guess.probability:.2f}, {sure}); "
        f"guessed by artml, bundle {guess.model} {guess.version}, {stamp(guess.time)}"
    )


def decided(facet: str, verdict: Verdict) -> str:
    """A decision in one line: what, its outcome, who, when."""
    what = "; ".join(f"{said.qualifier} {_named(facet, said.label)}".strip() for said in verdict.labels)
    outcome = f"{OUTCOMES[verdict.outcome]} by {verdict.person}, {stamp(verdict.time)}"
    return f"{what}; {outcome}" if what else outcome


def _named(facet: str, label: str) -> str:
    """The label with its identifier, where it has one: `Impressionism [AAT 300021503]`."""
    digits = aat(facet, label)
    return f"{label} [AAT {digits}]" if digits else label
