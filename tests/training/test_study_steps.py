"""How a study's rows are run: one after the other, in folds, and without weights that are not to be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import artml.networks
from artml.errors import RecipeError
from artml.networks import Network, Pretrained
from artml.settings import settings
from artml.training.progress import Reporter
from artml.training.study import Study
from artml.training.study_steps import Step, run, steps
from tests.training.study_folder import answers, fake, row, write_study

TABLE = answers([0, 1], [0.1, 0.9])


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Networks `far`, whose weights are nowhere, and `near`, whose are in the folder that comes back."""

    def body(pixels: Any) -> dict[str, Any]:
        return {"end": pixels}

    for name in ("far", "near"):
        weights = Pretrained((f"{name}.npz",), "end", f"The moon has {name}.npz.")
        monkeypatch.setitem(artml.networks.NETWORKS, name, Network(name, body, ("end",), 32, weights))
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "near.npz").touch()
    monkeypatch.setenv("ARTML_WEIGHTS", str(folder))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def only(folder: Path) -> Step:
    ((step, _),) = steps(Study.read(str(folder)))
    return step


def names(step: Step) -> list[list[str]]:
    return [[recipe.name for recipe in line] for line in step.lines]


def test_a_row_runs_what_it_starts_from_first(tmp_path: Path) -> None:
    recipes = {"heads": "", "all": 'after = "heads"\n'}
    assert names(only(write_study(tmp_path / "two", row("all"), recipes))) == [["heads", "all"]]


def test_folds_hold_their_works_from_what_they_start_from_too(tmp_path: Path) -> None:
    recipes = {"heads": "data = { split_seed = 7 }\n", "all": 'after = "heads"\n'}
    step = only(write_study(tmp_path / "two", row("all", "folds = 3"), recipes))
    assert names(step)[1] == ["heads-fold2", "all-fold2"]
    assert step.lines[1][1].after == ("heads-fold2",)
    assert [[recipe.data.fold for recipe in line] for line in step.lines] == [[(i, 3)] * 2 for i in range(3)]
    assert step.lines[2][0].data.split_seed == 7
    assert step.key == "all-3-folds"


def test_bags_draw_their_works_and_seeds_only_their_beginnings(tmp_path: Path) -> None:
    bags = only(write_study(tmp_path / "bags", row("one", "bags = 2"), {"one": ""})).lines
    assert [(line[0].name, line[0].seed, line[0].data.bootstrap) for line in bags] == [
        ("one-bag1", 1, True),
        ("one-bag2", 2, True),
    ]
    seeds = only(write_study(tmp_path / "seeds", row("one", "seeds = [3, 5]"), {"one": ""})).lines
    assert [(line[0].name, line[0].seed, line[0].data.bootstrap) for line in seeds] == [
        ("one-seed3", 3, False),
        ("one-seed5", 5, False),
    ]


def test_a_part_changes_the_recipes_of_its_rows(tmp_path: Path) -> None:
    parts = (
        row("one", "folds = 2") + '[[parts]]\nname = "few"\nchange = { epochs = 3, data = { top = 10 } }\n'
    )
    step = only(write_study(tmp_path / "two", parts, {"one": "data = { undersample = true }\n"}))
    assert names(step) == [["one-few-fold1"], ["one-few-fold2"]]
    recipe = step.recipe
    assert (recipe.epochs, recipe.data.top, recipe.data.undersample) == (3, 10, True)


def test_a_change_that_no_recipe_can_bear_is_named(tmp_path: Path) -> None:
    parts = row("one") + '[[parts]]\nname = "few"\nchange = { epoch = 3 }\n'
    with pytest.raises(RecipeError, match="The part 'few' cannot change one so. epoch: Extra inputs"):
        only(write_study(tmp_path / "two", parts, {"one": ""}))


def test_the_published_setting_is_run_on_request(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "two", row("one"), {"one": ""})
    with (folder / "one.toml").open("a") as file:
        file.write("[full]\nepochs = 50\n")
    found = {full: next(steps(Study.read(str(folder)), full))[0].recipe.epochs for full in (False, True)}
    assert found == {False: 1, True: 50}


def test_what_is_not_reachable_is_not_run_and_its_stand_in_is(
    far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = {"one": 'network = "far"\n', "after": 'after = "one"\n', "instead": 'network = "near"\n'}
    rows = row("one") + row("after", 'stand_in = "instead"')
    runs = fake(monkeypatch, {"instead": TABLE})
    study = Study.read(str(write_study(tmp_path / "two", rows, recipes)))
    found = list(run(study, tmp_path / "runs", Reporter()))
    assert [(outcome.step.label, bool(outcome.unreachable)) for outcome in found] == [
        ("The one", True),
        ("The after", True),
        ("instead (stands in)", False),
    ]
    assert found[0].unreachable == "far.npz not here. The moon has far.npz."
    assert runs.asked == [("instead",)]


def test_what_is_reachable_needs_no_stand_in(
    far: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes = {"one": 'network = "near"\n', "scratch": 'network = "far"\npretrained = false\n', "instead": ""}
    rows = row("one", 'stand_in = "instead"') + row("scratch", 'stand_in = "instead"')
    runs = fake(monkeypatch, {"one": TABLE, "scratch": TABLE})
    study = Study.read(str(write_study(tmp_path / "two", rows, recipes)))
    found = list(run(study, tmp_path / "runs", Reporter()))
    assert [outcome.unreachable for outcome in found] == ["", ""]
    assert runs.asked == [("one",), ("scratch",)]


def test_weights_that_cannot_be_trained_are_not_enough(far: Path, tmp_path: Path) -> None:
    study = write_study(tmp_path / "two", row("one", 'needs = "whole.h5"'), {"one": 'network = "near"\n'})
    said = only(study).unreachable()
    assert said == "whole.h5 is not here, and other weights of near cannot be trained so."
    (far / "whole.h5").touch()
    assert only(study).unreachable() == ""


def test_a_mistake_in_the_last_row_is_told_before_the_first_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = fake(monkeypatch, {"one": TABLE})
    parts = "[[parts]]\n" + row("one", header="parts.rows")
    parts += '[[parts]]\nname = "b"\nchange = { side = 3 }\n' + row("one", header="parts.rows")
    study = Study.read(str(write_study(tmp_path / "two", parts, {"one": "pretrained = false\n"})))
    with pytest.raises(RecipeError, match="side"):
        list(run(study, tmp_path / "runs", Reporter()))
    assert runs.asked == []


def test_an_outcome_has_the_time_of_all_that_led_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(monkeypatch, {"all-fold1": TABLE, "all-fold2": TABLE})
    recipes = {"heads": "pretrained = false\n", "all": 'after = "heads"\n'}
    study = Study.read(str(write_study(tmp_path / "two", row("all", "folds = 2"), recipes)))
    (outcome,) = run(study, tmp_path / "runs", Reporter())
    assert outcome.seconds == 4 * 60
    assert outcome.environment == {"processor": "An abacus", "cores": 10}
    assert [len(history) for history in outcome.histories] == [1, 1]
    assert len(outcome.answers) == 2
