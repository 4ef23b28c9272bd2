"""Varying training pictures over scale, aspect, sharpness and compression, so that their source does not
show.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from artml.training.recipe import Disguise, Span

FILTERS = (
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)


def disguise(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    """A varied copy of an RGB picture: cropped, scaled down at another aspect, softened or
    sharpened, relit, and saved again as JPEG or WebP.
    """
    if rng.random() < how.plain:
        return image
    image = _scale(_crop(image, how, rng), how, rng)
    image = _relight(_focus(image, how, rng), how, rng)
    return _save_again(image, how, rng)


def _crop(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    area, aspect = rng.uniform(*how.crop), np.exp(rng.uniform(*np.log(how.aspect)))
    width = min(1.0, np.sqrt(area * aspect)) * image.width
    height = min(1.0, np.sqrt(area / aspect)) * image.height
    left, top = rng.uniform(0, image.width - width), rng.uniform(0, image.height - height)
    box = (int(left), int(top), max(int(left + width), int(left) + 1), max(int(top + height), int(top) + 1))
    return image.crop(box)


def _scale(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    short, aspect = rng.uniform(*how.size), np.exp(rng.uniform(*np.log(how.aspect)))
    size = (round(short * max(1.0, aspect)), round(short * max(1.0, 1 / aspect)))
    return image.resize(size, FILTERS[rng.integers(len(FILTERS))])


def _focus(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    draw = rng.random()
    if draw < how.soften:
        return image.filter(ImageFilter.GaussianBlur(rng.uniform(*how.blur)))
    if draw < 2 * how.soften:
        return image.filter(
            ImageFilter.UnsharpMask(radius=1.5, percent=int(rng.uniform(30, 150)), threshold=0)
        )
    return image


def _relight(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(1 + rng.uniform(-how.light, how.light))
    return image


def _save_again(image: Image.Image, how: Disguise, rng: np.random.Generator) -> Image.Image:
    kind = ("JPEG", "WEBP")[rng.integers(2)]
    buffer = io.BytesIO()
    options = {"method": 0} if kind == "WEBP" else {}
    image.save(buffer, kind, quality=_whole(how.quality, rng), **options)
    with Image.open(buffer, formats=[kind]) as saved:
        return saved.convert("RGB")


def _whole(span: Span, rng: np.random.Generator) -> int:
    return int(rng.uniform(*span))
