"""The bundle that comes of a lesson: written whole, beside the shipped ones, and not in service."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from artml import bundle, service
from artml.bundle import Bundle, Manifest
from artml.bundle_works import BundleWorks
from artml.classifier import embedder_of
from artml.collection import Job
from artml.learning.comparison import COLUMNS, COMPARISON, Comparison, Speaker, compare
from artml.learning.heads import Head, heads_of, put_into
from artml.learning.lesson import Lesson, catalogue_of, counts
from artml.learning.takeover import COMPARED
from artml.markdown import markdown_table
from artml.memory import Memory
from artml.networks import graph
from artml.training.evidence import calibrate, facet_figures
from artml.training.labels import targets


def make(lesson: Lesson, heads: Mapping[str, Head], job: Job, history: Path) -> tuple[Manifest, Comparison]:
    """Write the bundle of a finished lesson below ARTML_HOME; what lies there already is left alone."""
    place = service.place(lesson.bundle.manifest.name)
    making = place / f".{job.id}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    base = lesson.bundle.manifest
    speaker = calibrated(lesson, heads)
    graph.save(put_into(lesson.bundle, heads), making / bundle.NETWORK)
    held, watched = lesson.decided.part(held=True), lesson.watched()
    comparison = compare(
        *_before(lesson), speaker, (held.embedding, held.frame), (watched.embedding, watched.frame)
    )
    own = lesson.own.select("validation")
    BundleWorks(
        np.concatenate([lesson.works.embedding, own.embedding]),
        pd.concat([lesson.works.frame, own.frame], ignore_index=True)[["split", *base.facets]],
    ).write(making / bundle.WORKS)
    bundle.write_json(making / bundle.METRICS, figures(lesson, speaker, comparison, job))
    rows = pd.read_csv(history)
    rows.insert(0, "recipe", "decisions")
    rows.to_csv(making / bundle.HISTORY, index=False)
    if bundle.RANGES in base.files:  # or its embedding would not be the same to the bit
        shutil.copy(lesson.bundle.folder / bundle.RANGES, making)
    name = f"{job.created:%Y.%m.%d}-{bundle.sha256(making / 'network.bin')[:8]}"
    (making / bundle.CARD).write_text(card(lesson, name, comparison, job), encoding="utf-8")
    kept = {"name", "network", "side", "view", "stages", "head", "painting_threshold"}
    facts = {field: value for field, value in base if field in kept}
    manifest = bundle.seal(
        making,
        **facts,
        version=name,
        facets=speaker.facets,
        memory=base.memory,
        embedding_version=embedder_of(base).version,
        made_with=base.made_with | {"artml": version("artml"), "keras": version("keras")},
    )
    if (place / name).is_dir():
        shutil.rmtree(making)
    else:
        bundle.put(making, place / name)
    return manifest, comparison


def calibrated(lesson: Lesson, heads: Mapping[str, Head]) -> Speaker:
    """The heads, with temperatures and thresholds from works kept for that.

    What was not trained keeps its own, unless the works that vote beside it have changed.
    """
    works, base = lesson.calibrating(), lesson.bundle.manifest
    labels = {facet: head.labels for facet, head in heads.items()}
    memory = None
    if base.memory:
        votes = {facet: lesson.works.frame[facet].to_numpy(str) for facet in heads}
        memory = Memory.of(lesson.works.embedding, votes, labels, base.memory)
    known, found = catalogue_of(works.frame), dict(base.facets)
    truth = targets(known, labels)
    logits = Speaker(heads, found, memory).logits(works.embedding)
    for facet in heads if memory else lesson.labels:
        found[facet] = calibrate(facet, labels[facet], logits[facet][:, None], truth[facet], known)
    return Speaker(heads, found, memory)


def figures(lesson: Lesson, speaker: Speaker, comparison: Comparison, job: Job) -> dict[str, Any]:
    """What is known of how good it is: `test` on works of the bundle, `decided` on decided ones, neither of
    which it was trained on.
    """
    before, held, watched = lesson.bundle.metrics, lesson.decided.part(held=True), lesson.watched()
    learnt = lesson.works.frame
    classes = {facet: counts(learnt, facet, known.labels) for facet, known in speaker.facets.items()}
    found = {
        "test": _measured(speaker, watched.embedding, watched.frame),
        "decided": _measured(speaker, held.embedding, held.frame),
        COMPARED: COMPARISON.dump_python(comparison, mode="json"),
        "job": job.id,
        "trained_on": before.get("trained_on", {}) | {"classes": classes},
        "recipe": lesson.recipe.model_dump(mode="json", by_alias=True),
    }
    return found | {name: before[name] for name in ("painting",) if name in before}


def card(lesson: Lesson, name: str, comparison: Comparison, job: Job) -> str:
    """The model card, Markdown."""
    base, taught = lesson.bundle.manifest, lesson.decided.part(held=False)
    learnt = ", ".join(f"{facet} {taught.count(facet):,}" for facet in lesson.labels)
    new = {f: sorted(set(labels) - set(base.facets[f].labels)) for f, labels in lesson.labels.items()}
    added = "; ".join(f"{facet}: {', '.join(labels)}" for facet, labels in new.items() if labels) or "none"
    return f"""# {base.name} {name}

The heads of {base.name} {base.version}, trained anew by {job.person} with the works that this museum decided:
{learnt}. Labels that it learnt: {added}. The network below the heads is the same to the bit, and all that is
said of it in the card of {base.version} holds. Decided works left out, for it has not looked at them:
{lesson.decided.lacking:,}.

## Did it get better?

{comparison.sentence()}

{table(comparison)}

## Limits

- Its calibration and its prediction sets rest on works of {base.name}'s own collection: of labels that it
  learnt here, they promise nothing.
- It carries this museum's decided works as embeddings and labels. Think before you give it away.
"""


def table(comparison: Comparison) -> str:
    """The comparison as a Markdown table."""
    return markdown_table(COLUMNS, comparison.rows())


def _before(lesson: Lesson) -> tuple[str, Speaker]:
    """The version in service; the shipped one, where that looks at works in another way."""
    base = lesson.bundle
    served = Bundle.load(base.manifest.name)
    old = served if embedder_of(served.manifest) == embedder_of(base.manifest) else base
    return old.manifest.version, Speaker(heads_of(old), old.manifest.facets, old.memory)


def _measured(speaker: Speaker, embedding: Any, frame: pd.DataFrame) -> dict[str, Any]:
    some = {f: known for f, known in speaker.facets.items() if frame[f].isin(known.labels).any()}
    said = speaker.logits(embedding)
    outputs = {facet: said[facet][:, None] for facet in some}
    return facet_figures(outputs, catalogue_of(frame), some, None)
