from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from artml.classifier import Classifier
from artml.labelling.pace import TRIED, forecasts, pace, some
from tests.colours import GREEN, write_colour_bundle


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{number}.png" for number in range(4)]
    for file in found:
        Image.new("RGB", (64, 48), GREEN).save(file)
    return found


def test_each_of_those_who_could_label_is_tried(models: Path, files: list[Path]) -> None:
    write_colour_bundle(models / "guide")
    write_colour_bundle(models / "guide-swift", taught_by="guide")
    loaded = []

    def load(bundles: tuple[str, ...]) -> Classifier:
        loaded.append(bundles)
        return Classifier.load(bundles)

    told = list(forecasts(files, 1_000_000, load))
    assert [each.bundles for each in told] == loaded == [("guide",), ("guide-swift",)]
    assert all(each.seconds > 1 for each in told)


def test_a_pace_is_that_of_one_picture(
    models: Path, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_colour_bundle(models / "guide")
    clock = iter([0.0, 100.0, 200.0, 202.0])  # the first pass starts everything
    monkeypatch.setattr("artml.labelling.pace.time.perf_counter", lambda: next(clock))
    assert pace(Classifier.load("guide"), files) == 0.5


@pytest.mark.parametrize("count", [0, 1, TRIED, TRIED + 1, 1000])
def test_some_are_spread_evenly(count: int) -> None:
    names = [str(number) for number in range(count)]
    found = some(names)
    assert len(found) == min(count, TRIED)
    assert count < 1000 or int(found[-1]) > 900
