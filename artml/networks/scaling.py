"""What networks expect of their input, as a first layer on RGB pixels 0..255."""

from __future__ import annotations

from typing import Any

from keras import layers

NAME = "normalise"
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def unit(pixels: Any) -> Any:
    """To 0..1."""
    return _rescaled(pixels, [1 / 255] * 3, [0.0] * 3)


def symmetric(pixels: Any, name: str = NAME) -> Any:
    """To -1..1."""
    return _rescaled(pixels, [1 / 127.5] * 3, [-1.0] * 3, name)


def standardised(pixels: Any) -> Any:
    """Each channel less ImageNet's mean, over its standard deviation."""
    return _rescaled(
        pixels,
        [1 / (255 * s) for s in IMAGENET_STD],
        [-m / s for m, s in zip(IMAGENET_MEAN, IMAGENET_STD, strict=True)],
    )


def centred(pixels: Any) -> Any:
    """Each channel less ImageNet's mean as Caffe had it, still as wide as 0..255."""
    return _rescaled(pixels, [1.0] * 3, [-123.68, -116.779, -103.939])


def _rescaled(pixels: Any, scale: list[float], offset: list[float], name: str = NAME) -> Any:
    return layers.Rescaling(scale, offset, name=name)(pixels)
