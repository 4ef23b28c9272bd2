"""What a run said of its validation and test works, as tables on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.catalogue import Catalogue
from artml.evaluation import softmax

COLUMNS = ("split", "path", "work", "truth")
DIGITS = 5


def predict(
    split: str,
    catalogue: Catalogue,
    facet: str,
    labels: Sequence[str],
    logits: npt.NDArray[np.float32],
    each: int,
) -> pd.DataFrame:
    """A row a picture, `each` of every work in the catalogue's order; see `Run.predictions` for the columns.

    Truth is "" where it is none of the labels.
    """
    frame = catalogue.frame.loc[catalogue.frame.index.repeat(each)]
    work = frame["work"] if "work" in frame else frame["path"]
    truth = frame[facet].where(frame[facet].isin(list(labels)), "")
    lead = {
        "split": split,
        "path": frame["path"],
        "work": work.mask(work == "", frame["path"]),
        "truth": truth,
    }
    table = pd.DataFrame(lead).reset_index(drop=True)
    probabilities = pd.DataFrame(softmax(logits), columns=list(labels))
    return pd.concat([table, probabilities], axis=1)


def write_predictions(table: pd.DataFrame, file: Path) -> None:
    """Write the table as CSV, probabilities to so many digits."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    table.to_csv(part, index=False, float_format=f"%.{DIGITS}f")
    part.rename(file)


def read_predictions(file: Path) -> pd.DataFrame:
    """The table as it was written."""
    text = dict.fromkeys(COLUMNS, str)
    return pd.read_csv(file, dtype=text, keep_default_na=False)
