from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from artml.image_kinds import Kind, count_frames, kind_of

GIF, TIFF = Kind("GIF", "GIF"), Kind("TIFF", "TIFF")
Painter = Callable[..., Image.Image]


def saved(frames: list[Image.Image], kind: str, **options: object) -> bytes:
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "EPS"),
        (b"%PDF-1.7\n", "PDF"),
        (b"8BPS\0\1", "Photoshop (PSD)"),
        (b"\0\0\1\0\1\0", "icon (ICO)"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0", "Canon raw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1", "Canon raw"),
        (b"P6\n10 10\n255\n", "Netpbm (PPM)"),
        (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b"\xef\xbb\xbf<SVG width='1'>", "SVG"),
        (b"\0\0\2" + bytes(9) + b"\x0a\0\x0a\0\x18\0" + bytes(20), "Targa (TGA)"),
        (b"\x0a\5\1\x08" + bytes(20), "PCX"),
        (b"\x80\0\0\0\x12\xaf\1\0\x20\0\x20\0\x08\0\3\0", "FLI animation"),
    ],
)
def test_a_picture_that_is_not_read_is_named(head: bytes, name: str) -> None:
    assert kind_of(head) == Kind(name, None)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"a",
        b"BMW builds cars, and this is a letter",
        b"Paint the svg <svg> yourself",
        b"PK\3\4 a zip or a document",
        b"<!DOCTYPE html><html>",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\0\0\0\x18ftypmp42\0\0\0\0isommp42",
        b"P9 is a road",
        bytes(64),
        b"\xff" * 64,
    ],
)
def test_what_is_no_picture_has_no_kind(head: bytes) -> None:
    assert kind_of(head) is None


@pytest.mark.parametrize(
    ("head", "decoder"),
    [
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heicavif", "HEIF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
        (b"MM\0+\0\x08\0\0", "TIFF"),
        (b"\xff\x4f\xff\x51", "JPEG2000"),
    ],
)
def test_containers_and_variants_go_to_their_decoder(head: bytes, decoder: str) -> None:
    kind = kind_of(head)
    assert kind and kind.decoder == decoder


@pytest.mark.parametrize("big", [False, True])
def test_tiff_pages_are_counted(painted: Painter, big: bool) -> None:
    data = saved([painted(n, 8, 8) for n in range(5)], "TIFF", big_tiff=big)
    assert count_frames(BytesIO(data), TIFF, 10) == 5
    assert count_frames(BytesIO(data), TIFF, 2) == 3


def test_tiff_pages_in_a_circle_are_counted_once(painted: Painter) -> None:
    data = bytearray(saved([painted(1, 8, 8)], "TIFF"))
    start = int.from_bytes(data[4:8], "little")
    end = start + 2 + 12 * int.from_bytes(data[start : start + 2], "little")
    data[end : end + 4] = data[4:8]
    assert count_frames(BytesIO(bytes(data)), TIFF, 100) == 1


def test_gif_frames_are_counted_just_beyond_the_limit(painted: Painter) -> None:
    data = saved([painted(n, 8, 8) for n in range(30)], "GIF", comment=b"by hand")
    file = BytesIO(data)
    assert count_frames(file, GIF, 50) == 30
    assert count_frames(file, GIF, 3) == 4
    assert file.tell() < len(data) / 4, "the rest of the file is not read"


def test_a_gif_in_crumbs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artml.image_kinds._MOST_PIECES", 100)
    data = b"GIF89a\1\0\1\0\0\0\0!\xfe" + b"\1x" * 101 + b"\0;"
    with pytest.raises(ValueError, match="crumbs"):
        count_frames(BytesIO(data), GIF, 10)


@pytest.mark.parametrize("kind", [GIF, TIFF])
@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"II*\0", b"II*\0\xff\xff\xff\xff", b"II+\0" + b"\xff" * 12]
)
def test_files_that_end_early_count_as_one(kind: Kind, data: bytes) -> None:
    assert count_frames(BytesIO(data), kind, 10) <= 1
