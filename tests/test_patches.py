"""From place to place of a picture: a bundle that goes by colour, on pictures of two colours."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml.classifier import Classifier
from artml.errors import NotAnImage, UnknownName
from tests.colours import GREEN, RED, write_colour_bundle, write_technique_bundle


@pytest.fixture
def classifier(models: Path) -> Classifier:
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    return Classifier.load()


def halves(width: int = 320, height: int = 240) -> Image.Image:
    """Red, by hand, on the left; green, by an algorithm, on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(Image.new("RGB", (width // 2, height), GREEN), (width // 2, 0))
    return picture


def test_each_half_is_told_for_itself(classifier: Classifier) -> None:
    found = classifier.patches(halves(), "technique")
    assert found is not None
    assert found.facet == "technique"
    assert found.probabilities.shape == (len(found.boxes), 2) == (found.shape[0] * found.shape[1], 2)
    assert found.probabilities.sum(axis=1) == pytest.approx(1)
    right = found.boxes[:, 0] >= 0.5
    left = found.boxes[:, 2] <= 0.5
    assert found.of("algorithm")[right].min() > 0.95
    assert found.of("hand")[left].min() > 0.95


def test_the_map_is_soft_and_lies_on_the_picture(classifier: Classifier) -> None:
    found = classifier.patches(halves(), "technique")
    assert found is not None
    drawn = found.map("algorithm", 30, 40)
    assert drawn.shape == (30, 40)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert drawn[:, :8].max() < 0.1
    assert drawn[:, -8:].min() > 0.9
    assert drawn[:, 19:21].mean() == pytest.approx(0.5, abs=0.1)
    assert np.abs(np.diff(drawn, axis=1)).max() < 0.25
    assert found.map("hand", 30, 40) == pytest.approx(1 - drawn)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
def test_a_picture_of_any_size_has_a_map(classifier: Classifier, size: tuple[int, int]) -> None:
    found = classifier.patches(Image.new("RGB", size, GREEN), "technique")
    assert found is not None
    assert found.map("algorithm", 7, 9).min() > 0.95


def test_a_network_that_sees_the_whole_has_no_places(classifier: Classifier) -> None:
    assert classifier.patches(halves(), "style") is None


def test_what_nobody_knows_is_an_error(classifier: Classifier) -> None:
    with pytest.raises(UnknownName, match="period"):
        classifier.patches(halves(), "period")
    found = classifier.patches(halves(), "technique")
    assert found is not None
    with pytest.raises(UnknownName, match="camera.*algorithm, hand"):
        found.of("camera")
    with pytest.raises(NotAnImage):
        classifier.patches(io.BytesIO(b"words"), "technique")
