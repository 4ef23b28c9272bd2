"""The works a bundle was trained on, as embeddings and labels: enough to train its heads anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.memory import read_works

STEPS = 127


@dataclass(frozen=True, eq=False)
class BundleWorks:
    """A row a work: `embedding` (n, size), float32, and in `frame` its `split` and its label in each facet.

    A label is "" where there is none.
    """

    embedding: npt.NDArray[np.float32]
    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def select(self, split: str) -> BundleWorks:
        """Those of one split."""
        rows = (self.frame["split"] == split).to_numpy()
        return BundleWorks(self.embedding[rows], self.frame[rows].reset_index(drop=True))

    def write(self, file: Path) -> None:
        """Write an `.npz`: embeddings as whole numbers from -127 to 127 and a scale each column, labels as
        numbers in a list.
        """
        scale = np.maximum(np.abs(self.embedding).max(0), 1e-9) / STEPS
        arrays = {
            "embedding": np.round(self.embedding / scale).astype(np.int8),
            "scale": scale.astype(np.float32),
        }
        for column in self.frame:
            numbers, names = pd.factorize(self.frame[column], sort=True)
            arrays |= {
                f"{column}:number": numbers.astype(np.int16),
                f"{column}:names": np.array(names, dtype=str),
            }
        with file.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)

    @classmethod
    def read(cls, file: Path) -> BundleWorks:
        """What `write` wrote; embeddings to within half a step, 1/254 of each column's largest."""
        embedding, columns = read_works(file)
        return cls(embedding, pd.DataFrame(columns).astype("str"))
