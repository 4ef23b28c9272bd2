"""From a picture to answers: the facade over a bundle and its engine. Never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle, Facet
from artml.engine import Engine
from artml.errors import ImageError
from artml.evaluation.calibration import softmax
from artml.images import ImageSource, open_image, to_square
from artml.settings import settings

Outputs = Mapping[str, npt.NDArray[np.float32]]


class RankedLabel(NamedTuple):
    """A label and its probability, 0 to 1."""

    label: str
    probability: float


@dataclass(frozen=True)
class ModelVersion:
    """The bundle that answered."""

    name: str
    version: str


@dataclass(frozen=True)
class Prediction:
    """What a bundle says of a work, a facet."""

    facet: str
    ranked: tuple[RankedLabel, ...]
    """Every label the bundle knows, most probable first."""
    threshold: float
    """Probability from which the first label is certain: right nine times in ten."""
    open_set: bool
    """Whether works with none of these labels are to be expected."""
    model: ModelVersion
    is_painting: bool = True

    @property
    def label(self) -> str:
        """The most probable label."""
        return self.ranked[0].label

    @property
    def probability(self) -> float:
        """Its calibrated probability, 0 to 1."""
        return self.ranked[0].probability

    @property
    def certain(self) -> bool:
        """Whether the first label is right nine times in ten; never so for what is no painting."""
        return self.is_painting and self.probability >= self.threshold

    def top(self, count: int) -> tuple[RankedLabel, ...]:
        """The `count` most probable labels."""
        return self.ranked[:count]


@dataclass(frozen=True, eq=False)
class Answer(Mapping[str, Prediction]):
    """What a bundle says of a work: `answer["style"]`, a prediction a facet."""

    predictions: Mapping[str, Prediction]
    embedding: npt.NDArray[np.float32] = field(repr=False)
    """(embedding,): near for works that look alike."""
    is_painting: bool
    """False: this does not look like a painting, and nothing said of it is certain."""

    def __getitem__(self, facet: str) -> Prediction:
        return self.predictions[facet]

    def __iter__(self) -> Iterator[str]:
        return iter(self.predictions)

    def __len__(self) -> int:
        return len(self.predictions)


class Classifier:
    """A bundle, ready to answer. May be shared between threads."""

    def __init__(self, bundle: Bundle, engine: Engine) -> None:
        self.bundle, self._engine = bundle, engine

    @classmethod
    def load(cls, bundle: str | Path | None = None) -> Classifier:
        """The classifier of a bundle, by name or folder; by default the shipped guide.

        Raises `BundleNotFound`, `BundleDamaged` or `BundleForeign`.
        """
        checked = Bundle.load(bundle or settings().bundle)
        return cls(checked, Engine(checked.network))

    @property
    def name(self) -> str:
        """The bundle's name."""
        return self.bundle.manifest.name

    @property
    def version(self) -> str:
        """The bundle's version."""
        return self.bundle.manifest.version

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """The labels of each facet, in the order of the network's outputs."""
        return {facet: known.labels for facet, known in self.bundle.manifest.facets.items()}

    @property
    def card(self) -> str:
        """The model card, Markdown."""
        return self.bundle.card

    def classify(self, image: ImageSource) -> Answer:
        """Answer for one picture: path, bytes, file object, PIL image or array.

        Raises an `ImageError` for what is no usable picture.
        """
        return self._answers(self._pixels(image)[np.newaxis])[0]

    def classify_many(
        self, images: Iterable[ImageSource], *, batch_size: int = 16
    ) -> Iterator[Answer | ImageError]:
        """Answer for each picture in turn; a bad one gives its `ImageError` in its place."""
        source = iter(images)
        while batch := list(islice(source, batch_size)):
            opened = [self._try_pixels(image) for image in batch]
            good = [pixels for pixels in opened if isinstance(pixels, np.ndarray)]
            answers = iter(self._answers(np.stack(good)) if good else [])
            yield from (found if isinstance(found, ImageError) else next(answers) for found in opened)

    def _pixels(self, image: ImageSource) -> npt.NDArray[np.uint8]:
        side = self.bundle.manifest.side
        return to_square(open_image(image, shortest=side), side)

    def _try_pixels(self, image: ImageSource) -> npt.NDArray[np.uint8] | ImageError:
        try:
            return self._pixels(image)
        except ImageError as error:
            return error

    def _answers(self, pixels: npt.NDArray[np.uint8]) -> list[Answer]:
        outputs = self._engine(pixels)
        probabilities = {
            facet: softmax(outputs[facet], known.temperature)
            for facet, known in self.bundle.manifest.facets.items()
        }
        return [self._answer(outputs, probabilities, row) for row in range(len(pixels))]

    def _answer(
        self, outputs: Outputs, probabilities: Mapping[str, npt.NDArray[np.float64]], row: int
    ) -> Answer:
        manifest = self.bundle.manifest
        is_painting = bool(outputs["painting"][row, 0] >= manifest.painting_threshold)
        model = ModelVersion(self.name, self.version)
        predictions = {
            facet: Prediction(
                facet,
                _ranked(known, probabilities[facet][row]),
                known.threshold,
                known.open_set,
                model,
                is_painting,
            )
            for facet, known in manifest.facets.items()
        }
        return Answer(predictions, outputs["embedding"][row], is_painting)


def _ranked(known: Facet, probabilities: npt.NDArray[np.float64]) -> tuple[RankedLabel, ...]:
    order = np.argsort(-probabilities, kind="stable")
    return tuple(RankedLabel(known.labels[i], float(probabilities[i])) for i in order)
