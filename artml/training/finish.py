"""From trained weights to a bundle: export, calibrate, measure, write it down."""

from __future__ import annotations

import csv
import datetime
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from artml import bundle
from artml.engine import Engine
from artml.errors import ExportRefused
from artml.networks import PAINTING, graph, network
from artml.pupil import TEACHER, beside
from artml.training.card import write_card
from artml.training.evidence import Evidence, twin_figures, view_of
from artml.training.run import Arrays, Run

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


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


def finish(
    run: Run, twins: Mapping[str, Run], folder: Path, more: Mapping[str, Any] = NOTHING
) -> bundle.Manifest:
    """Write the bundle of a finished run; `twins` (a name, a run) were trained without some works, to be
    tested on them. `more` goes into its figures.
    """
    recipe = run.recipe
    if recipe.pretrained and not recipe.start:
        refuse_pretrained(run.weights(), network(recipe.network).pretrained())
    model = run.model()
    making = _fresh(folder)
    evidence = Evidence(run, Engine(graph.export(model)))
    if boundary := evidence.boundary():
        model.get_layer(PAINTING).set_weights([boundary.weights[:, None], np.array([boundary.bias])])
    graph.save(graph.export(model), making / bundle.NETWORK)
    facets = evidence.facets()
    figures = evidence.figures(facets, boundary)
    figures |= {name: twin_figures(twin) for name, twin in twins.items()}
    figures |= {"trained_on": evidence.trained_on(), "recipe": recipe.model_dump(mode="json", by_alias=True)}
    bundle.write_json(making / bundle.METRICS, figures | dict(more))
    write_history([*run.lineage(), *twins.values()], making / bundle.HISTORY)
    if evidence.works:
        evidence.works.write(making / bundle.WORKS)
    facts = {
        "name": folder.name,
        "version": f"{datetime.date.today():%Y.%m.%d}-{bundle.sha256(making / 'network.bin')[:8]}",
        "network": recipe.network,
        "side": recipe.side,
        "view": view_of(run),
        "stages": run.stages,
        "head": recipe.head,
        "facets": facets,
        "memory": recipe.memory,
        "taught_by": taught_by(run, folder.name),
        "painting_threshold": boundary.threshold if boundary else run.inherited_threshold(),
        "made_with": {name: version(name) for name in ("artml", "keras", "tensorflow", "openvino")},
    }
    write_card(making / bundle.CARD, facts, figures, run)
    manifest = bundle.seal(making, **facts)
    if manifest.taught_by:
        _note_teacher(making, manifest, run)
        manifest = bundle.seal(making, **facts)
    bundle.put(making, folder)
    return manifest


def taught_by(run: Run, name: str) -> str:
    """The bundle in whose place one of this name answers after a run: the first whose word alone it learnt.

    Empty where none was; one that followed an earlier state of itself as well answers by itself.
    """
    heard = [step.recipe.heard for step in run.lineage() if not step.recipe.teaching]
    return next((teacher for names in heard for teacher in names if name not in names), "")


def _note_teacher(making: Path, manifest: bundle.Manifest, run: Run) -> None:
    """Write down how it compares with its teacher, if that is here, on the works of the validation split."""
    made = bundle.Bundle(making, manifest)
    run.reporter.begin(f"{manifest.name} beside {manifest.taught_by}", 2 * len(run.validation))
    if found := beside(made, None, run.validation, lambda *_: run.reporter.advance(1)):
        bundle.write_json(making / bundle.METRICS, made.metrics | {TEACHER: found.summary()})
        (making / bundle.CARD).write_text(f"{made.card}\n{found.section()}\n", encoding="utf-8")


def write_history(runs: Sequence[Run], file: Path) -> None:
    """One CSV of all the runs' histories, led by the recipe's name."""
    rows: list[dict[str, str]] = []
    for run in runs:
        history = run.folder / "history.csv"
        if history.is_file():
            with history.open(newline="", encoding="utf-8") as stream:
                rows += [{"recipe": run.recipe.name, **row} for row in csv.DictReader(stream)]
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)


def _fresh(folder: Path) -> Path:
    making = folder.with_name(folder.name + ".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    return making
