"""One training run: from a recipe and a catalogue to weights and to predictions."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from artml.engine import BATCH, Engine
from artml.environment import has_bfloat16
from artml.errors import RecipeError
from artml.networks import EMBEDDING, Architecture, graph, network, weights
from artml.training import features
from artml.training.batches import CachedBatches, Legs, PictureBatches
from artml.training.fitting import fit
from artml.training.labels import Labels, Targets, class_weights, known_labels, source_odds, targets
from artml.training.partition import Partition, partition
from artml.training.pictures import Pictures
from artml.training.predictions import predict, read_predictions, write_predictions
from artml.training.progress import Reporter
from artml.training.recipe import BUNDLE, Recipe, Split
from artml.training.record import Record
from artml.training.selection import catalogue_of, select

Arrays = dict[str, npt.NDArray[np.float32]]
Inputs = Any
"""What Keras takes: an array, or arrays by name."""
HELD_ARTISTS, WATCHED = 0.12, 640
SPLITS: tuple[Split, ...] = ("validation", "test")


@dataclass(frozen=True)
class Run:
    """A recipe at work on a catalogue, in a folder of its own below `study`."""

    recipe: Recipe
    source: Catalogue
    """The whole catalogue, of which the recipe chooses."""
    study: Path
    reporter: Reporter
    before: tuple[Run, ...] = ()
    """The runs whose weights this one starts from."""
    teachers: tuple[Run, ...] = ()
    """The runs whose word this one follows."""

    def lineage(self) -> list[Run]:
        """The runs that led here, this one last."""
        led = [run for before in (*self.teachers, *self.before) for run in before.lineage()]
        return [*{run.folder: run for run in led}.values(), self]

    @property
    def folder(self) -> Path:
        """Where weights, history, predictions and checkpoint are kept."""
        return self.study / self.recipe.name

    @cached_property
    def catalogue(self) -> Catalogue:
        """The works that the recipe chooses, divided as it says."""
        return select(self.source, self.recipe)

    @cached_property
    def train(self) -> Catalogue:
        """The works trained on."""
        return self._in_splits(self.recipe.data.train_on)

    @cached_property
    def validation(self) -> Catalogue:
        """The works of the validation split; there may be none."""
        return self._in_splits(("validation",))

    @cached_property
    def test(self) -> Catalogue:
        """The works of the split that is tested on."""
        return self._in_splits((self.recipe.data.test_on,))

    @cached_property
    def rehearsed(self) -> BundleWorks | None:
        """The works of the bundle it starts from, where the recipe trains on those as well."""
        return self._bundle.works if self.recipe.rehearse else None

    @cached_property
    def labels(self) -> Labels:
        """The labels each facet knows."""
        return known_labels(self.with_rehearsed(self.train, "train"), self.recipe.facets)

    def with_rehearsed(self, part: Catalogue, split: Split) -> Catalogue:
        """The works of a split, and after them the rehearsed ones, of which only labels are known."""
        if self.rehearsed is None:
            return part
        seen = self.rehearsed.select(split).frame
        columns = part.frame.columns.union(seen.columns, sort=False)
        frames = [frame.reindex(columns=columns, fill_value="") for frame in (part.frame, seen)]
        return Catalogue(pd.concat(frames, ignore_index=True), part.root)

    @cached_property
    def architecture(self) -> Architecture:
        """The network with its heads."""
        sizes = {facet: len(names) for facet, names in self.labels.items()}
        return Architecture(self.recipe.network, self.recipe.side, self.stages, sizes, self.recipe.head)

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stages that the head stands on."""
        recipe, net = self.recipe, network(self.recipe.network)
        if recipe.stages:
            return recipe.stages
        cut = recipe.pretrained and (recipe.train in ("heads", "facets") or isinstance(recipe.train, float))
        return ((net.reach if cut else None) or net.stages[-1],)

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
            self._fit()
        with np.load(self.weights_file, allow_pickle=False) as stored:
            trained = {name: stored[name] for name in stored.files}
        return blend(self._start(), trained, self.recipe.keep) if self.recipe.keep else trained

    def predictions(self) -> dict[str, pd.DataFrame]:
        """What the trained network says of the validation and test splits, a frame a facet: `split`, `path`,
        `work`, `truth` ("" where unknown), and a column a label with its probability. A row a crop.
        """
        if not all(self._predictions_file(facet).is_file() for facet in self.labels):
            self._predict()
        return {facet: read_predictions(self._predictions_file(facet)) for facet in self.labels}

    def model(self) -> keras.Model:
        """The whole network, float32, with its trained weights."""
        model = self.architecture.build()
        weights.assign(model, self.weights())
        return model

    def divided(self) -> tuple[Catalogue, Catalogue]:
        """(trained on, held out) of a twin: the train split, less the artists or sources to test it on."""
        if self.recipe.hold_out == "artist":
            return self.train.hold_out_artists(HELD_ARTISTS, self.recipe.seed)
        return self.train.hold_out_sources()

    def rows_of(self, part: Catalogue) -> npt.NDArray[np.intp]:
        """Where a part of the train split stands in it."""
        return np.flatnonzero(self.train.frame["path"].isin(part.frame["path"]))

    def inputs(self, model: Partition, part: Catalogue, split: Split) -> Inputs:
        """What the trained part of the network takes of the works of a split, plain and float32: cached
        features where something is frozen, else pixels.
        """
        if model.frozen is None:
            pictures = self.pictures(part, split)
            return np.stack([pictures.plain(item) for item in range(len(pictures))]).astype(np.float32)
        stored = self._features(model.frozen, part, split, 1)
        return {name: array[:, 0].astype(np.float32) for name, array in stored.items()}

    def parted(self) -> Partition:
        """The trained network, cut where it is frozen."""
        return partition(self.model(), self.architecture, self.recipe.train)

    def inherited_threshold(self) -> float | None:
        """Where the bundle it starts from parts paintings from other pictures, if its embedding is kept."""
        return self._bundle.manifest.painting_threshold if self.recipe.train == "facets" else None

    def _fit(self) -> None:
        recipe = self.recipe
        self.reporter.say(f"{recipe.name}: {len(self.train):,} works, {self._of_labels()}, {recipe.train}")
        record = Record(self.folder, recipe)
        start = self._start()
        keras.utils.set_random_seed(recipe.seed)
        keras.config.set_dtype_policy(recipe.precision if has_bfloat16() else "float32")
        try:
            whole = self.architecture.build()
        finally:
            keras.config.set_dtype_policy("float32")
        _assign_growing(whole, start)
        if recipe.frozen_norms:
            freeze_norms(whole)
        learnt = self.with_rehearsed(self.train, "train")
        balance = class_weights(learnt, self.labels, recipe.class_weight_power)
        if recipe.trainer == "torch":
            with record.phase("fitting"):
                self._fit_elsewhere(whole, start, balance)
        else:
            parts = partition(whole, self.architecture, recipe.train)
            _refuse_random(recipe, parts.frozen, start)
            with record.phase("features"):
                batches, watched = self._batches(parts)
            with record.phase("fitting"):
                fit(recipe, parts.trained, batches, watched, balance, self.folder, self.reporter)
        trained = {name: np.asarray(v, np.float32) for name, v in weights.variables(whole).items()}
        _save(self.weights_file, trained)
        shutil.rmtree(self.folder / "checkpoint", ignore_errors=True)
        record.write(
            works={"train": len(self.train), "validation": len(self.validation), "test": len(self.test)},
            labels={facet: list(names) for facet, names in self.labels.items()},
        )

    def _fit_elsewhere(self, whole: keras.Model, start: Arrays, balance: Mapping[str, Any]) -> None:
        """Train by PyTorch: in a process of its own, or wherever the packed folder was taken to."""
        from artml.training.accelerated import pack

        packed, recipe, rows = self.folder / "packed", self.recipe, self._kept_rows()
        if not (packed / "train.py").is_file():
            pictures, watched = (
                self.pictures(self.train, "train"),
                self.pictures(self.validation, "validation"),
            )
            learnt = {facet: index[rows] for facet, index in self._targets(self.train, "train").items()}
            known = {"train": learnt, "validation": self._targets(self.validation, "validation")}
            chosen = {"train": (pictures, rows), "validation": (watched, np.arange(len(watched)))}
            odds = source_odds(self.train, recipe.balance_sources).repeat(self.each("train"))[rows]
            facets = list(self.labels)
            teachers = [(teacher.model(), facets) for teacher in self.teachers]
            words = list[Arrays]()
            for name in recipe.heard:
                heard = self._heard(name)
                if recipe.live:
                    model = heard.keras_model()
                    teachers.append((model, self._followed(model.output)))
                else:
                    words.append({output: word[rows] for output, word in self._word(heard).items()})
            pack.pack(packed, recipe, whole, start, chosen, known, balance, odds, teachers, words)
        if not (packed / "weights.npz").is_file():
            pack.train_packed(packed)
        with np.load(packed / "weights.npz", allow_pickle=False) as stored:
            weights.assign(whole, {name: stored[name] for name in stored.files})
        shutil.copy(packed / "history.csv", self.folder / "history.csv")

    def _heard(self, name: str) -> Bundle:
        """A bundle to learn from; `RecipeError` if it does not speak of the same labels."""
        heard = Bundle.load(name)
        known = {facet: tuple(each.labels) for facet, each in heard.manifest.facets.items()}
        if lost := [facet for facet, labels in self.labels.items() if known.get(facet) != tuple(labels)]:
            raise RecipeError(
                f"{self.recipe.name} cannot follow {name}, whose labels of {lost[0]} are others."
            )
        if self.recipe.live and heard.manifest.side != self.recipe.side:
            raise RecipeError(
                f"{self.recipe.name} cannot follow {name} live: it sees {heard.manifest.side} pixels a side, "
                f"not {self.recipe.side}. Leave out live, or set side."
            )
        return heard

    def _word(self, heard: Bundle) -> Arrays:
        """What a bundle says of the pictures trained on as they are: logits by facet, and the embedding."""
        pictures = self.pictures(self.train, "train", heard.manifest.side)
        found = self._outputs(
            Engine(heard.network, ranges=heard.ranges), pictures, f"what {heard.manifest.name} says"
        )
        return {output: found[output] for output in self._followed(found)}

    def _followed(self, outputs: Mapping[str, Any]) -> list[str]:
        """What is followed of a bundle's outputs: the facets, and the embedding where ours is as large and
        nobody else teaches; those of several point nowhere in common.
        """
        alone = len(self.recipe.teachers) == 1
        alike = alone and EMBEDDING in outputs and outputs[EMBEDDING].shape[1] == self.recipe.head.embedding
        return [*self.labels, EMBEDDING] if alike else list(self.labels)

    def _predict(self) -> None:
        parts = self.parted()
        frames: dict[str, list[pd.DataFrame]] = {facet: [] for facet in self.labels}
        for split in SPLITS:
            part = self.validation if split == "validation" else self.test
            if len(part) == 0:
                continue
            each = self.each(split)
            if parts.frozen is None:
                engine = Engine(graph.export(parts.trained))
                logits = self._outputs(engine, self.pictures(part, split), f"predictions of {split}")
            else:
                logits = dict(
                    parts.trained.predict(self.inputs(parts, part, split), batch_size=64, verbose=0)
                )
            for facet, names in self.labels.items():
                frames[facet].append(predict(split, part, facet, names, logits[facet], each))
        for facet, found in frames.items():
            write_predictions(pd.concat(found), self._predictions_file(facet))

    def _outputs(self, engine: Engine, pictures: Pictures, doing: str) -> Arrays:
        """What an engine gives for each picture as it is."""
        self.reporter.begin(doing, len(pictures))
        found = []
        for start in range(0, len(pictures), BATCH):
            items = range(start, min(start + BATCH, len(pictures)))
            found.append(engine(np.stack([pictures.plain(item) for item in items])))
            self.reporter.advance(len(items))
        return {name: np.concatenate([part[name] for part in found]) for name in found[0]}

    def _predictions_file(self, facet: str) -> Path:
        return self.folder / f"predictions-{facet}.csv"

    def _start(self) -> Arrays:
        """The variables it starts from; of several networks, or for heads anew, without those of heads."""
        arrays = self._led_to()
        if len(self.before) < 2 and not self.recipe.fresh_heads:
            return arrays
        body = set(self.architecture.body_layers())
        return {name: array for name, array in arrays.items() if name.partition("/")[0] in body}

    def _led_to(self) -> Arrays:
        recipe = self.recipe
        if self.before:
            return {name: array for run in self.before for name, array in run.weights().items()}
        if recipe.start:
            return graph.variables(self._bundle.network)
        return network(recipe.network).pretrained() if recipe.pretrained else {}

    @cached_property
    def _bundle(self) -> Bundle:
        """The bundle it starts from, read and checked once."""
        return Bundle.load(str(self.recipe.start).removeprefix(BUNDLE))

    def _batches(self, parts: Partition) -> tuple[Legs, Any]:
        """What is trained on, and what is watched meanwhile: inputs and targets, or None."""
        known = self._targets(self.train, "train")
        rows = self._kept_rows()
        watched = self._targets(self.validation, "validation")
        if parts.frozen is None:
            batches: Legs = PictureBatches(self.recipe, self.pictures(self.train, "train"), rows, known)
            return batches, self._watched_pictures(watched)
        versions = self.recipe.versions if self.recipe.varies else 1
        stored = self._features(parts.frozen, self.train, "train", versions)
        inputs: Inputs = {}
        if len(self.validation):
            inputs = self.inputs(parts, self.validation, "validation")
        if self.rehearsed is not None:
            own, seen = len(stored[EMBEDDING]), self.rehearsed.select("train").embedding
            stored = {EMBEDDING: np.concatenate([stored[EMBEDDING], seen[:, None].repeat(versions, 1)])}
            rows = np.concatenate([rows, np.arange(own, own + len(seen))])
            seen = self.rehearsed.select("validation").embedding
            inputs = {EMBEDDING: np.concatenate([inputs[EMBEDDING], seen]) if len(inputs) else seen}
        return CachedBatches(self.recipe, stored, rows, known), (inputs, watched) if inputs else None

    def _watched_pictures(self, known: Targets) -> Any:
        if len(self.validation) == 0:
            return None
        pictures = self.pictures(self.validation, "validation")
        some = np.random.default_rng(self.recipe.seed).permutation(len(pictures))[:WATCHED]
        pixels = np.stack([pictures.plain(item) for item in some]).astype(np.float32)
        return pixels, {facet: index[some] for facet, index in known.items()}

    def _kept_rows(self) -> npt.NDArray[np.intp]:
        """The items that are trained on: of every work, of those a twin keeps, or of works drawn anew."""
        each = self.each("train")
        rows = self.rows_of(self.divided()[0]) if self.recipe.hold_out else np.arange(len(self.train))
        if self.recipe.data.bootstrap:
            rows = np.random.default_rng(self.recipe.seed).choice(rows, len(rows))
        return (rows[:, None] * each + np.arange(each)).ravel()

    def pictures(self, part: Catalogue, split: Split, side: int | None = None) -> Pictures:
        """The pictures of works in a split, as large as the recipe says or as `side`, pixels."""
        recipe = self.recipe.model_copy(update={"side": side}) if side else self.recipe
        return Pictures(recipe, part.files(), self.each(split))

    def each(self, split: Split) -> int:
        """How many crops of a work are seen in a split; 1 where the whole is."""
        crops = self.recipe.crops
        return 1 if crops is None else crops.train if split == "train" else crops.test

    def _targets(self, part: Catalogue, split: Split) -> Targets:
        known = targets(self.with_rehearsed(part, split), self.labels)
        return {facet: index.repeat(self.each(split)) for facet, index in known.items()}

    def _features(
        self, frozen: keras.Model, part: Catalogue, split: Split, versions: int
    ) -> features.Features:
        """The frozen part's features of a split, computed where they are not there yet."""
        recipe, pictures = self.recipe, self.pictures(part, split)
        key = [
            features.fingerprint(frozen),
            *frozen.output,
            recipe.side,
            recipe.crops and recipe.crops.model_dump_json(),
        ]
        key += [pictures.each, versions, *part.frame["path"]]
        if versions > 1:
            key += [recipe.seed, recipe.augmentation.model_dump_json(), str(recipe.disguise)]
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()
        self.reporter.begin(f"features of {split}", len(pictures))
        folder = self.study / "features" / f"{split}-{digest[:12]}"
        return features.compute(frozen, pictures, folder, versions, self.reporter.advance)

    def _in_splits(self, splits: Sequence[str]) -> Catalogue:
        frame = self.catalogue.frame
        return Catalogue(frame[frame["split"].isin(splits)].reset_index(drop=True), self.catalogue.root)

    def _of_labels(self) -> str:
        return ", ".join(f"{len(names)} labels of {facet}" for facet, names in self.labels.items())


def blend(start: Arrays, end: Arrays, keep: float) -> Arrays:
    """`keep` times the start and the rest of the end; what the start lacks is the end's."""
    return {
        name: keep * start[name] + (1 - keep) * array if name in start else array
        for name, array in end.items()
    }


def freeze_norms(model: keras.Model) -> None:
    """Keep every batch norm with an affine part as it is: those of the network, not the head's."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer.scale:
            layer.trainable = False


def study_runs(
    recipes: Sequence[Recipe], study: Path, reporter: Reporter, data: Path | Catalogue | None = None
) -> list[Run]:
    """A run a recipe, in order, on `data` or the catalogue in that file, by default on the one each recipe
    names.

    `RecipeError` if one starts after a recipe that does not come before it.
    """
    runs: dict[str, Run] = {}
    read: dict[Path, Catalogue] = {}
    for recipe in recipes:
        for name in recipe.leads:
            if name not in runs:
                raise RecipeError(f"The recipe {recipe.name} needs {name}, which does not come before it.")
        if isinstance(data, Catalogue):
            source = data
        else:
            path = data or catalogue_of(recipe.data)
            source = read[path] = read.get(path) or Catalogue.read(path)
        before, teachers = (tuple(runs[name] for name in names) for names in (recipe.after, recipe.teaching))
        runs[recipe.name] = Run(recipe, source, study, reporter, before, teachers)
    return list(runs.values())


def _refuse_random(recipe: Recipe, frozen: keras.Model | None, start: Arrays) -> None:
    """Raise `RecipeError` where layers would stay as chance made them."""
    missing = set(weights.variables(frozen)) - set(start) if frozen else set()
    if missing:
        raise RecipeError(
            f"The recipe {recipe.name} freezes {len(missing)} variables that have no weights to start from, "
            f"{min(missing)} first. Train them too, or let the head stand on a stage that has weights."
        )


def _save(file: Path, arrays: Arrays) -> None:
    with file.with_suffix(".part").open("wb") as part:
        np.savez(part, allow_pickle=False, **arrays)
    file.with_suffix(".part").rename(file)


def _assign_growing(model: keras.Model, arrays: Mapping[str, npt.NDArray[np.float32]]) -> None:
    """Assign by name; where a variable has more rows than its array, the others become nought.

    So heads that stood on three stages go on as they were when a fourth comes under them. A head of another
    size (other labels) starts anew.
    """
    for name, variable in weights.variables(model).items():
        if (array := arrays.get(name)) is None or array.shape[1:] != variable.shape[1:]:
            continue
        if array.shape[0] < variable.shape[0] and name.startswith(("pooled_bn", "embedding")):
            more = np.zeros((variable.shape[0] - array.shape[0], *array.shape[1:]), np.float32)
            if name.endswith("moving_variance"):
                more += 1
            array = np.concatenate([array, more])
        if array.shape == variable.shape:
            variable.assign(array)
