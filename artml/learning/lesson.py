"""Training heads anew: on the works that the bundle carries, and on those that people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pandas as pd

from artml.bundle import Bundle
from artml.bundle_works import BundleWorks
from artml.catalogue import Catalogue
from artml.errors import BundleForeign
from artml.learning.decided import LEAST, DecidedWorks
from artml.learning.heads import Head, heads_of
from artml.networks import EMBEDDING
from artml.training.batches import CachedBatches
from artml.training.fitting import fit
from artml.training.labels import class_weights, targets
from artml.training.progress import Reporter
from artml.training.recipe import RECIPES, Recipe

TWIN: float = 0.99
"""Cosine from which two embeddings are taken for the same picture: of 264 paintings that the guide carries,
each has 0.9996 or more with itself as the engine sees it, and 42 others at most 0.91 with any.
"""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is learnt, from where. Facets that nobody decided stay as they are."""

    bundle: Bundle
    """Whose heads are trained anew."""
    decided: DecidedWorks

    @cached_property
    def recipe(self) -> Recipe:
        """That of `artml train museum`."""
        return Recipe.read(RECIPES / "museum" / "heads.toml")

    @cached_property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The labels of each facet that is trained: the bundle's, and those decided often enough."""
        taught = self.decided.part(held=False)
        found = {}
        for facet, known in self.bundle.manifest.facets.items():
            if taught.count(facet):
                counts = taught.frame[facet].value_counts()
                often = {str(label) for label in counts.index[counts >= LEAST] if label}
                found[facet] = tuple(sorted({*known.labels, *often}))
        return found

    @cached_property
    def works(self) -> BundleWorks:
        """The works trained on: the bundle's own, and the decided ones.

        Left out are the bundle's own that are held out as decided works, too.
        """
        own, taught = self.own.select("train"), self.decided.part(held=False)
        fresh = ~_alike(own.embedding, self.decided.part(held=True).embedding)
        facets = list(self.bundle.manifest.facets)
        frame = pd.concat([own.frame[facets][fresh], taught.frame[facets]], ignore_index=True)
        return BundleWorks(
            np.concatenate([own.embedding[fresh], taught.embedding]), frame.assign(split="train")
        )

    @cached_property
    def own(self) -> BundleWorks:
        """The works that the bundle carries. Raises `BundleForeign` where it carries none."""
        if (works := self.bundle.works) is None:
            raise BundleForeign(
                f"{self.bundle.manifest.name} carries none of the works it was trained on, and would forget"
                " them. It cannot learn from decisions."
            )
        return works

    def learn(self, folder: Path, reporter: Reporter) -> dict[str, Head]:
        """The new heads of all facets. What `folder` has of it already is not done again."""
        heads, file = heads_of(self.bundle), folder / "heads.npz"
        if not file.is_file():
            self._fit(heads, folder, reporter)
        with np.load(file, allow_pickle=False) as stored:
            for facet, labels in self.labels.items():
                kernel, bias = stored[f"{facet}/kernel"], stored[f"{facet}/bias"]
                heads[facet] = replace(heads[facet], labels=labels, kernel=kernel, bias=bias).as_kept()
        return heads

    def calibrating(self) -> BundleWorks:
        """The half of the bundle's validation works that confidence is calibrated on."""
        return self._half(0)

    def watched(self) -> BundleWorks:
        """The other half, on which old and new are compared."""
        return self._half(1)

    def _half(self, first: int) -> BundleWorks:
        """Every other of the bundle's validation works, less those that are decided, too."""
        works = self.own.select("validation")
        embedding, frame = works.embedding[first::2], works.frame[first::2]
        fresh = ~_alike(embedding, self.decided.embedding)
        return BundleWorks(embedding[fresh], frame[fresh].reset_index(drop=True))

    def _fit(self, heads: Mapping[str, Head], folder: Path, reporter: Reporter) -> None:
        keras.utils.set_random_seed(self.recipe.seed)
        watched = self.calibrating()
        vector = keras.Input(self.works.embedding.shape[1:], name=EMBEDDING)
        dense = {f: keras.layers.Dense(len(names), name=f) for f, names in self.labels.items()}
        logits = {facet: layer(_below(heads[facet], vector)) for facet, layer in dense.items()}
        model = keras.Model({EMBEDDING: vector}, logits)
        for facet, layer in dense.items():
            start = heads[facet].with_labels(self.labels[facet])
            layer.set_weights([start.kernel, start.bias])
        learnt = catalogue_of(self.works.frame)
        batches = CachedBatches(
            self.recipe,
            {EMBEDDING: self.works.embedding[:, None]},
            np.arange(len(self.works)),
            targets(learnt, self.labels),
        )
        known = targets(catalogue_of(watched.frame), self.labels)
        balance = class_weights(learnt, self.labels, self.recipe.class_weight_power)
        shown = {EMBEDDING: watched.embedding}, known
        fit(self.recipe, model, batches, shown, balance, folder, reporter)
        arrays: dict[str, npt.NDArray[np.float32]] = {}
        for facet, layer in dense.items():
            kernel, bias = layer.get_weights()
            arrays |= {f"{facet}/kernel": kernel, f"{facet}/bias": bias}
        part = folder / "heads.part"
        with part.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        part.rename(folder / "heads.npz")


def _below(head: Head, vector: Any) -> Any:
    """What a head stands on. A hidden layer stays as it is: facets that nobody decided stand on it, too."""
    if head.hidden is None:
        return vector
    return keras.ops.relu(keras.ops.matmul(vector, head.hidden.kernel) + head.hidden.bias)


def catalogue_of(frame: pd.DataFrame) -> Catalogue:
    """Works of which only labels are known, as a catalogue."""
    return Catalogue(frame, Path())


def counts(frame: pd.DataFrame, facet: str, labels: Sequence[str]) -> dict[str, int]:
    """How many works have each label."""
    found = frame[facet].value_counts()
    return {label: int(found.get(label, 0)) for label in labels}


def _alike(some: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Which of `some` (n, size) are the picture of one of `others`, (n,)."""
    if not len(others):
        return np.zeros(len(some), np.bool_)
    return np.asarray((_unit(some) @ _unit(others).T).max(axis=1) >= TWIN)


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))
