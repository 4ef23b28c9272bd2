"""Pixels of any Pillow mode and ICC profile -> sRGB on white, strip by strip.

Strip by strip, so that a picture needs room for itself and its result, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

_STRIP = 1 << 20
"""Pixels converted at a time."""


def to_rgb(image: Image.Image) -> Image.Image:
    """A new picture in sRGB, mode "RGB", on white, without metadata; not yet upright."""
    image.load()
    transform = _profile(image)
    deep = image.mode[0] in "IF"
    if image.mode == "RGB" and not transform and not image.has_transparency_data:
        result = image.copy()
        result.info = {}
        return result
    low, high = _full_scale(image) if deep else (0.0, 255.0)
    result = Image.new("RGB", image.size)
    for top, strip in _strips(image):
        if deep:
            strip = _to_8_bit(strip, low, high)
        if strip.has_transparency_data:
            strip = _on_white(strip)
        result.paste(transform(strip) if transform else strip.convert("RGB"), (0, top))
    return result


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _numbers(strip: Image.Image) -> npt.NDArray[np.float64]:
    return np.nan_to_num(np.asarray(strip, np.float64), posinf=0, neginf=0)


def _full_scale(image: Image.Image) -> tuple[float, float]:
    """The values that become black and white: 0 and the least usual white that holds all, or the extremes."""
    ranges = [
        (float(values.min()), float(values.max()))
        for _, strip in _strips(image)
        if (values := _numbers(strip)).size
    ]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    usual = {"F": (1, 255, 65535), "I": (255, 4095, 32767, 65535)}.get(image.mode, (255, 4095, 65535))
    white = next((white for white in usual if high <= white), None)
    return (0.0, float(white)) if low >= 0 and white else (low, max(high, low + 1e-9))


def _to_8_bit(strip: Image.Image, low: float, high: float) -> Image.Image:
    values = _numbers(strip)
    grey = ((values - low) * (255 / (high - low)) + 0.5).clip(0, 255).astype(np.uint8)
    if isinstance(clear := strip.info.get("transparency"), int):
        grey[values == clear] = 255
    return Image.fromarray(grey)


def _on_white(strip: Image.Image) -> Image.Image:
    """Mode L or RGB from any mode with transparency."""
    clear = strip.info.get("transparency")
    if strip.mode == "RGB" and isinstance(clear, tuple) and max(clear) > 255:
        strip.info["transparency"] = tuple(value >> 8 for value in clear)  # of a 16-bit PNG, read as 8-bit
    grey = strip.mode in ("1", "L", "LA", "La")
    pixels = strip.convert("LA" if grey else "RGBA")
    ground = Image.new("L" if grey else "RGB", strip.size, "white")
    ground.paste(pixels.convert(ground.mode), mask=pixels.getchannel("A"))
    return ground


def _profile(image: Image.Image) -> Callable[[Image.Image], Image.Image] | None:
    """Brings a strip from the embedded ICC profile to sRGB; None where there is no sound one, or sRGB."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode == "LAB":
        return None
    native = "L" if image.mode[:1] in "1LIF" else "CMYK" if image.mode == "CMYK" else "RGB"
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK"}[given.profile.xcolor_space.strip()]
        if mode != native and (native, mode) != ("L", "RGB"):
            return None
        transform = ImageCms.buildTransform(
            given,
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except Exception:  # a broken profile does not spoil a picture
        return None
    if mode == "RGB" and _changes_nothing(transform):
        return None
    return lambda strip: transform.apply(strip.convert(mode))


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a profile is sRGB by some name, as most are: seen on a grid of colours, it saves the time."""
    grid = np.stack(np.meshgrid(*[np.arange(0, 256, 15, dtype=np.uint8)] * 3), -1).reshape(18, -1, 3)
    after = np.asarray(transform.apply(Image.fromarray(grid)))
    return bool(np.abs(after.astype(int) - grid).max() <= 2)
