"""Figures of many works."""

from __future__ import annotations

import pandas as pd
import pytest

from artml.collection.clusters import Elbow
from artml.figures_collection import OTHERS, SPAN, STREAMS, decades, elbow, stream


def test_works_are_counted_by_time_and_label() -> None:
    years = pd.Series([1880.0, 1890.0, 1899.0, 1951.0, float("nan"), 900.0, 1880.0])
    labels = pd.Series(["a", "a", "b", "b", "a", "a", ""])
    table = decades(years, labels)
    assert list(table.columns) == ["a", "b"]
    assert table.loc[1875].tolist() == [2, 1]
    assert table.loc[1950].tolist() == [0, 1]
    assert list(table.index) == list(range(1875, 1951, SPAN))
    assert table.to_numpy().sum() == 4
    assert decades(years, pd.Series([""] * 7)).empty


def test_rare_labels_share_a_stream() -> None:
    labels = pd.Series([f"label {n:02}" for n in range(STREAMS + 3) for _ in range(20 - n)])
    table = decades(pd.Series([1900.0] * len(labels)), labels)
    assert table.shape == (1, STREAMS + 1)
    assert table.columns[-1] == OTHERS
    assert int(table[OTHERS].iloc[0]) == sum(20 - n for n in range(STREAMS, STREAMS + 3))


@pytest.mark.parametrize("dark", [False, True])
def test_a_stream_is_as_wide_as_it_has_works(dark: bool) -> None:
    table = pd.DataFrame({"a": [2, 8], "b": [2, 0]}, index=[1850, 1875])
    figure = stream(table, ["#111111", "#222222"], dark=dark)
    hidden, first, second = figure.data
    assert list(first.y) == [2, 8]
    assert list(second.y) == [2, 0]
    # Each step lies around one middle.
    middles = [below + width / 2 for below, width in zip(hidden.y, table.sum(axis=1), strict=True)]
    assert middles[0] == pytest.approx(middles[1])
    assert not hidden.showlegend


def test_the_elbow_marks_what_was_used() -> None:
    figure = elbow(Elbow((2, 3, 4), (0.9, 0.3, 0.2)), marked=3)
    assert list(figure.data[0].x) == [2, 3, 4]
    assert figure.layout.shapes[0].x0 == 3
    assert "3 used" in figure.layout.annotations[0].text
