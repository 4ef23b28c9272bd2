"""Works whose catalogued artist, style or genre a model doubts: where the catalogue, or the model, is wrong.

A model doubts a label that it knows and that is not among those which hold the truth nine times in ten; where
it makes no such sets, one that it knows and that is another than the one of which it is certain. Of a label
that it never heard of it can say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from artml.collection import queries
from artml.collection.model import Columns, Prediction, Work
from artml.collection.records import catalogued
from artml.exports.words import QUALIFIERS, UNSURE
from artml.vocabulary import vocabulary

NAMES: Final = {"artist": ("artist", "author")}
"""The columns of a catalogue that speak of a facet, where they are not called like it."""

_BESIDE: Final = re.compile(r"\([^)]*\)|\[[^]]*\]|\b\d{3,4}\b.*")
_QUALIFIED: Final = re.compile(rf"^({'|'.join((*QUALIFIERS, *UNSURE))})\s+", re.IGNORECASE)


def told(columns: Columns, facet: str) -> str:
    """What a catalogue says of a facet; empty where it says nothing."""
    return catalogued(columns, *NAMES.get(facet, (facet,))).strip()


def same(facet: str, one: str, other: str) -> bool:
    """Whether two wordings name one label: `Monet, Claude (1840–1926)` is `Claude Monet`, in any case."""
    return bool(_meanings(facet, one) & _meanings(facet, other))


def doubted(session: Session, facet: str, where: ColumnElement[bool]) -> list[int]:
    """The ids of the newest predictions that doubt the catalogue, of works of which a condition is true."""
    said = queries.newest().where(Prediction.facet == facet)
    asked = (
        select(Work.columns, Prediction.id, Prediction.label, Prediction.certain, Prediction.likely,
               Prediction.bundle, Prediction.version)
        .join_from(Work, Prediction)
        .where(Prediction.id.in_(said), Prediction.is_painting, where)
    )  # fmt: skip
    known = dict(_known(session, facet))
    found = []
    for columns, id_, label, certain, likely, bundle, version in session.execute(asked):
        theirs = told(columns, facet)
        if not theirs or same(facet, theirs, label):
            continue
        if not any(meaning in known[bundle, version] for meaning in _meanings(facet, theirs)):
            continue
        if certain if not likely else not any(same(facet, theirs, other) for other in likely):
            found.append(id_)
    return found


def _known(session: Session, facet: str) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """What each version of a bundle can say of a facet."""
    one = (
        select(func.max(Prediction.id))
        .where(Prediction.facet == facet)
        .group_by(Prediction.bundle, Prediction.version)
    )
    for said in session.scalars(select(Prediction).where(Prediction.id.in_(one))):
        labels = (_meanings(facet, label) for label, _ in said.ranked)
        yield (said.bundle, said.version), frozenset().union(*labels)


@lru_cache(maxsize=4096)
def _meanings(facet: str, text: str) -> frozenset[str]:
    """The wordings by which a label is recognised, without accents, case, dates and qualifiers."""
    entry = vocabulary().get(facet, text)
    wordings = (text, entry.label, entry.aat_label) if entry else (text,)
    return frozenset(filter(None, (_bare(wording) for wording in wordings)))


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    name = _QUALIFIED.sub("", _BESIDE.sub("", plain).strip())
    last, comma, first = name.partition(",")
    turned = f"{first.strip()} {last.strip()}" if comma else name
    return " ".join(re.sub(r"[^\w]+", " ", turned).split()).casefold()
