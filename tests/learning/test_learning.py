"""From decisions to a bundle that answers otherwise, and back."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml import Classifier
from artml.bundle import HISTORY, Bundle
from artml.classifier import ModelVersion
from artml.collection import Collection, Job, Request
from artml.errors import CollectionError, NotAllowed
from artml.learning import takeover
from artml.learning.decided import gather
from artml.learning.heads import heads_of
from artml.learning.job import learn
from artml.learning.lesson import Lesson
from artml.learning.takeover import Version, made_by, rollback, use, versions
from artml.memory import Recall
from artml.networks.graph import variables
from artml.settings import settings
from tests.collection.acting import ANA, BEN, VISITOR
from tests.learning.drawn import GUIDE, STYLES, decide, write_guide

YELLOW, BLUE = (Image.new("RGB", (30, 20), colour) for colour in ((255, 255, 25), (25, 25, 255)))


def taught(museum: Collection) -> tuple[Job, Version]:
    """A job that has learnt what the museum decided, and the version that came of it."""
    job = museum.jobs.start(BEN, "train", request=Request(bundle="guide"))
    learn(museum, job.id)
    done = museum.jobs.get(job.id)
    assert (done.state, done.reason) == ("done", "")
    return done, made_by("guide", job.id)


def test_decisions_teach_a_label_and_a_person_puts_it_in_service(museum: Collection, home: Path) -> None:
    decide(museum, "Mannerism", 120)
    decide(museum, "Rococo", 4, looks="Cubism", seed=3)
    job, made = taught(museum)
    assert (job.counts["leg"], job.counts["legs"]) == (20, 20)

    comparison = made.comparison
    assert comparison is not None
    pair = comparison.decided["style"]
    assert pair.old.accuracy == 0.0
    assert pair.new.accuracy > 0.9
    assert pair.gain[0] > 0.5
    assert comparison.others["style"].new.accuracy > comparison.others["style"].old.accuracy - 0.01
    assert comparison.sentence().startswith("Better. ")
    assert comparison.sentence() in Bundle.load(made.folder).card

    assert Classifier.load().version == "1"
    assert Classifier.load().classify(YELLOW)["style"].label in STYLES
    for nobody in (ANA, VISITOR):
        with pytest.raises(NotAllowed):
            use(nobody, "guide", made.version)
    use(BEN, "guide", made.version)
    guide = Classifier.load()
    assert guide.version == made.version
    assert guide.facets["style"] == ("Cubism", "Fauvism", "Impressionism", "Mannerism")  # Rococo is too rare
    said = guide.classify(YELLOW)["style"]
    assert (said.label, said.model) == ("Mannerism", ModelVersion("guide", made.version))
    assert guide.classify(BLUE)["style"].label == "Fauvism"
    assert [(v.version, v.shipped, v.serves) for v in versions("guide")] == [
        ("1", True, False),
        (made.version, False, True),
    ]
    turn = versions("guide")[1].turn
    assert turn is not None
    assert turn.person == BEN.name
    with pytest.raises(CollectionError, match="in service already"):
        use(BEN, "guide", made.version)

    with pytest.raises(NotAllowed):
        rollback(ANA, "guide")
    rollback(BEN, "guide")
    assert Classifier.load().version == "1"
    with pytest.raises(CollectionError, match="nothing to take back"):
        rollback(BEN, "guide")


def test_a_guide_that_remembers_lets_decided_works_vote(museum: Collection, models: Path) -> None:
    shutil.rmtree(models / "guide")
    write_guide(models / "guide", memory=Recall())
    decide(museum, "Mannerism", 60)
    _, made = taught(museum)
    bundle, memory = Bundle.load(made.folder), Bundle.load(made.folder).memory
    assert memory is not None
    labels = bundle.manifest.facets["style"].labels
    held = gather(museum, GUIDE, ["style"]).part(held=True)
    votes = memory.said(held.embedding)["style"]
    assert {labels[place] for place in votes.argmax(axis=1)} == {"Mannerism"}
    heads = heads_of(bundle)["style"].logits(held.embedding)
    right = (heads + votes).argmax(axis=1) == labels.index("Mannerism")
    assert made.comparison is not None
    assert made.comparison.decided["style"].new.accuracy == pytest.approx(right.mean())
    said = Classifier.load(made.folder).classify(YELLOW)["style"]
    assert said.label == "Mannerism"


def test_heads_above_a_hidden_layer_learn_and_leave_it_as_it_is(museum: Collection, models: Path) -> None:
    shutil.rmtree(models / "guide")
    write_guide(models / "guide", hidden=True)
    decide(museum, "Mannerism", 60)
    _, made = taught(museum)
    before, after = (variables(Bundle.load(folder).network) for folder in (models / "guide", made.folder))
    for name in ("hidden/kernel", "hidden/bias", "genre/kernel"):
        np.testing.assert_array_equal(after[name], before[name])
    assert after["style/kernel"].shape == (8, 4)
    guide = Classifier.load(made.folder)
    assert (guide.classify(YELLOW)["style"].label, guide.classify(BLUE)["style"].label) == (
        "Mannerism",
        "Fauvism",
    )


def test_what_nobody_decided_and_what_lies_below_stays_as_it_was(museum: Collection, models: Path) -> None:
    decide(museum, "Mannerism", 40)
    decide(museum, "Mannerism", 3, seed=7, model=ModelVersion("guide", "0"))
    _, made = taught(museum)
    assert "has not looked at them:\n3." in Bundle.load(made.folder).card
    before, after = Bundle.load(models / "guide"), Bundle.load(made.folder)
    assert after.manifest.facets["genre"] == before.manifest.facets["genre"]
    assert after.manifest.facets["style"] != before.manifest.facets["style"]
    old, new = Classifier.load(models / "guide"), Classifier.load(made.folder)
    assert new.embedder == old.embedder == GUIDE
    first, second = old.classify(YELLOW), new.classify(YELLOW)
    np.testing.assert_array_equal(first.embedding, second.embedding)
    assert first["genre"].ranked == second["genre"].ranked
    assert after.ranges == before.ranges == {"conv": (0.0, 1.5)}
    with (after.folder / HISTORY).open(newline="") as stream:
        assert [row["leg"] for row in csv.DictReader(stream)] == [str(leg) for leg in range(1, 21)]


def test_what_is_held_out_is_nowhere_among_what_it_learnt_from(museum: Collection, models: Path) -> None:
    decide(museum, "Mannerism", 60)
    own = Bundle.load(models / "guide").works
    assert own is not None
    copies = own.select("train").embedding[:40]  # works that the guide was trained on, decided here
    for number, work in enumerate(decide(museum, "Mannerism", 40, seed=5)):
        museum.store(work, (), {ModelVersion("guide", "copies"): copies[number]})
    found = gather(museum, GUIDE, ["style", "genre"])
    lesson = Lesson(Bundle.load(models / "guide"), found)
    held = found.part(held=True).embedding
    distance = np.linalg.norm(lesson.works.embedding[:, None] - held[None], axis=2)
    assert len(held) > 5
    assert distance.min() > 0
    assert len(lesson.works) <= len(own.select("train")) + len(found.part(held=False).frame)


def test_the_next_lesson_starts_from_what_was_shipped_and_beats_what_serves(museum: Collection) -> None:
    decide(museum, "Mannerism", 60)
    _, first = taught(museum)
    use(BEN, "guide", first.version)
    decide(museum, "Orphism", 60, looks="Impressionism", seed=6)
    _, second = taught(museum)
    assert second.comparison is not None
    assert second.comparison.old == first.version
    assert "Orphism" in Bundle.load(second.folder).manifest.facets["style"].labels
    use(BEN, "guide", second.version)
    rollback(BEN, "guide")
    assert Classifier.load().version == first.version
    use(BEN, "guide", "1")
    assert Classifier.load().version == "1"
    rollback(BEN, "guide")
    assert Classifier.load().version == first.version


def test_a_job_that_is_paused_stops_and_goes_on(museum: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    from artml.training.progress import Reporter

    decide(museum, "Mannerism", 40)
    job = museum.jobs.start(BEN, "train", request=Request(bundle="guide"))

    class Impatient(Reporter):
        def begin(self, what: str, total: int) -> None:
            if what.startswith("leg 5 "):
                museum.jobs.update(job.id, "paused")

    learn(museum, job.id, Impatient())
    assert museum.jobs.get(job.id).state == "paused"
    assert [version.shipped for version in versions("guide")] == [True]
    learn(museum, job.id)  # a worker that comes too late
    museum.jobs.update(job.id, "waiting")
    decide(museum, "Rococo", 30, looks="Cubism", seed=8)  # too late for this lesson
    begun: list[str] = []

    class Watching(Reporter):
        def begin(self, what: str, total: int) -> None:
            begun.append(what)

    learn(museum, job.id, Watching())
    assert museum.jobs.get(job.id).state == "done"
    assert begun[0] == "leg 6 of 20"
    labels = Bundle.load(made_by("guide", job.id).folder).manifest.facets["style"].labels
    assert labels == (*STYLES, "Mannerism")
    assert list((settings().home / "errands").iterdir()) == []


def test_a_cancelled_job_and_one_with_nothing_to_learn_leave_nothing(museum: Collection) -> None:
    job = museum.jobs.start(BEN, "train", request=Request(bundle="guide"))
    learn(museum, job.id)
    failed = museum.jobs.get(job.id)
    assert failed.state == "failed"
    assert failed.reason.startswith("There is no decided work that guide 1 has looked at. Label a folder")
    decide(museum, "Mannerism", 10)
    job = museum.jobs.start(BEN, "train", request=Request(bundle="guide"))
    museum.jobs.update(job.id, "cancelled")
    learn(museum, job.id)
    assert [version.shipped for version in versions("guide")] == [True]
    assert list((settings().home / "errands").iterdir()) == []
    assert takeover.versions("guide")[0].comparison is None
