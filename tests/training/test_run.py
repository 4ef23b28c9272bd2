from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import artml.networks
from artml import Classifier
from artml.bundle import Bundle
from artml.catalogue import Catalogue
from artml.errors import RecipeError
from artml.networks import Network
from artml.networks.head import Head
from artml.training import train
from artml.training.progress import Reporter
from artml.training.recipe import Augmentation, Crops, Data, Recipe
from artml.training.run import Run, study_runs

FACTS = {
    "name": "one",
    "network": "tiny",
    "side": 32,
    "facets": {"style": 1},
    "head": Head(pool="mean", embedding=0),
    "train": "all",
    "epochs": 1,
    "batch": 12,
    "rate": 0.01,
    "precision": "float32",
}


def run_of(museum: Path, folder: Path, **changes: Any) -> Run:
    return study_runs([Recipe(**{**FACTS, **changes})], folder, Reporter(), museum)[0]


@pytest.mark.parametrize("trained", ["all", "stage4"])
def test_predictions_cover_validation_and_test(
    tiny: Network, museum: Path, tmp_path: Path, trained: str
) -> None:
    run = run_of(museum, tmp_path / "runs", train=trained, epochs=4)
    table = run.predictions()["style"]
    assert list(table) == ["split", "path", "work", "truth", "Cubism", "Fauvism", "Realism"]
    assert dict(table["split"].value_counts()) == {"validation": 18, "test": 18}
    np.testing.assert_allclose(table[list(run.labels["style"])].sum(axis=1), 1, atol=1e-4)
    model = run.model()
    pixels = run.inputs(run.parted(), run.test, "test") if trained == "all" else None
    if pixels is not None:
        logits = model.predict(pixels, verbose=0)["style"]
        shares = np.exp(logits - logits.max(1, keepdims=True))
        expected = shares / shares.sum(1, keepdims=True)
        found = table[table["split"] == "test"][list(run.labels["style"])]
        np.testing.assert_allclose(found, expected, atol=0.03)


def test_predictions_are_read_not_made_again(tiny: Network, museum: Path, tmp_path: Path) -> None:
    run = run_of(museum, tmp_path / "runs")
    first = run.predictions()["style"]
    run.weights_file.unlink()
    pd.testing.assert_frame_equal(run.predictions()["style"], first)


def test_a_run_leaves_a_record(tiny: Network, museum: Path, tmp_path: Path) -> None:
    run = run_of(museum, tmp_path / "runs", train="heads")
    run.weights()
    record = json.loads((run.folder / "run.json").read_text())
    assert record["works"] == {"train": 60, "validation": 18, "test": 18}
    assert record["labels"]["style"] == ["Cubism", "Fauvism", "Realism"]
    assert set(record["seconds"]) == {"features", "fitting"}
    assert record["environment"]["processor"]
    assert record["recipe"]["name"] == "one"


def test_crops_are_rows_of_their_own(tiny: Network, museum: Path, tmp_path: Path) -> None:
    run = run_of(museum, tmp_path / "runs", crops=Crops(train=3, test=2, size=24), epochs=6)
    table = run.predictions()["style"]
    assert len(table) == 2 * 36
    assert (table.groupby("path").size() == 2).all()
    best = table[list(run.labels["style"])].idxmax(axis=1)
    assert (best == table["truth"]).mean() > 0.8


def test_two_runs_of_one_seed_agree(tiny: Network, museum: Path, tmp_path: Path) -> None:
    varied = {"augmentation": Augmentation(rotation=20, mirror=0.5), "head": Head(pool="flatten", units=(8,))}
    one, again, other = (
        run_of(museum, tmp_path / name, **varied, seed=seed).weights()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    for name, array in one.items():
        np.testing.assert_allclose(again[name], array, atol=1e-4, err_msg=name)
    assert not np.allclose(one["style/kernel"], other["style/kernel"], atol=1e-2)


def test_layers_without_weights_are_not_frozen(tiny: Network, museum: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="freezes 5 variables that have no weights.*stage4_bn/beta first"):
        run_of(museum, tmp_path / "runs", train="heads", stages=("stage4_act",)).weights()
    cut = run_of(museum, tmp_path / "runs", train="heads")
    assert cut.stages == ("stage3_act",)


def test_another_pool_has_features_of_its_own(tiny: Network, museum: Path, tmp_path: Path) -> None:
    found = []
    for pool in ("mean", "max", "spread"):
        head = Head(pool=pool, embedding=0)
        run = run_of(museum, tmp_path / "runs", name=pool, head=head, train="heads")
        (pooled,) = run.inputs(run.parted(), run.test, "test").values()
        found.append(pooled)
    assert [pooled.shape for pooled in found] == [(18, 8), (18, 8), (18, 16)]
    assert not np.allclose(found[0], found[1], atol=0.01)


def test_a_bag_draws_works_with_replacement(tiny: Network, museum: Path, tmp_path: Path) -> None:
    run = run_of(museum, tmp_path / "runs", data=Data(bootstrap=True), train="heads", rate=1e-9)
    rows = run._kept_rows()
    assert len(rows) == 60
    assert 25 < len(set(rows)) < 50


def test_heads_that_start_from_nothing_forget_those_before(
    tiny: Network, museum: Path, tmp_path: Path
) -> None:
    facts = FACTS | {"head": Head(embedding=6), "stages": ("stage4_act",)}
    still = facts | {"rate": 1e-9, "after": "one", "train": "heads"}
    recipes = [Recipe(**facts), Recipe(**still | {"name": "on"})]
    anew = still | {"name": "anew", "fresh_heads": True, "seed": 2}
    recipes += [Recipe(**anew), Recipe(**anew | {"name": "kept", "keep": 0.5})]
    runs = study_runs(recipes, tmp_path / "runs", Reporter(), museum)
    before, on, anew, kept = (run.weights() for run in runs)
    for name in ("embedding/kernel", "style/kernel"):
        np.testing.assert_allclose(on[name], before[name], atol=1e-6)
        assert np.abs(anew[name] - before[name]).max() > 0.05
        np.testing.assert_allclose(kept[name], anew[name], atol=1e-6)
    np.testing.assert_array_equal(anew["stage4_conv/kernel"], before["stage4_conv/kernel"])


def test_finalising_trains_on_test_works_too(tiny: Network, museum: Path, tmp_path: Path) -> None:
    data = Data(train_on=("train", "test"), test_on="validation")
    run = run_of(museum, tmp_path / "runs", data=data)
    assert (len(run.train), len(run.test)) == (78, 18)
    assert set(run.test.frame["split"]) == {"validation"}


def test_from_scratch_needs_no_weights(tiny: Network, museum: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.npz").unlink()
    assert run_of(museum, tmp_path / "runs", pretrained=False).weights()["style/kernel"].shape == (8, 3)


def test_two_networks_come_together(
    tiny: Network, museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beside(pixels: Any) -> dict[str, Any]:
        x = keras.layers.Conv2D(4, 5, strides=4, activation="relu", name="other_conv")(pixels)
        return {"other_conv": x}

    other = Network("other", beside, ("other_conv",), 32)
    pair = Network(
        "pair",
        lambda pixels: {**beside(pixels), **tiny.body(pixels)},
        (*other.stages, *tiny.stages),
        32,
        parts=(other, tiny),
    )
    for one in (other, pair):
        monkeypatch.setitem(artml.networks.NETWORKS, one.name, one)
    steps = [
        Recipe(**{**FACTS, "name": "1-tiny"}),
        Recipe(**{**FACTS, "name": "2-other", "network": "other", "pretrained": False}),
        Recipe(
            **{
                **FACTS,
                "name": "3-pair",
                "network": "pair",
                "train": "heads",
                "after": ("1-tiny", "2-other"),
            },
            stages=("other_conv", "stage4_act"),
        ),
    ]
    one, two, both = study_runs(steps, tmp_path / "runs", Reporter(), museum)
    found = both.weights()
    for name in ("stage3_conv/kernel", "other_conv/kernel"):
        np.testing.assert_array_equal(found[name], (one.weights() | two.weights())[name])
    assert found["style/kernel"].shape == (4 + 8, 3)
    assert [run.recipe.name for run in both.lineage()] == ["1-tiny", "2-other", "3-pair"]


@pytest.fixture
def shipped(tiny: Network, museum: Path, tmp_path: Path) -> Path:
    """A bundle that knows Cubism (red), Fauvism (green) and Realism (blue)."""
    recipe = """
        network = "tiny"
        side = 32
        facets = { style = 1 }
        train = "all"
        epochs = 12
        batch = 12
        rate = 0.01
        precision = "float32"
        head = { embedding = 8, hidden = 24, dropout = 0.0 }
    """
    (tmp_path / "colours.toml").write_text(recipe)
    return train(str(tmp_path / "colours.toml"), museum)


def test_heads_are_trained_anew_with_a_museums_works(shipped: Path, museum: Path, tmp_path: Path) -> None:
    old = Bundle.load(shipped)
    assert old.works is not None
    assert dict(old.works.frame["split"].value_counts()) == {"train": 60, "validation": 18}
    for file in museum.parent.glob("*.png"):
        file.unlink()  # the works it was trained on are not there any more
    own = tmp_path / "own"
    own.mkdir()
    rng = np.random.default_rng(3)
    rows = ["path,style"]
    for number in range(30):
        yellow = rng.normal((220, 210, 20), 60, (40, 40, 3)).clip(0, 255).astype(np.uint8)
        Image.fromarray(yellow).save(own / f"{number}.png")
        rows.append(f"{number}.png,Rococo")
    (own / "catalogue.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "more.toml").write_text(f"""
        network = "tiny"
        side = 32
        from = "bundle:{shipped}"
        facets = {{ style = 1 }}
        stages = ["stage4_act"]
        train = "facets"
        rehearse = true
        epochs = 60
        batch = 12
        rate = 0.05
        precision = "float32"
        head = {{ embedding = 8, hidden = 24, dropout = 0.0 }}
    """)
    folder = train(str(tmp_path / "more.toml"), own / "catalogue.csv")
    new = Classifier.load(folder)
    assert new.facets["style"] == ("Cubism", "Fauvism", "Realism", "Rococo")
    for colour, style in {
        (200, 40, 40): "Cubism",
        (50, 60, 210): "Realism",
        (220, 210, 20): "Rococo",
    }.items():
        noise = rng.normal(colour, 60, (40, 40, 3)).clip(0, 255).astype(np.uint8)
        assert new.classify(noise)["style"].label == style
    picture = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
    before, after = (Classifier.load(bundle).classify(picture).embedding for bundle in (shipped, folder))
    np.testing.assert_allclose(after, before, rtol=0.05, atol=0.05)
    works = Bundle.load(folder).works
    assert works is not None and len(works) == 78 + len(Catalogue.read(own / "catalogue.csv")) - 3
