from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from artml.images import to_square
from artml.sight import Eye, Sight
from artml.views import Crops, crops

WHOLE = Eye(side=32)
CUT = Eye(side=16, view=Crops(count=3, size=20, area=900))
FULL = Eye(side=16, view=Crops(count=2, size=20))


def test_an_eye_sees_the_whole_picture_or_crops_of_it(painted: Callable[..., Image.Image]) -> None:
    picture = painted(1)
    np.testing.assert_array_equal(WHOLE.pixels(picture), to_square(picture, 32)[np.newaxis])
    np.testing.assert_array_equal(CUT.pixels(picture), crops(picture, 3, 20, 900, 16))
    assert [eye.pixels(picture).shape for eye in (WHOLE, CUT, FULL)] == [WHOLE.shape, CUT.shape, FULL.shape]
    assert CUT.shape == (3, 16, 16, 3)


@pytest.mark.parametrize(
    ("eyes", "shortest"), [((WHOLE,), 32), ((CUT,), 30), ((CUT, WHOLE), 32), ((WHOLE, FULL), None)]
)
def test_a_picture_is_opened_as_large_as_the_most_demanding_needs(
    eyes: tuple[Eye, ...], shortest: int | None
) -> None:
    assert Sight(eyes=eyes).shortest == shortest


def test_sight_survives_the_way_to_another_process(painted: Callable[..., Image.Image]) -> None:
    sight = Sight(eyes=(WHOLE, CUT))
    arrived = Sight.model_validate_json(sight.model_dump_json())
    for sent, seen in zip(sight.pixels(painted(2)), arrived.pixels(painted(2)), strict=True):
        np.testing.assert_array_equal(sent, seen)
