from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from artml import Classifier
from artml.errors import RecipeError
from artml.networks import Network
from artml.networks.head import Head
from artml.training import train
from artml.training.finish import taught_by
from artml.training.progress import Reporter
from artml.training.recipe import Data, Disguise, Recipe
from artml.training.run import Run, study_runs
from tests.training.accelerated.torch_here import torch_or_skip

FACTS: dict[str, Any] = {
    "network": "tiny",
    "side": 32,
    "facets": {"style": 1, "genre": 1},
    "head": Head(pool="spread", embedding=4, dropout=0.1),
    "train": "all",
    "trainer": "torch",
    "epochs": 3,
    "batch": 12,
    "rate": 0.01,
    "mix": 0.2,
    "average": 0.9,
    "balance_sources": 0.5,
    "disguise": Disguise(size=(24, 32)),
}


def runs(museum: Path, folder: Path, *recipes: dict[str, Any]) -> list[Run]:
    named = [Recipe(**{**FACTS, "name": f"{number}", **changes}) for number, changes in enumerate(recipes)]
    return study_runs(named, folder, Reporter(), museum)


def test_it_learns_and_follows_teachers(tiny: Network, museum: Path, tmp_path: Path) -> None:
    torch_or_skip()
    pupil = runs(museum, tmp_path / "runs", {"epochs": 8}, {"teachers": ("0",), "epochs": 8})[-1]
    table = pupil.predictions()["style"]
    labels = list(pupil.labels["style"])
    assert (table[labels].idxmax(axis=1) == table["truth"]).mean() > 0.9
    history = pd.read_csv(pupil.folder / "history.csv")
    assert len(history) == 8
    assert {"loss", "taught", "style_accuracy", "val_style_accuracy", "rate"} <= set(history)
    assert history["taught"].iloc[-1] < history["taught"].iloc[0]


def test_pictures_grow_over_the_epochs_to_their_side() -> None:
    torch_or_skip()
    from artml.training.accelerated.fit import side_in

    growing = Recipe(**{**FACTS, "name": "growing", "side": 192, "grow_from": 128})
    assert [side_in(epoch, 5, growing) for epoch in range(5)] == [128, 160, 160, 192, 192]
    assert side_in(0, 1, growing) == 192
    still = Recipe(**{**FACTS, "name": "still", "side": 100})
    assert [side_in(epoch, 3, still) for epoch in range(3)] == [100] * 3


def test_a_network_learns_from_pictures_that_grow(tiny: Network, museum: Path, tmp_path: Path) -> None:
    torch_or_skip()
    (run,) = runs(museum, tmp_path / "runs", {"side": 64, "grow_from": 32, "epochs": 8})
    table = run.predictions()["style"]
    assert (table[list(run.labels["style"])].idxmax(axis=1) == table["truth"]).mean() > 0.9


@pytest.fixture
def teacher(tiny: Network, museum: Path, tmp_path: Path) -> str:
    """A bundle that knows the museum's styles and genres."""
    recipe = tmp_path / "teacher.toml"
    recipe.write_text(
        'network = "tiny"\nside = 32\nfacets = { style = 1, genre = 1 }\nhead = { embedding = 4 }\n'
        'train = "all"\nbatch = 12\nepochs = 8\nrate = 0.01\n'
    )
    return f"bundle:{train(str(recipe), museum)}"


def test_it_follows_what_a_bundle_said(tiny: Network, museum: Path, tmp_path: Path, teacher: str) -> None:
    torch_or_skip()
    (pupil,) = runs(museum, tmp_path / "runs", {"teachers": (teacher,), "follow": 1.0, "epochs": 8})
    pupil.weights()
    history = pd.read_csv(pupil.folder / "history.csv")
    assert history["taught"].iloc[-1] < history["taught"].iloc[0] / 2
    assert history["style_accuracy"].iloc[-1] > 0.8


def test_what_a_bundle_said_is_packed_picture_by_picture(
    tiny: Network, museum: Path, tmp_path: Path, teacher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pupil,) = runs(museum, tmp_path / "runs", {"teachers": (teacher,), "hold_out": "source"})
    monkeypatch.setattr("artml.training.accelerated.pack.importlib.util.find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="pip install torch"):
        pupil.weights()
    classifier = Classifier.load(teacher.removeprefix("bundle:"))
    rows = pupil.divided()[0].frame["path"]
    with np.load(pupil.folder / "packed" / "lessons.npz") as lessons:
        assert len(lessons["word0/style"]) == len(lessons["train/style"]) == len(rows) < 60
        for row in (0, len(rows) - 1):
            answer = classifier.classify(museum.parent / rows.iloc[row])
            assert answer.embedding == pytest.approx(lessons["word0/embedding"][row], rel=0.02, abs=0.02)


def test_a_live_bundle_sees_what_the_pupil_sees(
    tiny: Network, museum: Path, tmp_path: Path, teacher: str
) -> None:
    torch_or_skip()
    follows = {"teachers": (teacher,), "live": True, "follow": 1.0, "epochs": 8}
    (pupil,) = runs(museum, tmp_path / "runs", follows)
    pupil.weights()
    history = pd.read_csv(pupil.folder / "history.csv")
    assert history["taught"].iloc[-1] < history["taught"].iloc[0] / 2
    assert history["style_accuracy"].iloc[-1] > 0.8
    with np.load(pupil.folder / "packed" / "lessons.npz") as lessons:
        assert not [name for name in lessons if name.startswith("word")]


@pytest.mark.parametrize(
    ("size", "teachers", "followed"),
    [
        (4, 1, [["style", "genre", "embedding"]]),
        (6, 1, [["style", "genre"]]),
        (4, 2, [["style", "genre"], ["style", "genre"]]),
    ],
)
def test_the_embedding_of_one_live_bundle_is_followed_where_ours_is_as_large(
    tiny: Network,
    museum: Path,
    tmp_path: Path,
    teacher: str,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    teachers: int,
    followed: list[list[str]],
) -> None:
    head = Head(pool="spread", embedding=size)
    follows = {"teachers": (teacher,) * teachers, "live": True, "head": head}
    (pupil,) = runs(museum, tmp_path / "runs", follows)
    assert packed_about(pupil, monkeypatch)["teachers"] == followed


@pytest.mark.parametrize("fresh", [True, False])
def test_heads_that_start_from_nothing_learn_as_fast_as_what_is_fresh(
    tiny: Network,
    museum: Path,
    tmp_path: Path,
    teacher: str,
    monkeypatch: pytest.MonkeyPatch,
    fresh: bool,
) -> None:
    head = Head(embedding=4)
    (run,) = runs(museum, tmp_path / "runs", {"from": teacher, "head": head, "fresh_heads": fresh})
    heads = {"embedding", "painting", "style", "genre"}
    assert set(packed_about(run, monkeypatch)["fresh"]) & heads == (heads if fresh else set())


def packed_about(run: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a packed folder says of itself."""
    monkeypatch.setattr("artml.training.accelerated.pack.importlib.util.find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="pip install torch"):
        run.weights()
    about: dict[str, Any] = json.loads((run.folder / "packed" / "about.json").read_text())
    return about


def test_a_live_bundle_that_sees_another_size_is_refused(
    tiny: Network, museum: Path, tmp_path: Path, teacher: str
) -> None:
    (pupil,) = runs(museum, tmp_path / "runs", {"teachers": (teacher,), "live": True, "side": 64})
    with pytest.raises(RecipeError, match="live: it sees 32 pixels a side, not 64"):
        pupil.weights()


@pytest.mark.parametrize(
    ("teachers", "answers_for"),
    [
        (("bundle:guide",), "guide"),
        (("bundle:own", "bundle:guide"), ""),
        (("0", "bundle:guide"), ""),
        ((), ""),
    ],
)
def test_it_answers_for_the_bundle_whose_word_alone_it_learnt(
    museum: Path, tmp_path: Path, teachers: tuple[str, ...], answers_for: str
) -> None:
    run = runs(museum, tmp_path, {}, {"teachers": teachers, "after": ("0",)}, {"after": ("1",)})[-1]
    assert taught_by(run, "own") == answers_for


def test_a_teacher_that_knows_other_labels_is_refused(
    tiny: Network, museum: Path, tmp_path: Path, teacher: str
) -> None:
    cut = Data(labels=("Cubism", "Fauvism"))
    (pupil,) = runs(museum, tmp_path / "runs", {"teachers": (teacher,), "facets": {"style": 1}, "data": cut})
    with pytest.raises(RecipeError, match="cannot follow .* labels of style are others"):
        pupil.weights()


def test_one_that_is_killed_goes_on_as_if_it_were_not(
    tiny: Network, museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch_or_skip()
    unbroken = runs(museum, tmp_path / "one", {"epochs": 6})[0].weights()
    (broken,) = runs(museum, tmp_path / "two", {"epochs": 6})

    def killed(packed: Path) -> None:
        process = subprocess.Popen([sys.executable, packed / "train.py"])
        while not (packed / "checkpoint.pt").is_file() and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("artml.training.accelerated.pack.train_packed", killed)
        with pytest.raises(KeyboardInterrupt):
            broken.weights()
    assert not (broken.folder / "packed" / "weights.npz").exists()
    resumed = broken.weights()
    for name, array in unbroken.items():
        np.testing.assert_allclose(resumed[name], array, atol=1e-3, err_msg=name)


def test_without_pytorch_the_packed_folder_can_be_taken_elsewhere(
    tiny: Network, museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = runs(museum, tmp_path / "runs", {})
    monkeypatch.setattr("artml.training.accelerated.pack.importlib.util.find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="pip install torch.*packed.*train.py"):
        run.weights()
    packed = run.folder / "packed"
    ends = np.load(packed / "train.npy")
    assert len(ends) == 60 and ends[-1] == (packed / "train.bin").stat().st_size
    with np.load(packed / "lessons.npz") as lessons:
        assert set(lessons["train/style"]) == {0, 1, 2}
        assert len(lessons["validation/style"]) == 18
        rare = (run.train.frame["source"] == "small").to_numpy()
        assert lessons["odds"][rare].min() > lessons["odds"][~rare].max()


def test_a_folder_that_was_only_begun_is_packed_anew(
    tiny: Network, museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = runs(museum, tmp_path / "runs", {})
    with monkeypatch.context() as patch:
        patch.setattr("artml.training.accelerated.pack._write_pictures", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run.weights()
    monkeypatch.setattr("artml.training.accelerated.pack.importlib.util.find_spec", lambda name: None)
    with pytest.raises(RecipeError, match="pip install torch"):
        run.weights()
    assert len(np.load(run.folder / "packed" / "train.npy")) == 60


def test_what_was_trained_elsewhere_is_taken_over(tiny: Network, museum: Path, tmp_path: Path) -> None:
    (run,) = runs(museum, tmp_path / "runs", {})
    packed = run.folder / "packed"
    packed.mkdir(parents=True)
    (packed / "train.py").touch()
    kernel = np.full((4, 3), 0.25, np.float32)
    np.savez(packed / "weights.npz", **{"style/kernel": kernel})
    (packed / "history.csv").write_text("epoch,loss\n1,0.5\n")
    assert np.array_equal(run.weights()["style/kernel"], kernel)
    assert (run.folder / "history.csv").read_text() == "epoch,loss\n1,0.5\n"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"trainer": "keras"}, "average, balance_sources, mix can be had with trainer"),
        ({"train": "heads"}, "trains all layers"),
        ({"optimizer": "sgd"}, "trains all layers"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Recipe(**{**FACTS, "name": "one", **changes})
