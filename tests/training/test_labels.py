from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from artml.catalogue import Catalogue
from artml.training.labels import UNKNOWN, class_weights, known_labels, targets


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    file = tmp_path / "c.csv"
    styles = ["Cubism"] * 4 + ["Fauvism"] + ["Realism"] * 2 + [""]
    file.write_text("path,style\n" + "".join(f"{i}.png,{style}\n" for i, style in enumerate(styles)))
    return Catalogue.read(file)


def test_labels_need_enough_works(catalogue: Catalogue) -> None:
    assert known_labels(catalogue, {"style": 2}) == {"style": ("Cubism", "Realism")}


def test_targets_number_the_labels_and_mark_the_others(catalogue: Catalogue) -> None:
    found = targets(catalogue, {"style": ("Cubism", "Realism")})["style"]
    assert found.tolist() == [0, 0, 0, 0, UNKNOWN, 1, 1, UNKNOWN]


def test_rare_labels_weigh_more(catalogue: Catalogue) -> None:
    weights = class_weights(catalogue, {"style": ("Cubism", "Realism")}, 0.5)["style"]
    assert weights[1] / weights[0] == pytest.approx(np.sqrt(2), rel=1e-4)
    assert (4 * weights[0] + 2 * weights[1]) / 6 == pytest.approx(1, rel=1e-4)
