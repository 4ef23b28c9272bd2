"""What a bundle does not carry of its test works, measured anew and kept below `ARTML_RUNS`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from artml.bundle import Bundle
from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.evaluation.evaluate import ask
from artml.evaluation.mistakes import mistakes
from artml.evaluation.pictures import described
from artml.report.subject import measured_file


def measure_anew(
    bundle: Bundle, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Ask the bundle for the catalogue's test split, look at what its train split is like, and keep both.

    `catalogue` is the one the bundle was trained on. Raises `CatalogueError` where nothing can be measured.
    """
    tallies, works = ask(Classifier.load(bundle.folder), catalogue.select(split="test"), progress)
    test = {}
    for facet, tally in tallies.items():
        said, labels = np.array(tally.probabilities), tally.labels
        test[facet] = tally.measured(works.frame[facet].tolist()).summary()
        test[facet]["mistakes"] = mistakes(said, works.frame, facet, labels)
    learnt = described(catalogue.select(split="train").files())
    file = measured_file(bundle)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"test": test, "trained_on": learnt}), encoding="utf-8")
    part.rename(file)
    return file
