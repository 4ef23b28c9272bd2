"""A picture with a veil over all that spoke little for a label, and a slider: HTML for a page or a report."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from artml.explanation import HeatMap

LONGEST: Final = 720
"""Longest side of the picture in it, pixels."""
VEIL: Final = 96
"""Side of the veil, pixels; the browser stretches it over the picture, softly."""
SHADE: Final = 55
"""How dark it is at first, 0 to 100."""
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
    return (
        f"<style>{_read('overlay.css')}</style>"
        '<figure class="look"><div class="look-at">'
        f'<img alt="{escape(alt)}" src="{_small_jpeg(picture)}">{"".join(veils)}</div>'
        f"{controls if maps else ''}"
        f"</figure><script>{_read('overlay.js')}</script>"
    )


def veil(found: HeatMap) -> Image.Image:
    """A square of shade, mode "LA": clear where most speaks for the label, dense where little does."""
    heat = Image.fromarray(np.float32(found.heat())).resize((VEIL, VEIL), Image.Resampling.BICUBIC)
    lit = np.sqrt(np.clip(np.asarray(heat), 0, 1))  # half as much is not yet dark
    shade = np.uint8(np.round(255 * (1 - lit)))
    return Image.merge("LA", (Image.new("L", heat.size, 16), Image.fromarray(shade)))


def _png(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return _data_url("image/png", out.getvalue())


def _small_jpeg(picture: bytes) -> str:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.HAMMING)
        image.convert("RGB").save(out, "JPEG", quality=85)
    return _data_url("image/jpeg", out.getvalue())


def _data_url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@lru_cache(maxsize=2)
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
