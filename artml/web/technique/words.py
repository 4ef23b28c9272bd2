"""What the page says of a hand or an algorithm, in words: no widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from artml.classifier import Answer, Prediction
from artml.figures import percent
from artml.report.technique import NEW_PEOPLE
from artml.web.words import MADE, SURE_FROM, confidence, several

FACET: Final = "technique"
HAND: Final = "hand"
ALGORITHM: Final = "algorithm"
ENDS: Final = {HAND: "by hand", ALGORITHM: "by an algorithm"}
CANNOT_SAY: Final = "Cannot say"

STRANGE: Final = (
    "This looks like neither a painting or drawing nor art made by code. Of other pictures I cannot say."
)

UNKNOWN: Final = (
    "By algorithm I mean a program that an artist wrote: plotted lines, noise, tilings. I have met no "
    "picture from an AI image generator, and what I say of one means nothing.",
    "Of a photograph I cannot say. Prints, collages and digital drawings lie between my two answers.",
    "I see squares of a picture at one small scale: strokes and textures, not what is meant by them. A very "
    "regular hand may pass for code, and a loose program for a hand.",
)

Floats = npt.NDArray[np.float64]

FAIRLY_FROM: Final = 0.75
"""Probability from which a verdict is fairly sure; one below it, where the bundle gives one, is "perhaps"."""

_CLEAR: Final = 0.65
"""Probability from which a place of the map leans."""
_ALL: Final = 0.92
"""Share of the map from which all of it does."""
_LEVEL: Final = 0.05
"""How little the parts of a third may differ to be told as one."""


@dataclass(frozen=True)
class Verdict:
    """What is said of a picture as a whole."""

    made: str | None
    """The label; None: it cannot say."""
    sureness: str
    """The word for how sure that is; empty where it cannot say."""
    leaning: str
    """The label that leads, be it ever so little."""
    shares: dict[str, float]
    """The calibrated probability of each label, 0 to 1."""
    threshold: float
    """Probability from which it says so."""
    doubt: str
    """Why it cannot say, in a sentence."""
    strange: bool
    """Whether that is because the picture does not look like art: then its probabilities mean nothing."""

    @property
    def title(self) -> str:
        """The verdict as it stands on the label."""
        return MADE.get(self.made, self.made.capitalize()) if self.made else CANNOT_SAY

    @property
    def spoken(self) -> str:
        """All of it in one breath."""
        return " — ".join(part for part in (self.title, self.sureness) if part)

    @property
    def told(self) -> str:
        """The probabilities in words: "94% by an algorithm, 6% by hand"; empty where they mean nothing."""
        if self.strange:
            return ""
        ranked = sorted(self.shares.items(), key=lambda pair: -pair[1])
        return ", ".join(f"{percent(share)} {ENDS.get(label, label)}" for label, share in ranked)


def verdict(answer: Answer) -> Verdict:
    """The verdict of the whole picture: that of `classify`, with one exception.

    What does not look like art is nobody's guess, but for a picture that is surely drawn by an algorithm:
    the boundary was drawn around paintings, and such art lies near its edge.
    """
    said = answer[FACET]
    clear = said.probability >= said.threshold
    strange = not answer.is_painting and not (said.label == ALGORITHM and said.probability >= SURE_FROM)
    made = said.label if clear and not strange else None
    return Verdict(
        made,
        confidence(said.probability, certain=said.probability >= FAIRLY_FROM) if made else "",
        said.label,
        dict(said.ranked),
        said.threshold,
        "" if made else STRANGE if strange else _close(said),
        strange,
    )


def map_words(drawn: Floats) -> str:
    """Where a map leans to which end; `drawn` is (height, width), from 0, by hand, to 1, by algorithm."""
    coded, made = float((drawn >= _CLEAR).mean()), float((drawn <= 1 - _CLEAR).mean())
    if coded >= _ALL or made >= _ALL:
        return f"All of it looks made {ENDS[ALGORITHM if coded >= _ALL else HAND]}."
    if max(coded, made) < 1 - _ALL:
        return "No part of it leans clearly either way."
    told = []
    if made >= 1 - _ALL:
        told.append(f"made {ENDS[HAND]} in {percent(made)} of it, {_where(1 - drawn)}")
    if coded >= 1 - _ALL:
        told.append(f"made {ENDS[ALGORITHM]} in {percent(coded)}, {_where(drawn)}")
    return f"It looks {several(tuple(told), 'and')}."


def measured(metrics: dict[str, Any]) -> str:
    """How often it was right, by a bundle's figures: on works by people it had never met, where those were
    measured apart. Empty without figures.
    """
    apart = metrics.get("by_catalogue", {}).get(NEW_PEOPLE, {}).get(FACET)
    found = apart or metrics.get("test", {}).get(FACET)
    if not found:
        return ""
    low, high = found["intervals"]["accuracy"]
    told = (
        f"Of {found['n']:,} test works{' by people it had never met' if apart else ''}, it was right about "
        f"{found['accuracy']:.0%} (95% interval {low:.0%} to {high:.0%})."
    )
    certain = found.get("certain", {})
    if certain.get("accuracy"):
        told += (
            f" It was sure of {certain['coverage']:.0%} of them, and right about {certain['accuracy']:.0%} "
            "of those."
        )
    return told


def _close(said: Prediction) -> str:
    lean = f"I lean to “{ENDS.get(said.label, said.label)}”, with {percent(said.probability)}."
    if said.threshold > 1:
        return f"{lean} I am never sure enough to say so."
    return f"{lean} I say so from {percent(said.threshold)} up, for then I am right nine times in ten."


def _where(drawn: Floats) -> str:
    """The third or ninth of a map where it is highest."""
    cells = np.array(
        [[part.mean() for part in np.array_split(row, 3, 1)] for row in np.array_split(drawn, 3)]
    )
    down, across = divmod(int(cells.argmax()), 3)
    highest = cells[down, across]
    if highest - cells[:, across].mean() < _LEVEL:
        return ("clearest on the left", "clearest in the middle", "clearest on the right")[across]
    if highest - cells[down].mean() < _LEVEL:
        return ("clearest at the top", "clearest across the middle", "clearest at the bottom")[down]
    if (down, across) == (1, 1):
        return "clearest in the middle"
    words = (("upper", "", "lower")[down], ("left", "middle", "right")[across])
    return f"clearest {'in' if words[0] else 'on'} the {' '.join(filter(None, words))}"
