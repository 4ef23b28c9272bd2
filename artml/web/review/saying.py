"""What a person types as labels, and what is meant by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from artml.collection import Decision, Prediction
from artml.exports.record import Said
from artml.exports.words import OUTCOMES, QUALIFIERS, UNSURE
from artml.vocabulary import vocabulary

QUALIFIED: Final = tuple(dict.fromkeys((*UNSURE, *QUALIFIERS)))
"""Qualifiers to choose from, those that doubt the artist first."""


def understood(facet: str, typed: Iterable[str], qualifier: str = "") -> tuple[Said, ...]:
    """Typed labels as a decision says them, each once, without empty ones.

    `attributed to Claude Monet` is a label with its qualifier; `qualifier` is that of all others. A label of
    the vocabulary is spelt as there, any other as typed.
    """
    known = {label.casefold(): label for label in vocabulary().labels(facet)}
    said = []
    for text in typed:
        own, label = _parted(" ".join(text.split()))
        if label:
            said.append(Said(known.get(label.casefold(), label), own or qualifier))
    return tuple(dict.fromkeys(said))


def choices(facet: str, prediction: Prediction | None, recent: Sequence[str] = ()) -> list[str]:
    """The labels to choose from: what was typed last, then the likeliest, then the rest of the vocabulary."""
    ranked = [label for label, _ in prediction.ranked] if prediction else []
    return list(dict.fromkeys([*recent, *ranked, *vocabulary().labels(facet)]))


def in_words(decision: Decision) -> str:
    """What a decision says: `Cubism, attributed to Juan Gris`, or `cannot say`."""
    return ", ".join(map(str, decision.labels)) or OUTCOMES["cannot_say"]


def _parted(text: str) -> tuple[str, str]:
    """The qualifier that a text begins with, if it does, and the rest."""
    for qualifier in QUALIFIED:
        if text.casefold().startswith(f"{qualifier} "):
            return qualifier, text[len(qualifier) :].strip()
    return "", text
