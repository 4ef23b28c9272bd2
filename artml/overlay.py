"""A picture under a veil, and a slider: HTML for a page or a report.

The veil lies over all that spoke little for a label (`overlay`), or says which of two labels leads where
(`two_ended`).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from artml.explanation import HeatMap
from artml.patches import Patches
from artml.tint import tint

LONGEST: Final = 720
"""Longest side of the picture in it, pixels."""
VEIL: Final = 96
"""Side of the veil, pixels; the browser stretches it over the picture, softly."""
SHADE: Final = 55
"""How dark it is at first, 0 to 100."""
LARGE: Final = 1_000
"""Longest side of the picture that hangs under a map, pixels."""
MAP: Final = 50
"""How much of a map is seen at first, 0 to 100."""
_FOLDER: Final = Path(__file__).parent


def overlay(picture: bytes, maps: Mapping[str, HeatMap], *, key: str, alt: str) -> str:
    """HTML with its own few lines of script: the picture, lit where most spoke for a label; a choice of
    the labels; and a slider for the shade. Without a map it is the picture alone.

    `picture` is a file that Pillow reads, as bytes; `key` tells its controls from those of others on the same
    page; `alt` stands for the picture where it cannot be seen.
    """
    veils, choices = [], []
    for number, (facet, found) in enumerate(maps.items()):
        hidden = "" if number == 0 else " hidden"
        veils.append(f'<img class="veil" alt="" src="{_png(veil(found))}"{hidden}>')
        checked = " checked" if number == 0 else ""
        choices.append(
            f'<label><input type="radio" name="look-{escape(key)}" value="{number}"{checked}>'
            f"<span>{escape(found.label)}</span><small>{escape(facet)}</small></label>"
        )
    controls = (
        f"<fieldset><legend>What spoke for</legend>{''.join(choices)}</fieldset>"
        '<label class="shade"><span>Shade</span>'
        f'<input type="range" min="0" max="100" value="{SHADE}"></label>'
    )
    return _figure(picture, veils, controls if maps else "", alt, LONGEST)


def two_ended(picture: bytes, found: Patches, ends: Mapping[str, str], *, alt: str) -> str:
    """HTML with its own few lines of script: the picture with the map of two labels over it, what its strokes
    and its dots mean, and a slider that fades it. `ends` are the labels and what to call them, strokes first.

    `picture` is a file that Pillow reads, as bytes; `alt` stands for it and its map where they cannot be
    seen.
    """
    (_, strokes), (label, dots) = ends.items()
    with Image.open(io.BytesIO(picture)) as image:
        width, height = image.size
    scale = LARGE / max(width, height)
    lean = found.map(label, max(1, round(height * scale)), max(1, round(width * scale)))
    ramp = np.tile(np.linspace(0, 1, 360), (18, 1))
    controls = (
        f'<div class="ends"><span>{escape(strokes)}</span>'
        f'<img alt="" src="{_png(tint(ramp))}"><span>{escape(dots)}</span></div>'
        '<label class="shade"><span>Map</span>'
        f'<input type="range" min="0" max="100" value="{MAP}"></label>'
    )
    veil = f'<img class="veil tint" alt="" src="{_png(tint(lean))}">'
    return _figure(picture, [veil], f'<div class="key">{controls}</div>', alt, LARGE, start=MAP)


def veil(found: HeatMap) -> Image.Image:
    """A square of shade, mode "LA": clear where most speaks for the label, dense where little does."""
    heat = Image.fromarray(np.float32(found.heat())).resize((VEIL, VEIL), Image.Resampling.BICUBIC)
    lit = np.sqrt(np.clip(np.asarray(heat), 0, 1))  # half as much is not yet dark
    shade = np.uint8(np.round(255 * (1 - lit)))
    return Image.merge("LA", (Image.new("L", heat.size, 16), Image.fromarray(shade)))


def _figure(
    picture: bytes, veils: Sequence[str], controls: str, alt: str, longest: int, start: int = SHADE
) -> str:
    return (
        f"<style>{_read('overlay.css')}</style>"
        f'<figure class="look" style="--shade: {start / 100}"><div class="look-at">'
        f'<img alt="{escape(alt)}" src="{_small_jpeg(picture, longest)}">{"".join(veils)}</div>'
        f"{controls}"
        f"</figure><script>{_read('overlay.js')}</script>"
    )


def _png(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return _data_url("image/png", out.getvalue())


def _small_jpeg(picture: bytes, longest: int) -> str:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((longest, longest), Image.Resampling.HAMMING)
        image.convert("RGB").save(out, "JPEG", quality=85)
    return _data_url("image/jpeg", out.getvalue())


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@lru_cache(maxsize=2)
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
