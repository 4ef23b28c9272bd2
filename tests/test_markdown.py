"""Tables in Markdown."""

from __future__ import annotations

from artml.markdown import markdown_table


def test_cells_are_text_whatever_they_hold() -> None:
    table = markdown_table(("what", "n"), [("a|b", 1)])
    assert table.splitlines() == ["| what | n |", "| --- | --- |", "| a\\|b | 1 |"]
