"""The guide's network in the hands of others: Keras, PyTorch, onnxruntime. Same weights, same squash.

`export` writes it in the form that each reads fastest, once; `answerer` then makes of it what takes pixels,
(n, side, side, 3) uint8, and gives calibrated probabilities by facet. For a start from nothing:

    .venv/bin/python -m benchmarks.contenders NAME FOLDER PICTURE
"""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from artml.bundle import GUIDE, Manifest, read_manifest
from artml.environment import has_bfloat16
from artml.evaluation.calibration import softmax
from benchmarks.measure import Contender

Answerer = Callable[[np.ndarray], Mapping[str, np.ndarray]]

KERAS, TORCH, ONNX, OURS = "Keras predict", "PyTorch", "onnxruntime fp32", "artml"
SWIFT: Final = "guide-swift"
BUNDLES: Final = {OURS: GUIDE, f"artml, {SWIFT}": SWIFT}
"""What artml answers with; the others, with the guide."""
NEEDS: Final = {KERAS: (), TORCH: ("torch",), ONNX: ("torch", "onnx", "onnxruntime")}


def present() -> list[str]:
    """The contenders whose packages are here; says which are not."""
    missing = {
        name: [package for package in packages if not find_spec(package)] for name, packages in NEEDS.items()
    }
    for name, packages in missing.items():
        if packages:
            print(f"{name} is left out, for want of {' and '.join(packages)} (benchmarks/requirements.txt).")
    return [name for name, packages in missing.items() if not packages]


def export(folder: Path, names: list[str]) -> None:
    """Write the guide for these contenders, in a process of its own: it loads all their libraries."""
    writer = Contender(_writing, folder, names)
    writer()
    writer.close()


def _writing(folder: Path, names: list[str]) -> Callable[[], None]:
    return lambda: _export(folder, names)


def _export(folder: Path, names: list[str]) -> None:
    from artml.bundle import Bundle

    model, manifest = Bundle.load(GUIDE).keras_model(), read_manifest(GUIDE)
    model.save(folder / "guide.keras")
    if TORCH not in names:
        return
    import torch

    from artml.training.accelerated.network import Network
    from artml.training.accelerated.plan import arrays, plan

    class Serving(torch.nn.Module):
        """Pixels as they come in, logits in the order of the facets."""

        def __init__(self, network: torch.nn.Module) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
            found = self.network(pixels.permute(0, 3, 1, 2).float())
            return tuple(found[facet] for facet in manifest.facets)

    serving = Serving(Network(plan(model), arrays(model), tuple(manifest.facets))).eval()
    serving = serving.to(memory_format=torch.channels_last)
    some = torch.zeros((2, manifest.side, manifest.side, 3), dtype=torch.uint8)
    warnings.simplefilter("ignore")  # tracing and this exporter are old, and still the quickest to start
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, has_bfloat16(), cache_enabled=False):
        torch.jit.freeze(torch.jit.trace(serving, some, check_trace=False)).save(folder / "guide.pt")
    if ONNX in names:
        axes = {"pixels": {0: "n"}}
        file = folder / "guide.onnx"
        torch.onnx.export(serving, (some,), file, input_names=["pixels"], dynamic_axes=axes, dynamo=False)


def answerer(name: str, folder: Path) -> Answerer:
    """A contender, ready."""
    run, facets = MAKE[name](folder), read_manifest(GUIDE).facets

    def answer(pixels: np.ndarray) -> Mapping[str, np.ndarray]:
        logits = run(pixels)
        return {
            facet: softmax(np.asarray(said, np.float32), known.temperature)
            for (facet, known), said in zip(facets.items(), logits, strict=True)
        }

    return answer


def _keras(folder: Path) -> Callable[[np.ndarray], list[np.ndarray]]:
    model = keras_model(folder)

    def run(pixels: np.ndarray) -> list[np.ndarray]:
        found = model.predict(pixels, verbose=0)
        return [found[facet] for facet in read_facets()]

    return run


def keras_model(folder: Path) -> Any:
    """The guide as Keras loads it."""
    import keras

    from artml.networks.layers import MeanAndSpread

    custom = {"MeanAndSpread": MeanAndSpread}
    return keras.saving.load_model(folder / "guide.keras", custom_objects=custom, compile=False)


def _torch(folder: Path) -> Callable[[np.ndarray], Any]:
    import torch

    warnings.simplefilter("ignore")
    network = torch.jit.load(folder / "guide.pt")

    def run(pixels: np.ndarray) -> list[np.ndarray]:
        with torch.inference_mode():
            return [said.float().numpy() for said in network(torch.from_numpy(pixels))]

    return run


def _onnx(folder: Path) -> Callable[[np.ndarray], Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "guide.onnx", providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(None, {"pixels": pixels})


MAKE: Final = {KERAS: _keras, TORCH: _torch, ONNX: _onnx}


def engine(bundle: str = GUIDE, streams: int = 1) -> Any:
    """What runs a bundle here, in the arithmetic in which it is served (`precision`); nothing votes."""
    from artml.member import Member

    served = Member.load(bundle, streams).engine
    return getattr(served, "engine", served)


def read_facets() -> tuple[str, ...]:
    """The guide's facets, in order."""
    return tuple(_manifest().facets)


def side() -> int:
    """Pixels of its input, and of its pupil's."""
    return _manifest().side


def opened(source: Path | io.BytesIO) -> np.ndarray:
    """A picture as most people open it: whole, then squashed to (side, side, 3)."""
    with Image.open(source) as picture:
        squashed = picture.convert("RGB").resize((side(), side()), Image.Resampling.BICUBIC)
    return np.array(squashed)


@lru_cache(maxsize=1)
def _manifest() -> Manifest:
    return read_manifest(GUIDE)


if __name__ == "__main__":
    name, folder, picture = sys.argv[1:]
    answerer(name, Path(folder))(opened(Path(picture))[np.newaxis])
