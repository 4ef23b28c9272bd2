"""Training by a recipe as a job: tried before, stopped and resumed, its bundle put beside the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.collection import Collection, Job
from artml.errors import CatalogueError, NotAllowed, RecipeError
from artml.jobs import errand, recipes, rehearsal, training
from artml.jobs.desk import Desk
from artml.jobs.histories import earlier, facets_of, history_of, source_of
from artml.jobs.recipes import place
from artml.jobs.rehearsal import Asked, Rehearsal
from artml.learning import takeover
from artml.networks import Network
from artml.settings import settings
from artml.training import recipe as recipe_files
from tests.collection.acting import ANA, BEN
from tests.colours import write_colour_bundle
from tests.training.conftest import museum as painted
from tests.training.conftest import tiny

__all__ = ["painted", "tiny"]

COMMON = """
network = "tiny"
side = 32
facets = { style = 4, genre = 4 }
batch = 12
precision = "float32"
head = { embedding = 8 }
stages = ["stage1_act", "stage2_act", "stage3_act"]
"""
HEADS = '# Heads alone.\ntrain = "heads"\nepochs = 6\nrate = 0.05\n'
ALONE = '# From scratch.\npretrained = false\ntrain = "all"\nepochs = 2\nrate = 0.05\n'
ALL = '# Every layer.\nafter = "1-heads"\ntrain = "all"\nepochs = 2\nrate = 0.01\n'


@pytest.fixture
def museum(colours: Path) -> Iterator[Collection]:
    """An empty collection, in SQLite."""
    with Collection.open() as collection:
        yield collection


@pytest.fixture
def colours(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny: Network, painted: Path
) -> Iterator[Path]:
    """A guide in service, and recipes that lead to the next: `guide`; and one of a study: `study/heads`."""
    folder = tmp_path / "recipes"
    for name, text in {
        "guide/1-heads": HEADS,
        "guide/2-all": ALL,
        "study/heads": HEADS,
        "study/more": ALL.replace("1-heads", "heads"),
    }.items():
        file = folder / f"{name}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + COMMON)
    (folder / "study" / "study.toml").write_text('title = "A study"\n')
    (folder / "study" / "alone.toml").write_text(ALONE + COMMON)
    for module in (recipes, recipe_files):
        monkeypatch.setattr(module, "RECIPES", folder)
    recipes.choices.cache_clear()
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTML_DATA", str(tmp_path))
    settings.cache_clear()
    yield write_colour_bundle(models / "guide")
    recipes.choices.cache_clear()
    settings.cache_clear()


class _Stopping(errand.Telling):
    """Stops the job at the third leg, as somebody does who presses Stop."""

    def begin(self, what: str, total: int) -> None:
        if what == "leg 3 of 6":
            self.along._collection.jobs.update(self.along._job.id, "paused")
        super().begin(what, total)


def done(museum: Collection, job: Job) -> Job:
    training.train(museum, job.id)
    found = museum.jobs.get(job.id)
    assert (found.state, found.reason) == ("done", "")
    return found


def test_staff_stop_it_resume_it_and_put_what_comes_of_it_into_service(
    desk: Desk, museum: Collection, painted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAllowed):
        desk.train_by(ANA, "guide", painted)
    job = desk.train_by(BEN, "guide", painted, root=painted.parent)
    assert history_of(job).empty
    with monkeypatch.context() as stopping:
        stopping.setattr(errand, "Telling", _Stopping)
        training.train(museum, job.id)
    stopped = museum.jobs.get(job.id)
    assert (stopped.state, stopped.stage) == ("paused", "1-heads, leg 2 of 6")
    assert (stopped.counts["leg"], stopped.counts["legs"]) == (2, 6)
    assert list(history_of(stopped)["leg"]) == [1, 2]
    assert list(place(job).glob("1-heads/checkpoint/*.h5"))

    painted.write_text("path,style\n")  # what is changed meanwhile is for the next time
    desk.resume(BEN, job.id)
    job = done(museum, job)
    history = history_of(job)
    assert list(history["step"]) == ["1-heads"] * 6 + ["2-all"] * 2
    assert list(history["leg"]) == [1, 2, 3, 4, 5, 6, 1, 2]
    assert facets_of(job, history) == ["style", "genre"]
    assert job.stage == ""

    made = takeover.made_by("guide", job.id)
    assert not made.serves
    assert made.comparison is None
    takeover.use(BEN, "guide", made.version)
    assert takeover.version_of("guide", made.version).serves
    takeover.rollback(BEN, "guide")
    source = source_of(job)
    assert source is not None
    assert source.read().metrics["test"]["style"]["n"] == 18


def test_folders_are_labels_and_facets_that_they_say_nothing_of_are_not_learnt(
    desk: Desk, museum: Collection, painted: Path, tmp_path: Path
) -> None:
    rows = [line.split(",") for line in painted.read_text().splitlines()[1:]]
    folder = tmp_path / "own"
    for path, _, style, *_ in rows:
        (folder / style).mkdir(parents=True, exist_ok=True)
        (painted.parent / path).rename(folder / style / path)
    (folder / "Realism" / "note.txt").write_text("no picture")
    with pytest.raises(CatalogueError, match="neither"):
        desk.train_by(BEN, "study/alone", folder)
    first = done(museum, desk.train_by(BEN, "study/alone", folder, facet="style", root=folder))
    assert facets_of(first, history_of(first)) == ["style"]
    assert len((place(first) / "works.csv").read_text().splitlines()) == 97
    made = source_of(first)
    assert made is not None
    assert made.is_bundle
    assert made.folder.name == place(first).name  # a model of its own: no version of the guide
    assert [version.shipped for version in takeover.versions("guide")] == [True]
    second = desk.train_by(BEN, "study/alone", folder, facet="style")
    assert f"{place(first).name}: alone" in earlier(second)


def test_what_cannot_be_learnt_is_said_of_the_job(desk: Desk, museum: Collection, painted: Path) -> None:
    with pytest.raises(RecipeError, match="no recipe 'study/none'"):
        desk.train_by(BEN, "study/none", painted)
    lines = painted.read_text().splitlines()
    painted.write_text("\n".join(lines[:3]) + "\n")
    job = desk.train_by(BEN, "study/alone", painted)
    training.train(museum, job.id)
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert failed.reason.startswith("alone needs works of two labels or more of style (at least 4 of each)")


def test_a_rehearsal_counts_measures_and_says_how_long(colours: Path, painted: Path) -> None:
    told = Rehearsal()
    stages = []

    def tell(**found: object) -> None:
        for name, value in found.items():
            setattr(told, name, value)
        stages.append(told.stage)

    rehearsal._rehearse(Asked("guide", str(painted), "", str(painted.parent)), tell)
    assert told.over
    assert told.missing == ""
    assert told.works == {"train": 60, "validation": 18, "test": 18}
    assert told.labels["style"] == dict.fromkeys(("Cubism", "Fauvism", "Realism"), 20)
    assert [cost["recipe"] for cost in told.costs] == ["1-heads", "2-all"]
    assert [cost["steps"] for cost in told.costs] == [30, 10]
    assert told.seconds > sum(cost["steps"] * cost["a_step"] for cost in told.costs) > 0
    assert "Building the network, 1-heads" in stages


def test_a_rehearsal_says_which_weights_are_missing(colours: Path, painted: Path, tmp_path: Path) -> None:
    text = (tmp_path / "recipes" / "study" / "alone.toml").read_text()
    (tmp_path / "recipes" / "study" / "alone.toml").write_text(text.replace("pretrained = false\n", ""))
    (tmp_path / "tiny.npz").unlink()
    told: dict[str, object] = {}
    rehearsal._rehearse(Asked("study/alone", str(painted)), lambda **found: told.update(found))
    assert told["missing"] == "tiny.npz not in ARTML_WEIGHTS. made here"
    assert told["over"]


def test_a_rehearsal_in_a_process_of_its_own_tells_what_is_wrong(
    painted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted.write_text("style\nCubism\n")
    *_, last = rehearsal.rehearse(Asked("museum", str(painted)))
    assert "has no column 'path'" in last.missing
    monkeypatch.setattr(rehearsal, "COMMAND", ("false",))
    *_, last = rehearsal.rehearse(Asked("museum"))
    assert last.missing == rehearsal.STOPPED
