"""Pieces of HTML that every page draws with."""

from __future__ import annotations

from artml.web.look import bar


def test_a_bar_says_how_far_it_is_to_those_who_do_not_see_it() -> None:
    drawn = bar(0.256, "Labelled")
    assert 'role="progressbar" aria-label="Labelled"' in drawn
    assert 'aria-valuenow="26"' in drawn
    assert "width: 25.60%" in drawn
