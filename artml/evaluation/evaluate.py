"""A classifier measured against the labels of a catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from artml.catalogue import Catalogue
from artml.classifier import Classifier, Prediction
from artml.errors import CatalogueError, ImageError
from artml.evaluation.metrics import FacetFigures, measure


def evaluate(
    classifier: Classifier,
    catalogue: Catalogue,
    progress: Callable[[int, int], None] | None = None,
    unreadable: Callable[[Path, ImageError], None] | None = None,
) -> dict[str, FacetFigures]:
    """The figures of each facet that the catalogue and the classifier share, in the classifier's order.

    What counts as certain is the classifier's own word. `progress` is told (pictures done, pictures in
    all); a picture that cannot be read is told to `unreadable` and left out. CatalogueError where no facet
    is shared, there is no picture, or none can be read.
    """
    tallies, works = ask(classifier, catalogue, progress, unreadable)
    return {facet: tally.measured(works.frame[facet].tolist()) for facet, tally in tallies.items()}


def ask(
    classifier: Classifier,
    catalogue: Catalogue,
    progress: Callable[[int, int], None] | None = None,
    unreadable: Callable[[Path, ImageError], None] | None = None,
) -> tuple[dict[str, Tally], Catalogue]:
    """What was answered for each facet, and the works that could be read, in one order; see `evaluate`."""
    asked = classifier.only(shared(classifier, catalogue))
    tallies = {facet: Tally(labels) for facet, labels in asked.facets.items()}
    files, read = catalogue.files(), []
    for row, answer in enumerate(asked.classify_many(files)):
        if isinstance(answer, ImageError):
            if unreadable:
                unreadable(files[row], answer)
        else:
            read.append(row)
            for facet, tally in tallies.items():
                tally.add(answer[facet])
        if progress:
            progress(row + 1, len(files))
    if not read:
        raise CatalogueError(
            f"None of the catalogue's {len(files)} pictures can be read in {catalogue.root}."
        )
    return tallies, Catalogue(catalogue.frame.iloc[read].reset_index(drop=True), catalogue.root)


@dataclass
class Tally:
    """What was predicted for one facet, a picture a row."""

    labels: Sequence[str]
    probabilities: list[list[float]] = field(default_factory=list)
    certain: list[bool] = field(default_factory=list)
    set_threshold: float | None = None

    def add(self, prediction: Prediction) -> None:
        """Count one picture's."""
        by_label = dict(prediction.ranked)
        self.probabilities.append([by_label[label] for label in self.labels])
        self.certain.append(prediction.certain)
        self.set_threshold = prediction.set_threshold

    def right(self, truth: Sequence[str]) -> npt.NDArray[np.float64]:
        """1 where the first label is the true one, else 0, of the works whose label is known."""
        first, known = np.array(self.labels)[np.argmax(self.probabilities, axis=1)], np.array(truth)
        return np.asarray((first == known)[np.isin(known, self.labels)], np.float64)

    def measured(self, truth: Sequence[str]) -> FacetFigures:
        """Certain is what the classifier called so: hence no threshold of our own."""
        certain = np.array(self.certain, np.bool_)
        return measure(
            np.array(self.probabilities), truth, self.labels, 0.0, certain, set_threshold=self.set_threshold
        )


def shared(classifier: Classifier, catalogue: Catalogue) -> list[str]:
    """The facets both know. CatalogueError, in a sentence, where there is nothing to compare."""
    if len(catalogue) == 0:
        raise CatalogueError("The catalogue lists no pictures to evaluate.")
    found = [facet for facet in classifier.facets if facet in catalogue.facets]
    if not found:
        known = ", ".join(classifier.facets)
        raise CatalogueError(f"The catalogue labels no facet that {classifier.name} answers ({known}).")
    return found
