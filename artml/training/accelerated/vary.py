"""Batches of pictures varied on the card: what `artml.training.disguise` does to one, done to many at once.

Sizes are drawn for `GROUP` pictures together, everything else for each. Compression is JPEG's own arithmetic
(block cosines, its standard tables, halved colour), without the lossless part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp, log
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from artml.training.recipe import Disguise

GROUP = 64
LUMA = torch.tensor(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    dtype=torch.float32,
)
CHROMA = torch.full((8, 8), 99.0)
CHROMA[:4, :4] = torch.tensor([[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]])
"""ITU-T T.81, annex K."""
TO_YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


def vary(pictures: Tensor, how: Disguise) -> Tensor:
    """A varied copy of each picture: (n, 3, side, side) float 0..255, and so is what it gives."""
    varied = torch.cat([_group(part, how) for part in pictures.split(GROUP)])
    plain = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < how.plain
    return torch.where(plain, pictures, varied)


def mirrored(pictures: Tensor, share: float, axis: int) -> Tensor:
    """A share of the pictures turned round along an axis."""
    turned = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < share
    return torch.where(turned, pictures.flip(axis), pictures)


def scaled(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Pictures, 0..255, at another height and width."""
    found = functional.interpolate(x, size, mode="bicubic", antialias=True, align_corners=False)
    return found.clamp(0, 255)


def _group(pictures: Tensor, how: Disguise) -> Tensor:
    side = pictures.shape[-1]
    x = _cropped(pictures, how)
    short, aspect = _one(how.size), exp(_one(_logs(how.aspect)))
    size = (round(short * max(1.0, 1 / aspect)), round(short * max(1.0, aspect)))
    x = scaled(x, size)
    x = _relit(_focused(x, how), how)
    x = _compressed(x, how)
    return scaled(x, (side, side))


def _cropped(x: Tensor, how: Disguise) -> Tensor:
    """A part of each picture, scaled up to the whole."""
    n = len(x)
    area = _each(how.crop, x)
    aspect = _each(_logs(how.aspect), x).exp()
    width, height = (area * aspect).sqrt().clamp(max=1), (area / aspect).sqrt().clamp(max=1)
    shift_x = (1 - width) * (2 * torch.rand_like(width) - 1)
    shift_y = (1 - height) * (2 * torch.rand_like(height) - 1)
    zero = torch.zeros_like(width)
    rows = [torch.stack([width, zero, shift_x], 1), torch.stack([zero, height, shift_y], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), [n, 3, *x.shape[2:]], align_corners=False)
    return functional.grid_sample(x, grid, "bicubic", "reflection", align_corners=False).clamp(0, 255)


def _focused(x: Tensor, how: Disguise) -> Tensor:
    """Some blurred, as many sharpened."""
    draw = torch.rand(len(x), device=x.device)
    radius = torch.where(draw < how.soften, _each(how.blur, x), torch.full_like(draw, 1.5))
    soft = _blurred(x, radius)
    amount = (0.3 + 1.2 * torch.rand_like(draw)).where(draw >= how.soften, torch.full_like(draw, -1.0))
    amount = amount.where(draw < 2 * how.soften, torch.zeros_like(draw))[:, None, None, None]
    return (x + amount * (x - soft)).clamp(0, 255)


def _blurred(x: Tensor, radius: Tensor) -> Tensor:
    n, _, height, width = x.shape
    places = torch.arange(-4, 5, device=x.device, dtype=x.dtype)
    kernel = torch.softmax(-(places**2) / (2 * radius[:, None] ** 2), 1).repeat_interleave(3, 0)
    flat = x.reshape(1, n * 3, height, width)
    flat = functional.pad(flat, (4, 4, 4, 4), "replicate")
    flat = functional.conv2d(flat, kernel[:, None, :, None], groups=n * 3)
    return functional.conv2d(flat, kernel[:, None, None, :], groups=n * 3).reshape(x.shape)


def _relit(x: Tensor, how: Disguise) -> Tensor:
    """Brightness, contrast, colour, and the tint of the light."""
    light, contrast, colour = (
        _each((1 - how.light, 1 + how.light), x)[:, None, None, None] for _ in range(3)
    )
    tint = 1 + how.tint * (2 * torch.rand(len(x), 3, 1, 1, device=x.device) - 1)
    x = x * light * tint
    grey = (x * _on(x.device).to_ycc[0][None, :, None, None]).sum(1, keepdim=True)
    mean = grey.mean((2, 3), keepdim=True)
    x = mean + contrast * (x - mean)
    grey = mean + contrast * (grey - mean)
    return (grey + colour * (x - grey)).clamp(0, 255)


def _compressed(x: Tensor, how: Disguise) -> Tensor:
    """Saved as JPEG and read again, colour at half size."""
    quality = _each(how.quality, x)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    on = _on(x.device)
    height, width = x.shape[2:]
    x = functional.pad(x, (0, -width % 16, 0, -height % 16), "replicate")
    ycc = torch.einsum("oc,nchw->nohw", on.to_ycc, x)
    luma = _quantised(ycc[:, :1] - 128, on.luma, scale) + 128
    half = functional.avg_pool2d(ycc[:, 1:], 2)
    chroma = functional.interpolate(_quantised(half, on.chroma, scale), scale_factor=2.0, mode="bilinear")
    rgb = torch.einsum("oc,nchw->nohw", on.to_rgb, torch.cat([luma, chroma], 1))
    return rgb[..., :height, :width].clamp(0, 255)


def _quantised(x: Tensor, table: Tensor, scale: Tensor) -> Tensor:
    n, bands, height, width = x.shape
    cosines = _on(x.device).cosines
    steps = (table * scale[:, None, None]).clamp(1, 255)[:, None, None, None]
    blocks = x.reshape(n, bands, height // 8, 8, width // 8, 8).transpose(3, 4)
    spectrum = cosines @ blocks @ cosines.T
    spectrum = (spectrum / steps).round() * steps
    return (cosines.T @ spectrum @ cosines).transpose(3, 4).reshape(n, bands, height, width)


@dataclass(frozen=True)
class _Tables:
    """The constants, on the card."""

    luma: Tensor
    chroma: Tensor
    to_ycc: Tensor
    to_rgb: Tensor
    cosines: Tensor


@cache
def _on(device: torch.device) -> _Tables:
    places, waves = torch.arange(8), torch.arange(8)[:, None]
    cosines = torch.cos((2 * places + 1) * waves * torch.pi / 16) / 2
    cosines[0] /= 2**0.5
    tables = (LUMA, CHROMA, TO_YCC, torch.linalg.inv(TO_YCC), cosines)
    return _Tables(*(table.to(device) for table in tables))


def _logs(span: tuple[float, float]) -> tuple[float, float]:
    return log(span[0]), log(span[1])


def _each(span: tuple[float, float], x: Tensor) -> Tensor:
    return span[0] + (span[1] - span[0]) * torch.rand(len(x), device=x.device)


def _one(span: tuple[float, float]) -> float:
    return span[0] + (span[1] - span[0]) * float(torch.rand(()))
