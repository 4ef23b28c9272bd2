"""An atlas from end to end, over drawn works: made, gone on with, made anew, and seen by whom it may."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.collection import Collection, Person, features
from artml.collection.atlas import FACTS, SHOWN, Atlas, atlases, known
from artml.collection.charting import chart
from artml.collection.exploring import gathered, picture, visible
from artml.collection.gathered import Gathered
from artml.errors import AtlasNotFound, CollectionError, FileMissing, UnknownName
from artml.settings import settings
from tests.collection.drawn import EACH, FAMILIES, charted, draw, store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """An atlas that no test changes, in a home of its own."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        settings.cache_clear()
        yield charted(draw(folder / "works"), folder / "colours")
    settings.cache_clear()


def nobody() -> Collection:
    raise AssertionError("a catalogue's atlas asks no collection")


def test_the_families_are_found_and_named(made: Atlas) -> None:
    assert len(made.works) == 3 * EACH
    assert [found.space for found in made.parted[::2]] == ["embedding", "pca", "kernel-pca"]
    names = {"Impressionist landscapes", "Cubist portraits", "Ukiyo-e cityscapes"}
    family = np.repeat(np.arange(3), EACH)
    for found in made.parted:
        numbers = made.numbers(found.key)
        assert found.silhouette > 0.5
        assert set(made.names(found.key)) == names
        assert len({tuple(numbers[family == one]) for one in range(3)}) == 3
        assert all(len(set(numbers[family == one])) == 1 for one in range(3))
    assert made.facts["model"] == {"name": "colours", "version": "7"}


def test_the_map_and_the_influences_follow_the_families(made: Atlas) -> None:
    assert made.points.shape == (3 * EACH, 2)
    assert made.points.min() >= 0
    assert made.points.max() == pytest.approx(1)
    family = np.repeat(np.arange(3), EACH)
    own = made.shares.argmax(axis=1)
    assert all(len(set(own[family == one])) == 1 for one in range(3))
    assert {near.row // EACH for near in made.alike.like(0, EACH - 1)} == {0}
    assert set(made.influence_names) == set(made.names("embedding-kmeans"))


def test_what_the_guide_is_certain_of_is_told_where_no_label_is(made: Atlas) -> None:
    assert set(made.works["guess_style"][:EACH]) == {"Impressionism"}
    assert (made.works["certainty_style"] > 0).all()
    bare = Atlas(made.folder, made.facts, made.works.assign(style=""))
    sure = made.works["certain_style"] == "yes"
    assert sure.any()
    assert (bare.told("style") == made.works["guess_style"].where(sure, "")).all()
    assert (made.told("style") == made.works["style"]).all()


def test_doubts_are_told(made: Atlas) -> None:
    labels = list(made.works["style"])
    labels[0] = "Rococo"
    doubted = Atlas(made.folder, made.facts, made.works.assign(style=labels))
    assert [(one.row, one.other) for one in doubted.dissents("style")] == [(0, "Impressionism")]
    assert made.dissents("style") == []
    assert made.twins()
    assert all(pair.likeness >= 0.97 for pair in made.twins())


def test_an_atlas_is_not_made_twice_of_the_same(home: Path, tmp_path: Path) -> None:
    catalogue = draw(tmp_path / "works")
    first = charted(catalogue, tmp_path / "colours")
    opened: list[int] = []

    def look(row: int) -> Path:
        opened.append(row)
        return tmp_path / "works" / str(first.works["path"].iloc[row])

    facts = {key: first.facts[key] for key in ("title", "source", "public", "root")}
    works = Gathered(Gathered.catalogue(Catalogue.read(catalogue)).frame, look)
    told: list[str] = []
    again = chart(
        works,
        "works",
        facts,
        spaces=("embedding", "pca", "kernel-pca"),
        count=3,
        classifier=lambda: Classifier.load(tmp_path / "colours"),
        progress=lambda stage, done, total: told.append(stage),
    )
    assert opened == []
    assert np.array_equal(again.points, first.points)
    assert not any(stage.startswith(("space", "clusters", "points")) for stage in told)
    assert known() == ["works"]


def test_work_cut_short_goes_on(home: Path, tmp_path: Path) -> None:
    catalogue = Catalogue.read(draw(tmp_path / "works", each=30))
    whole = Gathered.catalogue(catalogue)
    stage = features.stage("pca", lambda: pytest.fail("no guide is needed"))
    looked: list[int] = []

    def stop(row: int) -> Path:
        looked.append(row)
        if row == 70:
            raise KeyboardInterrupt
        return whole.picture(row)  # type: ignore[return-value]

    seen = tmp_path / "seen"
    with pytest.raises(KeyboardInterrupt):
        features.see(stage, Gathered(whole.frame, stop), seen, lambda *_: None)
    told: list[tuple[int, int]] = []
    found = features.see(stage, whole, seen, lambda name, done, total: told.append((done, total)))
    assert told[0] == (64, 90)
    assert told[-1] == (90, 90)
    pixels = found["features"][:, 0].reshape(90, -1, 3).mean(axis=1)
    assert (pixels.argmax(axis=1) == np.repeat([0, 1, 2], 30)).all()


def test_other_works_are_looked_at_anew_and_bad_pictures_are_left_out(home: Path, tmp_path: Path) -> None:
    catalogue = draw(tmp_path / "works")
    charted(catalogue, tmp_path / "colours")
    Image.new("RGB", (90, 60), (200, 30, 30)).save(tmp_path / "works" / "red.png")
    (tmp_path / "works" / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    text = catalogue.read_text(encoding="utf-8")
    extra = "red.png,Red,Nobody,,Impressionism,,\ntorn.png,Torn,Nobody,,Cubism,,\n"
    catalogue.write_text(text + extra, encoding="utf-8")
    atlas = charted(catalogue, tmp_path / "colours")
    assert len(atlas.works) == 3 * EACH + 1
    assert [refused["path"] for refused in atlas.facts["refused"]] == ["torn.png"]
    assert atlas.works["path"].iloc[-1] == "red.png"
    assert len(atlas.points) == len(atlas.numbers("embedding-kmeans")) == len(atlas.works)


def test_what_cannot_be_made_is_said(home: Path, tmp_path: Path) -> None:
    catalogue = draw(tmp_path / "works", each=3)
    with pytest.raises(CollectionError, match="9 works are too few"):
        charted(catalogue, tmp_path / "colours")
    with (
        gathered(catalogue) as (works, name, facts),
        pytest.raises(UnknownName, match="no features 'colour'"),
    ):
        chart(works, name, facts, spaces=("colour",))
    for name in ("museum", "../elsewhere", ""):
        with pytest.raises(UnknownName, match="cannot be the name"), gathered(catalogue, name=name or "/"):
            pass
    with pytest.raises(AtlasNotFound, match="no atlas 'works'"):
        Atlas.load("works")


def test_an_atlas_of_another_version_is_refused(home: Path, made: Atlas) -> None:
    shutil.copytree(made.folder, atlases() / "old")
    facts = atlases() / "old" / SHOWN / FACTS
    facts.write_text(json.dumps({**made.facts, "schema": 99}), encoding="utf-8")
    with pytest.raises(AtlasNotFound, match="another version"):
        Atlas.load("old")
    with pytest.raises(UnknownName):
        made.numbers("vgg16-kmeans")


def test_a_catalogue_s_works_are_for_visitors_only_if_it_says_so(made: Atlas) -> None:
    assert not visible(made, nobody, everything=False).any()
    assert visible(made, nobody, everything=True).all()
    public = Atlas(made.folder, {**made.facts, "public": True}, made.works)
    assert visible(public, nobody, everything=False).all()
    assert picture(made, 0, nobody) == Path(made.facts["root"]) / "monet-00.png"


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Iterator[Collection]:
    with Collection.open() as collection:
        store(collection, draw(tmp_path / "works"))
        yield collection


def test_the_museum_s_own_works_and_who_sees_them(own: Collection, tmp_path: Path) -> None:
    from tests.colours import write_colour_bundle

    write_colour_bundle(tmp_path / "colours")
    works = own.works(public_only=False)
    own.decide(Person.here(), works[0], "style", "corrected", ["Fauvism"])
    with gathered(None) as (found, name, facts):
        atlas = chart(
            found,
            name,
            facts,
            spaces=("embedding",),
            count=3,
            classifier=lambda: Classifier.load(tmp_path / "colours"),
        )
    assert (name, atlas.source, atlas.works["style"].iloc[0]) == ("museum", "own", "Fauvism")
    assert set(atlas.works["artist"]) == {artist for _, _, artist, _, _, _ in FAMILIES}
    assert not visible(atlas, lambda: own, everything=False).any()
    own.mark_public(Person.here(), works[:2])
    assert np.flatnonzero(visible(atlas, lambda: own, everything=False)).tolist() == [0, 1]
    assert isinstance(picture(atlas, 0, lambda: own), bytes)
    own.files.put(works[1].thumbnail, b"")
    (Path(settings().home) / "files" / works[1].thumbnail).unlink()
    with pytest.raises(FileMissing):
        picture(atlas, 1, lambda: own)


@pytest.mark.collection
def test_networks_with_imagenet_weights_see_pictures(collection: Path, tmp_path: Path) -> None:
    works = Gathered.catalogue(Catalogue.read(draw(tmp_path / "works", each=2)))
    for name, size in (("mobilenet", 1024), ("vgg16", 512)):
        stage = features.stage(name, lambda: pytest.fail("no guide is needed"))
        found = features.see(stage, works, tmp_path / "seen", lambda *_: None)
        values = features.space(name, found, np.arange(6), seed=1)
        assert values.shape == (6, size)
        assert np.isfinite(values).all()
        assert np.linalg.norm(values[0] - values[1]) < np.linalg.norm(values[0] - values[2])
