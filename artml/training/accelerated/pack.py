"""A run packed into a folder: pictures, labels, networks and the code that trains them."""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from PIL import Image

from artml.errors import RecipeError
from artml.training.accelerated.plan import arrays, plan
from artml.training.labels import Targets
from artml.training.pictures import Pictures
from artml.training.recipe import Recipe

CODE = ("network.py", "vary.py", "fit.py", "course.py")
PROGRAM = """import os
import sys
from pathlib import Path

# of every size that pictures are varied to, kernels would be kept: 20 GiB after an epoch on processors
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "400")

from artml.training.accelerated.course import take

if __name__ == "__main__":
    take(Path(__file__).parent, *map(int, sys.argv[1:2]))
"""


def pack(
    folder: Path,
    recipe: Recipe,
    model: keras.Model,
    start: Mapping[str, npt.NDArray[np.float32]],
    pictures: Mapping[str, tuple[Pictures, npt.NDArray[np.intp]]],
    targets: Mapping[str, Targets],
    weights: Targets | Mapping[str, npt.NDArray[np.float32]],
    odds: npt.NDArray[np.float32],
    teachers: Sequence[tuple[keras.Model, Sequence[str]]],
    words: Sequence[Mapping[str, npt.NDArray[np.float32]]],
) -> None:
    """Write the folder. `pictures`, and which of them, and `targets` are of `train` and `validation`; `start`
    has the arrays that the model did not start from nothing with; `odds` are of the pictures trained on, and
    so are `words`: what other teachers have said of them, logits by facet, and embeddings. Of each of the
    `teachers` the outputs named with it are followed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    known = {name.partition("/")[0] for name in start if name.endswith("/kernel")}
    _write_network(folder / "pupil", model)
    for number, (teacher, _) in enumerate(teachers):
        _write_network(folder / f"teacher{number}", teacher)
    fresh = [layer.name for layer in model.layers if layer.weights and layer.name not in known]
    about = {
        "recipe": recipe.model_dump(mode="json"),
        "fresh": fresh,
        "teachers": [list(outputs) for _, outputs in teachers],
        "words": len(words),
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    lessons: dict[str, Any] = {"odds": odds} | {f"weights/{facet}": table for facet, table in weights.items()}
    for number, word in enumerate(words):
        lessons |= {f"word{number}/{name}": said.astype(np.float16) for name, said in word.items()}
    for split, known_labels in targets.items():
        lessons |= {f"{split}/{facet}": index for facet, index in known_labels.items()}
    np.savez(folder / "lessons.npz", allow_pickle=False, **lessons)
    for split, (part, items) in pictures.items():
        _write_pictures(folder / split, part, items)
    _write_code(folder)  # last: a folder with it is whole


def _write_code(folder: Path) -> None:
    package = folder / "artml" / "training" / "accelerated"
    package.mkdir(parents=True)
    for place in (package.parent.parent, package.parent, package):
        (place / "__init__.py").touch()
    for name in CODE:
        shutil.copy(Path(__file__).parent / name, package / name)
    (folder / "train.py").write_text(PROGRAM, encoding="utf-8")


def _write_network(stem: Path, model: keras.Model) -> None:
    steps = [asdict(step) for step in plan(model)]
    stem.with_suffix(".json").write_text(json.dumps(steps), encoding="utf-8")
    np.savez(stem.with_suffix(".npz"), allow_pickle=False, **arrays(model))


def _write_pictures(stem: Path, pictures: Pictures, items: npt.NDArray[np.intp]) -> None:
    """Files as they are, or crops as WebP, without loss, end to end; and where each ends."""
    ends, end = [], 0
    with stem.with_suffix(".bin").open("wb") as out:
        for item in items:
            whole = pictures.recipe.crops is None
            end += out.write(pictures.files[item].read_bytes() if whole else _webp(pictures.plain(int(item))))
            ends.append(end)
    np.save(stem.with_suffix(".npy"), np.array(ends), allow_pickle=False)


def _webp(pixels: npt.NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=True, method=0)
    return buffer.getvalue()


def train_packed(folder: Path) -> None:
    """Train what is packed in a folder; `RecipeError` where that takes another machine, or fails."""
    if importlib.util.find_spec("torch") is None:
        raise RecipeError(
            "This recipe trains by PyTorch, which is not here. Install it (pip install torch), or copy "
            f"{folder} to a machine that has it, run `python train.py` in the copy, bring weights.npz and "
            "history.csv back into the folder, and start this again."
        )
    if subprocess.run([sys.executable, folder / "train.py"], check=False).returncode:
        raise RecipeError(
            f"Training in {folder} stopped; what it said stands above. Start it again, and it goes on."
        )
