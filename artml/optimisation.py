"""`artml bundle optimise`: a bundle in eight bits, kept only where it answers as well.

The ranges that eight bits take come from pictures of the train split, and the few layers that would lose most
keep their precision; what all that costs is measured on the validation split (`artml.precisions`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from artml import pupil
from artml.bundle import CARD, METRICS, RANGES, Bundle, put, seal, write_json
from artml.catalogue import Catalogue
from artml.engine import Engine
from artml.environment import processor
from artml.errors import CatalogueError, RecipeError
from artml.markdown import markdown_table
from artml.openvino import ov
from artml.precisions import COLUMNS, Comparison, compare, seen
from artml.quantisation import Ranges, extremes
from artml.sight import Eye, Sight
from artml.views import Pixels

if TYPE_CHECKING:
    from artml.commands.bar import Told

PICTURES, TRIED, SEED = 300, 32, 1
"""Pictures that ranges come from; views of them on which each layer is tried alone; how they are drawn."""
SPREAD: Final = 2.0
"""Standard deviations beyond the mean of the pictures' extremes, to which a range goes."""
HARM: Final = 10.0
"""A layer that alone does so many times the harm of the middle one keeps its precision."""
SELECTING: Final = ("name", "data", "facets", "train", "epochs", "batch", "rate")
"""What a recipe must say, and which works it is about: the rest may be of another version."""
HEADING: Final = "## In eight bits"


def optimise(name: str, data: Path | None, told: Told) -> Comparison:
    """Give a bundle, by name or folder, the ranges that eight bits take, if no facet loses too much by it.

    `data` is a catalogue whose column `split` says train and validation; None: the works that it learnt from.
    Raises what `Bundle.load` does; `CatalogueError` or `RecipeError` where there are no works to go by.
    """
    bundle = Bundle.load(name)
    works = Catalogue.read(data) if data else _learnt_from(bundle)
    ranges = calibrated(bundle, works.select(split="train"), told)
    validation = works.select(split="validation")
    found = compare(bundle, ranges, validation, told)
    if found.good:
        _write(bundle, ranges, found, pupil.beside(bundle, ranges, validation, told))
    return found


def calibrated(bundle: Bundle, works: Catalogue, told: Told) -> Ranges:
    """The ranges of the layers that bear eight bits, by some of these works.

    `CatalogueError` where none of them can be read.
    """
    files = works.files()
    drawn = np.random.default_rng(SEED).permutation(len(files))[:PICTURES]
    sight = Sight(eyes=(Eye(side=bundle.manifest.side, view=bundle.manifest.view),))
    batches = [
        np.concatenate([views for (views,) in batch.values()])
        for batch in seen([files[place] for place in drawn], sight, "Calibrating", told)
    ]
    if not batches:
        raise CatalogueError(f"{works.root} holds no picture of the train split that can be read.")
    watching = Engine(extremes(ov.Core().read_model(bundle.network)), precision="fp32")
    parts = [watching(views) for views in batches]
    found = {layer: _range(np.concatenate([part[layer] for part in parts])) for layer in watching.outputs}
    ranges = {layer: (low, high) for layer, (low, high) in found.items() if low < high}
    harms = _harms(bundle, ranges, np.concatenate(batches)[:TRIED], told)
    most = HARM * np.median(list(harms.values())) if harms else 0
    return {layer: ranges[layer] for layer, harm in harms.items() if harm <= most}


def _learnt_from(bundle: Bundle) -> Catalogue:
    if not (learnt := bundle.metrics.get("recipe")):
        raise RecipeError(f"{bundle.folder} does not say what it learnt from. Name a catalogue with --data.")
    from artml.training.recipe import Recipe  # imports Keras
    from artml.training.selection import catalogue_of, select

    recipe = Recipe(**{name: learnt[name] for name in SELECTING if name in learnt})
    return select(Catalogue.read(catalogue_of(recipe.data)), recipe)


def _range(ends: npt.NDArray[np.float32]) -> tuple[float, float]:
    """From the lowest and highest numbers (n, 2) of n pictures, never beyond them, in four digits; with 0."""
    mean, reach = ends.mean(0), SPREAD * ends.std(0)
    low = min(max(mean[0] - reach[0], ends[:, 0].min()), 0)
    high = max(min(mean[1] + reach[1], ends[:, 1].max()), 0)
    return float(f"{low:.4g}"), float(f"{high:.4g}")


def _harms(bundle: Bundle, ranges: Ranges, views: Pixels, told: Told) -> dict[str, float]:
    """By layer: how far it alone in eight bits moves what comes out, as a share of the variance."""
    exact, harms = Engine(bundle.network)(views), {}
    for done, layer in enumerate(ranges, 1):
        moved = Engine(bundle.network, ranges={layer: ranges[layer]})(views)
        harms[layer] = float(
            np.mean([np.mean((moved[name] - exact[name]) ** 2) / exact[name].var() for name in exact])
        )
        told(done, len(ranges), "Trying layers")
    return harms


def _write(bundle: Bundle, ranges: Ranges, found: Comparison, taught: pupil.Beside | None) -> None:
    making = bundle.folder.with_name(f"{bundle.folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(bundle.folder, making)
    write_json(making / RANGES, ranges)
    before = bundle.card.partition(HEADING)[0]
    if taught:
        before = before.partition(pupil.HEADING)[0]
    figures, sections = {"precisions": _figures(found)}, [before.rstrip(), _section(found)]
    if taught:
        figures[pupil.TEACHER] = taught.summary()
        sections.append(taught.section())
    write_json(making / METRICS, bundle.metrics | figures)
    (making / CARD).write_text("\n\n".join(sections) + "\n", encoding="utf-8")
    seal(making, **{name: value for name, value in bundle.manifest if name != "files"})
    put(making, bundle.folder)


def _figures(found: Comparison) -> dict[str, Any]:
    shown = ("n", "accuracy", "accuracy_interval", "ece", "ece_interval")
    measured = {
        how: {facet: {name: getattr(each, name) for name in shown} for facet, each in facets.items()}
        for how, facets in found.figures.items()
    }
    facts = {"processor": processor(), "gains": found.gains, "cosine": found.alike, "refused": found.refused}
    return facts | {"validation": measured}


def _section(found: Comparison) -> str:
    """For the model card, Markdown."""
    about = (
        f"Accuracy and calibration error on the validation split, by {processor()}; in brackets, the 95 %"
        " interval by work."
    )
    return "\n\n".join(
        [HEADING, about, markdown_table(COLUMNS, found.rows()), " ".join(found.notes())]
    ).rstrip()
