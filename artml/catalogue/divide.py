"""How rows are balanced and divided: plain functions over a frame, the same for the same seed.

Frames have an index 0..n-1; an empty string stands for an unknown value.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd


def undersample(frame: pd.DataFrame, facet: str, seed: int) -> pd.DataFrame:
    """As many rows of every label as the rarest has, drawn at random, in their old order."""
    labelled = frame[frame[facet] != ""]
    smallest = int(labelled[facet].value_counts().min()) if len(labelled) else 0
    rng = np.random.default_rng(seed)
    drawn = [
        rng.choice(rows.index.to_numpy(), smallest, replace=False) for _, rows in labelled.groupby(facet)
    ]
    return frame.loc[np.sort(np.concatenate(drawn))] if drawn else labelled


def class_weights(frame: pd.DataFrame, facet: str, power: float) -> dict[str, float]:
    """n^-power for a label with n rows, scaled so that the mean over the labelled rows is 1."""
    counts = frame.loc[frame[facet] != "", facet].value_counts().sort_index()
    weights = counts.astype("float64") ** -power
    scale = counts.sum() / (counts * weights).sum() if len(counts) else 1.0
    return {str(label): float(weight * scale) for label, weight in weights.items()}


def units(frame: pd.DataFrame, column: str) -> pd.Series[str]:
    """What must stay together: the value of `column`; where that is empty, the value another picture of the
    same work has; where there is none, the work; and at last the path."""
    unit = frame[column]
    if "work" in frame:
        known = frame[(unit != "") & (frame["work"] != "")]
        siblings = frame["work"].map(known.groupby("work")[column].first()).fillna("")
        unit = unit.mask(unit == "", siblings)
        unit = unit.mask((unit == "") & (frame["work"] != ""), "\0work " + frame["work"])
    return unit.mask(unit == "", "\0path " + frame["path"])


def assign(unit: pd.Series[str], fractions: Mapping[str, float], seed: int) -> list[str]:
    """A split for each row. Units are drawn in random order, and each goes where most rows are wanting:
    so no split ends further from its fraction than the largest unit has rows."""
    if not fractions or min(fractions.values()) <= 0 or not math.isclose(sum(fractions.values()), 1):
        raise ValueError(f"fractions must be positive and add up to 1, not {dict(fractions)}")
    sizes = unit.value_counts().sort_index()
    wanting = {name: fraction * len(unit) for name, fraction in fractions.items()}
    split_of: dict[str, str] = {}
    for position in np.random.default_rng(seed).permutation(len(sizes)):
        split = max(wanting, key=lambda name: wanting[name])
        wanting[split] -= int(sizes.iloc[position])
        split_of[str(sizes.index[position])] = split
    return [split_of[value] for value in unit]


def foreign(frame: pd.DataFrame, facet: str, share: float) -> npt.NDArray[np.bool_]:
    """True for rows whose source holds less than `share` of the rows with their label."""
    known = frame[(frame[facet] != "") & (frame["source"] != "")]
    of_label = known[facet].map(frame[facet].value_counts())
    of_source = known.groupby([facet, "source"])["path"].transform("size")
    held = known.index[of_source / of_label < share]
    return np.asarray(frame.index.isin(held), dtype=bool)


def strangers(frame: pd.DataFrame, fraction: float, seed: int, facet: str) -> frozenset[str]:
    """Artists drawn at random until they make up `fraction` of the rows that name an artist and a label.

    An artist is passed over who would take more than that, or more than half of the rows of any label.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"fraction must lie between 0 and 1, not {fraction}")
    rows = frame[(frame["artist"] != "") & (frame[facet] != "")]
    room = fraction * len(rows)
    spare = {label: count // 2 for label, count in Counter(frame[facet]).items()}
    works: dict[str, Counter[str]] = {}
    for artist, label in zip(rows["artist"], rows[facet], strict=True):
        works.setdefault(artist, Counter())[label] += 1
    drawn = set()
    names = sorted(works)
    for position in np.random.default_rng(seed).permutation(len(names)):
        counts = works[names[position]]
        if counts.total() > room or any(count > spare[label] for label, count in counts.items()):
            continue
        drawn.add(names[position])
        room -= counts.total()
        for label, count in counts.items():
            spare[label] -= count
    return frozenset(drawn)


def apart(
    frame: pd.DataFrame, held: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """(kept, held): other pictures of a work held out are in neither, or the work would not be unseen."""
    kept = ~held
    if "work" in frame:
        works = frame["work"].to_numpy()
        kept &= ~((works != "") & np.isin(works, works[held]))
    return kept, held
