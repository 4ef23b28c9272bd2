"""Varying training pictures in the usual ways: turning, shifting, shearing, zooming, mirroring, whitening."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from artml.training.disguise import disguise
from artml.training.recipe import Augmentation, Recipe

WHITE_MEAN, WHITE_SPREAD = 127.5, 64.0


def varied(image: Image.Image, recipe: Recipe, rng: np.random.Generator) -> Image.Image:
    """A copy of an RGB picture, varied in every way the recipe asks for."""
    image = augment(image, recipe.augmentation, rng)
    return disguise(image, recipe.disguise, rng) if recipe.disguise else image


def augment(image: Image.Image, how: Augmentation, rng: np.random.Generator) -> Image.Image:
    """A varied copy of an RGB picture, of the same size; what comes into view repeats the nearest edge."""
    if rng.random() < how.mirror:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < how.flip:
        image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    if how.rotation or how.shift or how.shear or how.zoom or how.stretch:
        image = _moved(image, how, rng)
    if rng.random() < how.whitening:
        image = whiten(image)
    return image


def whiten(image: Image.Image) -> Image.Image:
    """Colours decorrelated and scaled to one variance (ZCA over the channels), mid-grey in the middle."""
    pixels = np.asarray(image, np.float64).reshape(-1, 3)
    pixels = pixels - pixels.mean(0)
    variance, axes = np.linalg.eigh(pixels.T @ pixels / len(pixels))
    white = pixels @ (axes / np.sqrt(variance + 1.0)) @ axes.T
    values = (WHITE_MEAN + WHITE_SPREAD * white).clip(0, 255).astype(np.uint8)
    return Image.fromarray(values.reshape(image.height, image.width, 3))


def _moved(image: Image.Image, how: Augmentation, rng: np.random.Generator) -> Image.Image:
    """One affine map about the centre, from places in the result to places in the picture."""
    angle, shear = np.deg2rad([rng.uniform(-how.rotation, how.rotation), rng.uniform(-how.shear, how.shear)])
    zoom = 1 + rng.uniform(-how.zoom, how.zoom)
    wide, high = zoom * (1 + rng.uniform(-how.stretch, how.stretch, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, np.tan(shear)], [0, 1]]) @ np.diag([1 / wide, 1 / high])
    size = np.array([image.width, image.height])
    moved = rng.uniform(-how.shift, how.shift, 2) * size
    return _affine(image, matrix, size / 2 - matrix @ (size / 2 + moved))


def _affine(
    image: Image.Image, matrix: npt.NDArray[np.float64], offset: npt.NDArray[np.float64]
) -> Image.Image:
    """The picture seen through a map, its edges repeated as far as the map looks beyond them."""
    corners = np.array([[0, 0], [image.width, 0], [0, image.height], [image.width, image.height]])
    seen = corners @ matrix.T + offset
    beyond = np.maximum(-seen.min(0), seen.max(0) - [image.width, image.height])
    across, down = (max(0, int(np.ceil(pixels))) + 1 for pixels in beyond)
    padded = np.pad(np.asarray(image), ((down, down), (across, across), (0, 0)), mode="edge")
    (a, b), (d, e) = matrix
    c, f = offset + np.array([across, down])
    return Image.fromarray(padded).transform(
        image.size, Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR
    )
