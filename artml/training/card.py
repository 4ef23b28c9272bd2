"""The model card: what a bundle is, was trained on, can do and cannot (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artml.training.run import Run

QUESTIONS = {
    "test": "Test split, by image: artists of these works are {} known from training",
    "unseen_artists": "Artists kept out of training (a twin: heads on the frozen network, no memory)",
    "other_sources": "Collections kept out of training (a twin, as above)",
}
POOLED = {"spread": "mean and spread", "mean": "the mean", "max": "the maximum", "flatten": "all"}
COLUMNS = "n, accuracy, macro-F1, top-5, ECE, certain: share, certain: right, sets: right, sets: labels"


def write_card(file: Path, facts: Mapping[str, Any], figures: Mapping[str, Any], run: Run) -> None:
    """Write `card.md` from what was measured."""
    sections = [_head(facts, run), _training(run), _figures(figures, run), _not_paintings(figures)]
    sections += [_limits(facts, run), _classes(figures["test"])]
    file.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")


def _head(facts: Mapping[str, Any], run: Run) -> str:
    facets = ", ".join(f"{facet} ({len(known.labels)})" for facet, known in facts["facets"].items())
    side, stages, view, head = facts["side"], facts["stages"], facts["view"], run.recipe.head
    seen = f"The whole picture is squashed to {side} x {side} pixels."
    if view:
        scale = f"scaled to {view.area:,} pixels in all" if view.area else "at its own scale"
        seen = f"It sees {view.count} crops of {view.size} pixels, of the picture {scale}, and averages."
    through = f", through one embedding of {head.embedding} numbers" if head.embedding else ""
    if head.hidden:
        spared = f", but for {' and '.join(head.linear)}," if head.linear else ""
        through += f" and{spared} a layer of {head.hidden} with ReLU"
    voting = " The works it was trained on vote, too, by how near they are." if facts["memory"] else ""
    return f"""# {facts["name"]} {facts["version"]}

Answers {facets} for a picture, by a {facts["network"]}. {seen}
The heads stand on {POOLED[head.pool]} of {", ".join(stages)}{through}.{voting}"""


def _training(run: Run) -> str:
    minima = ", ".join(f"{facet} {minimum}" for facet, minimum in run.recipe.facets.items())
    frame, recipe = run.train.frame, run.lineage()[0].recipe
    sources = frame["source"].nunique() if "source" in frame else 0
    start = "from ImageNet weights on" if recipe.pretrained else "from scratch"
    disguised = any(step.recipe.disguise for step in run.lineage())
    text = f"""## Training

{len(frame):,} pictures{f" from {sources} collections" if sources else ""}. A label needs at least so many of
them: {minima}. Every layer was trained, {start}."""
    if disguised:
        text += """ Pictures were varied in scale, aspect, sharpness and
compression, so that their source shows less."""
    return (
        text
        + """ Most pictures were reproduced by WikiArt, whose terms allow non-commercial research
use; that holds for this model too."""
    )


def _figures(figures: Mapping[str, Any], run: Run) -> str:
    parts = ["## How good it is\n\nIn brackets, 95 % intervals."]
    known = _known_artists(run)
    for name, question in QUESTIONS.items():
        if name in figures:
            heading = question.format("mostly" if known > 0.5 else "mostly not")
            parts.append(f"### {heading}\n\n{_table(figures[name])}")
    for folder, found in figures.get("by_catalogue", {}).items():
        parts.append(f"### Test works of {folder} alone\n\n{_table(found)}")
    return "\n\n".join(parts)


def _known_artists(run: Run) -> float:
    """Share of the test works whose artist was trained on, of those that name one."""
    if "artist" not in run.train.frame:
        return 1.0
    named = run.test.frame["artist"][lambda artist: artist != ""]
    return float(named.isin(run.train.frame["artist"]).mean()) if len(named) else 1.0


def _table(facets: Mapping[str, Any]) -> str:
    columns = ["facet", *COLUMNS.split(", ")]
    rows = [f"| {' | '.join(columns)} |", "| --- " * len(columns) + "|"]
    for facet, found in facets.items():
        spans = found["intervals"]
        shown = [_share(found[key], spans[key]) for key in ("accuracy", "macro_f1", "top5", "ece")]
        certain = found["certain"]
        if certain["accuracy"] is None:
            shown += ["–", "–"]
        else:
            shown += [_share(certain[key], spans["certain"][key]) for key in ("coverage", "accuracy")]
        if sets := found["sets"]:
            shown += [_share(sets["coverage"], spans["sets"]["coverage"]), f"{sets['size']:.1f}"]
        else:
            shown += ["–", "–"]
        rows.append(f"| {facet} | {found['n']:,} | " + " | ".join(shown) + " |")
    return "\n".join(rows)


def _not_paintings(figures: Mapping[str, Any]) -> str:
    if not (found := figures.get("painting")):
        return ""
    return f"""## What is no painting

{found["others"]} photographs and cartoons that training never saw are told from {found["paintings"]:,} test
paintings with an AUROC of {found["auroc"]:.3f}. {found["others_refused"]:.0%} of the former and
{found["paintings_refused"]:.1%} of the latter are said not to look like a painting."""


def _limits(facts: Mapping[str, Any], run: Run) -> str:
    lines = list(run.recipe.limits)
    for facet, known in facts["facets"].items():
        if known.open_set:
            lines.append(
                f"Most works are by none of the {len(known.labels)} known {facet}s: "
                "read an uncertain answer so."
            )
    return "\n".join(["## Limits", "", *(f"- {line}" for line in lines)]) if lines else ""


def _classes(facets: Mapping[str, Any]) -> str:
    parts = ["## By class, on the test split"]
    for facet, found in facets.items():
        rows = [f"| {facet} | n | precision | recall | F1 |", "| --- | --- | --- | --- | --- |"]
        rows += [
            f"| {c['label']} | {c['n']} | {c['precision']:.2f} | {c['recall']:.2f} | {c['f1']:.2f} |"
            for c in found["classes"]
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def _share(value: float, span: tuple[float, float] | None) -> str:
    return f"{value:.3f} [{span[0]:.3f}, {span[1]:.3f}]" if span else f"{value:.3f}"
