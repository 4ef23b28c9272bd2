"""One training run: from a recipe and a catalogue to weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from artml.catalogue import Catalogue
from artml.errors import RecipeError
from artml.images import open_image, to_square
from artml.networks import Architecture, network, weights
from artml.networks.layers import MeanAndSpread
from artml.training import features
from artml.training.batches import CachedBatches, Legs, PictureBatches
from artml.training.fitting import fit
from artml.training.labels import Labels, class_weights, known_labels, targets
from artml.training.progress import Reporter
from artml.training.recipe import Recipe

Arrays = dict[str, npt.NDArray[np.float32]]
HELD_ARTISTS, WATCHED = 0.12, 640


@dataclass(frozen=True)
class Run:
    """A recipe at work on a catalogue, in a folder of its own below `study`."""

    recipe: Recipe
    catalogue: Catalogue
    study: Path
    reporter: Reporter
    before: Run | None = None
    """The run whose weights this one starts from; without it, the pretrained ones."""

    def lineage(self) -> list[Run]:
        """The runs that led here, this one last."""
        return [*(self.before.lineage() if self.before else []), self]

    @property
    def folder(self) -> Path:
        """Where weights, history and checkpoint are kept."""
        return self.study / self.recipe.name

    @cached_property
    def train(self) -> Catalogue:
        """The works of the train split."""
        return self.catalogue.select(split="train")

    @cached_property
    def validation(self) -> Catalogue:
        """The works of the validation split."""
        return self.catalogue.select(split="validation")

    @cached_property
    def labels(self) -> Labels:
        """The labels each facet knows."""
        return known_labels(self.train, self.recipe.facets)

    @cached_property
    def architecture(self) -> Architecture:
        """The network with its heads."""
        sizes = {facet: len(names) for facet, names in self.labels.items()}
        r = self.recipe
        return Architecture(r.network, r.side, r.stages, sizes, r.embedding, r.dropout)

    @property
    def weights_file(self) -> Path:
        """The trained variables, float32, by `layer/variable`, before any of the start is kept."""
        return self.folder / "weights.npz"

    def weights(self) -> Arrays:
        """Every variable of the whole network as this run leaves it, trained first where need be.

        Where the recipe keeps a share of its start, each is the weighted mean of start and end, which
        forgets less of what the start knew (Wortsman et al. 2022, arXiv 2109.01903).
        """
        if not self.weights_file.is_file():
            self._train()
        with np.load(self.weights_file, allow_pickle=False) as stored:
            trained = {name: stored[name] for name in stored.files}
        return blend(self._start(), trained, self.recipe.keep) if self.recipe.keep else trained

    def kept_rows(self) -> npt.NDArray[np.intp]:
        """The rows of the train split that are trained on."""
        return self.rows_of(self.divided()[0]) if self.recipe.hold_out else np.arange(len(self.train))

    def divided(self) -> tuple[Catalogue, Catalogue]:
        """(trained on, held out) of a twin: the train split, less the artists or sources to test it on."""
        if self.recipe.hold_out == "artist":
            return self.train.hold_out_artists(HELD_ARTISTS, self.recipe.seed)
        return self.train.hold_out_sources()

    def rows_of(self, part: Catalogue) -> npt.NDArray[np.intp]:
        """Where a part of the train split stands in it."""
        return np.flatnonzero(self.train.frame["path"].isin(part.frame["path"]))

    def features(self, split: str, versions: int) -> features.Features:
        """The frozen stages' features of a split, computed where they are not there yet."""
        catalogue = self.catalogue.select(split=split)
        heads_only = self.recipe.train == "heads"
        stages = self.recipe.stages if heads_only else network(self.recipe.network).stages[:3]
        part = features.frozen_part(self.architecture, stages, self._start())
        key = [features.fingerprint(part), self.recipe.side, versions, self.recipe.seed]
        key += [self.recipe.augmentation.model_dump_json(), *catalogue.frame["path"]]
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()
        folder = self.study / "features" / f"{split}-{digest[:12]}"
        self.reporter.begin(f"features of {split}", len(catalogue))
        return features.compute(self.recipe, part, catalogue.files(), folder, versions, self.reporter.advance)

    def _train(self) -> None:
        self.reporter.say(f"{self.recipe.name}: {self.recipe.train} on {len(self.train)} works")
        keras.utils.set_random_seed(self.recipe.seed)
        keras.config.set_dtype_policy(self.recipe.precision)
        try:
            start = self._start()
            model, batches, validation = self._pictures() if self.recipe.train == "all" else self._cached()
            _assign_growing(model, start)
            balance = class_weights(self.train, self.labels, self.recipe.class_weight_power)
            fit(self.recipe, model, batches, validation, balance, self.folder, self.reporter)
        finally:
            keras.config.set_dtype_policy("float32")
        trained = {name: np.asarray(v, np.float32) for name, v in weights.variables(model).items()}
        _save(self.weights_file, start | trained)

    def _start(self) -> Arrays:
        return self.before.weights() if self.before else network(self.recipe.network).pretrained()

    def _cached(self) -> tuple[keras.Model, Legs, Any]:
        stored, watched = self.features("train", self.recipe.versions), self.features("validation", 1)
        model = trained_part(self.architecture, self.recipe.train, stored)
        inputs = {name: watched[name][:, 0].astype(np.float32) for name in model.input}
        stored = {name: stored[name] for name in model.input}
        batches = CachedBatches(self.recipe, stored, self.kept_rows(), targets(self.train, self.labels))
        return model, batches, (inputs, targets(self.validation, self.labels))

    def _pictures(self) -> tuple[keras.Model, Legs, Any]:
        whole = self.architecture.build()
        model = keras.Model(whole.input, {facet: whole.output[facet] for facet in self.labels})
        known = targets(self.train, self.labels)
        batches = PictureBatches(self.recipe, self.train.files(), self.kept_rows(), known)
        some = np.random.default_rng(self.recipe.seed).permutation(len(self.validation))[:WATCHED]
        files = self.validation.files()
        pixels = np.stack([to_square(open_image(files[row]), self.recipe.side) for row in some])
        watched = {facet: index[some] for facet, index in targets(self.validation, self.labels).items()}
        return model, batches, (pixels.astype(np.float32), watched)


def blend(start: Arrays, end: Arrays, keep: float) -> Arrays:
    """`keep` times the start and the rest of the end; what the start lacks is the end's."""
    return {
        name: keep * start[name] + (1 - keep) * array if name in start else array
        for name, array in end.items()
    }


def study_runs(recipes: Sequence[Recipe], catalogue: Catalogue, study: Path, reporter: Reporter) -> list[Run]:
    """A run a recipe, in order; `RecipeError` if one starts after a recipe that does not come before it."""
    runs: dict[str | None, Run] = {}
    for recipe in recipes:
        if recipe.after is not None and recipe.after not in runs:
            raise RecipeError(
                f"The recipe {recipe.name} starts after {recipe.after}, which does not come before it."
            )
        runs[recipe.name] = Run(recipe, catalogue, study, reporter, runs.get(recipe.after))
    return list(runs.values())


def trained_part(architecture: Architecture, train: str, stored: features.Features) -> keras.Model:
    """What is trained on cached features: the heads, under them stage 4 where `train` says so."""
    inputs = {name: keras.Input(array.shape[2:], name=name) for name, array in stored.items()}
    pooled = [inputs[f"{stage}_pool"] for stage in architecture.stages if f"{stage}_pool" in inputs]
    if train == "stage4":
        deep = network(architecture.network).stage(inputs["stage3_act"], 4)
        pooled.append(MeanAndSpread(name="stage4_act_pool")(deep))
    else:
        inputs = {name: tensor for name, tensor in inputs.items() if name.endswith("_pool")}
    outputs = architecture.heads(pooled)
    return keras.Model(inputs, {facet: outputs[facet] for facet in architecture.facets})


def _save(file: Path, arrays: Arrays) -> None:
    with file.with_suffix(".part").open("wb") as part:
        np.savez(part, allow_pickle=False, **arrays)
    file.with_suffix(".part").rename(file)


def _assign_growing(model: keras.Model, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Assign by name; where a variable has more rows than its array, the others become nought.

    So heads that stood on three stages go on as they were when a fourth comes under them.
    """
    for name, variable in weights.variables(model).items():
        if (array := arrays.get(name)) is None:
            continue
        if array.shape[0] < variable.shape[0]:
            more = np.zeros((variable.shape[0] - array.shape[0], *array.shape[1:]), np.float32)
            if name.endswith("moving_variance"):
                more += 1
            array = np.concatenate([array, more])
        variable.assign(array)
