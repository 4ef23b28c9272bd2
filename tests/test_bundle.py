from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.bundle import MANIFEST, NETWORK, Bundle, seal
from artml.engine import Engine
from artml.errors import BundleDamaged, BundleForeign, BundleNotFound
from artml.images import to_square
from artml.settings import settings


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


def test_the_graph_reads_back_into_keras(painted: Callable[..., Image.Image]) -> None:
    bundle = Bundle.load("guide")
    pixels = np.stack([to_square(painted(seed), bundle.manifest.side) for seed in range(4)])
    engine = Engine(bundle.network, precision="f32")(pixels)
    keras = bundle.keras_model()(pixels.astype(np.float32), training=False)
    for name in (*bundle.manifest.facets, "embedding", "painting"):
        np.testing.assert_allclose(engine[name], np.asarray(keras[name]), atol=1e-2)
