"""Crops, on drawn pictures whose every pixel says where it lies."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from artml.views import MOST, Crops, crops, grid, random_crop, scaled


def drawn(width: int, height: int) -> Image.Image:
    """Red says how far right a pixel lies, green how far down: 0 to 255."""
    across, down = np.linspace(0, 255, width), np.linspace(0, 255, height)
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = across[None, :].round(), down[:, None].round()
    return Image.fromarray(pixels)


def middles(views: np.ndarray) -> np.ndarray:
    """Where the middle of each crop lies, (n, 2), in 0..1."""
    return np.asarray(views[..., :2].mean(axis=(1, 2)) / 255)


def test_a_crop_is_cut_and_not_scaled_where_the_sizes_agree() -> None:
    picture = drawn(201, 101)
    (crop,) = crops(picture, 1, 51, 0, 51)
    assert np.array_equal(crop, np.asarray(picture)[25:76, 75:126])


@pytest.mark.parametrize("count", range(2, 16))
def test_crops_are_spread_over_the_whole_picture(count: int) -> None:
    found = middles(crops(drawn(264, 264), count, 64, 0, 32))
    free = (found * 264 - 32) / 200  # 0..1 over the room that the crops have
    assert free.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
    distances = np.linalg.norm(free[:, None] - free[None], axis=-1)[~np.eye(count, dtype=bool)]
    assert distances.min() > 0.6 / count**0.5  # 1.07 is the most that so many points on a torus can have
    if count % 2:
        assert free[count // 2] == pytest.approx([0.5, 0.5], abs=0.01)


@pytest.mark.parametrize("size", [(410, 50), (50, 410)])
def test_crops_of_a_narrow_picture_lie_along_it(size: tuple[int, int]) -> None:
    found = middles(crops(drawn(*size), 8, 50, 0, 32))
    along, across = (0, 1) if size[0] > size[1] else (1, 0)
    assert found[:, across] == pytest.approx(np.full(8, 0.5), abs=0.01)
    assert np.diff(found[:, along]) * 410 == pytest.approx(np.full(7, 45), abs=2)


def test_they_are_the_same_every_time() -> None:
    picture = drawn(120, 90)
    assert np.array_equal(crops(picture, 7, 32, 4096, 16), crops(picture, 7, 32, 4096, 16))


def test_pictures_of_every_size_come_to_one_scale() -> None:
    """Stripes of a picture three times as large show as wide as in the small one."""
    stripes = Image.fromarray(
        np.repeat(np.array([0, 255] * 16, np.uint8)[None, :, None], 32, axis=0).repeat(3, 2)
    )
    views = []
    for factor in (6, 18):
        large = stripes.resize((32 * factor, 32 * factor), Image.Resampling.NEAREST)
        views.append(crops(large, 1, 64, 128 * 128, 64)[0].astype(int))
    assert np.abs(views[0] - views[1]).mean() < 8
    assert scaled(drawn(400, 100), 10_000).size == (200, 50)
    assert scaled(drawn(40, 10), 10_000).size == (200, 50)
    assert scaled(drawn(40, 10), 0).size == (40, 10)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (5, 3), (64, 64)])
@pytest.mark.parametrize("area", [0, 1, 1024])
def test_a_picture_smaller_than_a_crop_gives_larger_pixels(size: tuple[int, int], area: int) -> None:
    picture = Image.new("RGB", size, (10, 200, 30))
    found = crops(picture, 3, 64, area, 32)
    assert (found.shape, found.dtype) == ((3, 32, 32, 3), np.uint8)
    assert (found == (10, 200, 30)).all()
    assert random_crop(picture, 64, area, 32, np.random.default_rng(0)).shape == (32, 32, 3)


def test_a_random_crop_comes_from_anywhere_and_its_seed_fixes_it() -> None:
    picture, rng = drawn(200, 200), np.random.default_rng(4)
    found = middles(np.stack([random_crop(picture, 50, 0, 25, rng) for _ in range(200)]))
    assert found.min(axis=0) == pytest.approx([0.125, 0.125], abs=0.03)
    assert found.max(axis=0) == pytest.approx([0.875, 0.875], abs=0.03)
    assert found.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.05)
    one, other = (random_crop(picture, 50, 9_000, 25, np.random.default_rng(seed)) for seed in (1, 1))
    assert np.array_equal(one, other)


def test_a_random_crop_and_the_even_ones_are_cut_alike() -> None:
    class Middle:
        def random(self, count: int) -> np.ndarray:
            return np.full(count, 0.5)

    picture = drawn(150, 90)
    middle = random_crop(picture, 40, 5_000, 24, Middle())  # type: ignore[arg-type]
    assert np.array_equal(middle, crops(picture, 1, 40, 5_000, 24)[0])


def test_only_the_pixels_that_count_need_be_decoded() -> None:
    assert Crops(count=1, size=64).shortest is None
    assert Crops(count=1, size=64, area=36_864).shortest == 192
    assert Crops(count=1, size=64, area=36_865).shortest == 193


@pytest.mark.parametrize("wrong", [{"count": 0}, {"size": 0}, {"area": -1}, {"minimum": 3}])
def test_impossible_crops_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Crops(**{"count": 1, "size": 64, **wrong})


@pytest.mark.parametrize(
    ("size", "shape"), [((240, 240), (5, 5)), ((360, 160), (1, 11)), ((160, 360), (11, 1))]
)
def test_a_grid_covers_the_picture_and_says_where_each_crop_lies(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    seen, boxes, found = grid(drawn(*size), 160, 57_600, 32)
    assert found == shape
    assert len(seen) == len(boxes) == shape[0] * shape[1]
    assert boxes.min(axis=0)[:2] == pytest.approx([0, 0])
    assert boxes.max(axis=0)[2:] == pytest.approx([1, 1])
    assert middles(seen) == pytest.approx((boxes[:, :2] + boxes[:, 2:]) / 2, abs=0.02)


def test_a_grid_over_a_strip_has_no_end_of_crops() -> None:
    assert grid(drawn(4_000, 10), 160, 57_600, 16)[2] == (1, MOST)
    assert grid(drawn(20, 20), 160, 0, 16)[2] == (1, 1)
