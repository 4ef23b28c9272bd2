"""What kind of picture bytes are, and how many frames they hold: read from the bytes, without any decoder."""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

HEAD = 1024
"""Bytes from the start of a file that `kind_of` wants to see."""


class Kind(NamedTuple):
    """A kind of picture: its `name` in words, and Pillow's `decoder` for it (None: not read here)."""

    name: str
    decoder: str | None = None


_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8", Kind("JPEG", "JPEG")),
    (b"\x89PNG", Kind("PNG", "PNG")),
    (b"GIF87a", Kind("GIF", "GIF")),
    (b"GIF89a", Kind("GIF", "GIF")),
    (b"II*\0\x10\0\0\0CR", Kind("Canon raw")),
    (b"II*\0", Kind("TIFF", "TIFF")),
    (b"MM\0*", Kind("TIFF", "TIFF")),
    (b"II+\0", Kind("TIFF", "TIFF")),
    (b"MM\0+", Kind("TIFF", "TIFF")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", Kind("JPEG 2000", "JPEG2000")),
    (b"\xff\x4f\xff\x51", Kind("JPEG 2000", "JPEG2000")),
    (b"\xff\x0a", Kind("JPEG XL")),
    (b"\0\0\0\x0cJXL ", Kind("JPEG XL")),
    (b"II\xbc\x01", Kind("JPEG XR")),
    (b"%!PS", Kind("EPS")),
    (b"\xc5\xd0\xd3\xc6", Kind("EPS")),
    (b"%PDF", Kind("PDF")),
    (b"8BPS", Kind("Photoshop (PSD)")),
    (b"gimp xcf", Kind("GIMP (XCF)")),
    (b"\0\0\1\0", Kind("icon (ICO)")),
    (b"\0\0\2\0\1\0", Kind("cursor (CUR)")),
    (b"icns", Kind("icon (ICNS)")),
    (b"DDS ", Kind("DirectDraw (DDS)")),
    (b"\x01\xda", Kind("SGI")),
    (b"v/1\x01", Kind("OpenEXR")),
    (b"#?RADIANCE", Kind("Radiance HDR")),
    (b"SIMPLE  =", Kind("FITS")),
    (b"AT&TFORM", Kind("DjVu")),
    (b"qoif", Kind("QOI")),
    (b"\xd7\xcd\xc6\x9a", Kind("Windows metafile (WMF)")),
    (b"IIU\0", Kind("Panasonic raw")),
    (b"IIRO", Kind("Olympus raw")),
    (b"FUJIFILMCCD-RAW", Kind("Fujifilm raw")),
    (b"/* XPM */", Kind("XPM")),
    (b"\x59\xa6\x6a\x95", Kind("Sun raster")),
)
_BRANDS = {b"avif": Kind("AVIF", "AVIF"), b"avis": Kind("AVIF", "AVIF"), b"crx ": Kind("Canon raw")}
_BRANDS |= {brand: Kind("HEIC", "HEIF") for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")}
_BRANDS |= {brand: Kind("HEIC", "HEIF") for brand in (b"hevm", b"hevs", b"mif1", b"msf1")}


def kind_of(head: bytes) -> Kind | None:
    """The kind of picture that begins with `head` (`HEAD` bytes or all there are); None: none known."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind("WebP", "WEBP")
    if head[4:8] == b"ftyp":
        # The brands mif1 and msf1 may hold either; AVIF is listed among the compatible ones then.
        compatible = head[16 : int.from_bytes(head[:4], "big")]
        return _BRANDS[b"avif"] if b"avif" in compatible else _BRANDS.get(head[8:12])
    return _vaguer(head)


def _vaguer(head: bytes) -> Kind | None:
    """Kinds without a signature of their own, by what else their headers must hold."""
    if head[:2] == b"BM" and head[14:18] in {bytes((n, 0, 0, 0)) for n in (12, 16, 40, 52, 56, 64, 108, 124)}:
        return Kind("BMP", "BMP")
    if head[:1] == b"P" and head[1:2] in tuple(b"%d" % n for n in range(1, 8)) and head[2:3].isspace():
        return Kind("Netpbm (PPM)")
    if head[4:6] in (b"\x11\xaf", b"\x12\xaf") and head[14:16] in (b"\0\0", b"\3\0"):
        return Kind("FLI animation")
    if head[:1] == b"\x0a" and head[1:2] in (b"\0", b"\2", b"\3", b"\5") and head[2:3] == b"\1":
        return Kind("PCX")
    if b"<svg" in head.lower() and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Kind("SVG")
    return Kind("Targa (TGA)") if len(head) >= 18 and _is_targa(head) else None


def _is_targa(head: bytes) -> bool:
    known = head[2] in (1, 2, 3, 9, 10, 11) and head[16] in (1, 8, 15, 16, 24, 32)
    return known and (head[1] == 1 or (head[1] == 0 and head[3:8] == bytes(5)))


_MOST_PIECES = 2_000_000  # of up to 255 bytes each; 100 MB in whole ones are 400,000


def count_frames(file: BinaryIO, kind: Kind, limit: int) -> int:
    """Frames of a GIF or pages of a TIFF, counted to just beyond `limit`; 1 for other kinds.

    Only the chain of blocks is walked: Pillow's `n_frames` parses each, minutes for a file made to hurt.
    """
    count = {"GIF": _gif_frames, "TIFF": _tiff_pages}.get(kind.decoder or "")
    try:
        return count(file, limit) if count else 1
    except (IndexError, struct.error, OverflowError):  # ends early: the decoder will say what is wrong
        return 1


def _gif_frames(file: BinaryIO, limit: int) -> int:
    file.seek(10)
    _skip_colours(file, file.read(3)[0])
    frames = pieces = 0
    for _ in range(4 * limit + 100):  # few extensions stand before a frame
        match file.read(1):
            case b",":
                frames += 1
                _skip_colours(file, file.read(9)[8])
                file.seek(1, 1)
            case b"!":
                file.seek(1, 1)
            case _:
                return frames
        while size := file.read(1)[0]:
            file.seek(size, 1)
            pieces += 1
            if pieces > _MOST_PIECES:
                raise ValueError("a GIF cut into crumbs, minutes to read")
        if frames > limit:
            break
    return frames


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << ((flags & 7) + 1), 1)


def _tiff_pages(file: BinaryIO, limit: int) -> int:
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = b"+" in head[2:4]
    count, entry, offset = (order + "Q", 20, order + "Q") if big else (order + "H", 12, order + "I")
    (position,) = struct.unpack_from(offset, head, 8 if big else 4)
    pages: set[int] = set()
    while position and position not in pages and len(pages) <= limit:
        pages.add(position)
        file.seek(position)
        (entries,) = struct.unpack(count, file.read(struct.calcsize(count)))
        file.seek(entries * entry, 1)
        (position,) = struct.unpack(offset, file.read(struct.calcsize(offset)))
    return len(pages)
