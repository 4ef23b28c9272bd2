from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pydantic import BaseModel

from artml.bundle import (
    MANIFEST,
    NETWORK,
    WORKS,
    Bundle,
    Facet,
    asked,
    choices,
    known,
    names,
    read_manifest,
    seal,
)
from artml.bundle_works import BundleWorks
from artml.engine import Engine
from artml.errors import BundleDamaged, BundleForeign, BundleNotFound
from artml.images import to_square
from artml.settings import settings
from artml.views import Crops
from tests.colours import write_colour_bundle, write_technique_bundle


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped guide that a test may spoil; the weights are only linked."""
    source, copy = settings().models / "guide", tmp_path / "guide"
    copy.mkdir()
    for file in source.iterdir():
        if file.name == "network.bin":
            (copy / file.name).hardlink_to(file)
        else:
            shutil.copy(file, copy)
    return copy


def test_the_shipped_guide_is_whole() -> None:
    bundle = Bundle.load("guide")
    assert {facet: len(known.labels) for facet, known in bundle.manifest.facets.items()} == {
        "style": 31,
        "genre": 10,
        "artist": 61,
    }
    assert set(bundle.metrics) >= {"test", "unseen_artists", "other_sources"}
    assert bundle.card.startswith("# guide ")


def test_it_is_small_enough_to_clone() -> None:
    folder = settings().models / "guide"
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 60e6


def test_a_bundle_loads_from_a_folder(copied: Path) -> None:
    assert Bundle.load(copied).manifest == Bundle.load("guide").manifest


def test_no_bundle_is_said_with_what_there_is() -> None:
    with pytest.raises(BundleNotFound, match=r"nowhere.*Bundles here: .*guide"):
        Bundle.load("nowhere")


def test_one_changed_byte_is_named(copied: Path) -> None:
    graph = copied / NETWORK
    graph.write_bytes(graph.read_bytes().replace(b"stem", b"stam", 1))
    with pytest.raises(BundleDamaged, match=r"network\.xml has changed"):
        Bundle.load(copied)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "network.bin").unlink()
    with pytest.raises(BundleDamaged, match=r"network\.bin is missing"):
        Bundle.load(copied)


def test_a_foreign_file_is_named(copied: Path) -> None:
    (copied / "model.keras").write_bytes(b"code that would run")
    with pytest.raises(BundleForeign, match=r"model\.keras is not listed"):
        Bundle.load(copied)


def test_a_listed_path_cannot_lead_out(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text())
    manifest["files"]["../outside"] = "0" * 64
    (copied / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BundleDamaged, match="outside is missing"):
        Bundle.load(copied)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema_version": 2}', '{"schema_version": 1}'])
def test_a_wrong_manifest_is_refused(copied: Path, text: str) -> None:
    (copied / MANIFEST).write_text(text)
    with pytest.raises((BundleDamaged, BundleForeign), match=r"bundle\.json"):
        Bundle.load(copied)


def test_a_sealed_folder_loads_again(copied: Path) -> None:
    facts = Bundle.load(copied).manifest.model_dump(exclude={"files", "schema_version"})
    (copied / "card.md").write_text("# another\n")
    seal(copied, **facts | {"name": "another"})
    assert Bundle.load(copied).manifest.name == "another"


def test_what_a_facet_and_a_bundle_may_leave_out(tmp_path: Path) -> None:
    manifest = read_manifest(write_technique_bundle(tmp_path / "technique"))
    assert manifest.painting_threshold is None
    assert manifest.view == Crops(count=9, size=16, area=1024)
    assert manifest.facets["technique"].set_threshold == 0.2
    assert Facet(labels=("a", "b"), temperature=1.0, threshold=0.5).set_threshold is None
    assert read_manifest("guide").view is None


def test_a_head_is_kept_as_what_differs_from_the_usual_one(copied: Path) -> None:
    class Head(BaseModel):
        pool: str = "spread"
        embedding: int = 256

    facts = Bundle.load(copied).manifest.model_dump(exclude={"files", "schema_version"})
    seal(copied, **facts | {"head": Head(pool="flatten")})
    assert json.loads((copied / MANIFEST).read_text())["head"] == {"pool": "flatten"}
    assert Bundle.load(copied).manifest.head == {"pool": "flatten"}


def test_the_works_come_along_where_a_bundle_carries_them(tmp_path: Path) -> None:
    folder = write_colour_bundle(tmp_path / "colours")
    assert Bundle.load(folder).works is None
    frame = pd.DataFrame({"split": ["train", "validation"], "style": ["Cubism", ""]}).astype("str")
    BundleWorks(np.eye(2, 3, dtype=np.float32), frame).write(folder / WORKS)
    facts = read_manifest(folder).model_dump(exclude={"files", "schema_version"})
    seal(folder, **facts)
    works = Bundle.load(folder).works
    assert works is not None
    assert list(works.frame["style"]) == ["Cubism", ""]


def test_all_that_is_shipped_answers_guide_first(models: Path) -> None:
    assert names() == ()
    for name in ("technique", "guide", "colours"):
        write_colour_bundle(models / name)
    (models / "notes").mkdir()
    assert names() == ("guide", "colours", "technique")


def test_a_swift_bundle_answers_in_its_teachers_place_where_it_is_asked_for(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, teacher in (("guide", ""), ("guide-swift", "guide"), ("technique", "")):
        write_colour_bundle(models / name, taught_by=teacher)
    faithful, swift = ("guide", "technique"), ("guide-swift", "technique")
    assert known() == ("guide", "guide-swift", "technique")
    assert names() == asked(None) == faithful
    assert asked("guide-swift, technique") == swift
    assert choices() == (faithful, swift)
    monkeypatch.setenv("ARTML_BUNDLES", "guide-swift,technique")
    settings.cache_clear()
    assert choices() == (swift, faithful)


def test_a_folder_is_asked_for_whatever_its_name(tmp_path: Path) -> None:
    folder = write_colour_bundle(tmp_path / "one, two")
    assert asked(folder) == (folder,)
    assert asked(str(folder)) == (str(folder),)


def test_the_settings_choose_the_bundles_and_their_order(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide")
    monkeypatch.setenv("ARTML_BUNDLES", "technique, guide,")
    settings.cache_clear()
    assert names() == ("technique", "guide")


def test_the_graph_reads_back_into_keras(painted: Callable[..., Image.Image]) -> None:
    bundle = Bundle.load("guide")
    pixels = np.stack([to_square(painted(seed), bundle.manifest.side) for seed in range(4)])
    engine = Engine(bundle.network, precision="fp32")(pixels)
    keras = bundle.keras_model()(pixels.astype(np.float32), training=False)
    for name in (*bundle.manifest.facets, "embedding", "painting"):
        np.testing.assert_allclose(engine[name], np.asarray(keras[name]), atol=1e-2)
