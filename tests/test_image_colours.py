from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from artml import image_colours
from artml.image_colours import to_rgb
from artml.images import open_image

Painter = Callable[..., Image.Image]
Pixels = npt.NDArray[np.int64]

SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


def pixels(image: Image.Image) -> Pixels:
    return np.asarray(image).astype(int)


def apart(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(pixels(one) - pixels(other)).mean())


def profile(space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A small ICC profile, version 2."""
    tags = {b"wtpt": b"XYZ " + struct.pack(">4x3i", 63190, 65536, 54061), **tags}
    place, table, body = 132 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data = data.ljust(-(-len(data) // 4) * 4, b"\0")
        table += name + struct.pack(">II", place + len(body), len(data))
        body += data
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    head = struct.pack(">I4sI", place + len(body), bytes(4), 0x02400000) + kind + space + connection
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def gamma(power: float) -> bytes:
    return b"curv" + struct.pack(">4xIH", 1, round(power * 256))


def rgb_profile(primaries: tuple[tuple[float, float, float], ...], power: float = 2.2) -> bytes:
    tags = {name + b"TRC": gamma(power) for name in (b"r", b"g", b"b")}
    for name, colour in zip((b"r", b"g", b"b"), primaries, strict=True):
        tags[name + b"XYZ"] = b"XYZ " + struct.pack(">4x3i", *(round(value * 65536) for value in colour))
    return profile(b"RGB ", b"XYZ ", tags)


def cmyk_profile() -> bytes:
    """Inks of another world: cyan prints as orange, the others print grey; paper is white."""
    corners = b""
    for cyan, *others in itertools.product((0, 1), repeat=4):
        light = 100 - 25 * sum(others)
        corners += bytes((round(light * (0.7 if cyan else 1) * 2.55), 128 + 40 * cyan, 128 + 70 * cyan))
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    ramp = bytes(range(256))
    table = b"mft1" + struct.pack(">4x4B", 4, 3, 2, 0) + identity + ramp * 4 + corners + ramp * 3
    return profile(b"CMYK", b"Lab ", {b"A2B0": table, b"A2B1": table})


def png16(values: npt.NDArray[np.uint16], colour_type: int, clear: bytes = b"") -> bytes:
    """A 16-bit PNG, which Pillow reads and does not write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    parts = [(b"IHDR", head), (b"tRNS", clear), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts if part[1] or part[0] == b"IEND")


@pytest.mark.parametrize("mode", ["RGBX", "YCbCr", "HSV", "LAB", "CMYK", "RGBA", "RGBa"])
def test_modes_of_colour_come_back_as_they_were(painted: Painter, mode: str) -> None:
    picture = painted(1)
    given = picture.convert("RGBA").convert("RGBa") if mode == "RGBa" else picture.convert(mode)
    assert apart(to_rgb(given), picture) < 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "La", "I", "I;16", "F"])
def test_modes_of_grey_come_back_as_grey(painted: Painter, mode: str) -> None:
    grey = painted(2).convert("1" if mode == "1" else "L")
    given = grey.convert("LA").convert("La") if mode == "La" else grey.convert(mode)
    assert apart(to_rgb(given), grey.convert("RGB")) < 1


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("I;16", [0, 32768, 65535], [0, 128, 255]),
        ("I;16B", [0, 32768, 65535], [0, 128, 255]),
        ("I;16", [0, 2048, 4095], [0, 128, 255]),
        ("I;16", [0, 128, 255], [0, 128, 255]),
        ("I", [0, 16384, 32767], [0, 128, 255]),
        ("I", [-1000, 0, 1000], [0, 128, 255]),
        ("I", [0, 1 << 30, (1 << 31) - 1], [0, 128, 255]),
        ("F", [0, 0.5, 1], [0, 128, 255]),
        ("F", [0, 128, 255], [0, 128, 255]),
        ("F", [-3e38, 0, 3e38], [0, 128, 255]),
        ("F", [float("nan"), 0.5, float("inf")], [0, 128, 0]),
        ("F", [0, 0, 0], [0, 0, 0]),
    ],
)
def test_deep_greys_are_scaled_to_8_bits(mode: str, values: list[float], expected: list[int]) -> None:
    kind = {"I;16": "<u2", "I;16B": ">u2", "I": "<i4", "F": "<f4"}[mode]
    image = Image.frombytes(mode, (3, 1), np.array(values).astype(kind).tobytes())
    assert np.abs(pixels(to_rgb(image))[0, :, 0] - expected).max() <= 1


def test_16_bit_png_in_colour_and_grey() -> None:
    ramp = np.linspace(0, 65535, 64, dtype=np.uint16)
    grey = pixels(open_image(png16(np.tile(ramp, (2, 1)), 0)))
    assert np.abs(grey[0, :, 0] - ramp / 257).max() <= 1
    colour = np.stack([ramp, ramp[::-1], np.full_like(ramp, 30000)], -1)[None]
    assert np.abs(pixels(open_image(png16(colour, 2)))[0] - colour[0] / 257).max() <= 1
    clear = np.concatenate([colour, np.zeros_like(colour[..., :1])], -1)
    assert pixels(open_image(png16(clear, 6))).min() == 255, "wholly transparent is white"


def test_colour_keys_of_16_bit_png() -> None:
    grey = np.array([[0, 300, 65535]], np.uint16)
    assert pixels(open_image(png16(grey, 0, struct.pack(">H", 300))))[0, :, 0].tolist() == [0, 255, 255]
    colour = np.array([[[0, 0, 0], [65280, 0, 65280]]], np.uint16)
    result = pixels(open_image(png16(colour, 2, struct.pack(">HHH", 65280, 0, 65280))))
    assert result[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("mode", ["RGBA", "RGBa", "LA", "La", "PA"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    base = Image.new("LA", (3, 1))
    for x, alpha in enumerate((0, 128, 255)):
        base.putpixel((x, 0), (0, alpha))
    through = {"RGBa": "RGBA", "La": "LA"}.get(mode, mode)
    image = base.convert("RGBA").convert(through) if mode != "LA" else base
    assert pixels(to_rgb(image.convert(mode)))[0].tolist() == [[255] * 3, [127] * 3, [0] * 3]


@pytest.mark.parametrize(("kind", "clear"), [("PNG", b"\0\x80\xff"), ("PNG", 0), ("GIF", 0)])
def test_transparent_palette_entries_are_laid_on_white(kind: str, clear: bytes | int) -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([200, 0, 0, 0, 0, 0, 0, 0, 200])
    image.putdata([0, 1, 2])
    file = BytesIO()
    image.save(file, kind, transparency=clear)
    first, second, third = pixels(open_image(file))[0].tolist()
    assert first == [255, 255, 255] and third == [0, 0, 200]
    assert second == ([127] * 3 if isinstance(clear, bytes) else [0] * 3)


def test_a_colour_key_is_laid_on_white() -> None:
    image = Image.new("RGB", (2, 1), (10, 20, 30))
    image.putpixel((1, 0), (200, 100, 0))
    file = BytesIO()
    image.save(file, "PNG", transparency=(200, 100, 0))
    assert pixels(open_image(file))[0].tolist() == [[10, 20, 30], [255, 255, 255]]


def test_a_wide_gamut_is_brought_to_srgb(painted: Painter) -> None:
    picture = painted(3, 64, 48).point(lambda value: 60 + value // 2)
    picture.info["icc_profile"] = rgb_profile(DISPLAY_P3)
    xyz = (pixels(picture) / 255) ** 2.2 @ np.array(DISPLAY_P3)
    light = (xyz @ np.linalg.inv(np.array(SRGB))).clip(0, 1)
    expected = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert np.abs(expected - pixels(picture)).max() > 10, "the profile matters here"
    assert np.abs(pixels(to_rgb(picture)) - expected).max() <= 2


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_a_colour_profile_counts_in_every_mode(mode: str) -> None:
    grey = Image.new("RGB", (4, 4), (128, 128, 128))
    image = grey.quantize(2) if mode == "P" else grey.convert(mode)
    image.info["icc_profile"] = rgb_profile(SRGB, power=1)
    assert np.abs(pixels(to_rgb(image)) - 188).max() <= 2, "half the light is 188 of 255"


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_a_grey_profile_counts(mode: str) -> None:
    image = Image.new("L", (4, 4), 128).convert(mode)
    image.info["icc_profile"] = profile(b"GRAY", b"XYZ ", {b"kTRC": gamma(1)})
    assert np.abs(pixels(to_rgb(image)) - 188).max() <= 2


def test_inks_are_brought_to_srgb_by_their_profile() -> None:
    image = Image.new("CMYK", (2, 1))
    image.putpixel((1, 0), (255, 0, 0, 0))
    assert pixels(to_rgb(image))[0, 1].tolist() == [0, 255, 255]
    image.info["icc_profile"] = cmyk_profile()
    paper, ink = pixels(to_rgb(image))[0]
    assert paper.min() >= 253
    assert ink[0] > 200 > 160 > ink[1] > ink[2], "orange, as this profile prints cyan"


def test_srgb_by_its_own_name_changes_no_pixel(painted: Painter) -> None:
    picture = painted(4)
    plain = pixels(picture)
    picture.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert (pixels(to_rgb(picture)) == plain).all()


@pytest.mark.parametrize(
    "given", [b"nonsense", rgb_profile(DISPLAY_P3)[:300], cmyk_profile(), ("not", "bytes"), b"\0" * 4000]
)
def test_a_profile_that_is_broken_or_of_another_space_is_ignored(painted: Painter, given: object) -> None:
    picture = painted(5)
    plain = pixels(picture)
    picture.info["icc_profile"] = given
    assert (pixels(to_rgb(picture)) == plain).all()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK", "F", "P"])
def test_strips_join_without_a_seam(painted: Painter, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    picture = painted(6, 37, 53).convert(mode)
    if mode == "RGB":
        picture.info["icc_profile"] = rgb_profile(DISPLAY_P3)
    whole = pixels(to_rgb(picture))
    monkeypatch.setattr(image_colours, "_STRIP", 100)
    assert (pixels(to_rgb(picture)) == whole).all()
