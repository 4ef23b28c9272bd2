"""A packed folder, read and trained. What is left in it: `weights.npz`, `history.csv`, and the checkpoint."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from artml.training.accelerated.fit import Figures, Lessons, accuracies, fit, logits
from artml.training.accelerated.network import Network

FACETS = "weights/"


def take(folder: Path, threads: int = 0) -> None:
    """Train what is packed in a folder; one that was stopped goes on after its last whole epoch."""
    if threads:
        torch.set_num_threads(threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    recipe = _named(about["recipe"])
    with np.load(folder / "lessons.npz", allow_pickle=False) as stored:
        kept = {name: torch.from_numpy(stored[name]).to(device) for name in stored.files}
    weights = _named_after(FACETS, kept)
    facets = list(weights)
    words = [_named_after(f"word{n}/", kept) for n in range(about["words"])]
    followed = dict.fromkeys(chain(facets, *words, *about["teachers"]))
    pupil = _network(folder / "pupil", followed, device)
    teachers = [
        _network(folder / f"teacher{n}", outputs, device).eval()
        for n, outputs in enumerate(about["teachers"])
    ]
    lessons = Lessons(
        _pictures(folder / "train", recipe.side).to(device),
        _targets(kept, "train", facets),
        weights,
        kept["odds"],
        teachers,
        words,
    )
    watched = _pictures(folder / "validation", recipe.side).to(device)
    truth = _targets(kept, "validation", facets)

    def follow(figures: Figures) -> None:
        if len(watched):
            found = accuracies(logits(pupil, watched), truth)
            figures |= {f"val_{name}": value for name, value in found.items()}
        _write_row(folder / "history.csv", figures)
        print(json.dumps({name: round(value, 5) for name, value in figures.items()}), flush=True)

    fit(pupil, lessons, recipe, frozenset(about["fresh"]), folder / "checkpoint.pt", follow)
    part = folder / "weights.part"
    with part.open("wb") as out:
        np.savez(out, allow_pickle=False, **pupil.arrays())
    part.replace(folder / "weights.npz")


def _named_after(beginning: str, kept: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(beginning): kept[name] for name in kept if name.startswith(beginning)}


def _network(stem: Path, outputs: Iterable[str], device: torch.device) -> Network:
    steps = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(stem.with_suffix(".npz"), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    net = Network([SimpleNamespace(**step) for step in steps], arrays, list(outputs))
    net.to(device, memory_format=torch.channels_last)
    return net


def _pictures(stem: Path, side: int) -> Tensor:
    """(n, 3, side, side) uint8, squashed as `artml.images.to_square` squashes."""
    ends = np.load(stem.with_suffix(".npy"), allow_pickle=False)
    if not len(ends):
        return torch.empty((0, 3, side, side), dtype=torch.uint8)
    data = stem.with_suffix(".bin").read_bytes()
    parts = [data[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        squares = list(pool.map(lambda part: _square(part, side), parts))
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).contiguous()


def _square(data: bytes, side: int) -> Any:
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image.convert("RGB").resize((side, side), Image.Resampling.BICUBIC, reducing_gap=3.0))


def _targets(kept: dict[str, Tensor], split: str, facets: Sequence[str]) -> dict[str, Tensor]:
    return {facet: kept[f"{split}/{facet}"].long() for facet in facets}


def _named(values: Any) -> Any:
    """A recipe's fields by name, as the recipe itself has them."""
    if isinstance(values, dict):
        return SimpleNamespace(**{name: _named(value) for name, value in values.items()})
    return values


def _write_row(file: Path, figures: Figures) -> None:
    new = not file.is_file()
    with file.open("a", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, figures)
        if new:
            writer.writeheader()
        writer.writerow(figures)
