from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from artml.errors import NotAnImage
from artml.images import open_image, to_square

register_heif_opener()  # so that Pillow can write HEIC

Painter = Callable[..., Image.Image]

FORMATS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 95},
    "MPO": {"quality": 95, "save_all": True},
    "PNG": {},
    "WEBP": {"quality": 95},
    "TIFF": {"compression": "tiff_lzw"},
    "GIF": {},
    "BMP": {},
    "AVIF": {"quality": 95},
    "HEIF": {"quality": 95},
    "JPEG2000": {},
}
BACK = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **FORMATS[kind] | options)
    return file.getvalue()


def apart(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, int) - np.asarray(other, int)).mean())


# -- formats


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_opens_from_path_bytes_and_file(painted: Painter, tmp_path: Path, kind: str) -> None:
    picture = painted(1)
    data = saved(picture, kind)
    path = tmp_path / "named.after.nothing"
    path.write_bytes(data)
    results = [open_image(source) for source in (path, str(path), data, BytesIO(data))]
    with path.open("rb") as file:
        file.read(7)
        results.append(open_image(file))
    assert {result.mode for result in results} == {"RGB"}
    assert apart(results[0], picture) < (10 if kind == "GIF" else 3)
    assert all(result.tobytes() == results[0].tobytes() for result in results)


def test_other_sources_of_bytes(painted: Painter) -> None:
    class Pipe:
        name = "upload.png"

        def __init__(self, data: bytes) -> None:
            self.read = BytesIO(data).read

    data = saved(painted(2), "PNG")
    for source in (bytearray(data), memoryview(data), Pipe(data)):
        assert apart(open_image(source), painted(2)) == 0


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_first_frame_is_taken(painted: Painter, kind: str) -> None:
    first, others = painted(3), [painted(4), painted(5)]
    data = saved(first, kind, save_all=True, append_images=others)
    assert apart(open_image(data), first) < 10


# -- orientation and metadata


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", BACK)
def test_every_orientation_comes_upright(painted: Painter, kind: str, orientation: int) -> None:
    upright, back = painted(6, 96, 64), BACK[orientation]
    exif = Image.Exif()
    exif[0x112] = orientation
    stored = upright if back is None else upright.transpose(back)
    assert apart(open_image(saved(stored, kind, exif=exif.tobytes())), upright) < 5


def test_orientation_from_xmp_and_from_pillow(painted: Painter) -> None:
    upright = painted(7, 96, 64)
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    stored.info["xmp"] = b'<x:xmpmeta tiff:Orientation="6"/>'
    assert apart(open_image(stored), upright) == 0
    assert stored.size == (64, 96), "the given picture is left as it is"


def test_nothing_of_the_metadata_is_kept(painted: Painter) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    exif.get_ifd(0x8825)[2] = (52.0, 22.0, 0.0)
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        result = open_image(saved(painted(8), kind, exif=exif, dpi=(300, 300)))
        assert not result.info
        assert not dict(result.getexif()) and not result.getexif().get_ifd(0x8825)
        assert type(result) is Image.Image
    given = painted(8)
    given.info["comment"] = "keep me"
    assert not open_image(given).info
    assert given.info == {"comment": "keep me"}


def test_broken_exif_does_not_spoil_a_picture(painted: Painter) -> None:
    data = saved(painted(9), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xffgarbage")
    assert apart(open_image(data), painted(9)) < 3


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_four_inks(painted: Painter, kind: str) -> None:
    assert apart(open_image(saved(painted(10).convert("CMYK"), kind)), painted(10)) < 3


# -- Pillow pictures and arrays


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 1), (4, 6, 3), (4, 6, 4)])
def test_arrays_of_bytes_and_of_fractions(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    array[..., 3:] = 255
    expected = np.broadcast_to(array.reshape(4, 6, -1)[..., :3], (4, 6, 3))
    for given in (array, array / 255, (array / 255).astype(np.float16), np.asfortranarray(array)):
        assert (np.asarray(open_image(given)) == expected).all()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 6, 2), np.uint8),
        np.zeros((0, 6, 3), np.uint8),
        np.zeros(6, np.uint8),
        np.zeros((1, 4, 6, 3), np.uint8),
        np.zeros((4, 6, 3), np.uint16),
        np.zeros((4, 6, 3), bool),
        np.full((4, 6, 3), 128.0),
        np.full((4, 6), np.nan),
        np.full((4, 6), -1.0),
    ],
)
def test_arrays_that_are_no_picture(array: np.ndarray) -> None:
    with pytest.raises(NotAnImage, match=r"[Aa]rray"):
        open_image(array)


def test_a_result_is_never_the_given_picture(painted: Painter) -> None:
    given = painted(11)
    result = open_image(given)
    assert result is not given and apart(result, given) == 0
    result.putpixel((0, 0), (1, 2, 3))
    assert given.getpixel((0, 0)) == painted(11).getpixel((0, 0))


# -- reduced decoding


@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
def test_big_jpegs_are_decoded_smaller_where_little_is_needed(painted: Painter, kind: str) -> None:
    data = saved(painted(12, 2400, 1600), kind)
    whole, small = open_image(data), open_image(data, shortest=200)
    assert whole.size == (2400, 1600)
    assert small.size == (600, 400), "the most that is left out and keeps 230 pixels"
    assert apart(small, whole.reduce(4)) < 2
    assert open_image(data, shortest=340).size == (600, 400)
    assert open_image(data, shortest=350).size == (1200, 800)
    assert open_image(data, shortest=1000).size == (2400, 1600)


def test_orientation_holds_in_reduced_decoding(painted: Painter) -> None:
    exif = Image.Exif()
    exif[0x112] = 8
    data = saved(painted(13, 1600, 800).transpose(Image.Transpose.ROTATE_270), "JPEG", exif=exif)
    assert apart(open_image(data, shortest=100), painted(13, 1600, 800).reduce(4)) < 2


def test_shortest_is_a_count_of_pixels(painted: Painter) -> None:
    with pytest.raises(ValueError, match="shortest"):
        open_image(painted(1), shortest=0)


def test_to_square_squashes_the_whole_picture() -> None:
    halves = np.zeros((300, 900, 3), np.uint8)
    halves[:, 450:] = 255
    square = to_square(open_image(halves), 64)
    assert square.shape == (64, 64, 3) and square.dtype == np.uint8
    assert square[:, :30].max() < 5 and square[:, 34:].min() > 250


# -- at work


def test_threads_get_the_same_pictures_and_leave_warnings_alone(painted: Painter) -> None:
    files = [saved(painted(n), kind, exif=b"nonsense") for n, kind in enumerate(["JPEG", "PNG", "WEBP"] * 8)]
    alone = [open_image(data).tobytes() for data in files]
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        together = [image.tobytes() for image in pool.map(open_image, files)]
    assert together == alone
    assert warnings.filters == before


def test_what_decoders_warn_of_is_not_heard(painted: Painter) -> None:
    data = saved(painted(23), "JPEG")
    odd = data[:2] + b"\xff\xe2\0\x10MPF\0nonsense.." + data[2:]
    with pytest.warns(UserWarning, match="malformed MPO"):
        Image.open(BytesIO(odd)).close()
    assert apart(open_image(odd), painted(23)) < 3


def test_importing_is_light() -> None:
    heavy = "('pillow_heif', 'tensorflow', 'keras', 'streamlit')"
    code = f"import artml.images, sys; print([name for name in sys.modules if name in {heavy}])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
