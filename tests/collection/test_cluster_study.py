"""The study of clusters, over drawn works in the place of the labelled collection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from artml.classifier import Classifier
from artml.collection import cluster_study, features
from artml.collection.cluster_study import ClusterStudy, agreement, cluster_studies, conduct, published_works
from artml.errors import CatalogueError, RecipeError
from artml.settings import settings
from tests.collection.drawn import EACH, draw
from tests.colours import write_colour_bundle

EIGHT = {
    "kernel-pca": (0.0689, 2.7367, -0.0700, 3.188),
    "pca": (0.0289, 3.3776, -0.043, 4.3099),
    "vgg16": (0.01057, 3.9793, 0.0035, 3.9184),
    "mobilenet": (0.0307, 3.4831, 0.0293, 3.444),
}


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A labelled collection of drawn works, whose list of artists leaves one out."""
    draw(tmp_path / "data" / "paintings")
    (tmp_path / "data" / "paintings" / "artists.csv").write_text(
        "id,name\n0,Claude Monet\n1,Hokusai\n2,Nobody\n"
    )
    monkeypatch.setenv("ARTML_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ARTML_RUNS", str(tmp_path / "runs"))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Networks whose features are the mean colour: no weights are needed; gives those that were asked."""
    asked: list[str] = []

    def network(name: str, side: int) -> features.Look:
        asked.append(name)

        def look(pixels: np.ndarray) -> Mapping[str, Any]:
            assert pixels.shape[1:] == (side, side, 3)
            return {"features": pixels.mean(axis=(1, 2))}

        return look

    monkeypatch.setattr(features, "_network", network)
    return asked


def test_the_shipped_study_names_the_published_eight() -> None:
    assert cluster_studies() == ["artylyze-clusters"]
    study = ClusterStudy.read("artylyze-clusters")
    assert study.clusters == 25
    assert {row.features for row in study.rows} == set(features.SPACES)
    for row in study.rows:
        if row.features in EIGHT:
            told = (row.kmeans.silhouette, row.kmeans.davies_bouldin)
            assert (*told, row.mixture.silhouette, row.mixture.davies_bouldin) == EIGHT[row.features]


def test_it_runs_once_and_tells_both_figures(collected: Path, looks: list[str]) -> None:
    study = ClusterStudy.read("artylyze-clusters").model_copy(update={"clusters": 2})
    bundle = write_colour_bundle(collected / "colours")
    told: list[str] = []

    def run() -> tuple[cluster_study.Report, Path]:
        return conduct(study, lambda *_: None, told.append, classifier=lambda: Classifier.load(bundle))

    report, folder = run()
    assert (report.works, report.artists, len(report.found)) == (2 * EACH, 2, 10)
    assert sorted(looks) == ["mobilenet", "vgg16"]
    for found in report.found:
        assert found.silhouette > 0.5
        assert found.agreement["style"] == pytest.approx(1)
    page = (folder / "artylyze-clusters.md").read_text(encoding="utf-8")
    assert "| Kernel PCA |" in page
    assert f"0.0689 / {report.found[0].silhouette:.4f}" in page
    assert f"4.31 / {report.found[3].davies_bouldin:.2f}" in page
    assert f"{2 * EACH} works by 2 artists, 2 clusters" in page
    assert len(told) == 10
    again, _ = run()
    assert sorted(looks) == ["mobilenet", "vgg16"]
    assert again.markdown() == page


def test_a_list_of_artists_that_fits_nothing_is_told(collected: Path) -> None:
    folder = collected / "data" / "paintings"
    assert len(published_works(folder)) == 2 * EACH
    (folder / "artists.csv").write_text("id,name\n0,Nobody\n")
    with pytest.raises(CatalogueError, match="No work"):
        published_works(folder)
    (folder / "artists.csv").unlink()
    with pytest.raises(CatalogueError, match="list of artists"):
        published_works(folder)


def test_a_study_that_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster_study, "RECIPES", tmp_path)
    with pytest.raises(RecipeError, match="cannot be read"):
        ClusterStudy.read("missing")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "clusters.toml").write_text("title = 'Odd'\n")
    with pytest.raises(RecipeError, match="cannot be read"):
        ClusterStudy.read("odd")


def test_clusters_drawn_by_lot_have_nothing_to_do_with_labels() -> None:
    labels = ["a"] * 50 + ["b"] * 50 + [""] * 10
    own = np.array([0] * 50 + [1] * 50 + [0] * 10)
    assert agreement(own, labels) == pytest.approx(1)
    lot = np.random.default_rng(1).integers(0, 2, 110)
    assert abs(agreement(lot, labels) or 0) < 0.1
    assert agreement(own, [""] * 110) is None


def test_found_survives_the_disk() -> None:
    found = cluster_study.Found("pca", "kmeans", 3, 0.5, 1.5, {"style": 0.2}, 4)
    assert cluster_study.Found(**json.loads(json.dumps(cluster_study.asdict(found)))) == found
