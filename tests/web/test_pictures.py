"""A work's picture: the original while it is the same, kept once made, else the thumbnail."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from artml.collection import Collection, Work
from artml.jobs.sources import UPLOADS
from artml.settings import settings
from artml.web.pictures import large, small

Painted = Callable[..., Image.Image]


@pytest.fixture
def museum(tmp_path: Path) -> Iterator[Collection]:
    with Collection.open(f"sqlite:///{tmp_path / 'works.sqlite'}", str(tmp_path / "files")) as collection:
        yield collection


@pytest.fixture
def original(painted: Painted) -> bytes:
    out = io.BytesIO()
    painted(1, 1800, 1200).save(out, "PNG")
    return out.getvalue()


def add(museum: Collection, content: bytes, folder: str, name: str, thumbnail: bytes | None = None) -> Work:
    sha256 = hashlib.sha256(content).hexdigest()
    return museum.add_work(
        sha256,
        size=len(content),
        width=1800,
        height=1200,
        folder=folder,
        name=name,
        thumbnail=thumbnail,
    )


def side(picture: bytes | None) -> int:
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "JPEG"
        return max(image.size)


def test_the_original_is_shown_and_kept(museum: Collection, original: bytes, tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.png"
    file.parent.mkdir()
    file.write_bytes(original)
    work = add(museum, original, str(file.parent), "a.png")
    assert side(large(museum, work)) == 1400
    file.unlink()
    assert side(large(museum, work)) == 1400


def test_what_was_uploaded_is_read_from_the_collection_s_files(museum: Collection, original: bytes) -> None:
    museum.files.put(f"{UPLOADS}one/oils/a.png", original)
    assert side(large(museum, add(museum, original, f"{UPLOADS}one", "oils/a.png"))) == 1400


@pytest.mark.parametrize(
    ("folder", "name"),
    [("{here}", "gone.png"), ("{here}", "other.png"), ("{here}/x", "../other.png"), ("new", "other.png")],
)
def test_where_the_original_is_not_the_thumbnail_stands(
    museum: Collection, original: bytes, painted: Painted, tmp_path: Path, folder: str, name: str
) -> None:
    painted(2, 300, 200).save(tmp_path / "other.png")
    out = io.BytesIO()
    painted(1, 160, 107).save(out, "JPEG")
    work = add(museum, original, folder.format(here=tmp_path), name, out.getvalue())
    assert large(museum, work) == out.getvalue()


def test_what_is_too_large_or_no_picture_is_not_opened(
    museum: Collection, original: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(original)
    work = add(museum, original, str(tmp_path), "a.png")
    monkeypatch.setenv("ARTML_MAX_BYTES", "1000")
    settings.cache_clear()
    assert large(museum, work) is None
    monkeypatch.undo()
    settings.cache_clear()
    (tmp_path / "b.png").write_bytes(b"no picture")
    assert large(museum, add(museum, b"no picture", str(tmp_path), "b.png")) is None


def test_a_thumbnail_that_is_gone_is_none(museum: Collection) -> None:
    assert small(museum, "") is None
    assert small(museum, "thumbnails/gone.jpg") is None
