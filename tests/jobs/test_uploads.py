"""What a browser sends: taken in whole, or refused with a sentence and nothing stored."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.collection import Files
from artml.errors import CollectionUnusable, LabellingError
from artml.jobs import uploads
from artml.jobs.uploads import Sent, receive, sent
from artml.settings import settings
from tests.reliability import note


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path / "files"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At most 1,000 bytes a file, and 2,000 at once."""
    monkeypatch.setenv("ARTML_MAX_BYTES", "1000")
    monkeypatch.setenv("ARTML_MAX_FOLDER_BYTES", "2000")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def bring(name: str, content: bytes = b"x") -> Sent:
    (found,) = sent(name, io.BytesIO(content), len(content))
    return found


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], name: str = "spring.zip") -> list[Sent]:
    """What a ZIP of these is taken for."""
    return list(sent(name, *_zip(*entries)))


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> tuple[io.BytesIO, int]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return file, file.tell()


def stored(files: Files) -> list[str]:
    return files.below("uploads")


def test_files_are_stored_under_a_key_that_names_them(files: Files) -> None:
    key = receive(files, [bring("a.jpg", b"1"), bring("b.jpg", b"2")], "Spring & Summer")
    assert key.startswith("uploads/20")
    assert "-spring-summer-" in key
    assert files.below(key) == ["a.jpg", "b.jpg"]
    assert files.get(f"{key}/b.jpg") == b"2"


def test_a_zip_is_unpacked_without_the_folder_that_holds_all(files: Files) -> None:
    entries = [("spring/a.jpg", b"1"), ("spring/oils/b.jpg", b"2"), ("spring/catalogue.csv", b"file\n")]
    arrived = packed(*entries, ("__MACOSX/spring/._a.jpg", b"?"), ("spring/.DS_Store", b"?"))
    key = receive(files, arrived)
    assert "-spring-" in key
    assert files.below(key) == ["a.jpg", "catalogue.csv", "oils/b.jpg"]


def test_names_are_labels_and_never_paths(files: Files) -> None:
    names = ["../../etc/passwd", "a:b?.jpg", "A_B_.jpg", "deep\\c.jpg", "tab\t.jpg"]
    key = receive(files, [bring(name) for name in names])
    for name in files.below(key):
        assert ".." not in name.split("/")
    assert {"a_b_.jpg", "A_B_ (2).jpg", "deep/c.jpg", "tab_.jpg"} <= set(files.below(key))
    assert all(name.startswith(key.removeprefix("uploads/")) for name in stored(files))


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("way-out.jpg")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def _locked() -> bytes:
    content = bytearray(_zip(("a.jpg", b"1"))[0].getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + at] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (("../a.jpg", b"1"), "leads out of it"),
        (("a/../../b.jpg", b"1"), "leads out of it"),
        (("/etc/a.jpg", b"1"), "leads out of it"),
        (("C:\\a.jpg", b"1"), "leads out of it"),
        ((_link(), b"/etc/passwd"), "is a link"),
        (("large.jpg", b"0" * 1001), "has more than"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("small")
def test_a_zip_that_means_harm_is_refused(entry: tuple[str, bytes], sentence: str) -> None:
    with pytest.raises(LabellingError, match=f"spring.zip is refused.*{sentence}"):
        packed(("fine.jpg", b"1"), entry)


def test_an_encrypted_zip_is_refused() -> None:
    with pytest.raises(LabellingError, match="encrypted; send it without a password"):
        list(sent("a.ZIP", io.BytesIO(_locked()), 1))


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(LabellingError, match=r"a\.zip is no ZIP file"):
        list(sent("in/a.zip", io.BytesIO(b"PK nonsense"), 11))


@pytest.mark.usefixtures("small")
def test_a_bomb_is_refused_before_it_is_unpacked(files: Files) -> None:
    arrived = packed(*((f"{number}.jpg", b"0" * 999) for number in range(3)))
    with pytest.raises(LabellingError, match="Unpacked, that is more than"):
        receive(files, arrived)
    assert stored(files) == []


def test_a_damaged_zip_leaves_nothing(files: Files) -> None:
    content = bytearray(_zip(("a.jpg", b"1" * 50), ("b.jpg", bytes(range(256)) * 8))[0].getvalue())
    content[content.rindex(b"b.jpg", 0, content.index(b"PK\x01\x02")) + 12] ^= 0xFF
    arrived = list(sent("torn.zip", io.BytesIO(bytes(content)), len(content)))
    with pytest.raises(LabellingError, match=r"torn\.zip is damaged at 'b\.jpg'"):
        receive(files, arrived)
    assert stored(files) == []


def test_too_many_files_or_none_are_refused(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabellingError, match="Nothing that was sent"):
        receive(files, [bring(".hidden")])
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    with pytest.raises(LabellingError, match="at most 1 may be sent"):
        receive(files, [bring("a.jpg"), bring("b.jpg")])


def test_a_store_that_fails_halfway_leaves_nothing(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    put = files.put

    def full(key: str, content: bytes) -> None:
        if key.endswith("b.jpg"):
            raise CollectionUnusable("The disk is full.")
        put(key, content)

    monkeypatch.setattr(files, "put", full)
    with pytest.raises(CollectionUnusable):
        receive(files, [bring("a.jpg"), bring("b.jpg")])
    assert stored(files) == []


def test_a_hundred_thousand_files_are_refused_before_any_is_looked_at() -> None:
    content = b"PK\x03\x04" + bytes(26) + (b"PK\x01\x02" + bytes(42)) * 100_000
    content += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46 * 100_000, 30, 0)
    with pytest.raises(LabellingError, match="holds more than 50,000 files"):
        list(sent("all.zip", io.BytesIO(content), len(content)))


@pytest.mark.hostile
def test_a_hundred_thousand_real_files_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}.jpg", b"")
    with pytest.raises(LabellingError, match="holds more than 50,000 files"):
        list(sent("all.zip", file, file.tell()))
    note("Input", "ZIP", "100,000 files", "refused before any was looked at")


def test_a_zip_that_lies_about_its_number_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 10)
    content = bytearray(_zip(*((f"{number}.jpg", b"") for number in range(11)))[0].getvalue())
    end = content.rindex(b"PK\x05\x06")
    content[end + 8 : end + 12] = b"\1\0\1\0"
    with pytest.raises(LabellingError, match="holds more than 10 files"):
        list(sent("liar.zip", io.BytesIO(bytes(content)), len(content)))


def test_a_zip_in_a_zip_stays_packed(files: Files) -> None:
    inner = _zip(("../../evil.jpg", b"x"))[0].getvalue()
    key = receive(files, packed(("inner.zip", inner), ("a.jpg", b"1")))
    assert files.below(key) == ["a.jpg", "inner.zip"]
    assert files.get(f"{key}/inner.zip") == inner


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_says_itself_what_memory_it_takes_is_refused(way: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        archive.writestr("a.jpg", b"1" * 1000)
    with pytest.raises(LabellingError, match="packed in an unusual way"):
        list(sent("a.zip", file, file.tell()))


def test_files_that_share_their_bytes_are_no_way_round_the_limit(files: Files, small: None) -> None:
    """Entries of a ZIP that all point to one packed file: small as a file, large unpacked."""
    content = bytearray(
        _zip(("a.jpg", b"0" * 900), ("b.jpg", b"0" * 900), ("c.jpg", b"0" * 900))[0].getvalue()
    )
    directory = content.index(b"PK\x01\x02")
    entry = directory
    while (entry := content.find(b"PK\x01\x02", entry)) >= 0:
        content[entry + 42 : entry + 46] = bytes(4)
        entry += 4
    arrived = list(sent("shared.zip", io.BytesIO(bytes(content)), len(content)))
    with pytest.raises(LabellingError):
        receive(files, arrived)
    assert stored(files) == []


@pytest.mark.parametrize("name", ["x" * 10_000 + ".jpg", "a/" * 5_000 + "a.jpg"])
def test_names_without_end_are_refused(files: Files, name: str) -> None:
    with pytest.raises(LabellingError, match="more than 1,000 characters"):
        receive(files, [bring(name)])


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>.jpg",
        "=HYPERLINK(1).jpg",
        "a\x00b\x1b[31m\n.jpg",
        "..",
        ".",
        "con.jpg",
        "\u202egpj.exe",
    ],
)
def test_names_that_mean_harm_are_only_names(files: Files, name: str) -> None:
    try:
        key = receive(files, [bring(name), bring("a.jpg")])
    except LabellingError:
        return
    for found in files.below(key):
        assert found.isprintable()
        assert not set(found) & set('<>:"|?*')
        assert ".." not in found.split("/")
