from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from artml import Classifier
from artml.bundle import HISTORY, Bundle
from artml.errors import ExportRefused, RecipeError
from artml.networks import Network
from artml.networks.head import Head
from artml.training import train
from artml.training.batches import Legs
from artml.training.finish import refuse_pretrained
from artml.training.progress import Reporter
from artml.training.recipe import recipes
from artml.training.run import study_runs

COMMON = """
network = "tiny"
side = 32
facets = { style = 4, genre = 4 }
batch = 12
precision = "float32"
class_weight_power = 0.0
augmentation = { mirror = 0.5 }
disguise = { size = [32, 40], light = 0.05 }
head = { embedding = 8 }
"""
THREE = 'stages = ["stage1_act", "stage2_act", "stage3_act"]\n'
FOUR = 'stages = ["stage1_act", "stage2_act", "stage3_act", "stage4_act"]\n'


def study(folder: Path) -> Path:
    folder.mkdir()
    steps = {
        "1-heads": THREE + 'train = "heads"\nepochs = 12\nrate = 0.05\n',
        "2-twin": THREE + 'train = "heads"\nhold_out = "source"\nepochs = 12\nrate = 0.05\n',
        "3-stage4": FOUR + 'after = "1-heads"\ntrain = "stage4"\nepochs = 3\nrate = 0.01\n',
        "4-all": FOUR + 'after = "3-stage4"\ntrain = "all"\nepochs = 2\nlegs = 2\nrate = 0.01\n',
        "5-heads": FOUR + 'after = "4-all"\ntrain = "heads"\nepochs = 2\nrate = 0.01\n',
    }
    for name, text in steps.items():
        (folder / f"{name}.toml").write_text(text + COMMON)
    return folder


def history(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_study_ends_in_a_bundle_that_answers(tiny: Network, museum: Path, tmp_path: Path) -> None:
    folder = train(str(study(tmp_path / "colours")), museum)
    bundle = Bundle.load(folder)
    assert bundle.manifest.facets["style"].labels == ("Cubism", "Fauvism", "Realism")
    assert bundle.metrics["test"]["style"]["n"] == 18
    assert bundle.metrics["test"]["style"]["accuracy"] >= 0.9
    assert bundle.metrics["other_sources"]["style"]["n"] == 6
    drawn = bundle.metrics["test"]["genre"]
    assert sum(map(sum, drawn["confusion"])) == drawn["n"] == 18
    wrong = round(18 * (1 - drawn["accuracy"]))
    assert [mistake["truth"] != mistake["answer"] for mistake in drawn["mistakes"]] == [True] * wrong
    learnt = bundle.metrics["trained_on"]
    assert learnt["classes"]["style"] == dict.fromkeys(("Cubism", "Fauvism", "Realism"), 20)
    assert (learnt["n"], learnt["sample"], learnt["width"][3]) == (60, 60, 48)
    assert bundle.metrics["recipe"]["augmentation"]["mirror"] == 0.5
    lines = (folder / "metrics.json").read_text().splitlines()
    assert any(line.strip().startswith('"red": [') and line.rstrip().endswith("],") for line in lines)
    assert "by image" in bundle.card
    legs = [row["recipe"] for row in history(folder / HISTORY)]
    steps = ("1-heads", "3-stage4", "4-all", "5-heads", "2-twin")
    assert [legs.count(name) for name in steps] == [12, 3, 4, 2, 12]
    answer = Classifier.load(folder).classify(museum.parent / "90.png")
    assert answer["style"].label == "Cubism"


class Killed(Exception):
    pass


class KilledAfter(Reporter):
    """Stops everything once so many legs are done."""

    legs = 2

    def say(self, sentence: str) -> None:
        if sentence.startswith("leg"):
            self.legs -= 1
            if self.legs == 0:
                raise Killed


def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one(
    tiny: Network, museum: Path, tmp_path: Path
) -> None:
    steps = [step for step in recipes(str(study(tmp_path / "colours"))) if step.name == "1-heads"]
    changes = {
        "train": "all",
        "epochs": 3,
        "rate": 0.01,
        "head": Head(embedding=8, dropout=0.0),
    }  # dropout rolls its dice anew
    steps = [step.model_copy(update=changes) for step in steps]
    [whole] = study_runs(steps, tmp_path / "whole", Reporter(), museum)
    expected = whole.weights()
    with pytest.raises(Killed):
        study_runs(steps, tmp_path / "broken", KilledAfter(), museum)[0].weights()
    [resumed] = study_runs(steps, tmp_path / "broken", Reporter(), museum)
    found = resumed.weights()
    assert [row["leg"] for row in history(resumed.folder / "history.csv")] == ["1", "2", "3"]
    for name, array in expected.items():
        np.testing.assert_allclose(found[name], array, atol=1e-3, err_msg=name)


def test_a_finished_run_is_not_run_again(tiny: Network, museum: Path, tmp_path: Path) -> None:
    steps = recipes(str(study(tmp_path / "colours")))[:1]
    first = study_runs(steps, tmp_path / "runs", Reporter(), museum)[0].weights()
    again = study_runs(steps, tmp_path / "runs", KilledAfter(), museum)[0].weights()
    assert all(np.array_equal(first[name], again[name]) for name in first)


@pytest.mark.parametrize("trained", ["heads", "all"])
def test_a_twin_never_sees_what_it_is_tested_on(
    tiny: Network, museum: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: str
) -> None:
    twin = recipes(str(study(tmp_path / "colours")))[1].model_copy(update={"train": trained, "epochs": 1})
    seen: list[Legs] = []
    monkeypatch.setattr("artml.training.run.fit", lambda *given: seen.append(given[2]))
    [run] = study_runs([twin], tmp_path / "runs", Reporter(), museum)
    run.folder.mkdir(parents=True)
    run.weights()
    held = run.rows_of(run.divided()[1])
    assert len(held) == 6
    assert set(seen[0].rows) == set(range(60)) - set(held)


def test_a_recipe_must_come_after_its_start(museum: Path, tmp_path: Path) -> None:
    steps = [step for step in recipes(str(study(tmp_path / "colours"))) if step.name == "4-all"]
    with pytest.raises(RecipeError, match="4-all needs 3-stage4, which does not come before it"):
        study_runs(steps, tmp_path, Reporter(), museum)


def test_a_run_may_keep_a_share_of_its_start(tiny: Network, museum: Path, tmp_path: Path) -> None:
    steps = recipes(str(study(tmp_path / "colours")))[:1]
    steps.append(
        steps[0].model_copy(update={"name": "2-all", "after": ("1-heads",), "train": "all", "epochs": 1})
    )
    start, end = (run.weights() for run in study_runs(steps, tmp_path / "runs", Reporter(), museum))
    steps[1] = steps[1].model_copy(update={"keep": 0.25})
    kept = study_runs(steps, tmp_path / "runs", Reporter(), museum)[1].weights()
    assert set(kept) == set(end)
    assert not np.array_equal(start["stage1_conv/kernel"], end["stage1_conv/kernel"])
    for name, array in kept.items():
        np.testing.assert_allclose(array, 0.25 * start[name] + 0.75 * end[name], atol=1e-6)


def test_untrained_kernels_are_not_shipped(tiny: Network) -> None:
    start = tiny.pretrained()
    trained = {name: array + 0.01 for name, array in start.items()}
    refuse_pretrained(trained, start)
    trained["stage2_conv/kernel"] = start["stage2_conv/kernel"]
    with pytest.raises(ExportRefused, match="1 kernels are still the pretrained ones, stage2_conv/kernel"):
        refuse_pretrained(trained, start)
