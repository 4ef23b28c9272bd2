from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from artml.training.disguise import disguise
from artml.training.recipe import Disguise

Paint = Callable[..., Image.Image]


def test_the_same_dice_give_the_same_picture(painted: Paint) -> None:
    how = Disguise(plain=0)
    one, again = (disguise(painted(1), how, np.random.default_rng(5)) for _ in range(2))
    assert one.tobytes() == again.tobytes()
    assert disguise(painted(1), how, np.random.default_rng(6)).tobytes() != one.tobytes()


def test_plain_pictures_are_left_as_they_are(painted: Paint) -> None:
    picture = painted(2)
    kept = disguise(picture, Disguise(plain=1), np.random.default_rng(0))
    assert kept.tobytes() == picture.tobytes()


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (192, 192)])
def test_sizes_stay_within_the_span(size: tuple[int, int], painted: Paint) -> None:
    how = Disguise(plain=0, size=(72, 224))
    for seed in range(12):
        varied = disguise(painted(seed, *size), how, np.random.default_rng(seed))
        assert varied.mode == "RGB"
        assert 72 <= min(varied.size) <= 224
        assert max(varied.size) / min(varied.size) <= 1.34


def test_varied_pictures_still_show_the_same(painted: Paint) -> None:
    picture = painted(3, 192, 192)
    how = Disguise(plain=0, crop=(0.98, 1.0), aspect=(0.99, 1.01), size=(160, 224), light=0.05)
    for seed in range(8):
        varied = disguise(picture, how, np.random.default_rng(seed)).resize((24, 24), Image.Resampling.BOX)
        reference = picture.resize((24, 24), Image.Resampling.BOX)
        difference = np.abs(np.asarray(varied, float) - np.asarray(reference, float)).mean()
        assert difference < 16


def test_blur_softens(painted: Paint) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (192, 192, 3), dtype=np.uint8))
    how = Disguise(plain=0, crop=(1, 1), aspect=(1, 1), size=(192, 192), quality=(95, 95), light=0)
    soft = disguise(noise, how.model_copy(update={"soften": 1.0}), np.random.default_rng(1))
    sharp = disguise(noise, how.model_copy(update={"soften": 0.0}), np.random.default_rng(1))
    assert np.asarray(soft, float).std() < np.asarray(sharp, float).std()
