"""A run whose process is killed goes on from its last checkpoint."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from artml import Classifier
from artml.settings import settings
from artml.training import train
from artml.training.checkpoint import Checkpoint

LEGS = 8
RECIPE = f"""
network = "vgg-2-block"
pretrained = false
side = 32
facets = {{ style = 4 }}
head = {{ pool = "mean", dropout = 0.0, embedding = 8 }}
train = "all"
epochs = {LEGS}
batch = 4
rate = 0.01
precision = "float32"
"""


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    yield
    settings.cache_clear()


def history(run: Path) -> list[dict[str, str]]:
    file = run / "history.csv"
    if not file.is_file():
        return []
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_process_that_was_killed_goes_on_and_ends_as_an_unbroken_one(
    museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "colours.toml"
    recipe.write_text(RECIPE)
    runs = {name: tmp_path / name for name in ("broken", "whole")}

    monkeypatch.setenv("ARTML_RUNS", str(runs["broken"]))
    settings.cache_clear()
    command = [sys.executable, "-m", "artml", "train", str(recipe), "--data", str(museum)]
    broken = runs["broken"] / "colours" / "colours"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None and len(history(broken)) < 2:
        time.sleep(0.005)
    process.kill()
    _, complaint = process.communicate()
    assert process.returncode == -9, complaint.decode()
    assert not (broken / "weights.npz").exists()
    legs = len(history(broken))
    assert 2 <= legs < LEGS

    bundle = train(str(recipe), museum)
    assert [row["leg"] for row in history(broken)] == [str(leg + 1) for leg in range(LEGS)]
    assert not (broken / "checkpoint").exists()
    assert Classifier.load(bundle).classify(museum.parent / "90.png")["style"].label == "Cubism"

    monkeypatch.setenv("ARTML_RUNS", str(runs["whole"]))
    settings.cache_clear()
    train(str(recipe), museum)
    with (
        np.load(broken / "weights.npz") as found,
        np.load(runs["whole"] / "colours" / "colours" / "weights.npz") as expected,
    ):
        for name in expected.files:
            np.testing.assert_allclose(found[name], expected[name], atol=1e-3, err_msg=name)


def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    found = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    found.compile("adam", "mse", jit_compile=False)
    return found


def test_a_checkpoint_that_was_not_finished_is_passed_over(tmp_path: Path) -> None:
    inputs, targets = np.eye(2, dtype=np.float32), np.ones((2, 1), np.float32)
    trained, checkpoint = model(), Checkpoint(tmp_path / "checkpoint")
    trained.fit(inputs, targets, epochs=3, verbose=0, callbacks=[checkpoint])
    assert [file.name for file in checkpoint.folder.iterdir()] == ["3.weights.h5"]
    (checkpoint.folder / "part.weights.h5").write_bytes(b"torn")
    resumed = model()
    assert Checkpoint(checkpoint.folder).restore(resumed) == 3
    np.testing.assert_array_equal(resumed.predict(inputs, verbose=0), trained.predict(inputs, verbose=0))
    assert int(resumed.optimizer.iterations) == 3


def test_without_a_checkpoint_a_run_starts_at_its_start(tmp_path: Path) -> None:
    assert Checkpoint(tmp_path / "none").restore(model()) == 0
