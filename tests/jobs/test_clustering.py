"""Atlases made by jobs: who starts them, how far they are, and that they go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artml.collection import Collection, charting, features
from artml.collection.atlas import Atlas, known
from artml.errors import CatalogueError, CollectionError, NotAllowed, UnknownName
from artml.jobs.clustering import cluster
from artml.jobs.desk import Desk
from artml.settings import settings
from tests.collection.acting import ANA, VISITOR
from tests.collection.drawn import draw, store
from tests.colours import write_colour_bundle


@pytest.fixture
def colours(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The guide goes by colour; of ImageNet weights there are none."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTML_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setattr("artml.networks.base._cache", lambda: tmp_path / "none")
    settings.cache_clear()
    yield write_colour_bundle(models / "guide")
    settings.cache_clear()


@pytest.fixture
def museum(colours: Path) -> Iterator[Collection]:
    """An empty collection, in SQLite."""
    with Collection.open() as collection:
        yield collection


def test_a_curator_has_a_catalogue_charted_without_what_is_not_here(
    desk: Desk, museum: Collection, tmp_path: Path
) -> None:
    catalogue = draw(tmp_path / "works")
    job = desk.cluster(ANA, catalogue, public=True, root=tmp_path)
    assert (job.kind, job.request.name, job.request.public) == ("cluster", "works", True)
    with pytest.raises(CollectionError, match="being made already"):
        desk.cluster(ANA, catalogue)
    told: list[str] = []
    update = museum.jobs.update

    def watched(*given: object, **more: object) -> object:
        told.append(str(more.get("stage")))
        return update(*given, **more)  # type: ignore[arg-type]

    museum.jobs.update = watched  # type: ignore[assignment,method-assign]
    cluster(museum, job.id)
    done = museum.jobs.get(job.id)
    assert (done.state, done.reason, done.stage) == ("done", "", "")
    assert {"pixels", "elbow", "neighbours"} <= set(told)
    atlas = Atlas.load("works")
    assert {found.space for found in atlas.parted} == {"embedding", "pca", "kernel-pca"}
    assert list(atlas.facts["left_out"]) == ["mobilenet", "vgg16"]
    assert atlas.facts["left_out"]["vgg16"].startswith("VGG16 is left out: ")
    assert atlas.facts["public"] is True
    assert list((settings().home / "errands").iterdir()) == []


def test_works_that_a_link_leads_to_are_left_out(desk: Desk, museum: Collection, tmp_path: Path) -> None:
    catalogue = draw(tmp_path / "inside" / "works")
    one = catalogue.parent / "monet-00.png"
    one.rename(tmp_path / "secret.png")
    one.symlink_to(tmp_path / "secret.png")
    job = desk.cluster(ANA, catalogue, root=tmp_path / "inside")
    cluster(museum, job.id)
    paths = Atlas.load("works").works["path"]
    assert len(paths) == 35
    assert "monet-00.png" not in set(paths)


def test_the_museum_s_own_works_are_charted_and_paused_and_go_on(
    desk: Desk, museum: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CollectionError, match="too few"):
        desk.cluster(ANA)
    store(museum, draw(tmp_path / "works"))
    job = desk.cluster(ANA)
    seen: list[str] = []
    see = features.see

    def pausing(stage: features.Stage, *given: object) -> object:
        seen.append(stage.name)
        if len(seen) == 2:
            desk.pause(ANA, job.id)
        return see(stage, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(charting.features, "see", pausing)
    cluster(museum, job.id)
    paused = museum.jobs.get(job.id)
    assert paused.state == "paused"
    assert known() == []
    desk.resume(ANA, job.id)
    cluster(museum, job.id)
    assert museum.jobs.get(job.id).state == "done"
    assert known() == ["museum"]
    assert Atlas.load("museum").source == "own"


def test_visitors_and_bad_requests_start_nothing(desk: Desk, museum: Collection, tmp_path: Path) -> None:
    catalogue = draw(tmp_path / "works", each=7)
    refused: list[tuple[type[Exception], Callable[[], object]]] = [
        (NotAllowed, lambda: desk.cluster(VISITOR, catalogue)),
        (UnknownName, lambda: desk.cluster(ANA, catalogue, name="../museum")),
        (CatalogueError, lambda: desk.cluster(ANA, tmp_path / "none.csv")),
    ]
    for error, start in refused:
        with pytest.raises(error):
            start()
    assert museum.jobs.all() == []
