"""Which works a run is about, and in which split each is: what `[data]` says, done to a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from artml.catalogue import Catalogue
from artml.errors import RecipeError
from artml.settings import settings
from artml.training import code_art
from artml.training.recipe import Data, Recipe

TRAIN, TEST = "train", "test"


def catalogue_of(data: Data) -> Path:
    """The CSV of the labelled collection that a recipe names."""
    return settings().data / data.catalogue / "catalogue.csv"


def select(catalogue: Catalogue, recipe: Recipe) -> Catalogue:
    """The works of a recipe, their column `split` saying train, validation or test.

    Raises `RecipeError` where nothing is left to train on.
    """
    data = recipe.data
    chosen = _divided(catalogue, data)  # first: a fold holds the same works whatever is asked of them
    if data.more or data.code_art:
        chosen = _joined(chosen, data)
    if data.chooses_labels:
        chosen = _labelled(chosen, next(iter(recipe.facets)), data)
    if data.undersample or data.works:
        chosen = _thinned(chosen, next(iter(recipe.facets)), data)
    if not chosen.frame["split"].isin(data.train_on).any():
        raise RecipeError(f"The recipe {recipe.name} leaves no work to train on. Look at its [data].")
    return chosen


def _labelled(catalogue: Catalogue, facet: str, data: Data) -> Catalogue:
    renamed = {old: new for new, olds in data.merge.items() for old in olds}
    catalogue = _replaced(
        catalogue, catalogue.frame.assign(**{facet: catalogue.frame[facet].replace(renamed)})
    )
    chosen = catalogue.select(facet=facet, labels=data.labels or None)
    if data.top:
        counts = chosen.frame[facet].value_counts()
        first = sorted(counts.index, key=lambda label: (-counts[label], label))[: data.top]
        chosen = chosen.select(facet=facet, labels=first)
    return chosen


def _divided(catalogue: Catalogue, data: Data) -> Catalogue:
    if data.fold:
        which, folds = data.fold
        shares = {str(number): 1 / folds for number in range(folds)}
        drawn = _by_work(catalogue, shares, data.split_seed)
        held = drawn.frame["split"] == str(which)
        return _replaced(drawn, drawn.frame.assign(split=np.where(held, TEST, TRAIN)))
    if data.split == "artist":
        return catalogue.split_by("artist", _shares(data), data.split_seed)
    if data.split == "image" or not (catalogue.frame.get("split", pd.Series(dtype="str")) != "").any():
        return _by_work(catalogue, _shares(data), data.split_seed)
    return _validated(catalogue, data) if data.validate_on else catalogue


def _validated(catalogue: Catalogue, data: Data) -> Catalogue:
    """Some artists of the train split moved to the validation split."""
    shares = {"train": 1 - data.validate_on, "validation": data.validate_on}
    train = catalogue.select(split=TRAIN).split_by("artist", shares, data.split_seed)
    rest = catalogue.frame[catalogue.frame["split"] != TRAIN]
    return _replaced(catalogue, pd.concat([train.frame, rest]))


def _joined(catalogue: Catalogue, data: Data) -> Catalogue:
    """The works of several catalogues as one, whose paths start from the folder above them all."""
    root, frames = catalogue.root.parent, [_below(catalogue.root.name, catalogue.frame)]
    for more in data.more:
        other = Catalogue.read(root / more.catalogue / "catalogue.csv")
        for column, value in more.where.items():
            other = other.select(facet=column, labels=[value] if isinstance(value, str) else value)
        frame = other.frame.sample(frac=1, random_state=data.split_seed)
        place = frame.groupby(["split", *more.where]).cumcount()
        frame = frame[~(place >= frame["split"].map(more.works))]  # no limit is NaN, which nothing reaches
        frames.append(_below(more.catalogue, frame.sort_index().assign(**more.put)))
    if data.code_art:
        frames.append(code_art.works(data.code_art).assign(line=0))
    joined = pd.concat(frames, ignore_index=True).fillna("").drop_duplicates("path", ignore_index=True)
    return Catalogue(joined, root)


def _below(folder: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="line").assign(path=folder + "/" + frame["path"], line=0)


def _by_work(catalogue: Catalogue, shares: Mapping[str, float], seed: int) -> Catalogue:
    """Divided so that pictures of one work stay together, where the catalogue says which those are."""
    unit = "work" if "work" in catalogue.frame else "path"
    return catalogue.split_by(unit, shares, seed)  # type: ignore[arg-type]


def _shares(data: Data) -> dict[str, float]:
    return {split: share for split, share in data.shares.items() if share > 0}


def _thinned(catalogue: Catalogue, facet: str, data: Data) -> Catalogue:
    """Every label of every split cut at random: to the rarest one's size, to the works the recipe allows."""
    parts = []
    for split, part in catalogue.frame.groupby("split"):
        counts = part[facet].value_counts()
        limit = int(counts.min()) if data.undersample else int(counts.max())
        limit = min(limit, data.works.get(split, limit))  # type: ignore[call-overload]
        shuffled = part.sample(frac=1, random_state=data.split_seed)
        parts.append(shuffled.groupby(facet).head(limit))
    return _replaced(catalogue, pd.concat(parts).sort_index())


def _replaced(catalogue: Catalogue, frame: pd.DataFrame) -> Catalogue:
    return Catalogue(frame.reset_index(drop=True), catalogue.root)
