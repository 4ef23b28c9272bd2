"""The decided works as embeddings, and which of them are never trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.bundle import Bundle
from artml.classifier import ModelVersion, embedder_of
from artml.collection import Collection, Decision
from artml.errors import CollectionError
from artml.settings import settings

HELD_SHARE: Final = 0.2
"""Of the decided objects, the share that no training ever sees."""

LEAST: Final = 5
"""Decided works, those held out not among them, that make a label one of the bundle's."""

HELD: Final = "held"


@dataclass(frozen=True, eq=False)
class DecidedWorks:
    """A row a work: `embedding` (n, size), float32, and in `frame` a column a facet, "" where nobody decided,
    and `held`, whether it is never trained on.
    """

    embedding: npt.NDArray[np.float32]
    frame: pd.DataFrame
    lacking: int = 0
    """Decided works that are not here: no embedding of theirs by this bundle is in the collection."""

    def part(self, *, held: bool) -> DecidedWorks:
        """Those that are never trained on, or the others."""
        rows = (self.frame[HELD] == held).to_numpy(dtype=bool)
        return DecidedWorks(self.embedding[rows], self.frame[rows].reset_index(drop=True), self.lacking)

    def count(self, facet: str) -> int:
        """How many are decided in a facet."""
        return int((self.frame[facet] != "").sum())

    def write(self, file: Path) -> None:
        """Write an `.npz`, whole or not at all."""
        columns = {f"column:{name}": column.to_numpy() for name, column in self.frame.items()}
        arrays = {
            name: array.astype(bool) if name == f"column:{HELD}" else array.astype(str)
            for name, array in columns.items()
        }
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            np.savez(stream, allow_pickle=False, embedding=self.embedding, lacking=self.lacking, **arrays)
        part.rename(file)

    @classmethod
    def read(cls, file: Path) -> DecidedWorks:
        """What `write` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            columns = {
                name.removeprefix("column:"): stored[name]
                for name in stored.files
                if name.startswith("column:")
            }
            frame = pd.DataFrame({name: pd.Series(column) for name, column in columns.items()})
            text = dict.fromkeys(frame.columns.drop(HELD), "str")
            frame = frame.astype(text)
            return cls(stored["embedding"], frame, int(stored["lacking"]))


def shipped(name: str) -> Bundle:
    """The bundle of that name as it was shipped: every lesson starts from it. Raises a `BundleError`."""
    return Bundle.load((settings().models / name).resolve())


def to_learn_from(collection: Collection, name: str) -> DecidedWorks:
    """What a bundle can learn from. Raises `CollectionError` where that is nothing, or a `BundleError`."""
    bundle = shipped(name)
    model = embedder_of(bundle.manifest)
    found = gather(collection, model, list(bundle.manifest.facets))
    if not len(found.part(held=False).frame):
        others = f" {found.lacking:,} were labelled by another model." if found.lacking else ""
        raise CollectionError(
            f"There is no decided work that {name} {model.version} has looked at.{others} Label a folder"
            " with artml jobs start, and review it."
        )
    return found


def gather(collection: Collection, model: ModelVersion, facets: Sequence[str]) -> DecidedWorks:
    """The works of which a person decided one of the facets for certain: accepted, or corrected, the first
    label without a qualifier; and what `model` made of them.
    """
    said: dict[int, dict[str, str]] = {}
    for work, decision in collection.standing():
        if decision.facet in facets and (label := plain_label(decision)):
            said.setdefault(work.id, {})[decision.facet] = label
    works, vectors = collection.embeddings(model, public_only=False)
    rows = [row for row, work in enumerate(works) if work.id in said]
    columns: dict[str, list[str]] = {
        facet: [said[works[row].id].get(facet, "") for row in rows] for facet in facets
    }
    frame = pd.DataFrame(columns).astype("str")
    held = [is_held(works[row].object_number or works[row].sha256) for row in rows]
    frame[HELD] = np.array(held, dtype=bool)
    return DecidedWorks(vectors[rows], frame, len(said) - len(rows))


def plain_label(decision: Decision) -> str:
    """The label that a decision gives for certain; empty where it gives none."""
    first = decision.labels[0] if decision.labels else None
    return first.label if first and not first.qualifier and decision.outcome != "cannot_say" else ""


def is_held(unit: str) -> bool:
    """Whether a work is never trained on, by its object number or SHA-256: for the same work always the same,
    and for all views of an object.
    """
    number = int.from_bytes(hashlib.sha256(unit.encode()).digest()[:8])
    return number < HELD_SHARE * 2**64
