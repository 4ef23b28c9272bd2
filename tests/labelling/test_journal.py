from __future__ import annotations

from pathlib import Path

import pytest

from artml.errors import LabellingError
from artml.labelling.folder import Found
from artml.labelling.journal import Entry, First, Head, Journal

HEAD = Head(("style",), (("guide", "1"),))


def entry(name: str, size: int = 1, changed: int = 1) -> Entry:
    said = {"style": First("Naïve Art (Primitivism)", 0.123456789, True)}
    return Entry(Found(name, size, changed), "ab" * 32, "", "", said)


def refusal(name: str) -> Entry:
    return Entry(Found(name, 1, 1), "", "NotAnImage", 'It is "no"\npicture.', {})


def test_what_was_added_comes_back_in_any_order(tmp_path: Path) -> None:
    added = [entry("b.jpg"), refusal("c\udcff\n\x1b.jpg"), entry("a.jpg")]
    with Journal(tmp_path / "j", HEAD) as journal:
        for each in added:
            journal.add(each)
        wanted = [added[2], added[0], added[1]]
        assert list(journal.entries(each.file for each in wanted)) == wanted
        journal.add(entry("d.jpg"))
        assert list(journal.entries([added[0].file])) == [added[0]]


def test_it_goes_on_where_it_was_left(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", HEAD) as journal:
        journal.add(entry("a.jpg"))
    with Journal(tmp_path / "j", HEAD, resume=True) as journal:
        assert entry("a.jpg").file in journal
        assert entry("b.jpg").file not in journal
        journal.add(entry("b.jpg"))
    with Journal(tmp_path / "j", HEAD, resume=True) as journal:
        both = [entry("a.jpg"), entry("b.jpg")]
        assert list(journal.entries(each.file for each in both)) == both


def test_without_resuming_it_begins_anew(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", HEAD) as journal:
        journal.add(entry("a.jpg"))
    with Journal(tmp_path / "j", HEAD) as journal:
        assert entry("a.jpg").file not in journal


@pytest.mark.parametrize("resume", [True, False])
def test_where_there_is_none_one_begins(tmp_path: Path, resume: bool) -> None:
    with Journal(tmp_path / "j", HEAD, resume) as journal:
        journal.add(entry("a.jpg"))
    assert len((tmp_path / "j").read_bytes().splitlines()) == 2


def test_cut_off_anywhere_it_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with Journal(path, HEAD) as journal:
        for name in ("a.jpg", "b.jpg"):
            journal.add(entry(name))
    whole = path.read_bytes()
    ends = [place for place, byte in enumerate(whole, start=1) if byte == ord("\n")]
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Journal(path, HEAD, resume=True) as journal:
            kept = [name for name in ("a.jpg", "b.jpg") if entry(name).file in journal]
            assert len(kept) == max(0, sum(end <= length for end in ends) - 1)
            journal.add(refusal("c.jpg"))
        with Journal(path, HEAD, resume=True) as journal:
            assert refusal("c.jpg").file in journal
            assert all(entry(name).file in journal for name in kept)


def test_a_file_that_changed_is_not_in_it(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", HEAD) as journal:
        journal.add(entry("a.jpg", size=1, changed=1))
        assert Found("a.jpg", 1, 1) in journal
        assert Found("a.jpg", 2, 1) not in journal
        assert Found("a.jpg", 1, 2) not in journal
        journal.add(entry("lost.jpg", size=-1, changed=-1))
        assert Found("lost.jpg", -1, -1) not in journal
        again = Entry(Found("a.jpg", 2, 2), "cd" * 32, "", "", {})
        journal.add(again)
        assert list(journal.entries([again.file])) == [again]


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (
            b'[1, ["genre"], [["guide", "1"]]]\n',
            "begun by guide 1, asked for genre; now it is guide 1, asked for",
        ),
        (
            b'[1, ["style"], [["guide", "2"]]]\n',
            "begun by guide 2, asked for style; now it is guide 1, asked for",
        ),
        (b"file,sha256\n", "begun by another version of artml"),
    ],
)
def test_another_model_does_not_go_on_with_it(tmp_path: Path, first: bytes, said: str) -> None:
    (tmp_path / "j").write_bytes(first)
    with pytest.raises(LabellingError, match=said):
        Journal(tmp_path / "j", HEAD, resume=True)
    assert (tmp_path / "j").read_bytes() == first
    Journal(tmp_path / "j", HEAD).remove()
    assert not (tmp_path / "j").exists()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabellingError, match="cannot be written: No such file"):
        Journal(tmp_path / "nowhere" / "j", HEAD)
