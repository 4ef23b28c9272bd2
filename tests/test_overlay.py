"""The veil over a picture: clear where most spoke for the label, and markup that stays markup."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from PIL import Image

from artml.explanation import HeatMap
from artml.overlay import LARGE, LONGEST, VEIL, overlay, two_ended, veil
from artml.patches import Patches
from artml.tint import DOTS, STROKES


def looked(label: str = "Cubism", row: int = 1, column: int = 6) -> HeatMap:
    values = np.zeros((8, 8))
    values[row, column] = 1.0
    return HeatMap("style", label, values, 0.0)


def picture(width: int = 1000, height: int = 500) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()


def images(html: str) -> list[Image.Image]:
    found = re.findall(r'src="data:image/\w+;base64,([^"]+)"', html)
    return [Image.open(io.BytesIO(base64.b64decode(data))) for data in found]


def test_the_veil_is_clear_where_most_spoke_and_dense_elsewhere() -> None:
    shade = np.asarray(veil(looked()).getchannel("A"))
    assert shade.shape == (VEIL, VEIL)
    assert shade[:24, 60:90].min() < 10
    assert shade[48:].min() > 250


def test_each_label_has_its_veil_and_the_first_is_shown() -> None:
    html = overlay(picture(), {"style": looked(), "genre": looked("landscape", 6, 1)}, key="one", alt="A red")
    shown, first, second = images(html)
    assert shown.size == (LONGEST, LONGEST // 2)
    assert not np.array_equal(np.asarray(first), np.asarray(second))
    assert html.count(" hidden>") == 1
    assert html.count(" checked") == 1
    assert html.count('name="look-one"') == 2
    assert 'alt="A red"' in html


def test_words_never_become_markup() -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    html = overlay(picture(), {hostile: looked(hostile)}, key=hostile, alt=hostile)
    assert "<img src=x" not in html


def places() -> Patches:
    """A crop on the left that says no, one on the right that says yes."""
    boxes = np.array([[0.0, 0.0, 0.5, 1.0], [0.5, 0.0, 1.0, 1.0]])
    return Patches("technique", ("hand", "algorithm"), boxes, np.array([[0.95, 0.05], [0.05, 0.95]]), (1, 2))


def test_a_map_of_two_ends_lies_over_the_picture_with_its_key_and_a_slider() -> None:
    html = two_ended(picture(), places(), {"hand": "by hand", "algorithm": "by code"}, alt="A red. By hand.")
    shown, over, key = images(html)
    assert shown.size == over.size == (LARGE, LARGE // 2)
    assert key.mode == "RGBA"
    assert tuple(np.asarray(over)[0, 0, :3]) == STROKES
    assert tuple(np.asarray(over)[0, -1, :3]) == DOTS
    assert 'alt="A red. By hand."' in html
    assert html.count('type="range"') == 1
    assert html.index("by hand</span>") < html.index("by code</span>")


def test_words_of_a_map_never_become_markup() -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    html = two_ended(picture(), places(), {"hand": hostile, "algorithm": hostile}, alt=hostile)
    assert "<img src=x" not in html
