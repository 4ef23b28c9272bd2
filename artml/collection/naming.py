"""A cluster in words: what most of its works have in common, as a person would say it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.vocabulary import vocabulary

MOST: Final = 0.4
"""Share of the labelled works from which one label names a cluster."""
BOTH: Final = 0.55
"""Share from which two labels do, each with a third of it."""
DATED: Final = 10
"""Works of a style with a year that it takes to call some of them early or late."""
LIFT: Final = 3.0
"""How many times commoner than elsewhere what tells two clusters of one name apart must be."""

_PLURALS: Final = {
    "genre painting": "genre scenes",
    "marina": "marines",
    "nude painting": "nudes",
    "sketch and study": "sketches and studies",
}
_ABSTRACT: Final = "abstract painting"


def names(frame: pd.DataFrame, numbers: npt.NDArray[np.intp]) -> list[str]:
    """A name for each cluster: "late Impressionist landscapes".

    `frame` has a row a work with `style`, `genre`, `artist`, `nationality` and `period`, "" where unknown,
    and `year`, NaN where unknown; `numbers` the cluster of each row, from 0. Clusters that come by the same
    name get what tells them apart, where anything does.
    """
    parts = [frame[numbers == number] for number in range(int(numbers.max()) + 1)]
    found = [_name(part, frame) for part in parts]
    often = Counter(found)
    return [
        name if often[name] == 1 else f"{name}{_apart(part, frame)}"
        for name, part in zip(found, parts, strict=True)
    ]


def adjective(style: str) -> str:
    """A style as an adjective, in the Getty's wording where that is one: "Impressionist", "Pop"."""
    known = vocabulary().get("style", style)
    wording = re.sub(r"\s*\(.*\)", "", (known and known.aat_label) or style)
    wording = re.sub(r"\s+(painting|paintings|art)$", "", wording)
    return re.sub(r"ism$", "ist", wording)


def plural(genre: str) -> str:
    """Works of a genre: "landscapes", "still lifes"."""
    return _PLURALS.get(genre, f"{genre}s")


def _name(part: pd.DataFrame, whole: pd.DataFrame) -> str:
    styles, genres = _leading(part["style"]), _leading(part["genre"])
    told = " and ".join(map(adjective, styles))
    if told.lower().startswith("abstract") and genres == [_ABSTRACT]:
        genres = []
    things = " and ".join(map(plural, genres)) or "works"
    when = _when(part, whole, styles[0]) if len(styles) == 1 else ""
    origin, period = ("", "") if styles else (_one(part["nationality"]), _one(part["period"]))
    words = [when, origin, told, things, f"of {period}" if period else ""]
    name = " ".join(word for word in words if word)
    return "works of many kinds" if name == "works" else name


def _leading(column: pd.Series[str]) -> list[str]:
    """The label that most of the works have, or the two that most have together; [] where none lead."""
    shares = column[column != ""].value_counts(normalize=True)
    if len(shares) and shares.iloc[0] >= MOST and not (len(shares) > 1 and shares.iloc[1] >= MOST):
        return [str(shares.index[0])]
    if len(shares) > 1 and shares.iloc[0] + shares.iloc[1] >= BOTH and shares.iloc[1] >= BOTH / 3:
        return [str(label) for label in shares.index[:2]]
    return []


def _one(column: pd.Series[str]) -> str:
    found = _leading(column)
    return found[0] if len(found) == 1 else ""


def _when(part: pd.DataFrame, whole: pd.DataFrame, style: str) -> str:
    """ "early" or "late" within a style, where the works' years say so."""
    here = part.loc[part["style"] == style, "year"].dropna()
    everywhere = whole.loc[whole["style"] == style, "year"].dropna()
    if len(here) < DATED or len(everywhere) < 2 * DATED:
        return ""
    first, last = everywhere.quantile([0.25, 0.75])
    middle = here.median()
    return "early" if middle <= first < last else "late" if middle >= last > first else ""


def _apart(part: pd.DataFrame, whole: pd.DataFrame) -> str:
    """What is much commoner in a cluster than elsewhere, as the end of a name."""
    for column, wording in (("artist", ", many by {}"), ("nationality", ", mostly {}"), ("period", ", {}")):
        label = _commoner(part[column], whole[column])
        if label:
            return wording.format(label)
    return ""


def _commoner(here: pd.Series[str], everywhere: pd.Series[str], least: float = 0.15) -> str:
    shares = here[here != ""].value_counts(normalize=True)
    if shares.empty or shares.iloc[0] < least:
        return ""
    usual = float((everywhere == shares.index[0]).sum()) / max(int((everywhere != "").sum()), 1)
    return str(shares.index[0]) if shares.iloc[0] >= LIFT * usual else ""


def share_of(labels: Sequence[str]) -> list[tuple[str, float]]:
    """Labels with their shares of those that there are, the commonest first; "" is none."""
    counts = Counter(label for label in labels if label)
    return [(label, count / counts.total()) for label, count in counts.most_common()]


def sentence(part: pd.DataFrame) -> str:
    """What else there is to say of a cluster: "1,204 works; 71% Ukiyo-e; most often by Keisai Eisen."."""
    said = [f"{len(part):,} works" if len(part) != 1 else "1 work"]
    for column in ("style", "genre"):
        shares = share_of(list(part[column]))[:1]
        said += [f"{share:.0%} {label}" for label, share in shares]
    years = part["year"].dropna()
    if len(years) >= DATED:
        first, last = (round(when) for when in years.quantile([0.25, 0.75]))
        said.append(f"half of the dated ones from {first} to {last}")
    artists = share_of(list(part["artist"]))
    if artists and artists[0][1] >= 0.05:
        said.append(f"most often by {artists[0][0]}")
    return "; ".join(said) + "."
