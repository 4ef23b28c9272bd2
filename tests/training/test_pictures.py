from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.images import to_square
from artml.training.pictures import Pictures, reduced
from artml.training.recipe import Augmentation, Crops, Recipe

FACTS = {"name": "one", "facets": {"style": 1}, "train": "all", "epochs": 1, "batch": 4, "rate": 0.1}


@pytest.mark.parametrize(
    ("size", "found"), [((300, 200), (100, 67)), ((199, 300), (67, 100)), ((127, 300), (127, 300))]
)
def test_a_picture_is_reduced_as_far_as_its_short_side_allows(
    size: tuple[int, int], found: tuple[int, int]
) -> None:
    assert reduced(Image.new("RGB", size), 64).size == found


def test_varying_a_reduced_picture_shows_the_same(tmp_path: Path) -> None:
    left, right = (np.full((256, 128, 3), colour, np.uint8) for colour in ((200, 30, 40), (20, 60, 220)))
    Image.fromarray(np.concatenate([left, right], axis=1)).save(tmp_path / "two.png")
    recipe = Recipe(**FACTS, side=32, augmentation=Augmentation(mirror=1.0))
    found = Pictures(recipe, [tmp_path / "two.png"]).varied(0, np.random.default_rng(1))
    whole = Image.fromarray(np.concatenate([right, left], axis=1))
    np.testing.assert_allclose(found.astype(int), to_square(whole, 32), atol=12)


def test_a_picture_that_lies_nowhere_is_drawn() -> None:
    recipe = Recipe(**FACTS, side=64, crops=Crops(size=64, area=57_600))
    pictures = Pictures(recipe, [Path("code-art/00003.drawn")], each=2)
    first, second = pictures.plain(0), pictures.plain(1)
    assert first.shape == (64, 64, 3)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, pictures.plain(0))
