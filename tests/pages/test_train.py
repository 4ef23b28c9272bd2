"""The page Train, without a browser: choosing, what it takes, watching, service, closed doors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from artml.collection import Collection, Job, Request
from artml.jobs.recipes import place
from artml.jobs.rehearsal import Asked, Rehearsal
from artml.learning.job import learn
from artml.learning.takeover import versions
from artml.settings import ROOT, settings
from artml.web import identity
from artml.web.museum import museum as opened
from artml.web.train import found
from tests.collection.acting import ANA, BEN, VISITOR
from tests.learning.drawn import decide, write_guide

SLOW = 90
DAYS = 3 * 86_400.0
HISTORY = "leg,epoch,accuracy,loss,val_accuracy,val_loss\n1,1,.5,.7,.4,.8\n2,2,.6,.6,.5,.7\n"


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collection]:
    """Empty, with a guide that can learn; a labelled collection of one catalogue; a folder a label."""
    table = tmp_path / "data" / "paintings" / "catalogue.csv"
    table.parent.mkdir(parents=True)
    Image.new("RGB", (20, 16)).save(table.parent / "a.png")
    table.write_text("path,style\na.png,Cubism\ngone.png,Realism\n")
    for label in ("Cubism", "Realism"):
        (tmp_path / "roots" / "own" / label).mkdir(parents=True)
        Image.new("RGB", (20, 16)).save(tmp_path / "roots" / "own" / label / "a.png")
    write_guide(tmp_path / "models" / "guide", each=60)
    for name, folder in {"HOME": "home", "MODELS": "models", "DATA": "data", "RUNS": "runs"}.items():
        monkeypatch.setenv(f"ARTML_{name}", str(tmp_path / folder))
    monkeypatch.setenv("ARTML_FOLDERS", str(tmp_path / "roots"))
    monkeypatch.setattr(identity, "current_person", lambda: BEN)
    settings.cache_clear()
    yield opened()
    opened().close()
    settings.cache_clear()


@pytest.fixture
def rehearsals(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What was rehearsed; each says that it takes three days."""
    asked: list[Asked] = []
    cost = {"recipe": "x", "pictures": 9, "a_picture": 0.02, "steps": 40, "a_step": 2.0, "seconds": DAYS}

    def rehearse(what: Asked) -> Iterator[Rehearsal]:
        asked.append(what)
        yield Rehearsal(stage="Taking a step", done=2, of=3)
        yield Rehearsal(
            works={"train": 7, "validation": 1, "test": 2},
            labels={"style": {"Cubism": 4, "Realism": 3}},
            rare={"style": ["Rococo"]},
            costs=[cost],
            over=True,
        )

    monkeypatch.setattr(found, "rehearse", rehearse)
    return asked


def page(**address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=SLOW)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(each.value) for each in app.get("html"))


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def asked(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_a_recipe_is_chosen_tried_and_started(
    museum: Collection, rehearsals: list[Asked], tmp_path: Path
) -> None:
    app = page()
    assert "What shall it learn?" in words(app)
    app.selectbox(key="experiment").select("Six styles").run()
    app.selectbox(key="recipe-Six styles").select("picar/resnet50").run()
    assert "ResNet50 from scratch." in words(app)
    press(app, "take")
    text = words(app)
    for said in (
        "<dd>1</dd>",  # that can be used, and one that cannot
        "The recipe trains on 7 of them, watches 1 and tests on 2.",
        "About 3 days on this machine: 9 looks at pictures, 20 ms each, and 40 steps of training, 2.0 s",
        "That is too long for this machine.",
        "Too rare to be learnt: style: Rococo.",
        "1 labels of style: 1 works of Cubism",
    ):
        assert said in text
    [problems] = app.dataframe
    assert problems.value["line"].tolist() == [3]
    table = str(tmp_path / "data" / "paintings" / "catalogue.csv")
    assert rehearsals == [Asked("picar/resnet50", table, "", str(tmp_path / "data"))]
    app.run()
    assert len(rehearsals) == 1  # it is remembered
    press(app, "start")
    job = museum.jobs.get(asked(app, "job"))
    assert (job.kind, job.person, job.folder) == ("train", BEN.name, table)
    assert (job.request.recipe, job.request.root) == ("picar/resnet50", str(tmp_path / "data"))
    assert "recipe" not in app.query_params
    assert "Waits for a worker." in words(app)


def test_a_folder_of_labelled_folders_is_looked_into(
    museum: Collection, rehearsals: list[Asked], tmp_path: Path
) -> None:
    app = page()
    app.selectbox(key="works-museum").select("A folder on the server").run()
    press(app, "inner-0")
    press(app, "take")
    own = str(tmp_path / "roots" / "own")
    assert asked(app, "works") == own
    assert "2 labels of style: 1 works of Cubism, 1 of Realism." in words(app)
    assert rehearsals[-1].facet == "style"
    app.get("button_group")[0].set_value("artist").run()
    assert "2 labels of artist" in words(app)
    press(app, "start")
    assert museum.jobs.get(asked(app, "job")).request.facet == "artist"


@pytest.mark.parametrize("works", ["/etc", "", "{tmp}/home", "{tmp}/roots/../models"])
def test_what_may_not_be_read_is_said_so(
    museum: Collection, rehearsals: list[Asked], tmp_path: Path, works: str
) -> None:
    app = page(recipe="museum", works=works.format(tmp=tmp_path))
    assert "may be read here" in words(app)
    assert not rehearsals
    assert museum.jobs.all() == []
    assert "There is no recipe" in words(page(recipe="guide/../x", works=works))


def trained(museum: Collection, state: str = "running") -> Job:
    """A job by a recipe that has two legs behind it, and an earlier run."""
    job = museum.jobs.start(BEN, "train", request=Request(recipe="picar/resnet50"))
    for folder in (place(job) / "resnet50", settings().runs / "picar" / "cnn"):
        folder.mkdir(parents=True)
        (folder / "history.csv").write_text(HISTORY)
    counts = {"leg": 2, "legs": 8, "done": 3, "of": 6}
    museum.jobs.update(job.id, "running", counts, stage="leg 3 of 8")
    if state == "done":
        museum.jobs.update(job.id, "done", stage="No bundle was made of it. Train every layer before export.")
    return job


def test_a_training_is_watched_stopped_and_resumed_by_any_browser(museum: Collection) -> None:
    job = trained(museum)
    app = page(job=job.id)
    assert "Six styles: resnet50" in words(app)
    assert "Leg 3 of 8 · 3 of 6" in words(app)
    assert 'aria-valuenow="31"' in words(app)
    assert len(app.get("plotly_chart")) == 2
    app.selectbox(key="beside-run").select("picar: cnn").run()
    assert "earlier, validation" in app.get("plotly_chart")[0].proto.spec
    press(app, "pause")
    assert museum.jobs.get(job.id).state == "paused"
    other = page(job=job.id)
    assert "resnet50 rests" in words(other)
    press(other, "resume")
    assert museum.jobs.get(job.id).state == "waiting"
    press(page(job=job.id), "cancel")
    assert museum.jobs.get(job.id).state == "cancelled"


def test_what_came_of_a_training_is_told_and_listed(museum: Collection) -> None:
    job = trained(museum, "done")
    app = page(job=job.id)
    assert "No bundle was made of it." in words(app)
    assert "In the end it knew the style of 60% of the works" in words(app)
    press(app, "back")
    assert "has learnt" in words(app)
    press(app, f"open-{job.id}")
    assert asked(app, "job") == job.id


def test_the_guide_is_taught_and_put_into_service_and_back(museum: Collection) -> None:
    assert "There is nothing to learn from yet" in words(page())
    decide(museum, "Mannerism", 60)
    app = page()
    assert "decided works to learn from" in words(app)
    press(app, "teach-guide")
    job = museum.jobs.get(asked(app, "job"))
    assert job.request.bundle == "guide"
    assert [each.key for each in page().button if each.key.startswith("watch")] == ["watch-guide"]
    learn(museum, job.id)
    made = next(version for version in versions("guide") if not version.shipped)
    app = page(job=job.id)
    assert made.comparison is not None
    assert made.comparison.sentence()[:20] in words(app)
    press(app, f"use-guide-{made.version}")
    assert next(version for version in versions("guide") if version.serves).version == made.version
    app = page()
    assert f"guide {made.version}" in words(app)
    press(app, f"back-guide-{made.version}")
    assert next(version for version in versions("guide") if version.serves).shipped


@pytest.mark.parametrize("person", [VISITOR, ANA], ids=["visitor", "curator"])
def test_only_staff_come_in(museum: Collection, monkeypatch: pytest.MonkeyPatch, person: object) -> None:
    job = trained(museum)
    monkeypatch.setattr(identity, "current_person", lambda: person)
    for address in ({}, {"job": job.id}, {"recipe": "museum", "works": "/etc"}):
        app = page(**address)
        assert "resnet50" not in words(app)
        assert [each.key for each in app.button if each.key in ("take", "pause", "start")] == []


def test_jobs_that_are_none_are_said_in_a_sentence(museum: Collection) -> None:
    assert "There is no job" in words(page(job="nobody"))
    other = museum.jobs.start(BEN, "label")
    assert "This job is of another kind." in words(page(job=other.id))
