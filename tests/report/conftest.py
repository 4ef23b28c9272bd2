"""A bundle and a run with figures drawn at random, and the pictures that they were measured on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from PIL import Image

from artml.bundle import read_manifest, seal
from artml.evaluation import measure
from artml.evaluation.mistakes import mistakes
from artml.settings import settings
from tests.colours import GENRES, GREEN, RED, STYLES, write_colour_bundle

N = 200
KNOWN = {"style": STYLES, "genre": GENRES}


def answers(labels: tuple[str, ...], seed: int = 1) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Probabilities of N works and their truth: the last label is taken for the first every other time."""
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, len(labels), N)
    said = np.where((truth == len(labels) - 1) & (dice.random(N) < 0.5), 0, truth)
    top = dice.uniform(0.55, 0.95, N)
    rest = (1 - top) / (len(labels) - 1)
    shares = np.where(np.arange(len(labels)) == said[:, None], top[:, None], rest[:, None])
    return shares, [labels[index] for index in truth]


def figures(facet: str, seed: int = 1) -> dict[str, Any]:
    shares, truth = answers(KNOWN[facet], seed)
    found = measure(shares, truth, KNOWN[facet], 0.8, set_threshold=0.3).summary()
    frame = pd.DataFrame({"path": [f"{row % 24}.png" for row in range(N)], facet: truth})
    return found | {"mistakes": mistakes(shares, frame, facet, KNOWN[facet])}


def history(*, overfits: bool = False) -> pd.DataFrame:
    """Twelve epochs in two steps, and a twin's two behind them."""
    epochs = np.arange(1, 7)
    loss = 1.2 - 0.1 * epochs
    seen = np.where(epochs > 3, 0.9 + 0.1 * (epochs - 3), loss) if overfits else loss
    step = {"epoch": epochs, "style_accuracy": 0.5 + 0.07 * epochs, "style_loss": loss}
    step |= {"val_style_accuracy": 0.5 + (0.03 if overfits else 0.06) * epochs, "val_style_loss": seen}
    parts = [pd.DataFrame(step).assign(recipe=name) for name in ("1-heads", "2-all", "3-twin-artist")]
    whole = pd.concat(parts, ignore_index=True)
    return whole[["recipe", *[name for name in whole if name != "recipe"]]]


RECIPE = {
    "name": "2-all",
    "facets": {"style": 1},
    "train": "all",
    "schedule": "cosine",
    "rate": 0.001,
    "warmup": 0.1,
    "epochs": 6,
    "batch": 32,
    "optimizer": "adamw",
    "augmentation": {"mirror": 0.5, "rotation": 0},
    "disguise": None,
    "data": {"catalogue": "paintings", "more": []},
    "network": "colours",
    "side": 32,
    "stages": None,
    "head": {},
}
TRAINED_ON = {
    "n": 900,
    "sample": 400,
    "quantiles": [0.0, 0.5, 1.0],
    "width": [40, 190, 300],
    "height": [30, 180, 280],
    "intensity": {"red": [0.2, 0.8], "green": [0.5, 0.5], "blue": [0.6, 0.4]},
    "classes": {"style": dict(zip(STYLES, (300, 100, 10), strict=True))},
}


def add_figures(folder: Path, metrics: dict[str, Any]) -> Path:
    """Put figures and a history into a bundle, and seal it again."""
    (folder / "metrics.json").write_text(json.dumps(metrics))
    history().to_csv(folder / "history.csv", index=False)
    facts = {name: value for name, value in read_manifest(folder) if name != "files"}
    seal(folder, **facts)
    return folder


@pytest.fixture
def guide(models: Path) -> Path:
    """A bundle that carries everything a report asks for."""
    test = {"style": figures("style"), "genre": figures("genre", 2)}
    twin = {facet: {k: v for k, v in found.items() if k != "mistakes"} for facet, found in test.items()}
    metrics = {"test": test, "unseen_artists": twin, "trained_on": TRAINED_ON, "recipe": RECIPE}
    return add_figures(write_colour_bundle(models / "guide"), metrics)


@pytest.fixture
def old(models: Path) -> Path:
    """A bundle of before: figures, and none of what is drawn from counts."""
    drawn = ("reliability", "risk", "confusion", "mistakes")
    style = {name: value for name, value in figures("style").items() if name not in drawn}
    return add_figures(write_colour_bundle(models / "old"), {"test": {"style": style}})


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the settings take for that of the runs."""
    folder = tmp_path / "runs"
    folder.mkdir()
    monkeypatch.setenv("ARTML_RUNS", str(folder))
    settings.cache_clear()
    return folder


@pytest.fixture
def run_folder(runs: Path) -> Path:
    """A training run that has answered for its works: two crops of each."""
    folder = runs / "colours" / "2-all"
    folder.mkdir(parents=True)
    record = {"recipe": RECIPE, "seconds": {"fitting": 90.0}, "works": {"train": 900}}
    record["environment"] = {"processor": "a processor", "versions": {"keras": "3"}}
    (folder / "run.json").write_text(json.dumps(record))
    history().drop(columns="recipe").head(6).to_csv(folder / "history.csv", index=False)
    parts = []
    for split, seed in (("validation", 5), ("test", 1)):
        shares, truth = answers(STYLES, seed)
        lead = {
            "split": split,
            "path": [f"{split}/{row}.png" for row in range(N)],
            "work": "",
            "truth": truth,
        }
        parts.append(pd.DataFrame(lead | dict(zip(STYLES, shares.T, strict=True))))
    pd.concat(parts + parts).to_csv(folder / "predictions-style.csv", index=False)
    return folder


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A collection of red and green pictures, of which some are labelled wrongly, as `paintings`."""
    folder = tmp_path / "shared" / "paintings"
    folder.mkdir(parents=True)
    rows = ["path,artist,style,genre,split"]
    for number in range(24):
        Image.new("RGB", (64, 48), RED if number % 2 else GREEN).save(folder / f"{number}.png")
        style = STYLES[0] if number % 2 or number == 2 else STYLES[1]
        rows.append(f"{number}.png,Somebody,{style},{GENRES[1]},{'test' if number < 12 else 'train'}")
    (folder / "catalogue.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setenv("ARTML_DATA", str(folder.parent))
    settings.cache_clear()
    return folder / "catalogue.csv"
