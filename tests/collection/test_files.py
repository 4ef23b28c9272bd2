"""Files in a folder, and in a bucket of a local S3 server."""

from __future__ import annotations

from pathlib import Path

import pytest

from artml.collection import Files
from artml.errors import CollectionUnusable, FileMissing


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where files may be kept."""
    return str(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3")


@pytest.fixture
def files(url: str) -> Files:
    """Those kept there."""
    return Files(url)


def test_a_file_comes_back_as_it_was_put(files: Files) -> None:
    content = bytes(range(256)) * 1_000
    assert "thumbnails/ab/a.jpg" not in files
    files.put("thumbnails/ab/a.jpg", content)
    assert "thumbnails/ab/a.jpg" in files
    assert files.get("thumbnails/ab/a.jpg") == content


def test_a_file_is_put_in_the_place_of_another(files: Files) -> None:
    files.put("b.txt", b"before, and longer")
    files.put("b.txt", b"after")
    assert files.get("b.txt") == b"after"


def test_a_file_put_by_one_process_is_seen_by_another(files: Files, url: str) -> None:
    other = Files(url)
    assert "c/c.txt" not in other
    files.put("c/c.txt", b"c")
    assert "c/c.txt" in other
    assert other.get("c/c.txt") == b"c"


def test_files_below_a_key_are_listed_and_removed(files: Files, url: str, tmp_path: Path) -> None:
    assert files.below("uploads/a") == []
    for key in ("uploads/a/2.png", "uploads/a/deep/1.png", "uploads/ab/3.png"):
        files.put(key, b"x")
    assert files.below("uploads/a") == ["2.png", "deep/1.png"]
    assert files.folder("uploads/a") == (None if url.startswith("s3") else tmp_path / "files/uploads/a")
    files.remove("uploads/a")
    assert files.below("uploads/a") == []
    assert files.below("uploads/ab") == ["3.png"]
    files.remove("uploads/a")


def test_a_file_that_is_not_there_is_missed(files: Files) -> None:
    with pytest.raises(FileMissing, match="nowhere/a.jpg"):
        files.get("nowhere/a.jpg")


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../a", "a/../../b", r"C:\a", r"..\a"])
def test_a_key_never_leads_out_of_the_store(files: Files, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        files.put(key, b"a")
    with pytest.raises(ValueError, match="no key"):
        files.get(key)


def test_what_fails_halfway_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(str(tmp_path))
    files.put("a.txt", b"before")

    def full(path: str, content: bytes) -> None:
        Path(path).write_bytes(content[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files._system, "pipe_file", full)
    with pytest.raises(CollectionUnusable, match="No space left"):
        files.put("a.txt", b"after")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.txt", b"before")]


def test_a_store_that_does_not_answer_is_unusable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "curator")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(CollectionUnusable, match="s3://museum/works cannot be used"):
        Files("s3://museum/works").get("a.txt")


def test_a_store_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(CollectionUnusable, match="ARTML_FILES"):
        Files("carrier-pigeon://loft")
