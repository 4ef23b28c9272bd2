from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from artml.labelling.report import lines
from artml.labelling.scores import Score
from artml.labelling.table import Summary


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1.24, "in 1.2 s, 967.7 a second."),
        (80, "in 1 min 20 s, 15.0 a second."),
        (3661, "in 1 h 1 min, 0.3 a second."),
    ],
)
def test_time_is_told_as_people_tell_it(seconds: float, said: str) -> None:
    (line,) = lines(Summary(Path("labels.csv"), labelled=1_200, seconds=seconds))
    assert line == f"labels.csv: 1,200 of 1,200 files labelled {said}"


def test_the_commonest_reason_comes_first() -> None:
    refused = Counter({"ImageDamaged": 2, "ImageTooLarge": 1, "UnsupportedFormat": 5})
    _, line = lines(Summary(Path("labels.csv"), refused=refused, seconds=1))
    assert line.startswith("Refused: 5 of a format that is not read, 2 damaged, 1 too large;")


def test_a_score_without_works_is_none() -> None:
    score = Score()
    score.add("", False, "Cubism", True)
    score.add("Vorticism", False, "Cubism", True)
    assert (score.works, score.unknown, score.accuracy, score.interval) == (0, 1, 0.0, (0.0, 1.0))
    *_, line = lines(Summary(Path("labels.csv"), labelled=2, seconds=1, scores={"style": score}))
    assert line == "style: nothing to compare; 1 catalogued with a label it does not know."
