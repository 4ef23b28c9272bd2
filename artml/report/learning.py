"""How it learned, and from what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, pi
from typing import Any, Final

import numpy as np
import pandas as pd

from artml import charts
from artml.report.parts import Chart, Part, Section, Table, Varied, Words
from artml.report.subject import Subject

AUGMENTED: Final = {
    "rotation": "turned by up to {:g} degrees",
    "shift": "shifted by up to {:.0%}",
    "shear": "sheared by up to {:g} degrees",
    "zoom": "zoomed by up to {:.0%}",
    "stretch": "stretched by up to {:.0%}",
    "mirror": "mirrored in {:.0%} of cases",
    "flip": "turned upside down in {:.0%} of cases",
    "whitening": "whitened in {:.0%} of cases",
}
APART, WORSE = 0.1, 1.02
"""From which gap of accuracy, and which rise of the validation loss above its lowest, a step overfits."""


def learned(subject: Subject, dark: bool) -> Section:
    """How did it learn?"""
    section = Section("learned", "How did it learn?")
    history = subject.history
    if history is None or history.empty:
        section.parts.append(Words("It left no history of its training."))
        return section
    for facet in subject.facets:
        for kind in ("accuracy", "loss"):
            name = f"{facet}_{kind}" if f"{facet}_{kind}" in history else kind
            columns = [column for column in ("step", "epoch", name, f"val_{name}") if column in history]
            if len(columns) < 3:
                continue
            figure = charts.learning(history, facet, kind, dark=dark)
            sentence = overfitting(history, facet) if kind == "accuracy" else _loss(history, name, facet)
            steps = history["step"].nunique()
            n = f"n {len(history):,} checkpoints"
            n += f" of {steps} steps, one after the other" if steps > 1 else ""
            below = f"{n}. Blue: works trained on, orange: validation."
            key = f"learning-{facet}-{kind}"
            section.parts.append(Chart(key, sentence, figure, history[columns].reset_index(drop=True), below))
    section.parts.extend(_rate(subject, dark))
    return section


def overfitting(history: pd.DataFrame, facet: str) -> str:
    """Whether the last step learnt its works by heart, in words; `history` as `charts.learning` takes it."""
    last = history[history["step"] == _main_step(history)]
    known, new = (_last(last, f"{lead}{_named(history, facet, 'accuracy')}") for lead in ("", "val_"))
    if known is None or new is None:
        return f"Nobody watched how the {facet} went on works it did not train on."
    losses = last.get(f"val_{_named(history, facet, 'loss')}")
    rise = 1.0 if losses is None or losses.dropna().empty else float(losses.dropna().iloc[-1] / losses.min())
    told = (
        f"In the end it knew the {facet} of {known:.0%} of the works it trained on and of {new:.0%} of others"
    )
    if rise > WORSE:
        return f"{told}, and its validation loss had risen {rise - 1:.0%} above its lowest: it overfits."
    if known - new > APART:
        gap = f"{100 * (known - new):.0f} points apart"
        return f"{told}: {gap}, it overfits a little, though its validation loss did not rise."
    return f"{told}: it does not overfit."


def learnt_from(subject: Subject, dark: bool) -> Section:
    """What was it trained on?"""
    section = Section("from", "What was it trained on?")
    known = subject.metrics.get("trained_on", {})
    counts = known.get("classes") or _counted(subject)
    for facet, found in counts.items():
        frame = pd.DataFrame({"label": list(found), "n": list(found.values())})
        frame = frame.sort_values("n", ascending=False, kind="stable").reset_index(drop=True)
        most, least = frame.iloc[0], frame.iloc[-1]
        ratio = most["n"] / max(least["n"], 1)
        sentence = (
            f"It saw {most['n']:,} works of {most['label']} and {least['n']:,} of {least['label']}: "
            f"{ratio:.0f} times as many."
        )
        below = f"n {int(frame['n'].sum()):,} works with a label of {facet}."
        section.parts.append(Chart(f"works-{facet}", sentence, charts.counts(frame, dark=dark), frame, below))
    if "intensity" in known:
        section.parts.append(_intensity(known, dark))
    if "width" in known:
        section.parts.append(_sizes(known))
    section.parts.append(Varied(augmented(subject.facts.get("recipe"))))
    if len(section.parts) == 1 and known.get("n"):
        section.parts.insert(0, Words(f"{known['n']:,} works."))
    return section


def augmented(recipe: Mapping[str, Any] | None) -> str:
    """How pictures were varied, in a sentence."""
    if recipe is None:
        return "It carries no word on how its pictures were varied; its card may have one."
    on = {name: amount for name, amount in recipe.get("augmentation", {}).items() if amount}
    told = [AUGMENTED[name].format(amount) for name, amount in on.items() if name in AUGMENTED]
    if how := recipe.get("disguise"):
        area, side = how["crop"], how["size"]
        told.append(
            f"disguised in {1 - how['plain']:.0%} of cases (cut to {area[0]:.0%}–{area[1]:.0%} of the area, "
            f"scaled to {side[0]:g}–{side[1]:g} pixels, blurred or sharpened, relit, and saved again)"
        )
    return f"Pictures were {', '.join(told)}." if told else "Pictures were not varied."


def rate_at(recipe: Mapping[str, Any], share: float) -> float:
    """The learning rate at a share 0..1 of the run: constant, or warmed up to, then falling as a cosine."""
    if recipe["schedule"] == "constant":
        return float(recipe["rate"])
    warm = recipe["warmup"]
    if share < warm:
        return float(recipe["rate"] * share / warm)
    return float(recipe["rate"] * 0.5 * (1 + cos(pi * (share - warm) / max(1 - warm, 1e-9))))


def _rate(subject: Subject, dark: bool) -> Iterator[Part]:
    recipe = subject.facts.get("recipe")
    if not recipe:
        return
    shares = np.linspace(0, 1, 101)
    rates = [rate_at(recipe, float(share)) for share in shares]
    frame = pd.DataFrame({"epoch": shares * recipe["epochs"], "rate": rates})
    how = "stayed" if recipe["schedule"] == "constant" else "warmed up, then fell as a cosine, from"
    sentence = f"Its learning rate {how} {recipe['rate']:g}, by {recipe['optimizer']}."
    below = f"{recipe['name']}: {recipe['epochs']:g} epochs in batches of {recipe['batch']}, by its recipe."
    yield Chart("rate", sentence, charts.rates(frame, dark=dark), frame, below)


def _main_step(history: pd.DataFrame) -> str:
    """The last step that led to the model: twins, which are trained to be tested, come behind it."""
    steps = [str(step) for step in history["step"].unique() if "twin" not in str(step)]
    return steps[-1] if steps else str(history["step"].iloc[-1])


def _loss(history: pd.DataFrame, name: str, facet: str) -> str:
    last = history[history["step"] == _main_step(history)]
    known, new = _last(last, name), _last(last, f"val_{name}")
    beside = "" if new is None else f", and to {new:.2f} on validation works"
    return f"Its loss on the {facet} came to {known:.2f} on the works it trained on{beside}."


def _named(history: pd.DataFrame, facet: str, kind: str) -> str:
    return f"{facet}_{kind}" if f"{facet}_{kind}" in history else kind


def _last(frame: pd.DataFrame, column: str) -> float | None:
    values = frame[column].dropna() if column in frame else pd.Series(dtype=float)
    return float(values.iloc[-1]) if len(values) else None


def _counted(subject: Subject) -> dict[str, dict[str, int]]:
    """The works of each label among those that the bundle carries."""
    works = subject.bundle.works if subject.bundle else None
    if works is None:
        return {}
    frame = works.select("train").frame
    counts = {facet: frame[facet].value_counts() for facet in subject.facets if facet in frame}
    return {
        facet: {label: int(found.get(label, 0)) for label in subject.facets[facet].labels}
        for facet, found in counts.items()
    }


def _intensity(known: Mapping[str, Any], dark: bool) -> Chart:
    shares = known["intensity"]
    steps = len(shares["red"])
    middles = (np.arange(steps) + 0.5) * 256 / steps
    means = {channel: float(np.dot(middles, values)) for channel, values in shares.items()}
    warm = max(means, key=lambda channel: means[channel])
    frame = pd.DataFrame({"intensity": middles, **shares})
    told = ", ".join(f"{channel} {mean:.0f}" for channel, mean in means.items())
    sentence = f"Its pictures lean to {warm}: of 255, the mean is {told}."
    below = f"n {known['sample']:,} pictures drawn from {known['n']:,}, each with the same say."
    return Chart("intensity", sentence, charts.intensities(shares, dark=dark), frame, below)


def _sizes(known: Mapping[str, Any]) -> Table:
    shares = [f"{share:.0%}" for share in known["quantiles"]]
    frame = pd.DataFrame({"smaller than it": shares, "width": known["width"], "height": known["height"]})
    middle = known["quantiles"].index(0.5)
    sentence = f"Half of its pictures are less than {known['width'][middle]} pixels wide and "
    sentence += f"{known['height'][middle]} high."
    return Table("sizes", sentence, frame, f"n {known['sample']:,} pictures drawn from {known['n']:,}.")
