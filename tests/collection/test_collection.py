"""Works, where they were seen, and what bundles said of them; on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from artml.collection import Collection, Person, Work
from artml.errors import CollectionUnusable, NotAllowed, UnknownName
from artml.settings import settings
from tests.collection.acting import ANA, BEN, GUIDE, LATER, VISITOR, said

Add = Callable[..., Work]


def names(works: list[Work], museum: Collection) -> list[str]:
    return [museum.sightings(work)[0].name for work in works]


def in_another_thread(ask: Callable[[], list[Work]]) -> list[Work]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_a_work_is_kept_with_all_that_its_catalogue_says(museum: Collection, add: Add) -> None:
    added = add("a.jpg", {"Title": "Dawn", "author": "Ana Ávila", "Crate": "7"}, object_number="1987.42")
    work = museum.work(added.sha256)
    assert (work.size, work.width, work.height) == (1_000, 40, 30)
    assert (work.object_number, work.title, work.artist) == ("1987.42", "Dawn", "Ana Ávila")
    assert list(work.columns.items()) == [("Title", "Dawn"), ("author", "Ana Ávila"), ("Crate", "7")]
    assert work.added.utcoffset() is not None


def test_one_picture_under_two_names_is_one_work(museum: Collection, add: Add) -> None:
    first = add("a.jpg", folder="spring", sha256="a" * 64)
    second = add("b.jpg", folder="autumn", sha256="a" * 64)
    add("b.jpg", folder="autumn", sha256="a" * 64)
    assert first.id == second.id
    assert [(seen.folder, seen.name) for seen in museum.sightings(first)] == [
        ("spring", "a.jpg"),
        ("autumn", "b.jpg"),
    ]


def test_what_a_catalogue_says_later_is_added_and_nothing_is_forgotten(museum: Collection, add: Add) -> None:
    add("a.jpg", {"title": "Dawn", "date": "1890"}, object_number="1987.42", thumbnail=b"small")
    work = add("a.jpg", {"title": "Dusk", "date": "", "crate": "7"})
    assert work.columns == {"title": "Dusk", "date": "1890", "crate": "7"}
    assert (work.title, work.object_number) == ("Dusk", "1987.42")
    assert museum.files.get(work.thumbnail) == b"small"


def test_pictures_with_one_object_number_are_views_of_one_object(museum: Collection, add: Add) -> None:
    front, back = add("front.jpg", object_number="7"), add("back.jpg", object_number="7")
    other, unnumbered = add("other.jpg", object_number="8"), add("unnumbered.jpg")
    add("unnumbered too.jpg")
    assert names(museum.views(back), museum) == names([front, back], museum)
    assert names(museum.views(other), museum) == ["other.jpg"]
    assert names(museum.views(unnumbered), museum) == ["unnumbered.jpg"]


@pytest.mark.parametrize("sha256", ["short", "A" * 64, "../../etc/passwd", "a" * 65])
def test_an_id_is_a_sha256(museum: Collection, add: Add, sha256: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        add("a.jpg", sha256=sha256)
    assert museum.works(public_only=False) == []


def test_a_work_nobody_added_is_unknown(museum: Collection) -> None:
    with pytest.raises(UnknownName, match="no work 'aa"):
        museum.work("a" * 64)


def test_a_work_is_private_until_somebody_marks_it_public(museum: Collection, add: Add) -> None:
    works = [add(name) for name in ("a.jpg", "b.jpg", "c.jpg")]
    for work in works:
        museum.store(work, [], {GUIDE: np.ones(2, np.float32)})
    assert museum.works() == []
    assert museum.embeddings(GUIDE)[0] == []
    museum.mark_public(ANA, works[:2])
    museum.mark_public(BEN, works[:1], public=False)
    assert names(museum.works(), museum) == ["b.jpg"]
    assert names(museum.embeddings(GUIDE)[0], museum) == ["b.jpg"]
    assert len(museum.works(public_only=False)) == 3


@pytest.mark.parametrize("person", [VISITOR, Person(" ", frozenset({"curator"}))])
def test_whoever_may_not_marks_nothing_public(museum: Collection, add: Add, person: Person) -> None:
    with pytest.raises(NotAllowed):
        museum.mark_public(person, [add("a.jpg")])
    assert museum.works() == []


def test_works_of_a_folder_are_those_seen_there(museum: Collection, add: Add) -> None:
    add("a.jpg", folder="spring"), add("b.jpg", folder="autumn"), add("c.jpg", folder="spring")
    found = museum.works(public_only=False, folder="spring")
    assert names(found, museum) == ["a.jpg", "c.jpg"]


def test_what_is_known_already_is_told_before_it_is_read_again(museum: Collection, add: Add) -> None:
    seen, labelled = add("a.jpg"), add("b.jpg")
    museum.store(labelled, [said({"Cubism": 1.0})])
    asked = [seen.sha256, labelled.sha256, "f" * 64]
    assert museum.known(asked) == {seen.sha256, labelled.sha256}
    assert museum.known(asked, GUIDE) == {labelled.sha256}
    assert museum.known(asked, LATER) == set()


def test_a_prediction_is_kept_as_it_was_made(museum: Collection, add: Add) -> None:
    work = add("a.jpg")
    museum.store(
        work, [said({"Cubism": 0.5, "Fauvism": 0.3, "Realism": 0.2}), said({"portrait": 1.0}, "genre")]
    )
    style, genre = museum.predictions(work)
    assert style.ranked == (("Cubism", 0.5), ("Fauvism", 0.3), ("Realism", 0.2))
    assert style.ranked[1].label == "Fauvism"
    assert (style.label, style.probability, style.margin) == ("Cubism", 0.5, pytest.approx(0.2))
    assert (style.threshold, style.certain, style.likely) == (0.8, False, ("Cubism", "Fauvism"))
    assert (genre.facet, genre.certain, genre.margin, genre.model) == ("genre", True, 1.0, GUIDE)
    assert style.time.utcoffset() is not None


def test_a_bundle_s_version_says_one_thing_of_a_work_once(museum: Collection, add: Add) -> None:
    work = add("a.jpg")
    museum.store(work, [said({"Cubism": 1.0})], {GUIDE: np.ones(2, np.float32)})
    museum.store(work, [said({"Fauvism": 1.0})], {GUIDE: np.zeros(2, np.float32)})
    assert [said.label for said in museum.predictions(work)] == ["Cubism"]
    museum.store(work, [said({"Fauvism": 1.0}, model=LATER)])
    assert [said.label for said in museum.predictions(work)] == ["Cubism", "Fauvism"]
    _, vectors = museum.embeddings(GUIDE, public_only=False)
    assert vectors.tolist() == [[1.0, 1.0]]


def test_embeddings_of_one_version_come_together_with_their_works(museum: Collection, add: Add) -> None:
    for number, name in enumerate(("a.jpg", "b.jpg")):
        vector = np.array([number, 0.5, -1e-3], np.float32)
        museum.store(add(name), [], {GUIDE: vector, LATER: -vector})
    works, vectors = museum.embeddings(GUIDE, public_only=False)
    assert names(works, museum) == ["a.jpg", "b.jpg"]
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, np.array([[0, 0.5, -1e-3], [1, 0.5, -1e-3]], np.float32))


def test_calls_together_are_stored_together(museum: Collection, add: Add) -> None:
    with museum.together():
        works = [add("a.jpg"), add("b.jpg")]
        with museum.together():
            museum.store(works[0], [said({"Cubism": 1.0})])
        museum.mark_public(ANA, works[:1])
        decision = museum.decide(ANA, works[0], "style", "accepted", ["Cubism"])
        assert names(museum.works(), museum) == ["a.jpg"]
        assert in_another_thread(lambda: museum.works(public_only=False)) == []
    assert len(museum.works(public_only=False)) == 2
    assert museum.current(works[0])["style"].id == decision.id


def test_of_calls_together_none_is_stored_where_one_fails(museum: Collection, add: Add) -> None:
    with pytest.raises(NotAllowed), museum.together():
        museum.mark_public(VISITOR, [add("a.jpg")])
    assert museum.works(public_only=False) == []
    add("b.jpg")
    assert len(museum.works(public_only=False)) == 1


def test_the_settings_say_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "a museum's home"
    monkeypatch.setenv("ARTML_HOME", str(home))
    monkeypatch.delenv("ARTML_DATABASE_URL", raising=False)
    monkeypatch.delenv("ARTML_FILES", raising=False)
    settings.cache_clear()
    try:
        with Collection.open() as museum:
            museum.files.put("a.txt", b"a")
        assert (home / "collection.sqlite").is_file()
        assert (home / "files" / "a.txt").read_bytes() == b"a"
        monkeypatch.setenv("ARTML_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
        monkeypatch.setenv("ARTML_FILES", str(tmp_path / "elsewhere"))
        settings.cache_clear()
        with Collection.open() as museum:
            museum.files.put("b.txt", b"b")
        assert (tmp_path / "elsewhere.sqlite").is_file()
        assert (tmp_path / "elsewhere" / "b.txt").is_file()
        (tmp_path / "taken").touch()
        monkeypatch.setenv("ARTML_HOME", str(tmp_path / "taken"))
        monkeypatch.delenv("ARTML_DATABASE_URL")
        settings.cache_clear()
        with pytest.raises(CollectionUnusable, match="ARTML_HOME"):
            Collection.open()
    finally:
        settings.cache_clear()
