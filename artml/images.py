"""Bytes, a path or an array -> upright sRGB pixels, or one clear error (see `artml.errors.ImageError`).

The first bytes say what kind of picture it is, and only that one decoder sees it. The limits on bytes,
frames, pixels and the decoder's memory are checked before a pixel is decoded.
"""

from __future__ import annotations

import os
import stat
import threading
import warnings
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

# Each registers its decoder; Pillow would otherwise load all it has, unsafely when two threads open at once.
from PIL import AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Jpeg2KImagePlugin  # noqa: F401  isort: skip
from PIL import JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401  isort: skip

from artml.errors import ImageDamaged, ImageError, ImageTooLarge, NotAnImage, UnsupportedFormat
from artml.image_colours import to_rgb
from artml.image_kinds import HEAD, Kind, count_frames, kind_of
from artml.settings import settings

ImageSource = str | os.PathLike[str] | bytes | BinaryIO | Image.Image | npt.NDArray[Any]

SPARE: Final = 1.15
"""How many times the pixels needed a reduced JPEG keeps. The guide's embedding is, measured, as near to that
of the whole picture at 1.15 as at 1.5 (cosine .998, a twentieth below .994); at 1.01: .996 and .981.
"""

_ROOM = 8
"""Bytes a pixel that every picture may take: itself and its result, at 4 each."""

_BAND_ROOM = {"WEBP": 6.0, "AVIF": 5.0, "HEIF": 2.5, "JPEG2000": 7.0}
"""Bytes a pixel and band that greedier decoders take at their worst (measured)."""

_DEEP_BAND_ROOM = 5.5
"""The same for HEIC of more than 8 bits."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_image(source: ImageSource, *, shortest: int | None = None) -> Image.Image:
    """An upright sRGB picture of mode "RGB", the first frame where there are several, without any metadata.

    source: a path; the bytes of a file, or a file object; a Pillow picture (left as it is); or an array
        (h, w), (h, w, 1), (h, w, 3) or (h, w, 4), uint8 or floats in 0..1. Transparency is laid on white.
    shortest: pixels on the short side that the caller needs at most: big JPEGs are then decoded at a
        reduced size, never below `SPARE` times that.
    Raises NotAnImage, UnsupportedFormat, ImageTooLarge or ImageDamaged, whatever the bytes.
    """
    if shortest is not None and shortest < 1:
        raise ValueError(f"shortest must be 1 or more, not {shortest}")
    name = _name(source)
    try:
        with _quiet:
            return _open(source, name, shortest)
    except ImageError:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise ImageTooLarge(f"{name} is far too large to open. Make it smaller and try again.") from error
    except Exception as error:  # decoders raise nearly anything when bytes are damaged
        message = (
            f"{name} is damaged or incomplete. Copy or download it again, or save it anew as JPEG or PNG."
        )
        raise ImageDamaged(message) from error


def to_square(image: Image.Image, side: int) -> npt.NDArray[np.uint8]:
    """The whole picture of mode "RGB" squashed to (side, side, 3) uint8."""
    return np.array(image.resize((side, side), Image.Resampling.BICUBIC, reducing_gap=3.0))


def _open(source: ImageSource, name: str, shortest: int | None) -> Image.Image:
    if isinstance(source, np.ndarray):
        source = _from_array(source)
    if isinstance(source, Image.Image):
        _check_pixels(source, name)
        return _turned(to_rgb(source), _orientation(source))
    with _open_file(source, name) as file:
        return _decode(file, name, shortest)


def _open_file(source: str | os.PathLike[str] | bytes | BinaryIO, name: str) -> BinaryIO:
    """A seekable file of the picture's bytes, of which there are some and not too many."""
    limit = settings().max_bytes
    if isinstance(source, (str, os.PathLike)):
        file = _open_path(Path(source), name)
    else:
        file = BytesIO(_read(source, limit + 1))
    size = file.seek(0, os.SEEK_END)
    if 0 < size <= limit:
        return file
    file.close()
    if not size:
        raise NotAnImage(f"{name} is empty. Copy or download it again.")
    raise ImageTooLarge(
        f"{name} is larger than {limit / 1e6:,.0f} MB, the most that is read. Make it smaller."
    )


def _open_path(path: Path, name: str) -> BinaryIO:
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return path.open("rb")
    except (FileNotFoundError, NotADirectoryError):
        raise NotAnImage(f"There is no file {printable(str(path))}.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise NotAnImage(f"{name} cannot be opened: {reason}.") from error
    raise NotAnImage(f"{name} is a folder or device, not a picture. Name one picture file.")


def _read(source: Any, limit: int) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not hasattr(source, "read"):
        kind = type(source).__name__
        raise NotAnImage(
            f"A {kind} is no picture. Give a path, bytes, a file object, a Pillow image or an array."
        )
    if hasattr(source, "seekable") and source.seekable():
        source.seek(0)
    data = source.read(limit)
    if not isinstance(data, bytes):
        raise NotAnImage('The file is open as text. Open it as binary ("rb") and try again.')
    return data


def _decode(file: BinaryIO, name: str, shortest: int | None) -> Image.Image:
    file.seek(0)
    kind = kind_of(file.read(HEAD))
    if kind is None:
        raise NotAnImage(
            f"{name} is not a picture. Bring a JPEG, PNG, TIFF, WebP, HEIC or another picture file."
        )
    if kind.decoder is None:
        raise UnsupportedFormat(
            f"{name} is in the {kind.name} format, which is not read here. Save it as JPEG, PNG or TIFF."
        )
    if kind.decoder == "HEIF":
        _register_heif()
    _check_frames(count_frames(file, kind, settings().max_frames), name)
    with Image.open(file, formats=[kind.decoder]) as image:
        if kind.decoder not in ("GIF", "TIFF"):  # those would parse every frame to answer
            _check_frames(getattr(image, "n_frames", 1), name)
        _check_pixels(image, name)
        declared = image.width * image.height
        if shortest and isinstance(image, JpegImagePlugin.JpegImageFile):
            enough = ceil(SPARE * shortest)
            image.draft(None, (enough, enough))
        _check_room(image, declared, kind, name)
        image.load()
        rgb, orientation = to_rgb(image), _orientation(image)
        image.close()  # lets go of the decoded pixels before they are perhaps copied once more
    return _turned(rgb, orientation)


def _register_heif() -> None:
    from pillow_heif import register_heif_opener  # slow to import, rarely needed

    register_heif_opener()


def _check_frames(frames: int, name: str) -> None:
    if frames > settings().max_frames:
        raise ImageTooLarge(
            f"{name} has more than {settings().max_frames:,} frames or pages. Save the first alone."
        )


def _check_pixels(image: Image.Image, name: str) -> None:
    width, height = image.size
    if not width * height:
        raise NotAnImage(f"{name} has no pixels: it is {width} x {height}.")
    if width * height > settings().max_pixels:
        raise ImageTooLarge(
            f"{name} has {width:,} x {height:,} pixels; at most {settings().max_pixels / 1e6:,.4g} million"
            " are read. Make it smaller and try again."
        )


def _check_room(image: Image.Image, declared: int, kind: Kind, name: str) -> None:
    """Refuses what would take more memory to decode than the largest plain picture does."""
    pixels, bands = image.width * image.height, len(image.getbands())
    band_room = (
        _DEEP_BAND_ROOM if image.info.get("bit_depth", 8) > 8 else _BAND_ROOM.get(kind.decoder or "", 0)
    )
    room = max(_ROOM, band_room * bands) * pixels
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        room = max(room, 4 * pixels + _tiff_block(image))
    elif image.info.get("progressive"):  # the coefficients of the whole picture are kept, whatever the draft
        room = max(room, 4 * pixels + 2 * bands * declared)
    if room > _ROOM * settings().max_pixels:
        raise ImageTooLarge(
            f"{name} takes too much memory to decode as {kind.name}."
            " Make it smaller, or save it as a plain JPEG or PNG."
        )


def _tiff_block(image: TiffImagePlugin.TiffImageFile) -> int:
    """Bytes of a strip or tile, which its decoder holds whole."""
    tags = image.tag_v2
    if tags.get(TiffImagePlugin.COMPRESSION, 1) == 1:
        return 0
    width, rows = tags[TiffImagePlugin.IMAGEWIDTH], tags[TiffImagePlugin.IMAGELENGTH]
    if TiffImagePlugin.TILEWIDTH in tags:
        width, rows = tags[TiffImagePlugin.TILEWIDTH], tags[TiffImagePlugin.TILELENGTH]
    else:
        rows = min(rows, tags.get(TiffImagePlugin.ROWSPERSTRIP, rows))
    bits = max(tags.get(TiffImagePlugin.BITSPERSAMPLE, (1,))) * tags.get(TiffImagePlugin.SAMPLESPERPIXEL, 1)
    return int(width * rows * bits // 8)


def _from_array(array: npt.NDArray[Any]) -> Image.Image:
    shape = array.shape
    if not (array.size and (len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4)))):
        raise NotAnImage(
            f"An array of shape {shape} is no picture. Give (h, w), (h, w, 1), (h, w, 3) or (h, w, 4)."
        )
    if np.issubdtype(array.dtype, np.floating):
        if not (array.min() >= -1e-3 and array.max() <= 1.001):  # also false where there is a NaN
            raise NotAnImage("The array holds values outside 0..1. Scale floats to 0..1, or give uint8.")
        array = (array.clip(0, 1) * 255 + 0.5).astype(np.uint8)
    if array.dtype != np.uint8:
        raise NotAnImage(f"An array of {array.dtype} is no picture. Give uint8, or floats in 0..1.")
    return Image.fromarray(array[..., 0] if shape[2:] == (1,) else array)


def _orientation(image: Image.Image) -> Any:
    """The EXIF (or XMP) orientation, 1..8; 1 where it cannot be read."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken metadata does not spoil a picture
        return 1


def _turned(image: Image.Image, orientation: Any) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def printable(text: str) -> str:
    """What of a name from anywhere may be shown: at most 200 letters, none of which does anything."""
    shown = "".join(c for c in text if c.isprintable())
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _name(source: ImageSource) -> str:
    """What messages call the picture; a name is shown, never used as a path."""
    named = source if isinstance(source, (str, os.PathLike)) else getattr(source, "name", None)
    return (isinstance(named, (str, os.PathLike)) and printable(Path(named).name)) or "The picture"


class _Quiet:
    """Hides decoders' warnings while any thread decodes; `catch_warnings` alone is not made for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._catch = warnings.catch_warnings()
                self._catch.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\b|pillow_heif\b")

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._catch.__exit__(None, None, None)


_quiet = _Quiet()
