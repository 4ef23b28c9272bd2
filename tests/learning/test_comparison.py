from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from artml.bundle import Facet
from artml.learning.comparison import COMPARISON, Comparison, Speaker, Total, compare
from artml.learning.heads import Head

EYE = np.eye(3, dtype=np.float32)


def speaker(*labels: str, sharp: float = 8.0) -> Speaker:
    """Answers the label whose number is lit."""
    head = Head(labels, sharp * EYE[:, : len(labels)], np.zeros(len(labels), np.float32))
    return Speaker({"style": head}, {"style": Facet(labels=labels, temperature=1.0, threshold=0.9)})


def works(*styles: str, lit: list[int]) -> tuple[np.ndarray, pd.DataFrame]:
    return EYE[lit], pd.DataFrame({"style": list(styles)})


def test_a_label_that_the_old_one_lacks_counts_against_it() -> None:
    decided = works(*["a"] * 10, *["c"] * 20, "x", "", lit=[0] * 10 + [2] * 20 + [0, 0])
    others = works(*"ab" * 20, lit=[0, 1] * 20)
    found = compare("1", speaker("a", "b"), speaker("a", "b", "c"), decided, others)
    pair = found.decided["style"]
    assert (pair.n, pair.strangers) == (30, 1)
    assert (pair.old.accuracy, pair.new.accuracy) == (pytest.approx(1 / 3), 1.0)
    assert (pair.old.macro_f1, pair.new.macro_f1) == (pytest.approx(0.25), 1.0)
    assert pair.new.ece < 0.01 < pair.old.ece
    assert pair.gain[0] > 0.4
    assert found.others["style"].gain == (0.0, 0.0)
    assert found.sentence().startswith(
        "Better. Of 30 decisions held out it gives 30, 1 gives 10 (+66.7 points"
    )
    assert COMPARISON.validate_json(COMPARISON.dump_json(found)) == found


def test_a_facet_that_nobody_decided_is_not_compared() -> None:
    found = compare("1", speaker("a"), speaker("a"), works("", lit=[0]), works("a", lit=[0]))
    assert (found.decided, found.others) == ({}, {})
    assert found.sentence().startswith("Nobody can say yet: no decided work is held out.")


UP, DOWN, FLAT = (Total(9, 1, 5, (0.2, 0.6)), Total(9, 5, 1, (-0.6, -0.2)), Total(9, 5, 5, (-0.1, 0.1)))


@pytest.mark.parametrize(
    ("decided", "others", "verdict"),
    [
        (UP, FLAT, "Better."),
        (UP, UP, "Better."),
        (UP, DOWN, "Better on decided works, worse on others."),
        (FLAT, DOWN, "Worse."),
        (DOWN, UP, "Worse."),
        (FLAT, FLAT, "No clear difference."),
        (FLAT, UP, "Better on other works alone."),
    ],
)
def test_the_verdict_follows_the_intervals(decided: Total, others: Total, verdict: str) -> None:
    assert Comparison("1", {}, {}, decided, others).sentence().startswith(f"{verdict} Of 9 decisions")
