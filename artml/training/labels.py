"""Labels as numbers: which labels a run knows, and what each work's are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from artml.catalogue import Catalogue

UNKNOWN = -1
RAREST = 1 / 16
Labels = Mapping[str, tuple[str, ...]]
Targets = dict[str, npt.NDArray[np.int32]]


def known_labels(catalogue: Catalogue, facets: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """For each facet, the sorted labels that at least so many of the catalogue's rows have."""
    return {facet: catalogue.labels(facet, minimum) for facet, minimum in facets.items()}


def targets(catalogue: Catalogue, labels: Labels) -> Targets:
    """For each facet the index of each row's label, (n,), `UNKNOWN` where it has none of them."""
    found = {}
    for facet, names in labels.items():
        index = {name: i for i, name in enumerate(names)}
        found[facet] = np.array(
            [index.get(label, UNKNOWN) for label in catalogue.frame[facet]], dtype=np.int32
        )
    return found


def class_weights(catalogue: Catalogue, labels: Labels, power: float) -> dict[str, npt.NDArray[np.float32]]:
    """For each facet a weight a label, in order: n^-power, with mean 1 over the rows that have one; 1 where
    no row has it.
    """
    weights = {}
    for facet, names in labels.items():
        by_label = catalogue.select(facet=facet, labels=names).class_weights(facet, power)
        weights[facet] = np.array([by_label.get(name, 1.0) for name in names], dtype=np.float32)
    return weights


def source_odds(catalogue: Catalogue, power: float) -> npt.NDArray[np.float32]:
    """How often each row should come, (n,): where its source holds a share s of the rows of its style,
    s^-power; one that holds less than `RAREST` counts as that. Power 0: all alike.
    """
    frame = catalogue.frame
    if not power or "source" not in frame:
        return np.ones(len(frame), np.float32)
    both = frame["style"] + "\0" + frame["source"]
    share = both.map(both.value_counts()) / frame["style"].map(frame["style"].value_counts())
    share = share.where(frame["style"] != "", 1.0).clip(lower=RAREST)
    return np.asarray(share**-power, np.float32)
