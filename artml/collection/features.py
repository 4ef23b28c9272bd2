"""Five ways to make numbers of a picture, so that pictures can be compared: see `SPACES`.

What networks and eyes see is kept on disk as soon as it is seen; the spaces are made from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from artml.classifier import Classifier
from artml.collection.gathered import Gathered
from artml.errors import FileMissing, ImageError
from artml.extraction import Features, Look, extract
from artml.images import open_image, to_square

if TYPE_CHECKING:
    import keras

Vectors = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Told the stage, how many steps of it are done, and how many there are."""

SPACES: Final = ("embedding", "mobilenet", "vgg16", "pca", "kernel-pca")
"""The guide's embedding; MobileNet's and VGG16's features; pixels by PCA and by kernel PCA."""

NAMES: Final[Mapping[str, str]] = {
    "embedding": "the guide's embedding",
    "mobilenet": "MobileNet",
    "vgg16": "VGG16",
    "pca": "PCA",
    "kernel-pca": "Kernel PCA",
}

VARIANCE: Final = 0.95
"""Share of the pixels' variance that PCA and kernel PCA keep."""
LANDMARKS: Final = 2_000
"""Works, drawn at random, that kernel PCA compares all others with (Nyström's method)."""
PIXELS: Final = 48
"""Side, in pixels, of what PCA and kernel PCA see."""

_SIDES: Final = {"mobilenet": 192, "vgg16": 96}
_GREY: Final = 128
_REFUSED: Final = "refused.tsv"


@dataclass(frozen=True)
class Stage:
    """What one pass over the pictures gives, and the spaces that are made of it."""

    name: str
    side: int
    begin: Callable[[], Look]


def stage(space: str, classifier: Callable[[], Classifier]) -> Stage:
    """The pass that a space needs; `classifier` is asked for only by that of the guide."""
    match space:
        case "pca" | "kernel-pca":
            return Stage("pixels", PIXELS, lambda: _as_they_are)
        case "mobilenet":
            return Stage("mobilenet", _SIDES[space], lambda: _network("mobilenet", _SIDES["mobilenet"]))
        case "vgg16":
            return Stage("vgg16", _SIDES[space], lambda: _network("vgg16", _SIDES["vgg16"]))
        case "embedding":
            guide = classifier()
            side = guide.sight.eyes[0].side
            key = f"{guide.name}-{guide.version}"
            return Stage(key, side, lambda: lambda pixels: _answers(guide, pixels))
    raise ValueError(f"no space {space!r}")


def unreachable(space: str) -> str:
    """Why a space cannot be made here, for want of pretrained weights; empty where it can."""
    if space not in _SIDES:
        return ""
    from artml.networks import network  # imports Keras

    known = network(space)
    if known.reachable() or known.weights is None:
        return ""
    files = " and ".join(known.weights.files)
    return f"{NAMES[space]} is left out: {files} not in ARTML_WEIGHTS. {known.weights.origin}"


def see(stage: Stage, works: Gathered, folder: Path, progress: Progress) -> Features:
    """One pass over the works' pictures: (n, 1, …) by name. What is in `folder` already is not done again.

    A picture that cannot be read counts as grey, and `refused` tells it.
    """
    done, kept = 0, folder / stage.name
    kept.mkdir(parents=True, exist_ok=True)

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        progress(stage.name, done, len(works))

    def read(row: int) -> npt.NDArray[np.uint8]:
        try:
            picture = open_image(works.picture(row), shortest=stage.side)
        except (ImageError, FileMissing) as error:
            with (kept / _REFUSED).open("a", encoding="utf-8") as file:
                file.write(f"{row}\t{' '.join(str(error).split())}\n")
            return np.full((1, stage.side, stage.side, 3), _GREY, np.uint8)
        return to_square(picture, stage.side)[np.newaxis]

    return extract(stage.begin, read, len(works), kept, advance)


def refused(stage: Stage, folder: Path) -> dict[int, str]:
    """The rows whose pictures could not be read in a pass, and why."""
    file = folder / stage.name / _REFUSED
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {int(row): reason for row, _, reason in (line.partition("\t") for line in lines)}


def space(name: str, seen: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[np.intp], seed: int) -> Vectors:
    """The space `name` of the works in `rows`, (rows, size), from what was seen of all."""
    values = np.asarray(seen["features"][:, 0], dtype=np.float32)[rows]
    match name:
        case "pca":
            return pca(values.reshape(len(values), -1) / np.float32(255))
        case "kernel-pca":
            return kernel_pca(values.reshape(len(values), -1) / np.float32(255), seed)
    return values


def pca(values: Vectors, keep: float = VARIANCE) -> Vectors:
    """The principal components that together hold `keep` of the variance, (n, size) -> (n, fewer)."""
    from sklearn.decomposition import PCA

    fitted = PCA(n_components=keep, svd_solver="covariance_eigh" if len(values) > values.shape[1] else "full")
    return np.asarray(fitted.fit_transform(values), dtype=np.float32)


def kernel_pca(values: Vectors, seed: int, landmarks: int = LANDMARKS, keep: float = VARIANCE) -> Vectors:
    """Kernel PCA by Nyström's method (Williams and Seeger 2001): a Gaussian kernel against works drawn at
    random, as wide as their median distance; then the components that hold `keep` of the variance.

    Memory grows with n times `landmarks`, not with n squared.
    """
    from sklearn.kernel_approximation import Nystroem
    from sklearn.metrics import pairwise_distances

    count = min(landmarks, len(values))
    some = values[np.random.default_rng(seed).permutation(len(values))[: min(count, 1_000)]]
    far = float(np.median(pairwise_distances(some, metric="sqeuclidean")))
    fitted = Nystroem(kernel="rbf", gamma=1 / max(far, 1e-9), n_components=count, random_state=seed)
    return pca(np.asarray(fitted.fit_transform(values), dtype=np.float32), keep)


def _as_they_are(pixels: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[Any]]:
    return {"features": pixels}


def _answers(guide: Classifier, pixels: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[Any]]:
    """The embedding; of each facet the probabilities in the order of its labels, and whether the first is
    certain, (n, facets).
    """
    answers = guide.answers([(square[np.newaxis],) for square in pixels])
    found = {"features": np.stack([answer.embedding for answer in answers if answer.embedding is not None])}
    for facet, labels in guide.facets.items():
        shares = [dict(answer[facet].ranked) for answer in answers]
        found[facet] = np.array([[share[label] for label in labels] for share in shares])
    found["certain"] = np.array([[answer[facet].certain for facet in guide.facets] for answer in answers])
    return found


def _network(name: str, side: int) -> Look:
    """What ImageNet weights make of a picture: the mean of each channel of the deepest stage they reach, and
    its spread where that is a shallow one, as of VGG16 cut short.
    """
    import keras

    from artml.engine import Engine
    from artml.networks import graph, network, weights

    known = network(name)
    stage = known.reach or known.stages[-1]
    model: keras.Model = known.model(stage, side)
    weights.assign(model, known.pretrained())
    engine = Engine(graph.export(keras.Model(model.input, {"map": model.output})))
    whole = stage == known.stages[-1]

    def look(pixels: npt.NDArray[np.uint8]) -> Mapping[str, npt.NDArray[Any]]:
        maps = engine(pixels)["map"]
        mean = maps.mean(axis=(1, 2))
        return {"features": mean if whole else np.concatenate([mean, maps.std(axis=(1, 2))], axis=1)}

    return look
