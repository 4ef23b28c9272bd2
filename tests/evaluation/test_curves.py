"""What a report draws: counts that agree with the figures, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from artml.evaluation import expected_calibration_error, measure
from artml.evaluation.curves import STEPS, curves
from artml.evaluation.mistakes import MOST, mistakes
from artml.evaluation.pictures import described


def drawn(n: int = 500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(4)
    return dice.integers(0, 3, n), dice.integers(0, 3, n), dice.random(n)


def test_the_bins_give_the_calibration_error() -> None:
    truth, predicted, confidence = drawn()
    found = curves(truth, predicted, confidence, 3, 15)
    gaps = [abs(n * mean - right) for n, mean, right in found.reliability]
    assert sum(gaps) / 500 == pytest.approx(expected_calibration_error(confidence, truth == predicted))
    assert sum(n for n, _, _ in found.reliability) == 500


def test_the_risk_curve_counts_the_answers_from_each_threshold_up() -> None:
    truth, predicted, confidence = drawn()
    found = curves(truth, predicted, confidence, 3, 15).risk
    assert len(found) == STEPS
    for threshold, answered, right in found:
        above = confidence >= threshold
        assert (above.sum(), (truth == predicted)[above].sum()) == (answered, right)
    assert found[-1][1] == 500


def test_answers_of_equal_confidence_stand_together() -> None:
    same = np.array([0.5, 0.5, 0.5, 0.9])
    found = curves(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 0]), same, 2, 10)
    assert found.risk == ((0.9, 1, 1), (0.5, 4, 3))
    assert found.confusion == ((2, 0), (1, 1))


def test_no_works_draw_nothing() -> None:
    found = measure(np.zeros((0, 3)), [], ("a", "b", "c"), 0.5).summary()
    assert found["risk"] == []
    assert found["confusion"] == [[0, 0, 0]] * 3
    assert [n for n, _, _ in found["reliability"]] == [0] * 15


def test_mistakes_are_the_surest_wrong_answers_about_known_labels() -> None:
    works = pd.DataFrame({"path": list("abcde"), "style": ["A", "B", "", "Z", "B"]})
    said = np.array([[0.6, 0.4], [0.7, 0.3], [0.9, 0.1], [0.9, 0.1], [0.8, 0.2]])
    assert mistakes(said, works, "style", ("A", "B")) == [
        {"path": "e", "truth": "B", "answer": "A", "probability": 0.8},
        {"path": "b", "truth": "B", "answer": "A", "probability": 0.7},
    ]
    many = pd.DataFrame({"path": [str(n) for n in range(60)], "style": "B"})
    assert len(mistakes(np.tile([0.6, 0.4], (60, 1)), many, "style", ("A", "B"))) == MOST


def test_pictures_are_described_and_bad_ones_left_out(tmp_path: Path) -> None:
    Image.new("RGB", (40, 20), (255, 0, 130)).save(tmp_path / "a.png")
    Image.new("RGB", (60, 30), (255, 0, 130)).save(tmp_path / "b.png")
    (tmp_path / "c.png").write_bytes(b"nothing")
    done: list[int] = []
    found = described([tmp_path / name for name in ("a.png", "b.png", "c.png")], progress=done.append)
    assert (found["n"], found["sample"], len(done)) == (3, 2, 3)
    assert found["intensity"]["red"] == [0.0] * 31 + [1.0]
    assert found["intensity"]["green"][0] == found["intensity"]["blue"][16] == 1.0
    assert (found["width"][0], found["width"][3], found["width"][-1]) == (40, 50, 60)
    assert "intensity" not in described([])
