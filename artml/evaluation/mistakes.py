"""The most confident mistakes: which works, what they are, and what was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

MOST: Final = 24


def mistakes(
    probabilities: npt.NDArray[np.floating[Any]], works: pd.DataFrame, facet: str, labels: Sequence[str]
) -> list[dict[str, Any]]:
    """The 24 most confident wrong answers, surest first: `path`, `truth`, `answer`, `probability` (0 to 1).

    `probabilities` (n, labels) are of the n `works`, which have the columns `path` and the facet's; works
    with no label, or one that is not among `labels`, are no mistakes.
    """
    truth, answer = works[facet].to_numpy(), np.array(labels)[probabilities.argmax(axis=1)]
    confidence = probabilities.max(axis=1)
    wrong = np.flatnonzero((truth != answer) & works[facet].isin(list(labels)).to_numpy())
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:MOST]
    return [
        {
            "path": str(works["path"].iloc[row]),
            "truth": str(truth[row]),
            "answer": str(answer[row]),
            "probability": round(float(confidence[row]), 4),
        }
        for row in surest
    ]
