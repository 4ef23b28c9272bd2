"""The map's two ends: told by colour, and by pattern where there is no colour."""

from __future__ import annotations

import numpy as np
import pytest

from artml.tint import DOTS, PERIOD, STROKES, tint


def inked(lean: float, side: int = 200) -> np.ndarray:
    return np.asarray(tint(np.full((side, side), lean)))


def test_it_is_as_large_as_what_it_is_drawn_from_and_clear_where_neither_leads() -> None:
    assert tint(np.full((40, 60), 0.5)).size == (60, 40)
    assert inked(0.5)[..., 3].max() == 0


@pytest.mark.parametrize(("lean", "colour"), [(0.02, STROKES), (0.98, DOTS)])
def test_each_end_has_its_colour(lean: float, colour: tuple[int, int, int]) -> None:
    pixels = inked(lean)
    assert (pixels[..., :3] == colour).all()
    assert pixels[..., 3].max() > 200


def test_without_colour_the_patterns_still_differ() -> None:
    """Dots repeat along rows and columns alike; strokes run slanting."""
    dots, strokes = (inked(lean)[..., 3].astype(float) for lean in (0.98, 0.02))
    assert np.array_equal(dots[:-PERIOD], dots[PERIOD:])
    assert np.array_equal(dots[:, :-PERIOD], dots[:, PERIOD:])
    along = np.abs(strokes[:-1, 1:] - strokes[1:, :-1]).mean()
    against = np.abs(strokes[:-1, :-1] - strokes[1:, 1:]).mean()
    assert along < against / 2


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_clearer_it_leads_the_more_ink(end: float) -> None:
    ink = [inked(0.5 + (end - 0.5) * share)[..., 3].mean() for share in (0.1, 0.4, 0.7, 1.0)]
    assert ink == sorted(ink)
    assert ink[0] < ink[-1] / 5
