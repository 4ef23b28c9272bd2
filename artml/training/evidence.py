"""What a trained network says of works it was not trained on, and what follows: calibration and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from artml import bundle
from artml.bundle_works import BundleWorks
from artml.catalogue import Catalogue
from artml.engine import BATCH, Engine
from artml.evaluation import certain_threshold, fit_temperature, measure, set_threshold, softmax
from artml.evaluation.mistakes import mistakes
from artml.evaluation.pictures import described
from artml.images import open_image
from artml.memory import Memory
from artml.networks import EMBEDDING, PAINTING
from artml.sight import Eye
from artml.training.labels import UNKNOWN, targets
from artml.training.painting import Boundary, auroc, fit_boundary
from artml.training.progress import Reporter
from artml.training.run import Run
from artml.views import Crops

Outputs = dict[str, npt.NDArray[np.float32]]
"""By name, (pictures, views, …)."""
PRECISION, STRANGERS = 0.9, 0.08
OPEN_SETS = ("artist",)


class Evidence:
    """What a run's network says of its validation and test works, and of what are no paintings, through
    the engine that will serve.
    """

    def __init__(self, run: Run, engine: Engine) -> None:
        self.run, self.engine = run, engine
        self.eye = Eye(side=run.recipe.side, view=view_of(run))
        seen = self._with_rehearsed(self._outputs(run.validation.files(), "validation"))
        self.works = self._works(seen) if EMBEDDING in seen else None
        self.memory = self._memory()
        self.on_validation = self._remembering(seen)
        self.on_test = self._remembering(self._outputs(run.test.files(), "test"))
        others = self._others() if EMBEDDING in self.on_test else []
        self.on_others = self._embeddings(self._outputs(others, "no paintings")) if others else None

    def facets(self) -> dict[str, bundle.Facet]:
        """Temperature and thresholds of each facet, from the validation split."""
        known = self.run.with_rehearsed(self.run.validation, "validation")
        truth = targets(known, self.run.labels)
        return {
            facet: calibrate(facet, labels, self.on_validation[facet], truth[facet], known)
            for facet, labels in self.run.labels.items()
        }

    def boundary(self) -> Boundary | None:
        """What tells art from other pictures, learnt on half of those; None where there are none.

        Art are paintings and, where they lie beside, drawings and art made by algorithms.
        """
        if self.on_others is None:
            return None
        paintings, art = self._embeddings(self.on_validation), self._art()
        if art:
            more = self._embeddings(self._outputs(art, "other art"))
            paintings = np.concatenate([paintings, more])
        return fit_boundary(paintings, self.on_others[::2])

    def figures(self, facets: Mapping[str, bundle.Facet], boundary: Boundary | None) -> dict[str, Any]:
        """What is measured on the test split."""
        familiar = boundary.familiar(self._embeddings(self.on_test)) if boundary else None
        found: dict[str, Any] = {"test": facet_figures(self.on_test, self.run.test, facets, familiar)}
        for facet, known in facets.items():
            said = softmax(self.on_test[facet], known.temperature).mean(1)
            found["test"][facet]["mistakes"] = mistakes(said, self.run.test.frame, facet, known.labels)
        if self.run.recipe.data.more:
            found["by_catalogue"] = self._by_catalogue(facets)
        if boundary and self.on_others is not None:
            paintings = boundary.logits(self._embeddings(self.on_test))
            others = boundary.logits(self.on_others[1::2])
            found[PAINTING] = {
                "paintings": len(paintings),
                "others": len(others),
                "auroc": auroc(paintings, others),
                "paintings_refused": float(np.mean(paintings < boundary.threshold)),
                "others_refused": float(np.mean(others < boundary.threshold)),
            }
        return found

    def trained_on(self) -> dict[str, Any]:
        """What the pictures trained on are like, and how many of them have each label of each facet."""
        counts = {facet: self.run.train.frame[facet].value_counts() for facet in self.run.labels}
        classes = {
            facet: {label: int(counts[facet].get(label, 0)) for label in labels}
            for facet, labels in self.run.labels.items()
        }
        return described(self.run.train.files(), self.run.recipe.seed) | {"classes": classes}

    def _by_catalogue(self, facets: Mapping[str, bundle.Facet]) -> dict[str, Any]:
        """The figures of each of several catalogues alone, by its folder."""
        test = self.run.test
        folders = test.frame["path"].str.partition("/")[0].to_numpy()
        found = {}
        for folder in sorted(set(folders)):
            rows = folders == folder
            part = Catalogue(test.frame[rows].reset_index(drop=True), test.root)
            outputs = {name: array[rows] for name, array in self.on_test.items()}
            found[folder] = facet_figures(outputs, part, facets, None)
        return found

    def _works(self, on_validation: Outputs) -> BundleWorks:
        """The works it was trained and calibrated on, rehearsed ones included."""
        run = self.run
        trained = self._embeddings(self._outputs(run.train.files(), "works it was trained on"))
        if run.rehearsed is not None:
            trained = np.concatenate([trained, run.rehearsed.select("train").embedding])
        learnt = run.with_rehearsed(run.train, "train").frame.assign(split="train")
        watched = run.with_rehearsed(run.validation, "validation").frame.assign(split="validation")
        frame = pd.concat([learnt, watched], ignore_index=True)[["split", *run.labels]]
        return BundleWorks(np.concatenate([trained, self._embeddings(on_validation)]), frame)

    def _memory(self) -> Memory | None:
        if self.run.recipe.memory is None or self.works is None:
            return None
        trained = self.works.select("train")
        columns = {facet: trained.frame[facet].to_numpy(str) for facet in self.run.labels}
        return Memory.of(trained.embedding, columns, self.run.labels, self.run.recipe.memory)

    def _remembering(self, outputs: Outputs) -> Outputs:
        return self.memory.added(outputs) if self.memory else outputs

    def _with_rehearsed(self, outputs: Outputs) -> Outputs:
        """The outputs, and after them those of the rehearsed works, of which only embeddings are known."""
        if self.run.rehearsed is None:
            return outputs
        vectors = self.run.rehearsed.select("validation").embedding
        more = {**self.run.parted().trained.predict({EMBEDDING: vectors}, verbose=0), EMBEDDING: vectors}
        return {name: np.concatenate([outputs[name], array[:, None]]) for name, array in more.items()}

    def _others(self) -> list[Path]:
        beside = self._beside("out-of-domain")
        return beside.files() if beside else []

    def _art(self) -> list[Path]:
        beside = self._beside("hand-or-algorithm")
        return beside.select(split="train").files() if beside else []

    def _beside(self, folder: str) -> Catalogue | None:
        file = self.run.source.root.parent / folder / "catalogue.csv"
        return Catalogue.read(file) if file.is_file() else None

    def _outputs(self, files: Sequence[Path], what: str) -> Outputs:
        self.run.reporter.begin(what, len(files))
        return engine_outputs(self.engine, files, self.eye, self.run.reporter)

    def _embeddings(self, outputs: Outputs) -> npt.NDArray[np.float32]:
        return np.asarray(outputs[EMBEDDING].mean(1))


def view_of(run: Run) -> Crops | None:
    """How the bundle will look at a picture: in as many crops as the run tested on; None: as a whole."""
    cut = run.recipe.crops
    return Crops(count=cut.test, size=cut.size, area=cut.area) if cut else None


def engine_outputs(engine: Engine, files: Sequence[Path], eye: Eye, reporter: Reporter) -> Outputs:
    """The engine's vectors for each view of each picture, read as they are when serving."""
    found: dict[str, list[npt.NDArray[np.float32]]] = {}
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        pixels = np.concatenate([eye.pixels(open_image(file, shortest=eye.shortest)) for file in batch])
        for at in range(0, len(pixels), BATCH):
            for name, out in engine(pixels[at : at + BATCH]).items():
                if out.ndim == 2:
                    found.setdefault(name, []).append(out)
        reporter.advance(len(batch))
    return {
        name: np.concatenate(parts).reshape(len(files), eye.shape[0], -1) for name, parts in found.items()
    }


def calibrate(
    facet: str,
    labels: Sequence[str],
    logits: npt.NDArray[np.float32],
    truth: npt.NDArray[np.int32],
    catalogue: Catalogue,
) -> bundle.Facet:
    """How to read the confidence of a facet, from its logits (n, views, labels) for works not trained on."""
    known = truth != UNKNOWN
    temperature = fit_temperature(logits[known], truth[known])
    probabilities = softmax(logits, temperature).mean(1)
    confidence, right = probabilities.max(-1), probabilities.argmax(-1) == truth
    open_set = facet in OPEN_SETS
    others = ~known & (catalogue.frame[facet] != "").to_numpy()
    return bundle.Facet(
        labels=tuple(labels),
        temperature=temperature,
        threshold=certain_threshold(
            confidence[known],
            right[known],
            PRECISION,
            strangers=confidence[others] if open_set else None,
            max_stranger_share=STRANGERS,
        ),
        open_set=open_set,
        set_threshold=set_threshold(probabilities[known], truth[known]),
    )


def facet_figures(
    outputs: Outputs, catalogue: Catalogue, facets: Mapping[str, bundle.Facet], familiar: Any
) -> dict[str, Any]:
    """The figures of each facet, from its logits (n, views, labels) for the catalogue's works."""
    found = {}
    for facet, known in facets.items():
        figures = measure(
            softmax(outputs[facet], known.temperature).mean(1),
            list(catalogue.frame[facet]),
            known.labels,
            known.threshold,
            familiar,
            set_threshold=known.set_threshold,
        )
        found[facet] = figures.summary() | {"strangers_certain": figures.unknown_certain}
    return found


def twin_figures(twin: Run) -> dict[str, Any]:
    """What heads trained without some works say of those works; calibrated on the validation split."""
    parts = twin.parted()
    _, held = twin.divided()

    def logits(part: Catalogue, split: Any) -> Outputs:
        found = parts.trained.predict(twin.inputs(parts, part, split), batch_size=64, verbose=0)
        return {facet: array[:, None] for facet, array in found.items()}

    on_validation, truth = logits(twin.validation, "validation"), targets(twin.validation, twin.labels)
    facets = {
        facet: calibrate(facet, labels, on_validation[facet], truth[facet], twin.validation)
        for facet, labels in twin.labels.items()
        if facet != twin.recipe.hold_out
    }
    return facet_figures(logits(held, "train"), held, facets, None)
