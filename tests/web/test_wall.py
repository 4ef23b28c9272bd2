"""The pictures of one session: looked at once, hung small, forgotten."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import numpy as np
import pytest
from PIL import Image

from artml.classifier import Answer, Classifier
from artml.labelling.decoding import Decoders
from artml.looking import Looker, decoding_for
from artml.sight import Eye, Sight
from artml.views import Pixels
from artml.web import wall as module
from artml.web.wall import Hung, Refused, Wall

Painted = Callable[..., Image.Image]
Look = Callable[..., Hung | Refused]


class Counting:
    """Stands where a classifier stands, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def answers(self, pixels: Sequence[tuple[Pixels, ...]]) -> list[Answer]:
        self.asked += 1
        return [Answer({}, np.zeros(4, np.float32), True) for _ in pixels]


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with decoding_for(Sight(eyes=(Eye(side=32),))) as started:
        yield started


@pytest.fixture
def look(decoders: Decoders) -> Look:
    """Has a wall look at a file."""

    def looking(wall: Wall, name: str, file: io.BytesIO, classifier: Counting) -> Hung | Refused:
        return wall.look(name, file.getbuffer(), Looker(cast(Classifier, classifier), decoders))

    return looking


def jpeg(image: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out


def test_a_large_photo_is_decoded_small_and_hung_smaller(painted: Painted, look: Look) -> None:
    classifier = Counting()
    hung = look(Wall(), "sea.jpg", jpeg(painted(1, 4000, 3000)), classifier)
    assert isinstance(hung, Hung)
    assert classifier.asked == 1
    assert Image.open(io.BytesIO(hung.rendition)).size == (1400, 1050)
    assert hung.ratio == pytest.approx(4 / 3)
    assert len(hung.rendition) < 500_000


def test_a_small_picture_is_not_enlarged(painted: Painted, look: Look) -> None:
    hung = look(Wall(), "sea.jpg", jpeg(painted(1, 300, 200)), Counting())
    assert isinstance(hung, Hung)
    assert Image.open(io.BytesIO(hung.rendition)).size == (300, 200)


def test_the_api_which_shows_nothing_has_no_rendition_made(painted: Painted, decoders: Decoders) -> None:
    looker = Looker(cast(Classifier, Counting()), decoders)
    seen = looker.look("sea.jpg", jpeg(painted(1, 300, 200)).getbuffer(), "api")
    assert (seen.width, seen.height, seen.rendition) == (300, 200, b"")


def test_the_same_bytes_are_looked_at_once(painted: Painted, look: Look) -> None:
    wall, classifier = Wall(), Counting()
    first = look(wall, "a.jpg", jpeg(painted(1)), classifier)
    again = look(wall, "b.jpg", jpeg(painted(1)), classifier)
    assert classifier.asked == 1
    assert isinstance(first, Hung)
    assert isinstance(again, Hung)
    assert again.answer is first.answer
    assert (first.name, again.name) == ("a.jpg", "b.jpg")


def test_memory_is_bounded(painted: Painted, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    wall, classifier = Wall(), Counting()
    for seed in (1, 2, 1, 3):
        look(wall, "x.jpg", jpeg(painted(seed)), classifier)
    assert len(wall.remembered) == 2
    look(wall, "x.jpg", jpeg(painted(1)), classifier)
    assert classifier.asked == 3
    look(wall, "x.jpg", jpeg(painted(2)), classifier)
    assert classifier.asked == 4


def test_a_bad_file_gives_its_reason_and_is_not_remembered(look: Look) -> None:
    wall, classifier = Wall(), Counting()
    file = io.BytesIO(b"hello")
    file.name = "notes.txt"
    refused = look(wall, "notes.txt", file, classifier)
    assert isinstance(refused, Refused)
    assert "notes.txt" in refused.reason
    assert not wall.remembered
    assert not classifier.asked


def test_new_pictures_replace_the_old_and_bad_files_take_nothing_down(painted: Painted, look: Look) -> None:
    wall, classifier = Wall(), Counting()
    sea, hill = (look(wall, f"{seed}.jpg", jpeg(painted(seed)), classifier) for seed in (1, 2))
    wall.hang([sea, hill])
    wall.opened = 1
    wall.hang([Refused("broken")])
    assert (wall.hung, wall.refused, wall.opened) == ([sea, hill], [Refused("broken")], 1)
    wall.hang([hill])
    assert (wall.hung, wall.refused, wall.opened) == ([hill], [], None)
    wall.clear()
    assert (wall.hung, wall.refused, wall.opened) == ([], [], None)
