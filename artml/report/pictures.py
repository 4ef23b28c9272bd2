"""The most confident mistakes as pictures with where the network looked, where the collection is present."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from artml.catalogue import Catalogue
from artml.classifier import Classifier
from artml.errors import ImageError
from artml.explanation import HeatMap
from artml.images import open_image
from artml.overlay import overlay
from artml.report.parts import Mistake
from artml.report.subject import Subject
from artml.report.vary import versions
from artml.settings import settings

CATALOGUES: Final = {"technique": "hand-or-algorithm"}
"""Which of the collection's folders a facet was learnt from; all others from paintings."""
LONGEST: Final = 480
AT_MOST: Final = 8
SAMPLES: Final = 4


def root(subject: Subject) -> Path | None:
    """The folder that the paths of its mistakes start from; None where it is not here."""
    data = (subject.facts.get("recipe") or {}).get("data") or {}
    named = data.get("catalogue") or CATALOGUES.get(next(iter(subject.facets)), "paintings")
    folder = settings().data if data.get("more") else settings().data / named
    return folder if folder.is_dir() else None


def samples(subject: Subject) -> list[list[bytes]]:
    """Some of the pictures it was trained on, each as it is and then varied, as JPEGs; none where its recipe
    varies nothing or is not known, or the collection is not here.
    """
    recipe = subject.facts.get("recipe") or {}
    catalogue = settings().data / (recipe.get("data") or {}).get("catalogue", "") / "catalogue.csv"
    ways = {**recipe.get("augmentation", {}), "disguise": recipe.get("disguise")}
    if not any(ways.values()) or not catalogue.is_file():
        return []
    works = Catalogue.read(catalogue).select(split="train").files()
    drawn = np.random.default_rng(0).permutation(len(works))[:SAMPLES]
    return versions(recipe, [works[row] for row in sorted(drawn)])


def few(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The first 8 of each facet: what a file shows."""
    by_facet: dict[str, list[Mistake]] = {}
    for mistake in mistakes:
        by_facet.setdefault(mistake.facet, []).append(mistake)
    return [mistake for own in by_facet.values() for mistake in own[:AT_MOST]]


def shown(subject: Subject, mistakes: Iterable[Mistake]) -> Iterator[tuple[Mistake, str]]:
    """Each mistake whose picture is here, as HTML: what spoke for the answer given, and what for the true one
    where the subject is a bundle that can say so.
    """
    folder = root(subject)
    if folder is None:
        return
    classifier = Classifier.load(subject.folder) if subject.bundle else None
    for number, mistake in enumerate(mistakes):
        file = (folder / mistake.path).resolve()
        if not file.is_relative_to(folder.resolve()):
            continue
        try:
            image = open_image(file, shortest=LONGEST)
        except ImageError:
            continue
        small = image.copy()
        small.thumbnail((LONGEST, LONGEST))
        out = io.BytesIO()
        small.save(out, "JPEG", quality=85)
        maps = _maps(classifier, out.getvalue(), mistake) if classifier else {}
        alt = f"A work of {mistake.truth}, taken for {mistake.answer}"
        yield mistake, overlay(out.getvalue(), maps, key=f"{mistake.facet}-{number}", alt=alt)


def _maps(classifier: Classifier, picture: bytes, mistake: Mistake) -> dict[str, HeatMap]:
    found = {}
    for word, label in (("answered", mistake.answer), ("true", mistake.truth)):
        if maps := classifier.explain(picture, {mistake.facet: label}):
            found[word] = maps[mistake.facet]
    return found
