from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artml.training.code_art import DRAWN, FAMILIES, SIDE, draw, drawn, works


@pytest.mark.parametrize("number", range(len(FAMILIES)), ids=[family.__name__ for family in FAMILIES])
def test_every_family_draws_pictures_that_differ(number: int) -> None:
    pictures = [np.asarray(draw(number + len(FAMILIES) * turn)) for turn in range(4)]
    assert {picture.shape for picture in pictures} == {(SIDE, SIDE, 3)}
    assert sum(picture.std() > 2 for picture in pictures) >= 3  # now and then one is all but empty
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_a_seed_always_gives_the_same_picture() -> None:
    assert draw(7).tobytes() == draw(7).tobytes()


def test_works_are_of_all_families_alike_and_their_names_are_enough_to_draw_them() -> None:
    found = works(2 * len(FAMILIES))
    assert set(found["artist"].value_counts()) == {2}
    assert set(found["technique"]) == {"algorithm"}
    assert set(found["split"]) == {"train"}
    last = Path("anywhere") / found["path"].iloc[-1]
    assert last.suffix == DRAWN
    assert drawn(last).tobytes() == draw(2 * len(FAMILIES) - 1).tobytes()
