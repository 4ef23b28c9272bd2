"""The model card: what a bundle is, was trained on, can do and cannot (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artml.training.run import Run

QUESTIONS = {
    "test": "Test split, by image: artists of these works are mostly known from training",
    "unseen_artists": "Artists kept out of training (a twin: the same heads on the frozen network)",
    "other_sources": "Collections kept out of training (a twin, as above)",
}


def write_card(file: Path, facts: Mapping[str, Any], figures: Mapping[str, Any], run: Run) -> None:
    """Write `card.md` from what was measured."""
    sections = [_head(facts, run), _training(run), _figures(figures), _not_paintings(figures)]
    sections += [_limits(facts), _classes(figures["test"])]
    file.write_text("\n\n".join(section for section in sections if section) + "\n", encoding="utf-8")


def _head(facts: Mapping[str, Any], run: Run) -> str:
    facets = ", ".join(f"{facet} ({len(known.labels)})" for facet, known in facts["facets"].items())
    side, stages = facts["side"], len(facts["stages"])
    return f"""# {facts["name"]} {facts["version"]}

Answers {facets} for a picture of a painting, in one pass of a {facts["network"]}.
The whole picture is squashed to {side} x {side} pixels. The heads stand on mean and spread of
{stages} stages, through one embedding of {facts["embedding"]} numbers."""


def _training(run: Run) -> str:
    minima = ", ".join(f"{facet} {minimum}" for facet, minimum in run.recipe.facets.items())
    return f"""## Training

{len(run.train):,} pictures from {run.train.frame["source"].nunique()} collections, most of them reproduced by
WikiArt. A label needs at least so many of them: {minima}. Every layer was trained, from ImageNet weights of
stages 1 to 3 on. Pictures were varied in scale, aspect, sharpness and compression, so that their source shows
less. WikiArt's terms allow non-commercial research use; that holds for this model too."""


def _figures(figures: Mapping[str, Any]) -> str:
    parts = ["## How good it is\n\nIn brackets, 95 % intervals."]
    for name, question in QUESTIONS.items():
        if name in figures:
            parts.append(f"### {question}\n\n{_table(figures[name])}")
    return "\n\n".join(parts)


def _table(facets: Mapping[str, Any]) -> str:
    rows = ["| facet | n | accuracy | macro-F1 | top-5 | ECE | certain: share | certain: right |"]
    rows.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for facet, found in facets.items():
        spans = found["intervals"]
        shown = [_share(found[key], spans[key]) for key in ("accuracy", "macro_f1", "top5", "ece")]
        certain = found["certain"]
        if certain["accuracy"] is None:
            shown += ["–", "–"]
        else:
            shown += [_share(certain[key], spans["certain"][key]) for key in ("coverage", "accuracy")]
        rows.append(f"| {facet} | {found['n']:,} | " + " | ".join(shown) + " |")
    return "\n".join(rows)


def _not_paintings(figures: Mapping[str, Any]) -> str:
    if not (found := figures.get("painting")):
        return ""
    return f"""## What is no painting

{found["others"]} photographs and cartoons that training never saw are told from {found["paintings"]:,} test
paintings with an AUROC of {found["auroc"]:.3f}. {found["others_refused"]:.0%} of the former and
{found["paintings_refused"]:.1%} of the latter are said not to look like a painting."""


def _limits(facts: Mapping[str, Any]) -> str:
    open_sets = [facet for facet, known in facts["facets"].items() if known.open_set]
    known = ", ".join(f"the {len(facts['facets'][facet].labels)} known {facet}s" for facet in open_sets)
    text = f"""## Limits

- Labels are as their sources have them; some works are filed under two styles.
- Artists and collections that are new to it cost it as much as the tables above say. Rare styles rest on few
  artists.
- It sees {facts["side"]} pixels a side: no signature, no craquelure, no brush hair.
- European and North American painting and Japanese prints make up nearly all it knows."""
    return text + (f"\n- Most works are by none of {known}; read an uncertain answer so." if known else "")


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
