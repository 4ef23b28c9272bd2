from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageOps

from artml.training.augmentation import augment, whiten
from artml.training.recipe import Augmentation

Paint = Callable[..., Image.Image]


class Highest:
    """Dice that always show the highest value."""

    def random(self) -> float:
        return 0.0

    def uniform(self, low: float, high: float, size: int | None = None) -> float | np.ndarray:
        return high if size is None else np.full(size, high)


def most(picture: Image.Image, **amounts: float) -> np.ndarray:
    return np.asarray(augment(picture, Augmentation(**amounts), Highest()))


def dot(x: int, y: int) -> Image.Image:
    """Black, with a white square of 9 pixels around (x, y)."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[y - 1 : y + 2, x - 1 : x + 2] = 255
    return Image.fromarray(pixels)


def centre(pixels: np.ndarray) -> tuple[float, float]:
    """Where the white is, (x, y)."""
    weight = pixels[..., 0].astype(float)
    down, across = np.indices(weight.shape)
    return float((across * weight).sum() / weight.sum()), float((down * weight).sum() / weight.sum())


def test_nothing_is_varied_by_default(painted: Paint) -> None:
    picture = painted(1)
    assert augment(picture, Augmentation(), np.random.default_rng(0)).tobytes() == picture.tobytes()


def test_mirror_and_flip(painted: Paint) -> None:
    picture = painted(1)
    assert np.array_equal(most(picture, mirror=1), np.asarray(ImageOps.mirror(picture)))
    assert np.array_equal(most(picture, flip=1), np.asarray(ImageOps.flip(picture)))


def test_a_quarter_turn_is_exact(painted: Paint) -> None:
    picture = painted(2, 64, 64)
    turned = most(picture, rotation=90).astype(int)
    expected = np.asarray(picture.transpose(Image.Transpose.ROTATE_90)).astype(int)
    assert np.abs(turned - expected).max() <= 1


@pytest.mark.parametrize(
    ("amounts", "place"),
    [
        ({"shift": 0.25}, (26, 32)),
        ({"zoom": 0.5}, (6.5, 31.5)),
        ({"stretch": 0.5}, (6.5, 31.5)),
    ],
)
def test_where_a_dot_goes(amounts: dict[str, float], place: tuple[float, float]) -> None:
    found = centre(most(dot(10 if "shift" in amounts else 15, 16 if "shift" in amounts else 32), **amounts))
    assert found == pytest.approx(place, abs=0.8)


def test_shear_slants() -> None:
    high, low = centre(most(dot(32, 12), shear=30)), centre(most(dot(32, 52), shear=30))
    assert abs(high[0] - low[0]) == pytest.approx(40 * np.tan(np.deg2rad(30)), abs=1.5)


def test_edges_are_repeated() -> None:
    pixels = np.full((40, 40, 3), 200, np.uint8)
    assert most(Image.fromarray(pixels), rotation=45, shift=0.5).min() == 200


def test_whitening_takes_the_colours_apart(painted: Paint) -> None:
    rng = np.random.default_rng(0)
    grey = rng.normal(0, 20, (64, 64, 1))
    pixels = (120 + grey * [1.0, 0.8, 0.5] + rng.normal(0, 4, (64, 64, 3))).clip(0, 255).astype(np.uint8)
    white = np.asarray(whiten(Image.fromarray(pixels)), float).reshape(-1, 3)
    assert np.abs(np.corrcoef(white.T) - np.eye(3)).max() < 0.1
    assert np.allclose(white.mean(0), 127, atol=2)
    assert np.ptp(white.std(0)) < 6


@pytest.mark.parametrize("size", [(1, 1), (2, 90), (90, 2)])
def test_any_size_can_be_varied(size: tuple[int, int], painted: Paint) -> None:
    how = Augmentation(rotation=25, shift=0.2, shear=10, zoom=0.3, stretch=0.2, whitening=1)
    for seed in range(5):
        assert augment(painted(seed, *size), how, np.random.default_rng(seed)).size == size
