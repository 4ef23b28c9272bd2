"""The page Explore without a browser: who sees which rooms and works, and what is said of nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from artml.classifier import Classifier
from artml.collection import Collection, Person
from artml.collection.atlas import Atlas
from artml.collection.charting import chart
from artml.collection.exploring import gathered
from artml.settings import ROOT, settings
from artml.web import identity
from artml.web.access import Role
from artml.web.explore import room
from tests.collection.drawn import EACH, charted, draw, store
from tests.colours import write_colour_bundle

Visit = Callable[..., AppTest]

PEOPLE = {
    Role.VISITOR: Person(""),
    Role.CURATOR: Person("ann", frozenset({"curator"})),
    Role.STAFF: Person("ben", frozenset({"curator", "staff"})),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one atlas, of a catalogue, made once."""
    folder = tmp_path_factory.mktemp("explore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        settings.cache_clear()
        charted(draw(folder / "works"), folder / "colours")
    settings.cache_clear()
    return folder


@pytest.fixture
def home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARTML_HOME", str(homes / "home"))
    settings.cache_clear()
    yield homes / "home"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    def run(role: Role = Role.STAFF, **where: str) -> AppTest:
        monkeypatch.setattr(identity, "current_person", lambda: PEOPLE[role])
        page = AppTest.from_file(ROOT / "pages" / "explore.py", default_timeout=60)
        for name, value in where.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return run


def said(page: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in page.get("html")) + " ".join(
        str(text.value) for text in page.markdown
    )


def doors(page: AppTest) -> list[str]:
    groups = page.get("button_group")
    return [option.content for option in groups[0].proto.options] if groups else []


def test_staff_see_every_room(home: Path, visit: Visit) -> None:
    page = visit()
    assert doors(page) == ["Map", "Clusters", "Through time", "To review", "How it was made", "New atlas"]
    assert "36 works" in said(page)
    assert "Works that look alike lie near each other" in said(page)


def test_a_curator_has_no_staff_room(home: Path, visit: Visit) -> None:
    assert doors(visit(Role.CURATOR)) == ["Map", "Clusters", "Through time", "To review", "New atlas"]
    assert "silhouette" not in said(visit(Role.CURATOR, room="making"))


def test_a_visitor_sees_nothing_of_a_private_catalogue(home: Path, visit: Visit) -> None:
    for where in ({}, {"room": "clusters"}, {"work": "3"}, {"room": "review"}, {"atlas": "works"}):
        page = visit(Role.VISITOR, **where)
        assert "nothing to walk through yet" in said(page)
        assert "Monet" not in said(page)
        assert not page.get("selectbox")


def test_a_work_has_its_label_and_influences(home: Path, visit: Visit) -> None:
    page = visit(work="3")
    text = said(page)
    for words in ("Claude Monet 3", "Claude Monet, 1883", "Impressionism · landscape · French", "Influences"):
        assert words in text
    assert "Impressionist landscapes" in text
    page.button(key="close").click().run()
    assert "Influences" not in said(page)


@pytest.mark.parametrize("work", ["-1", "36", "9" * 30, "x", "٣"])
def test_a_work_there_is_not_opens_nothing(home: Path, visit: Visit, work: str) -> None:
    assert "Influences" not in said(visit(work=work))


def test_a_cluster_says_what_it_is_made_of(home: Path, visit: Visit) -> None:
    page = visit(room="clusters", cluster="0")
    text = said(page)
    assert "12 works" in text
    for group in ("Style", "Genre", "Artist", "Nationality", "Period"):
        assert group in text
    assert "n = 12" in text
    page.button(key="all-clusters").click().run()
    assert "n = 12" not in said(page)


def test_another_clustering_may_be_chosen(home: Path, visit: Visit) -> None:
    page = visit(room="clusters")
    page.selectbox(key="clusters-by-embedding-kmeans").select("pca-mixture").run()
    assert not page.exception
    assert page.query_params["clusters"] == "pca-mixture"


def test_time_review_and_making_are_told(home: Path, visit: Visit) -> None:
    assert "Ukiyo-e" in said(visit(room="time")) or "broadest stream" in said(visit(room="time"))
    assert "to look at, the clearest first" in said(visit(room="review"))
    making = said(visit(room="making"))
    assert "with a silhouette of" in making
    assert "clusters were made" in making
    assert "One influence alone" in making


def test_an_empty_house_says_how_to_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visit: Visit
) -> None:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path))
    settings.cache_clear()
    try:
        page = visit(Role.VISITOR)
        assert "nothing to walk through yet" in said(page)
        assert not (tmp_path / "collection.sqlite").exists()
        page = visit(Role.CURATOR)
        assert "Make an atlas" in said(page)
        page.button(key="chart").click().run()
        assert "0 works are too few to explore: it takes 20." in said(page)
    finally:
        settings.cache_clear()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Collection, Atlas]]:
    """A museum with works of its own, two of them public."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "own"))
    settings.cache_clear()
    catalogue, bundle = draw(tmp_path / "works"), write_colour_bundle(tmp_path / "colours")
    with Collection.open() as collection:
        store(collection, catalogue)
        collection.mark_public(Person.here(), collection.works(public_only=False)[:2])
        with gathered(None) as (works, name, facts):
            loaded = Classifier.load(bundle)
            atlas = chart(works, name, facts, spaces=("embedding",), count=3, classifier=lambda: loaded)
        yield collection, atlas
    settings.cache_clear()


def test_a_visitor_never_sees_a_private_work(own: tuple[Collection, Atlas], visit: Visit) -> None:
    collection, atlas = own
    hidden = [str(title) for title in atlas.works["title"].iloc[2:]]
    for where in (
        {},
        {"work": "5"},
        {"work": "0"},
        {"room": "clusters"},
        {"room": "clusters", "cluster": "0"},
    ):
        page = visit(Role.VISITOR, **where)
        assert "2 works" in said(page)
        shown = said(page) + " ".join(str(part.proto) for part in page.get("bidi_component"))
        assert not [title for title in hidden if re.search(rf"{title}\b", shown)]
        assert doors(page) == ["Map", "Clusters", "Through time"]
    assert str(atlas.works["title"].iloc[0]) in said(visit(Role.VISITOR, work="0"))
    collection.mark_public(Person.here(), collection.works()[:2], public=False)
    assert "nothing to walk through yet" in said(visit(Role.VISITOR))
    assert not room._may_see(atlas, 0, everything=False)
    assert room._may_see(atlas, 0, everything=True)
    assert not room._may_see(atlas, len(atlas.works), everything=True)
    assert int((atlas.works["title"] != "").sum()) == 3 * EACH
