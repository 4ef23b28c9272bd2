"""Pictures made to hurt: valid ones, generated, to which something was done.

A number gives the same specimen every time.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin
from pillow_heif import register_heif_opener

register_heif_opener()  # so that Pillow can write HEIC

SUFFIXES: Final = {
    "JPEG": "jpg",
    "PNG": "png",
    "GIF": "gif",
    "BMP": "bmp",
    "TIFF": "tif",
    "WEBP": "webp",
    "AVIF": "avif",
    "HEIF": "heic",
    "JPEG2000": "jp2",
}
HUGE: Final = 30_000
"""Pixels a side of a bomb: 900 million in all, eight times what is read."""


class Specimen(NamedTuple):
    """A file to be opened."""

    name: str
    content: bytes
    how: str
    """What was done to it."""


def specimens(count: int, start: int = 0) -> Iterator[Specimen]:
    """So many specimens, from that number on."""
    for number in range(start, start + count):
        yield specimen(number)


def specimen(number: int) -> Specimen:
    """The specimen of a number: ways and valid pictures take turns, and chance does the rest."""
    rng = random.Random(number)
    how = tuple(WAYS)[number % len(WAYS)]
    valid = pictures()
    kind, content = valid[number // len(WAYS) % len(valid)]
    changed = WAYS[how](rng, kind, content)
    suffix = (
        SUFFIXES[kind] if how != "wrong extension" else rng.choice(["txt", "pdf", "jpg", "exe", "svg", ""])
    )
    return Specimen(f"{number:05d}.{suffix}", changed, how)


@cache
def pictures() -> tuple[tuple[str, bytes], ...]:
    """Valid pictures of every kind and several modes, small so that ten thousand are soon opened."""
    rng = np.random.default_rng(8)
    patches = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8)).resize((96, 72))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.6)})
    found: list[tuple[str, bytes]] = []

    def add(kind: str, image: Image.Image = patches, **options: Any) -> None:
        out = io.BytesIO()
        image.save(out, kind, **options)
        found.append((kind, out.getvalue()))

    frames = [patches.rotate(turn) for turn in (90, 180)]
    add("JPEG", exif=exif)
    add("JPEG", progressive=True, quality=95)
    add("JPEG", patches.convert("CMYK"))
    add("JPEG", patches.convert("L"))
    add("PNG")
    add("PNG", patches.convert("RGBA"))
    add("PNG", patches.convert("P"))
    add("PNG", Image.fromarray(rng.integers(0, 65_536, (40, 50), np.uint16)))
    add("GIF", save_all=True, append_images=frames)
    add("BMP")
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        add("TIFF", compression=compression)
    add("TIFF", patches.convert("1"), compression="group4")
    add("TIFF", save_all=True, append_images=frames)
    add("WEBP", exif=exif)
    add("WEBP", lossless=True)
    add("WEBP", save_all=True, append_images=frames)
    add("AVIF")
    add("HEIF")
    add("JPEG2000")
    return tuple(found)


# -- ways to hurt


def flip_bits(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """One to forty bits, anywhere."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 5, 40))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def edit_header(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """Bytes of the first two hundred, set to what counts and sizes overflow at."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 4))):
        at, width = rng.randrange(min(200, len(changed) - 8)), rng.choice((1, 2, 4))
        changed[at : at + width] = rng.choice((b"\0", b"\xff", b"\x7f", b"\x80"))[:1] * width
    return bytes(changed)


def truncate(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """Cut off anywhere."""
    return content[: rng.randrange(len(content))]


def cut_out(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """A piece from the middle gone, or there twice."""
    start, size = rng.randrange(len(content)), rng.randrange(1, 200)
    again = content[start : start + size] * rng.choice((0, 2, 50))
    return content[:start] + again + content[start + size :]


def nothing(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """Zero bytes: none at all, only zeros, or zeros in the middle."""
    start = rng.randrange(len(content))
    return rng.choice((b"", bytes(rng.randrange(1, 3000)), content[:start] + bytes(len(content) - start)))


def noise(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """The head of a picture, and anything behind it."""
    return content[: rng.randrange(4, 64)] + rng.randbytes(rng.randrange(2000))


def splice(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """The beginning of one kind, the end of another."""
    _, other = rng.choice(pictures())
    return content[: rng.randrange(len(content))] + other[rng.randrange(len(other)) :]


def polyglot(rng: random.Random, _kind: str, content: bytes) -> bytes:
    """A picture that is something else as well: a page, a script, a ZIP, a PDF."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../evil.txt", b"x")
    page = b"<html><script>alert(1)</script>"
    return rng.choice(
        (
            content + out.getvalue(),
            content + page,
            page + content,
            b"%PDF-1.7\n" + content,
            b"#!/bin/sh\n" + content,
            content[:2] + page + content[2:],
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>" + content,
        )
    )


def same(_rng: random.Random, _kind: str, content: bytes) -> bytes:
    """As it is: only its name lies."""
    return content


def bomb(rng: random.Random, kind: str, content: bytes) -> bytes:
    """Small as a file, huge as a picture: nine hundred million pixels, or the size that its header claims."""
    made = BOMBS.get(kind)
    return made(rng) if made and rng.random() < 0.5 else claim(rng, kind, content)


def claim(rng: random.Random, kind: str, content: bytes) -> bytes:
    """A width and height far beyond what is there, written over the real ones."""
    width, height = rng.choice(
        ((HUGE, HUGE), (65_535, 65_535), (1, 2**31 - 1), (2**31 - 1, 1), (10_400, 10_400))
    )
    changed = bytearray(content)
    if kind == "PNG":
        changed[16:24] = struct.pack(">II", width, height)
        changed[29:33] = struct.pack(">I", zlib.crc32(changed[12:29]))
    elif kind == "GIF":
        changed[6:10] = struct.pack("<HH", min(width, 65_535), min(height, 65_535))
    elif kind == "BMP":
        changed[18:26] = struct.pack("<ii", width, height)
    else:  # wherever 96 or 72 pixels are written, big- or little-endian
        for real, false in ((96, width), (72, height)):
            for form in (">I", "<I", ">H", "<H"):
                limit = 2 ** (8 * struct.calcsize(form)) - 1
                changed = bytearray(
                    bytes(changed).replace(struct.pack(form, real), struct.pack(form, min(false, limit)), 3)
                )
    return bytes(changed)


def many_frames(rng: random.Random, _kind: str, _content: bytes) -> bytes:
    """Thousands of frames or pages, or chains of them that never end."""
    return rng.choice((endless_gif, many_frames_gif, many_pages_tiff, looping_tiff, many_frames_png))()


def huge_metadata(rng: random.Random, kind: str, content: bytes) -> bytes:
    """EXIF, ICC profiles and texts of megabytes, some that unfold to hundreds."""
    size = rng.choice((2**16, 2**18, 2**20))
    if kind == "JPEG":
        marker = rng.choice((b"\xe1", b"\xe2", b"\xed", b"\xfe"))
        head = rng.choice(
            (b"Exif\0\0MM\0*", b"ICC_PROFILE\0\x01\xff", b"http://ns.adobe.com/xap/1.0/\0", b"")
        )
        piece = b"\xff" + marker + b"\xff\xff" + head + bytes(65_533 - len(head))
        return content[:2] + piece * (size // len(piece) + 1) + content[2:]
    if kind == "PNG":
        packed = zlib.compress(bytes(rng.choice((2**20, 2**26))), 9)
        chunk = rng.choice(
            (
                (b"zTXt", b"a\0\0" + packed),
                (b"iCCP", b"a\0\0" + packed),
                (b"iTXt", b"a\0\1\0\0\0" + packed),
                (b"tEXt", b"a\0" + b"x" * size),
                (b"eXIf", b"MM\0*" + bytes(size)),
            )
        )
        return content[:33] + _chunk(*chunk) * rng.choice((1, 20)) + content[33:]
    if kind == "WEBP":
        piece = rng.choice((b"EXIF", b"ICCP", b"XMP ")) + struct.pack("<I", size) + bytes(size)
        whole = content[8:] + piece
        return b"RIFF" + struct.pack("<I", len(whole)) + whole
    return content + bytes(size)


# -- bombs


def _chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


@cache
def _zeros(size: int) -> bytes:
    """So many zeros, deflated."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(2**20)) for _ in range(size // 2**20 + 1)]
    return b"".join(parts) + packer.flush()


def png_bomb(_rng: random.Random) -> bytes:
    """Zeros that unfold to 112 MB of one-bit pixels."""
    head = struct.pack(">IIBBBBB", HUGE, HUGE, 1, 0, 0, 0, 0)
    body = _chunk(b"IDAT", _zeros(HUGE * (HUGE // 8 + 1)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + body + _chunk(b"IEND", b"")


def gif_bomb(_rng: random.Random) -> bytes:
    """A screen of four billion pixels, and a frame as large."""
    size = struct.pack("<HH", 65_535, 65_535)
    return b"GIF89a" + size + b"\x80\0\0" + bytes(6) + b"," + bytes(4) + size + b"\0\x02\x02\x44\x01\0;"


def tiff_bomb(rng: random.Random) -> bytes:
    """One deflated strip that unfolds to far more than the picture; or a tile larger than any picture."""
    block = _zeros(2**27)
    side, tile = rng.choice(((16, 40_000), (HUGE, 0), (10_000, 10_000)))
    place = 8
    tags = [(256, side), (257, side), (258, 8), (259, 8), (262, 1), (277, 1)]
    tags += (
        [(322, tile), (323, tile), (324, place), (325, len(block))]
        if tile
        else [(273, place), (279, len(block))]
    )
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags))
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(block)) + block + directory


def bmp_bomb(_rng: random.Random) -> bytes:
    """Run-length codes of a picture of 900 million pixels."""
    head = struct.pack("<IiiHHIIiiII", 40, HUGE, HUGE, 1, 8, 1, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54 + 1024) + head + bytes(1024) + b"\xff\0" * 3000


@cache
def _large(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("L", (11_000, 11_000)).save(out, kind, **({"quality": 1} if kind == "JPEG" else {}))
    return out.getvalue()


def jpeg_bomb(_rng: random.Random) -> bytes:
    """A black picture of 121 million pixels, really there."""
    return _large("JPEG")


BOMBS: Final[dict[str, Callable[[random.Random], bytes]]] = {
    "PNG": png_bomb,
    "GIF": gif_bomb,
    "TIFF": tiff_bomb,
    "BMP": bmp_bomb,
    "JPEG": jpeg_bomb,
}


# -- frames

_FRAME: Final = b"," + bytes(4) + b"\1\0\1\0\0\x02\x02\x44\x01\0"


def many_frames_gif() -> bytes:
    """Five thousand frames of one pixel."""
    return b"GIF89a\1\0\1\0\x80\0\0" + bytes(6) + _FRAME * 5000 + b";"


def endless_gif() -> bytes:
    """A frame in half a million crumbs."""
    return b"GIF89a\1\0\1\0\x80\0\0" + bytes(6) + _FRAME[:11] + b"\1\0" * 500_000


@cache
def many_pages_tiff() -> bytes:
    """Two thousand pages of one pixel."""
    page = Image.new("L", (1, 1))
    out = io.BytesIO()
    page.save(out, "TIFF", save_all=True, append_images=[page] * 2000)
    return out.getvalue()


def looping_tiff() -> bytes:
    """A page that is followed by itself."""
    tags = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (279, 1)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return (
        b"II*\0"
        + struct.pack("<I", 12)
        + bytes(4)
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", 12)
    )


@cache
def many_frames_png() -> bytes:
    """An animation that says it has two billion frames."""
    out = io.BytesIO()
    Image.new("L", (1, 1)).save(out, "PNG", pnginfo=PngImagePlugin.PngInfo())
    content = out.getvalue()
    return content[:33] + _chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)) + content[33:]


WAYS: Final[dict[str, Callable[[random.Random, str, bytes], bytes]]] = {
    "bit flips": flip_bits,
    "header edits": edit_header,
    "truncation": truncate,
    "pieces cut out": cut_out,
    "wrong extension": same,
    "noise": noise,
    "splices": splice,
    "polyglots": polyglot,
    "bombs": bomb,
    "many frames": many_frames,
    "huge metadata": huge_metadata,
    "zero bytes": nothing,
}
"""What may be done to a picture, by name."""
