"""From trained weights to a bundle: export, calibrate on validation, measure on test, write it down."""

from __future__ import annotations

import csv
import datetime
import json
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from artml import bundle
from artml.catalogue import Catalogue
from artml.engine import Engine
from artml.errors import ExportRefused
from artml.evaluation import certain_threshold, fit_temperature, measure, softmax
from artml.images import open_image, to_square
from artml.networks import EMBEDDING, PAINTING, graph, network, weights
from artml.training.card import write_card
from artml.training.labels import UNKNOWN, targets
from artml.training.painting import Boundary, auroc, fit_boundary
from artml.training.progress import Reporter
from artml.training.run import Arrays, Run, trained_part

Outputs = dict[str, npt.NDArray[np.float32]]
BATCH = 16
PRECISION, STRANGERS = 0.9, 0.08
OPEN_SETS = ("artist",)


def refuse_pretrained(arrays: Arrays, pretrained: Arrays) -> None:
    """Raise `ExportRefused` if a kernel is still the pretrained one: all that ships was trained here."""
    same = [
        name
        for name, array in pretrained.items()
        if name.endswith("/kernel")
        and name in arrays
        and np.allclose(arrays[name], array, rtol=1e-4, atol=1e-7)
    ]
    if same:
        raise ExportRefused(
            f"{len(same)} kernels are still the pretrained ones, {same[0]} first. "
            "Train every layer before export."
        )


def finish(run: Run, twins: Mapping[str, Run], folder: Path) -> bundle.Manifest:
    """Write the bundle of a finished run; `twins` (a name, a run) were trained without some works, to be
    tested on them.
    """
    arrays = run.weights()
    refuse_pretrained(arrays, network(run.recipe.network).pretrained())
    model = run.architecture.build()
    weights.assign(model, arrays)
    making = _fresh(folder)
    evidence = _Evidence(run, Engine(graph.export(model)))
    boundary = evidence.boundary()
    if boundary:
        model.get_layer(PAINTING).set_weights([boundary.weights[:, None], np.array([boundary.bias])])
    graph.save(graph.export(model), making / bundle.NETWORK)
    facets = evidence.facets()
    figures = evidence.figures(facets, boundary)
    figures |= {name: twin_figures(twin) for name, twin in twins.items()}
    _write_json(making / bundle.METRICS, figures)
    write_history([*run.lineage(), *twins.values()], making / bundle.HISTORY)
    facts = {
        "name": folder.name,
        "version": f"{datetime.date.today():%Y.%m.%d}-{bundle.sha256(making / 'network.bin')[:8]}",
        "network": run.recipe.network,
        "side": run.recipe.side,
        "stages": run.recipe.stages,
        "embedding": run.recipe.embedding,
        "facets": facets,
        "painting_threshold": boundary.threshold if boundary else -1e9,
        "made_with": {name: version(name) for name in ("artml", "keras", "tensorflow", "openvino")},
    }
    write_card(making / bundle.CARD, facts, figures, run)
    manifest = bundle.seal(making, **facts)
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    return manifest


class _Evidence:
    """What the exported network says of the validation and test splits, through the engine that will
    serve.
    """

    def __init__(self, run: Run, engine: Engine) -> None:
        self.run, self.engine = run, engine
        self.test = run.catalogue.select(split="test")
        self.on_validation = self._outputs(run.validation.files(), "validation")
        self.on_test = self._outputs(self.test.files(), "test")
        others = self._others()
        self.on_others = (
            self._outputs(others, "pictures that are no paintings")[EMBEDDING] if others else None
        )

    def facets(self) -> dict[str, bundle.Facet]:
        """Temperature and threshold of each facet, from the validation split."""
        found = {}
        truth = targets(self.run.validation, self.run.labels)
        for facet, labels in self.run.labels.items():
            logits, index = self.on_validation[facet], truth[facet]
            known = index != UNKNOWN
            temperature = _temperature(logits, index)
            probabilities = softmax(logits, temperature)
            confidence, right = probabilities.max(-1), probabilities.argmax(-1) == index
            open_set = facet in OPEN_SETS
            others = ~known & (self.run.validation.frame[facet] != "").to_numpy()
            threshold = certain_threshold(
                confidence[known],
                right[known],
                PRECISION,
                strangers=confidence[others] if open_set else None,
                max_stranger_share=STRANGERS,
            )
            found[facet] = bundle.Facet(
                labels=labels, temperature=temperature, threshold=threshold, open_set=open_set
            )
        return found

    def boundary(self) -> Boundary | None:
        """What tells paintings from other pictures, learnt on half of those; None where there are none."""
        if self.on_others is None:
            return None
        return fit_boundary(self.on_validation[EMBEDDING], self.on_others[::2])

    def figures(self, facets: Mapping[str, bundle.Facet], boundary: Boundary | None) -> dict[str, Any]:
        """What is measured on the test split, by image."""
        familiar = boundary.familiar(self.on_test[EMBEDDING]) if boundary else None
        test = _figures(self.on_test, self.test, facets, familiar)
        found: dict[str, Any] = {"test": test}
        if boundary and self.on_others is not None:
            paintings, others = (
                boundary.logits(self.on_test[EMBEDDING]),
                boundary.logits(self.on_others[1::2]),
            )
            found[PAINTING] = {
                "paintings": len(paintings),
                "others": len(others),
                "auroc": auroc(paintings, others),
                "paintings_refused": float(np.mean(paintings < boundary.threshold)),
                "others_refused": float(np.mean(others < boundary.threshold)),
            }
        return found

    def _others(self) -> list[Path]:
        folder = self.run.catalogue.root.parent / "out-of-domain"
        return Catalogue.read(folder / "catalogue.csv").files() if folder.is_dir() else []

    def _outputs(self, files: Sequence[Path], what: str) -> Outputs:
        self.run.reporter.begin(what, len(files))
        return engine_outputs(self.engine, files, self.run.recipe.side, self.run.reporter)


def engine_outputs(engine: Engine, files: Sequence[Path], side: int, reporter: Reporter) -> Outputs:
    """The engine's vectors for each picture, (pictures, …) by name, read as they are when serving."""
    parts: list[Outputs] = []
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        pixels = np.stack([to_square(open_image(file, shortest=side), side) for file in batch])
        parts.append({name: out for name, out in engine(pixels).items() if out.ndim == 2})
        reporter.advance(len(batch))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def twin_figures(twin: Run) -> dict[str, Any]:
    """What heads trained without some works say of those works; calibrated on the validation split."""
    stored = twin.features("train", twin.recipe.versions)
    model = trained_part(twin.architecture, twin.recipe.train, stored)
    weights.assign(model, twin.weights())
    _, held = twin.divided()
    on_held = _predict(model, stored, twin.rows_of(held))
    on_validation = _predict(model, twin.features("validation", 1), np.arange(len(twin.validation)))
    truth = targets(twin.validation, twin.labels)
    facets = {}
    for facet, labels in twin.labels.items():
        temperature = _temperature(on_validation[facet], truth[facet])
        facets[facet] = bundle.Facet(labels=labels, temperature=temperature, threshold=1.0)
    if twin.recipe.hold_out == "artist":
        facets.pop("artist", None)
    return _figures(on_held, held, facets, None)


def _temperature(logits: npt.NDArray[np.float32], index: npt.NDArray[np.int32]) -> float:
    known = index != UNKNOWN
    return fit_temperature(logits[known], index[known])


def _predict(model: keras.Model, stored: Mapping[str, Any], rows: npt.NDArray[np.intp]) -> Outputs:
    inputs = {name: stored[name][rows, 0].astype(np.float32) for name in model.input}
    return dict(model.predict(inputs, batch_size=256, verbose=0))


def _figures(
    outputs: Outputs, catalogue: Catalogue, facets: Mapping[str, bundle.Facet], familiar: Any
) -> dict[str, Any]:
    found = {}
    for facet, known in facets.items():
        figures = measure(
            softmax(outputs[facet], known.temperature),
            list(catalogue.frame[facet]),
            known.labels,
            known.threshold,
            familiar,
        )
        found[facet] = figures.summary() | {"strangers_certain": figures.unknown_certain}
    return found


def write_history(runs: Sequence[Run], file: Path) -> None:
    """One CSV of all the runs' histories, led by the recipe's name."""
    rows = []
    for run in runs:
        with (run.folder / "history.csv").open(newline="", encoding="utf-8") as stream:
            rows += [{"recipe": run.recipe.name, **row} for row in csv.DictReader(stream)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _fresh(folder: Path) -> Path:
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    return making


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
