"""What a report is about: a bundle, or a training run that has said what it makes of its test works."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from artml.bundle import HISTORY, MANIFEST, Bundle, Facet
from artml.errors import UnknownName
from artml.evaluation import (
    NEVER,
    certain_threshold,
    fit_temperature,
    measure,
    set_threshold,
    softmax,
)
from artml.evaluation.mistakes import mistakes
from artml.settings import settings

LEAD: Final = ("split", "path", "work", "truth")
"""The columns of a run's predictions before those of its labels."""


@dataclass(frozen=True)
class Source:
    """Where a subject lies; nothing of it is read yet."""

    title: str
    folder: Path
    is_bundle: bool

    def read(self) -> Subject:
        """Raises a `BundleError` for a bundle that cannot be used, `UnknownName` for what has no figures."""
        return of_bundle(Bundle.load(self.folder)) if self.is_bundle else of_run(self.folder, self.title)


@dataclass(frozen=True, eq=False)
class Subject:
    """What is known of a bundle or run."""

    title: str
    folder: Path
    facets: Mapping[str, Facet]
    metrics: Mapping[str, Any]
    """As in a bundle's `metrics.json`; all in it but `test` may be missing."""
    history: pd.DataFrame | None
    """A row a checkpoint, led by the column `step`."""
    facts: Mapping[str, Any]
    """As in `bundle.json`, or what a run recorded; there may be `recipe`, its content."""
    bundle: Bundle | None = None


def sources() -> list[Source]:
    """The shipped bundles, those that learnt from decisions, and what lies below `ARTML_RUNS`: bundles and
    runs that have ended.
    """
    shipped = _bundles(settings().models.glob(f"*/{MANIFEST}"), "")
    learnt = _bundles(settings().home.glob(f"bundles/*/[!.]*/{MANIFEST}"), "learnt: ")
    return [*shipped, *learnt, *_trained(settings().runs)]


def find(name: str) -> Source:
    """The source of that title, or in that folder; raises `UnknownName`, with what there is."""
    known = sources()
    for source in known:
        if name == source.title:
            return source
    folder = Path(name)
    if (folder / MANIFEST).is_file() or (folder / "run.json").is_file():
        return Source(folder.name, folder, (folder / MANIFEST).is_file())
    here = ", ".join(source.title for source in known) or "none"
    raise UnknownName(f"There is no bundle or run {name!r}. Here are: {here}.")


def of_bundle(bundle: Bundle) -> Subject:
    """A bundle as it is, and what was measured anew of it since (see `artml.report.measured`)."""
    manifest, metrics = bundle.manifest, bundle.metrics
    if "test" not in metrics:
        raise UnknownName(f"{bundle.folder} carries no figures of test works, so there is nothing to report.")
    anew = measured_file(bundle)
    if anew.is_file():
        more = json.loads(anew.read_text(encoding="utf-8"))
        for facet, found in metrics["test"].items():
            metrics["test"][facet] = more["test"].get(facet, {}) | found
        metrics = {"trained_on": more["trained_on"]} | metrics
    facts = manifest.model_dump() | {"recipe": metrics.get("recipe")}
    title = f"{manifest.name} {manifest.version}"
    history = _history(bundle.folder / HISTORY)
    return Subject(title, bundle.folder, manifest.facets, metrics, history, facts, bundle)


def measured_file(bundle: Bundle) -> Path:
    """Where it is kept what was measured anew of a bundle."""
    manifest = bundle.manifest
    return settings().runs / "reports" / f"{manifest.name}-{manifest.version}.json"


def of_run(folder: Path, title: str) -> Subject:
    """A run, measured on its predictions of the test split, calibrated on those of the validation split."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    facets, test = {}, {}
    for file in sorted(folder.glob("predictions-*.csv")):
        facet = file.stem.removeprefix("predictions-")
        answers = pd.read_csv(file, dtype=dict.fromkeys(LEAD, str), keep_default_na=False)
        if (answers["split"] == "test").any():
            facets[facet], test[facet] = _measured(facet, answers)
    if not test:
        raise UnknownName(
            f"The run {title} has not answered for test works yet, so there is nothing to report."
        )
    recipe = record["recipe"]
    facts = {key: recipe.get(key) for key in ("network", "side", "stages", "head")}
    if cut := recipe.get("crops"):
        facts["view"] = {"count": cut["test"], "size": cut["size"]}
    facts |= {"recipe": recipe, "seconds": record["seconds"], "made_with": record["environment"]["versions"]}
    facts["processor"] = record["environment"].get("processor")
    counts = {"n": record.get("works", {}).get("train")}
    metrics = {"test": test, "trained_on": {key: value for key, value in counts.items() if value}}
    return Subject(title, folder, facets, metrics, _history(folder / HISTORY), facts)


def _measured(facet: str, answers: pd.DataFrame) -> tuple[Facet, dict[str, Any]]:
    """How to read a run's confidence, and its figures; crops of a work are averaged."""
    labels = [str(name) for name in answers if name not in LEAD]
    whole = answers.groupby(["split", "path"], sort=False).agg(
        {"truth": "first", **dict.fromkeys(labels, "mean")}
    )
    whole = whole.reset_index()
    test = whole[whole["split"] == "test"].reset_index(drop=True)
    temperature, threshold, in_set = 1.0, NEVER, None
    seen = whole[(whole["split"] == "validation") & (whole["truth"] != "")]
    if len(seen):
        truth = pd.Categorical(seen["truth"], labels).codes.astype(np.intp)
        logits = _logits(seen, labels)
        temperature = fit_temperature(logits, truth)
        shares = softmax(logits, temperature)
        threshold = certain_threshold(shares.max(axis=1), shares.argmax(axis=1) == truth)
        in_set = set_threshold(shares, truth)
    shares = softmax(_logits(test, labels), temperature)
    found = measure(shares, list(test["truth"]), labels, threshold, set_threshold=in_set).summary()
    found["mistakes"] = mistakes(shares, test.rename(columns={"truth": facet}), facet, labels)
    known = Facet(labels=tuple(labels), temperature=temperature, threshold=threshold, set_threshold=in_set)
    return known, found


def _logits(answers: pd.DataFrame, labels: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(np.log(np.maximum(answers[labels].to_numpy(np.float64), 1e-7)))


def _history(file: Path) -> pd.DataFrame | None:
    if not file.is_file():
        return None
    history = pd.read_csv(file)
    if "recipe" in history:
        return history.rename(columns={"recipe": "step"})
    return history.assign(step=file.parent.name)


def _bundles(files: Iterator[Path], below: str) -> list[Source]:
    found = [Source(f"{below}{file.parent.name}", file.parent, True) for file in sorted(files)]
    return sorted(found, key=lambda source: source.title != "guide")


def _trained(runs: Path) -> Iterator[Source]:
    yield from _bundles(runs.glob(f"*/bundle/*/{MANIFEST}"), "trained: ")
    for file in sorted(runs.glob("*/*/run.json")):
        if any(file.parent.glob("predictions-*.csv")):
            yield Source(f"{file.parent.parent.name}: {file.parent.name}", file.parent, False)
