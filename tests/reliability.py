"""What a run of `make hostile` found: tests note it, and it becomes the figures of docs/reliability.md.

    note("Input", "the library", "10,000 mutations", "6,204 refused, 3,796 pixels; …")

`python -m tests.reliability` puts the notes between the marks of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from artml import __version__
from artml.environment import environment
from artml.settings import ROOT

NOTES = ROOT / ".hostile.jsonl"
PAGE = ROOT / "docs" / "reliability.md"
MARKS = "<!-- figures: written by `make hostile` -->", "<!-- end of figures -->"
PARTS = ("Input", "Strangers", "Faults", "Load")


def note(part: str, what: str, tried: str, found: str) -> None:
    """Keep a figure of a long test, for the page; call it where the test has held."""
    line = json.dumps({"part": part, "what": what, "tried": tried, "found": found})
    with NOTES.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def tables(notes: list[dict[str, str]]) -> Iterator[str]:
    """A table a part, as Markdown."""
    known = sorted(notes, key=lambda each: PARTS.index(each["part"]))
    for part, each in groupby(known, key=lambda each: each["part"]):
        yield f"### {part}\n\n| what | tried | found |\n| --- | --- | --- |\n" + "\n".join(
            f"| {row['what']} | {row['tried']} | {row['found']} |" for row in each
        )


def main() -> None:
    """Write the figures into the page."""
    notes = [json.loads(line) for line in NOTES.read_text(encoding="utf-8").splitlines()]
    facts = environment()
    when = f"{datetime.now(UTC):%d %B %Y}"
    head = f"artml {__version__}, {when}, {facts['processor']}, {facts['cores']} cores."
    body = "\n\n".join((MARKS[0], head, *tables(notes), MARKS[1]))
    page = PAGE.read_text(encoding="utf-8")
    between = f"{re.escape(MARKS[0])}.*{re.escape(MARKS[1])}"
    PAGE.write_text(re.sub(between, lambda _: body, page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
