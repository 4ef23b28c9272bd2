"""What looks like a visitor's picture: the museum's public works, and never a private one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from artml.classifier import Answer, ModelVersion, Prediction, RankedLabel
from artml.collection import Collection, Person
from artml.settings import settings
from artml.web import lookalikes, museum

MODEL = ModelVersion("colours", "7")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn."""
    drawn: list[str] = []
    monkeypatch.setattr(lookalikes.st, "html", drawn.append)
    return drawn


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path))
    settings.cache_clear()
    lookalikes._public.clear()
    yield tmp_path
    lookalikes._public.clear()
    museum._open.clear()
    monkeypatch.undo()
    settings.cache_clear()


def answer(vector: list[float] | None, *, is_painting: bool = True, model: ModelVersion = MODEL) -> Answer:
    said = Prediction("style", (RankedLabel("Cubism", 0.8),), 0.9, False, model)
    embedding = None if vector is None else np.array(vector, np.float32)
    return Answer({"style": said}, embedding, is_painting)


def fill(collection: Collection) -> None:
    """Four works along the edges of a cube, titled by their place; the first three public."""
    for number, vector in enumerate(np.eye(4, dtype=np.float32)):
        work = collection.add_work(
            hashlib.sha256(bytes([number])).hexdigest(),
            size=1,
            width=4,
            height=3,
            folder="drawn",
            name=f"{number}.png",
            columns={"title": f"Work {number} & more", "artist": "Anna <b>"},
            thumbnail=b"jpeg",
        )
        collection.store(work, [], {MODEL: vector})
    collection.mark_public(Person.here(), collection.works(public_only=False)[:3])


def test_the_nearest_public_works_are_shown(home: Path, shown: list[str]) -> None:
    with Collection.open() as collection:
        fill(collection)
    lookalikes.look_alikes(answer([0, 0, 0.2, 1]))
    assert len(shown) == 1
    text = shown[0]
    assert "In this museum" in text
    assert text.index("Work 2 &amp; more, Anna &lt;b&gt;") < text.index("Work 0 &amp; more")
    assert "Work 3" not in text


def test_a_work_that_is_public_no_longer_is_shown_no_longer(home: Path, shown: list[str]) -> None:
    with Collection.open() as collection:
        fill(collection)
        lookalikes.look_alikes(answer([1, 0, 0, 0]))
        collection.mark_public(Person.here(), collection.works()[:1], public=False)
        lookalikes.look_alikes(answer([1, 0, 0, 0]))
    assert "Work 0" in shown[0]
    assert "Work 0" not in shown[1]
    assert "Work 1" in shown[1]


@pytest.mark.parametrize(
    "asked",
    [
        answer(None),
        answer([1, 0, 0, 0], is_painting=False),
        answer([1, 0, 0]),
        answer([1, 0, 0, 0], model=ModelVersion("colours", "8")),
    ],
    ids=["no embedding", "no painting", "another size", "another version"],
)
def test_what_cannot_be_compared_shows_nothing(home: Path, shown: list[str], asked: Answer) -> None:
    with Collection.open() as collection:
        fill(collection)
    lookalikes.look_alikes(asked)
    assert shown == []


def test_a_house_without_a_collection_gets_none(home: Path, shown: list[str]) -> None:
    lookalikes.look_alikes(answer([1, 0, 0, 0]))
    assert shown == []
    assert list(home.iterdir()) == []
