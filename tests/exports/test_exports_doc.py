"""The text says what the formats hold."""

from __future__ import annotations

import re

import pytest

from artml.exports.formats import FORMATS
from artml.exports.record import Record
from artml.exports.sheet import columns
from artml.settings import ROOT

TEXT = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")


def table(heading: str) -> list[tuple[str, str]]:
    """First and second cells of the rows under a heading."""
    section = TEXT.split(heading)[1].split("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)` \| ([^|]+?) \|", section, re.MULTILINE)


def test_every_format_is_explained() -> None:
    assert [name for name, _ in table("# Exports")] == list(FORMATS)


def test_every_column_is_explained(records: list[Record]) -> None:
    known = [(column.name, column.meaning) for column in columns(records)]
    shown = table("## CSV and XLSX")
    assert shown == known[: len(shown)]
    assert len(shown) == 24


@pytest.mark.parametrize("name", ["dcterms:identifier", "dcterms:subject", "artml:decision"])
def test_omeka_s_terms_are_explained(name: str) -> None:
    assert f"`{name}`" in TEXT.split("## Omeka S")[1].split("\n## ")[0]
