"""What it is: how it is built, how large it is, and what an answer costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artml import charts
from artml.bundle import NETWORK, Bundle
from artml.openvino import ov
from artml.report.parts import Chart, Part, Section, Table
from artml.report.subject import Subject

POOLED = {"spread": "mean and spread", "mean": "mean", "max": "maximum", "flatten": "every number"}


@dataclass(frozen=True)
class Size:
    """What a graph holds and does."""

    parameters: int
    multiply_adds: int
    """For one picture or crop; convolutions and dense layers, as `artml networks` counts them."""
    bytes: int


def built(subject: Subject, dark: bool) -> Section:
    """What is it?"""
    rows = _blocks(subject)
    frame = pd.DataFrame(rows, columns=["part", "what it is"])
    head = subject.facts.get("head") or {}
    embedded = head.get("embedding", 256)
    through = f"one embedding of {embedded} numbers" if embedded else "no embedding"
    sentence = f"It is a {subject.facts['network']} with a head for {_listed(subject.facets)} on {through}."
    below = "From the picture down to the answers."
    parts: list[Part] = [Chart("blocks", sentence, charts.blocks(rows, dark=dark), frame, below)]
    parts.append(_facts(subject))
    return Section("built", "What is it?", parts)


def size(bundle: Bundle) -> Size:
    """Counted from the bundle's graph."""
    return measured(bundle.network)


def measured(network: Path) -> Size:
    """Counted from a graph on disk: its constants that were variables, and its products."""
    graph = ov.Core().read_model(network)
    parameters = work = 0
    for node in graph.get_ops():
        kind = node.get_type_name()
        if kind == "Constant" and node.get_friendly_name().startswith("keras:"):
            parameters += prod(node.get_output_shape(0))
        elif kind in ("Convolution", "GroupConvolution"):
            kernel = [int(length) for length in node.input_value(1).get_partial_shape().to_shape()]
            grid = node.get_output_partial_shape(0)
            work += prod(kernel) * grid[2].get_length() * grid[3].get_length()
        elif kind == "MatMul":
            work += prod(int(length) for length in node.input_value(1).get_partial_shape().to_shape())
    stored = network.stat().st_size + network.with_suffix(".bin").stat().st_size
    return Size(parameters, work, stored)


def _blocks(subject: Subject) -> list[tuple[str, str]]:
    facts = subject.facts
    side, head, view = facts["side"], facts.get("head") or {}, facts.get("view")
    seen = f"{view['count']} crops of {view['size']} pixels" if view else "the whole, squashed to a square"
    stages = facts.get("stages") or ()
    rows = [("picture", f"{seen}: {side} × {side} × 3"), (facts["network"], _stages(stages))]
    pool = POOLED[head.get("pool", "spread")]
    rows.append(("pool", f"{pool} of each channel"))
    rows += [("dense", f"{units} numbers, ReLU") for units in head.get("units", ())]
    if embedded := head.get("embedding", 256):
        rows.append(("embedding", f"{embedded} numbers, shared by all answers"))
    if hidden := head.get("hidden"):
        spared = " and ".join(head.get("linear", ()))
        rows.append(("dense", f"{hidden} numbers, ReLU, shared by all answers{spared and f' but {spared}'}"))
    if facts.get("memory"):
        rows.append(("memory", "the works trained on vote, by how near they are"))
    counts = ", ".join(f"{facet} {len(known.labels)}" for facet, known in subject.facets.items())
    return [*rows, ("answers", counts)]


def _stages(stages: tuple[str, ...]) -> str:
    return (
        f"maps of {', '.join(stage.removesuffix('_act') for stage in stages)}" if stages else "its last map"
    )


def _facts(subject: Subject) -> Table:
    facts: dict[str, str] = {}
    if subject.bundle is not None and (subject.folder / NETWORK).is_file():
        counted = size(subject.bundle)
        facts["parameters"] = f"{counted.parameters:,}"
        facts["multiply-adds a picture"] = f"{counted.multiply_adds / 1e9:.2f} billion"
        facts["size of its network"] = f"{counted.bytes / 1e6:.1f} MB"
    facts |= _training(subject.facts)
    made = subject.facts.get("made_with") or {}
    facts["made with"] = ", ".join(f"{name} {version}" for name, version in made.items())
    frame = pd.DataFrame({"what": list(facts), "figure": list(facts.values())})
    told = f"{facts['parameters']} parameters, " if "parameters" in facts else ""
    return Table("facts", f"{told}{_knows(subject)}.", frame[frame["figure"] != ""])


def _training(facts: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    if seconds := facts.get("seconds"):
        found["trained in"] = f"{sum(seconds.values()) / 60:.1f} minutes"
    if processor := facts.get("processor"):
        found["trained on"] = str(processor)
    return found


def _knows(subject: Subject) -> str:
    total = int(np.sum([len(known.labels) for known in subject.facets.values()]))
    return f"{total} labels in all"


def _listed(facets: Mapping[str, Any]) -> str:
    names = list(facets)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
