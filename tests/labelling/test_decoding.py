from __future__ import annotations

import hashlib
import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.errors import ImageDamaged, ImageTooLarge, LabellingError, NotAnImage, UnsupportedFormat
from artml.images import open_image
from artml.labelling import decoding
from artml.labelling.decoding import Decoded, Decoders, Refused
from artml.settings import settings
from artml.sight import Eye, Sight
from artml.views import Crops

Save = Callable[..., Path]
Paint = Callable[..., Image.Image]

obeys = pytest.mark.skipif(os.name == "nt", reason="the decoder that obeys is POSIX")
limited = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to the limit")

SIGHT = Sight(eyes=(Eye(side=24), Eye(side=16, view=Crops(count=3, size=20, area=900))))


def decoded(*files: Path, **options: object) -> list[Decoded | Refused]:
    with Decoders(SIGHT, **{"workers": 2, "seconds": 20, **options}) as decoders:  # type: ignore[arg-type]
        found = list(decoders.map(files, ahead=4))
    assert [file for file, _ in found] == list(files)
    return [outcome for _, outcome in found]


def good(outcome: Decoded | Refused) -> Decoded:
    assert isinstance(outcome, Decoded), outcome
    return outcome


def bad(outcome: Decoded | Refused) -> Refused:
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_a_worker_sees_what_this_process_would(painted: Paint, tmp_path: Path) -> None:
    files = [tmp_path / f"{seed}.{kind}" for seed, kind in enumerate(("png", "jpg", "webp", "tif"))]
    for seed, file in enumerate(files):
        painted(seed, 900, 700).save(file)
    for file, outcome in zip(files, decoded(*files), strict=True):
        found = good(outcome)
        assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert (found.width, found.height) == (900, 700)
        assert found.thumbnail is None
        opened = open_image(file, shortest=SIGHT.shortest)
        for here, there in zip(SIGHT.pixels(opened), found.pixels, strict=True):
            np.testing.assert_array_equal(here, there)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_width_and_height_are_those_of_the_whole_upright_picture(
    painted: Paint, tmp_path: Path, kind: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "lying"
    painted(0, 1201, 801).save(file, kind, exif=exif)
    found = good(decoded(file)[0])
    assert (found.width, found.height) == ((801, 1201) if orientation == 6 else (1201, 801))


def test_bytes_are_seen_as_a_file_is(painted: Paint, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    painted(3, 900, 700).save(file)
    with Decoders(SIGHT, workers=1, seconds=20, thumbnail=100) as decoders:
        ((_, there),) = decoders.map([file], ahead=1)
        here = decoders.decode("../up/<b>a.png", bytearray(file.read_bytes()))
        refused = decoders.decode("../up/<b>no\n.png", b"words")
    first, second = good(there), good(here)
    assert (first.sha256, first.width, first.thumbnail) == (second.sha256, second.width, second.thumbnail)
    for one, other in zip(first.pixels, second.pixels, strict=True):
        np.testing.assert_array_equal(one, other)
    assert str(bad(refused).error).startswith("<b>no.png is not a picture")


def test_a_picture_that_is_not_shown_has_no_thumbnail(painted: Paint) -> None:
    file = io.BytesIO()
    painted(3, 1600, 1200).save(file, "JPEG")
    with Decoders(SIGHT, workers=1, seconds=20, thumbnail=100) as decoders:
        unseen = good(decoders.decode("a.jpg", file.getbuffer(), shown=False))
        shown = good(decoders.decode("a.jpg", file.getbuffer()))
    assert unseen.thumbnail is None
    assert shown.thumbnail
    assert (unseen.width, unseen.height) == (1600, 1200) == (shown.width, shown.height)


@obeys
def test_bytes_that_crash_their_decoder_cost_one_picture(save: Save, obeying: None) -> None:
    content = save("a.png").read_bytes()
    with Decoders(SIGHT, workers=1, seconds=20) as decoders:
        crashed = decoders.decode("crash\x1b.png", content)
        found = decoders.decode("a.png", content)
    assert "crash.png makes its decoder crash" in str(bad(crashed).error)
    assert good(found).width == 64


def test_thumbnails_are_small_upright_jpegs_and_never_enlarged(painted: Paint, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    large, small = tmp_path / "large.jpg", tmp_path / "small.png"
    painted(0, 1200, 800).save(large, exif=exif)
    painted(1, 60, 40).save(small)
    sizes = []
    for outcome in decoded(large, small, thumbnail=100):
        thumbnail = good(outcome).thumbnail
        assert thumbnail is not None
        with Image.open(io.BytesIO(thumbnail)) as picture:
            assert picture.format == "JPEG"
            sizes.append(picture.size)
    assert sizes == [(67, 100), (60, 40)]


def test_what_is_no_picture_is_refused_with_the_reason(save: Save, tmp_path: Path) -> None:
    text, torn, pdf = tmp_path / "a.txt", tmp_path / "torn.png", tmp_path / "a.pdf"
    text.write_text("words", encoding="utf-8")
    torn.write_bytes(save("red.png").read_bytes()[:60])
    pdf.write_bytes(b"%PDF-1.7 and so on")
    empty = tmp_path / "empty.jpg"
    empty.touch()
    files = (text, torn, pdf, empty, tmp_path / "nowhere.png", tmp_path)
    found = [bad(outcome) for outcome in decoded(*files)]
    kinds = [NotAnImage, ImageDamaged, UnsupportedFormat, NotAnImage, NotAnImage, NotAnImage]
    assert [type(each.error) for each in found] == kinds
    assert [bool(each.sha256) for each in found] == [True, True, True, False, False, False]
    assert found[0].sha256 == hashlib.sha256(b"words").hexdigest()
    assert [name in str(each.error) for name, each in zip(("a.txt", "torn.png"), found, strict=False)] == [
        True,
        True,
    ]


def test_the_settings_limits_hold_in_workers(
    save: Save, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(settings.cache_clear)
    file = save("red.png", size=(300, 200))
    monkeypatch.setenv("ARTML_MAX_PIXELS", "59999")
    settings.cache_clear()
    assert isinstance(bad(decoded(file)[0]).error, ImageTooLarge)
    monkeypatch.setenv("ARTML_MAX_PIXELS", "60000")
    monkeypatch.setenv("ARTML_MAX_BYTES", "100")
    settings.cache_clear()
    refused = bad(decoded(file)[0])
    assert (type(refused.error), refused.sha256) == (ImageTooLarge, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_hostile_name_is_only_a_name(save: Save, tmp_path: Path) -> None:
    hostile = tmp_path / "\x1b[31m\n{}\udcff.png"
    hostile.write_bytes(save("red.png").read_bytes())
    torn = tmp_path / "\n\udcfe.png"
    torn.write_bytes(b"\x89PNG")
    picture, refused = decoded(hostile, torn)
    assert good(picture).width == 64
    assert isinstance(bad(refused).error, ImageDamaged)


@obeys
@pytest.mark.parametrize("fate", ["crash", "killed", "liar"])
def test_a_crash_costs_one_picture(save: Save, obeying: None, fate: str) -> None:
    files = [save("a.png"), save(f"{fate}.png"), save("b.png", "blue"), save("c.png", "green")]
    first, crashed, *others = decoded(*files, workers=1)
    error = bad(crashed).error
    assert isinstance(error, ImageDamaged)
    assert f"{fate}.png makes its decoder crash" in str(error)
    for outcome, colour in zip((first, *others), ((255, 0, 0), (0, 0, 255), (0, 255, 0)), strict=True):
        assert tuple(good(outcome).pixels[0][0, 5, 5]) == colour


@obeys
def test_a_decoder_that_never_comes_back_is_ended(save: Save, obeying: None) -> None:
    files = [save("hang.png"), save("a.png")]
    hanging, other = decoded(*files, workers=1, seconds=1)
    error = bad(hanging).error
    assert isinstance(error, ImageTooLarge)
    assert "hang.png takes more than 1 seconds" in str(error)
    assert good(other).width == 64


@limited
def test_memory_is_bounded(save: Save, obeying: None) -> None:
    greedy, other = decoded(save("greedy.png"), save("a.png"), workers=1, memory=2**28)
    assert isinstance(bad(greedy).error, ImageTooLarge)
    assert "takes too much memory" in str(bad(greedy).error)
    assert good(other).width == 64


@limited
def test_a_picture_too_large_for_the_memory_is_refused(save: Save) -> None:
    large, other = decoded(save("large.png", size=(8000, 8000)), save("a.png"), workers=1, memory=2**27)
    assert isinstance(bad(large).error, ImageTooLarge)
    assert good(other).width == 64


@obeys
def test_what_a_codec_prints_disturbs_nobody(
    save: Save, obeying: None, capfd: pytest.CaptureFixture[str]
) -> None:
    files = [save("chatty.png"), save("a.png", "blue")]
    assert [good(outcome).width for outcome in decoded(*files, workers=1)] == [64, 64]
    assert "libodd" not in "".join(capfd.readouterr())


def test_a_worker_makes_way_for_a_new_one(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = decoding._Worker._start
    monkeypatch.setattr(decoding._Worker, "_start", lambda self: started.append(self) or start(self))
    monkeypatch.setattr(decoding, "_LIFETIME", 2)
    files = [save(f"{number}.png") for number in range(5)]
    assert [good(outcome).width for outcome in decoded(*files, workers=1)] == [64] * 5
    assert len(started) == 3


def test_workers_that_cannot_start_are_said(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "WORKER", (sys.executable, "-c", "import sys; sys.exit(3)"))
    with pytest.raises(LabellingError, match="cannot start"):
        decoded(save("a.png"))


def test_files_are_taken_no_further_than_told_and_nothing_is_left_running(save: Save) -> None:
    files = [save(f"{number}.png") for number in range(20)]
    taken = []
    with Decoders(SIGHT, workers=2, seconds=20) as decoders:
        outcomes = decoders.map((taken.append(file) or file for file in files), ahead=5)
        file, _ = next(outcomes)
        assert file == files[0]
        assert len(taken) == 6
        processes = [worker._process for worker in decoders._all]
    assert any(processes)
    assert [process.poll() is None for process in processes if process] == [False] * len(processes)


@obeys
def test_a_decoder_that_hangs_does_not_hold_up_the_end(save: Save, obeying: None) -> None:
    with Decoders(SIGHT, workers=1, seconds=50) as decoders:
        outcomes = decoders.map([save("a.png"), save("hang.png"), save("b.png")], ahead=1)
        next(outcomes)
        process = decoders._all[0]._process
    assert process
    assert process.returncode == -signal.SIGKILL, "waited for, it would have ended by its own clock"


@pytest.mark.collection
def test_odd_images_stop_nothing(collection: Path) -> None:
    files = sorted((collection / "odd-images").iterdir())
    found = decoded(*files)
    assert len(found) >= 243
    assert sum(isinstance(outcome, Decoded) for outcome in found) >= 145
    assert not [
        each.error for each in found if isinstance(each, Refused) and "makes its decoder" in str(each.error)
    ]
