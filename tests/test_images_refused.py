from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from artml import images
from artml.errors import ImageDamaged, ImageError, ImageTooLarge, NotAnImage, UnsupportedFormat
from artml.images import open_image
from artml.settings import Settings

register_heif_opener()  # so that Pillow can write HEIC

Painter = Callable[..., Image.Image]
Limits = Callable[..., None]

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF", "JPEG2000")


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Sets limits for one test: `limits(max_pixels=100)`."""
    return lambda **given: monkeypatch.setattr(images, "settings", lambda: Settings(**given))


# -- limits


def test_the_limit_on_bytes(painted: Painter, tmp_path: Path, limits: Limits) -> None:
    data = saved(painted(14), "PNG")
    path = tmp_path / "large.png"
    path.write_bytes(data)
    limits(max_bytes=len(data))
    assert open_image(path).size == open_image(data).size
    limits(max_bytes=len(data) - 1)
    for source in (path, data, BytesIO(data)):
        with pytest.raises(ImageTooLarge, match="MB"):
            open_image(source)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF"])
def test_the_limit_on_pixels(painted: Painter, limits: Limits, kind: str) -> None:
    picture = painted(15, 100, 80)
    limits(max_pixels=8000)
    assert open_image(saved(picture, kind)).size == (100, 80)
    limits(max_pixels=7999)
    for source in (saved(picture, kind), picture, np.asarray(picture)):
        with pytest.raises(ImageTooLarge, match="100 x 80 pixels"):
            open_image(source, shortest=10)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "AVIF", "MPO"])
def test_the_limit_on_frames(painted: Painter, limits: Limits, kind: str) -> None:
    data = saved(painted(1, 16, 16), kind, save_all=True, append_images=[painted(n, 16, 16) for n in (2, 3)])
    limits(max_frames=3)
    assert open_image(data).size == (16, 16)
    limits(max_frames=2)
    with pytest.raises(ImageTooLarge, match="2 frames"):
        open_image(data)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "JPEG2000"])
def test_greedy_decoders_open_less(painted: Painter, limits: Limits, kind: str) -> None:
    data = saved(painted(16, 100, 100), kind)
    limits(max_pixels=10_000)
    with pytest.raises(ImageTooLarge, match="memory"):
        open_image(data)
    limits(max_pixels=30_000)
    assert open_image(data).size == (100, 100)


def test_progressive_jpegs_need_room_for_their_coefficients(painted: Painter, limits: Limits) -> None:
    data = saved(painted(17, 800, 800), "JPEG", progressive=True)
    limits(max_pixels=640_000)
    with pytest.raises(ImageTooLarge, match="memory"):
        open_image(data)
    assert open_image(data, shortest=64).size == (100, 100), "the picture itself is small then"


def tiled_tiff(tile: int) -> bytes:
    """A TIFF of 16 x 16 grey pixels in one deflated tile, whatever size that says it has."""
    block = zlib.compress(bytes(256))
    tags = [(256, 16), (257, 16), (258, 8), (259, 8), (262, 1), (277, 1), (322, tile), (323, tile)]
    tags += [(324, 8), (325, len(block))]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        struct.pack("<2sHI", b"II", 42, 8 + len(block))
        + block
        + struct.pack("<H", len(tags))
        + entries
        + bytes(4)
    )


def test_a_tile_larger_than_its_picture_is_seen_before_it_is_decoded() -> None:
    assert open_image(tiled_tiff(16)).size == (16, 16)
    with pytest.raises(ImageTooLarge, match="memory"):
        open_image(tiled_tiff(40_000))


def test_a_size_only_claimed_is_refused_before_decoding(painted: Painter) -> None:
    gif = bytearray(saved(painted(18, 8, 8), "GIF"))
    gif[6:10] = b"\xff\xff\xff\xff"
    with pytest.raises(ImageTooLarge):
        open_image(bytes(gif))
    png = bytearray(saved(painted(18, 8, 8), "PNG"))
    png[16:24] = struct.pack(">II", 12_000, 10_000)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    with pytest.raises(ImageTooLarge, match="12,000 x 10,000"):
        open_image(bytes(png))


# -- errors


@pytest.mark.parametrize("data", [b"Dear Sir or Madam", b"BM is not enough", b"<html></html>", bytes(500)])
def test_bytes_that_are_no_picture(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_bytes(data)
    with pytest.raises(NotAnImage, match=r"^letter\.jpg is not a picture"):
        open_image(path)
    with pytest.raises(NotAnImage, match=r"^The picture is not a picture"):
        open_image(data)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    empty, pipe = tmp_path / "empty.png", tmp_path / "pipe"
    empty.touch()
    os.mkfifo(pipe)
    for path, message in (
        (tmp_path / "gone.png", r"There is no file .*gone\.png"),
        (empty / "inside.png", "There is no file"),
        (tmp_path, "folder"),
        (pipe, "folder or device"),
        (empty, r"empty\.png is empty"),
        (tmp_path / ("x" * 300), "cannot be opened"),
        ("null\0byte", "cannot be opened"),
    ):
        with pytest.raises(NotAnImage, match=message):
            open_image(path)


@pytest.mark.parametrize("source", [None, 7, StringIO("text"), b"", BytesIO(), Image.new("RGB", (0, 5))])
def test_sources_that_hold_no_picture(source: Any) -> None:
    with pytest.raises(NotAnImage):
        open_image(source)


@pytest.mark.parametrize("kind", ["PPM", "PCX", "TGA", "ICO", "SGI", "EPS", "PDF", "DDS"])
def test_formats_that_are_not_read_are_named(painted: Painter, kind: str) -> None:
    file = BytesIO()
    painted(19, 32, 32).save(file, kind)
    with pytest.raises(UnsupportedFormat, match=f"{kind}.* format, which is not read here. Save it as"):
        open_image(file)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9])
def test_files_cut_short_are_damaged(painted: Painter, kind: str, share: float) -> None:
    data = saved(painted(20), kind)
    with pytest.raises(ImageDamaged, match="damaged or incomplete") as caught:
        open_image(data[: max(20, int(len(data) * share))])
    assert caught.value.__cause__


@pytest.mark.parametrize("kind", FORMATS)
def test_no_other_error_whatever_the_bytes(painted: Painter, kind: str) -> None:
    data, rng = saved(painted(21, 40, 30), kind), np.random.default_rng(21)
    outcomes: set[str] = set()
    for _ in range(60):
        changed = np.frombuffer(data, np.uint8).copy()
        places = rng.integers(0, min(len(data), 400), 3)
        changed[places] = rng.integers(0, 256, 3)
        try:
            outcomes.add(open_image(changed.tobytes()).mode)
        except ImageError as error:
            outcomes.add(type(error).__name__)
    assert "ImageDamaged" in outcomes or kind in ("GIF", "BMP")


def test_too_little_memory_is_its_own_error(painted: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(image: Image.Image) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(images, "to_rgb", exhausted)
    with pytest.raises(ImageTooLarge, match="far too large"):
        open_image(painted(22))


def test_names_in_messages_are_short_and_printable(tmp_path: Path) -> None:
    upload = BytesIO(b"no picture")
    upload.name = "/etc/\x1b[31m" + "long" * 100  # type: ignore[attr-defined]
    with pytest.raises(NotAnImage) as caught:
        open_image(upload)
    message = str(caught.value)
    assert message.startswith("[31mlong") and message.isprintable() and len(message) < 350
