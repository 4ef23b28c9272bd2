"""From a picture to answers: the facade over bundles and their engines. Never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle, Manifest, asked, read_manifest
from artml.engine import BATCH, Precision
from artml.errors import BundleNotFound, ImageError, UnknownName
from artml.images import ImageSource, open_image
from artml.member import Floats, Member
from artml.patches import Patches
from artml.settings import settings
from artml.sight import Sight
from artml.views import Pixels, grid

if TYPE_CHECKING:
    from artml.explanation import HeatMap


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
    set_threshold: float | None = None
    """Probability from which a label is in the prediction set; None where the bundle makes none."""

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

    @property
    def likely(self) -> tuple[RankedLabel, ...]:
        """The prediction set: the labels that together hold the truth nine times in ten, the first included.

        Empty where the bundle makes no sets, and for what is no painting. In an open set it holds only if the
        truth is a label at all.
        """
        if self.set_threshold is None or not self.is_painting:
            return ()
        others = (other for other in self.ranked[1:] if other.probability >= self.set_threshold)
        return (self.ranked[0], *others)

    def top(self, count: int) -> tuple[RankedLabel, ...]:
        """The `count` most probable labels."""
        return self.ranked[:count]


@dataclass(frozen=True, eq=False)
class Answer(Mapping[str, Prediction]):
    """What is said of a work: `answer["style"]`, a prediction a facet."""

    predictions: Mapping[str, Prediction]
    embedding: npt.NDArray[np.float32] | None = field(repr=False)
    """(embedding,): near for works that look alike; None where no bundle that was asked has one."""
    is_painting: bool
    """False: this does not look like a painting, and nothing said of it is certain. True also where no bundle
    that was asked can tell."""

    def only(self, facets: Sequence[str] | None) -> Answer:
        """The same for these facets alone, in this order; None: all. Raises `UnknownName`."""
        if facets is None:
            return self
        _check_known(facets, self.predictions)
        chosen = {facet: self.predictions[facet] for facet in facets}
        return Answer(chosen, self.embedding, self.is_painting)

    def __getitem__(self, facet: str) -> Prediction:
        return self.predictions[facet]

    def __iter__(self) -> Iterator[str]:
        return iter(self.predictions)

    def __len__(self) -> int:
        return len(self.predictions)


class Classifier:
    """One or several bundles, ready to answer together. May be shared between threads.

    A facet that several know is answered by the first of them. Whether a picture is a painting at all is the
    word of the first that can tell.
    """

    def __init__(self, members: Sequence[Member], facets: Sequence[str] | None = None) -> None:
        self._members = tuple(members)
        manifests = [member.manifest for member in self._members]
        self._places, self._judge = _places(manifests, facets), _judge(manifests)
        self._sight = Sight(eyes=tuple(member.eye for member in self._members))

    @classmethod
    def load(
        cls,
        bundle: str | Path | Sequence[str] | None = None,
        *,
        facets: Sequence[str] | None = None,
        streams: int = 1,
    ) -> Classifier:
        """The classifier of the bundle in a folder, or of those of some names, in a sequence or with commas
        between (`guide-swift,technique`); by default of all that the settings name.

        `facets` are those to answer, in this order; by default all. Only the bundles that they need are
        loaded: those that answer them, and, of several, the first that tells paintings from other pictures
        (the guide), so that photographs are refused. `streams`: how many batches are answered side by side,
        each on its share of the processors; 1 answers a single picture soonest.

        Raises `UnknownName` for a facet that none answers, `BundleNotFound`, `BundleDamaged` or
        `BundleForeign`.
        """
        candidates = asked(bundle)
        if not candidates:
            raise BundleNotFound(f"There is no bundle in {settings().models} (ARTML_MODELS).")
        manifests = [read_manifest(candidate) for candidate in candidates]
        return cls([Member.load(candidates[place], streams) for place in _needed(manifests, facets)], facets)

    def only(self, facets: Sequence[str]) -> Classifier:
        """This classifier asked for these facets alone, its engines shared; raises `UnknownName`."""
        manifests = [member.manifest for member in self._members]
        return Classifier([self._members[place] for place in _needed(manifests, facets)], facets)

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The bundles that answer together."""
        return tuple(member.bundle for member in self._members)

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """The arithmetic that the network of each of them runs in."""
        return tuple(member.engine.precision for member in self._members)

    @property
    def streams(self) -> int:
        """How many batches its networks answer side by side."""
        return min(member.engine.streams for member in self._members)

    @property
    def name(self) -> str:
        """The name of the bundle that answers the first facet."""
        return self._first.manifest.name

    @property
    def version(self) -> str:
        """The version of the bundle that answers the first facet."""
        return self._first.manifest.version

    @property
    def card(self) -> str:
        """The model card of the bundle that answers the first facet, Markdown."""
        return self._first.card

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """The labels of each facet, in the order of the network's outputs."""
        return {
            facet: self._members[place].manifest.facets[facet].labels for facet, place in self._places.items()
        }

    def classify(self, image: ImageSource) -> Answer:
        """Answer for one picture: path, bytes, file object, PIL image or array.

        Raises an `ImageError` for what is no usable picture.
        """
        return self.answers([self._pixels(image)])[0]

    def classify_many(
        self, images: Iterable[ImageSource], *, batch_size: int = BATCH
    ) -> Iterator[Answer | ImageError]:
        """Answer for each picture in turn; a bad one gives its `ImageError` in its place."""
        source = iter(images)
        while batch := list(islice(source, batch_size)):
            opened = [self._try_pixels(image) for image in batch]
            good = [pixels for pixels in opened if not isinstance(pixels, ImageError)]
            answers = iter(self.answers(good, batch_size))
            yield from (found if isinstance(found, ImageError) else next(answers) for found in opened)

    def explain(self, image: ImageSource, labels: Mapping[str, str]) -> dict[str, HeatMap]:
        """Where its networks looked for one label of each of these facets: `{"style": "Cubism"}`.

        A facet is left out where its bundle has no such map: it sees crops, or its head is of another kind.
        Raises `UnknownName` for a facet or label nobody knows, an `ImageError` for what is no usable picture.
        """
        if unknown := set(labels) - set(self._places):
            raise UnknownName(
                f"No bundle here answers the facet {min(unknown)!r}; known: {', '.join(self._places)}."
            )
        found: dict[str, HeatMap] = {}
        pixels = self._pixels(image)
        for place in sorted({self._places[facet] for facet in labels}):
            own = {facet: label for facet, label in labels.items() if self._places[facet] == place}
            if explainer := self._members[place].explainer:
                found |= explainer.explain(pixels[place], own)
        return {facet: found[facet] for facet in labels if facet in found}

    def patches(self, image: ImageSource, facet: str) -> Patches | None:
        """What is said of a facet from place to place of a picture; None where its network sees the whole.

        The places are many more than `classify` asks for its answer, and each is answered for itself. Raises
        `UnknownName` for a facet nobody knows, an `ImageError` for what is no usable picture.
        """
        _check_known([facet], self._places)
        member = self._members[self._places[facet]]
        known, view = member.manifest.facets[facet], member.manifest.view
        if view is None:
            return None
        picture = open_image(image, shortest=view.shortest)
        seen, boxes, shape = grid(picture, view.size, view.area, member.manifest.side)
        said = member.read(seen[:, np.newaxis], BATCH)[facet]
        return Patches(facet, known.labels, boxes, np.asarray(said, np.float64), shape)

    @property
    def embedder(self) -> ModelVersion | None:
        """The bundle whose embedding an answer holds; None where none of them has one.

        The version is the first that had this embedding: later ones with new heads have kept it.
        """
        found = (member.manifest for member in self._members if "embedding" in member.engine.outputs)
        return next((embedder_of(manifest) for manifest in found), None)

    @property
    def sight(self) -> Sight:
        """What its networks see of a picture: `sight.pixels(image)` is what `answers` takes."""
        return self._sight

    def answers(self, pixels: Sequence[tuple[Pixels, ...]], at_once: int = BATCH) -> list[Answer]:
        """Answers for n pictures that somebody has opened, from what each network sees of them.

        `pixels` holds for each picture an array (views, side, side, 3) a network; a network sees `at_once`
        views at a time.
        """
        if not pixels:
            return []
        read = [
            member.read(np.stack(seen), at_once)
            for member, seen in zip(self._members, zip(*pixels, strict=True), strict=True)
        ]
        return [self._answer(read, row) for row in range(len(pixels))]

    @property
    def _first(self) -> Bundle:
        return self._members[next(iter(self._places.values()))].bundle

    def _pixels(self, image: ImageSource) -> tuple[Pixels, ...]:
        return self._sight.pixels(open_image(image, shortest=self._sight.shortest))

    def _try_pixels(self, image: ImageSource) -> tuple[Pixels, ...] | ImageError:
        try:
            return self._pixels(image)
        except ImageError as error:
            return error

    def _answer(self, read: Sequence[Mapping[str, Floats]], row: int) -> Answer:
        is_painting = True
        if self._judge is not None:
            threshold = self._members[self._judge].manifest.painting_threshold
            is_painting = bool(read[self._judge]["painting"][row, 0] >= threshold)
        predictions = {
            facet: _prediction(self._members[place].manifest, facet, read[place][facet][row], is_painting)
            for facet, place in self._places.items()
        }
        embedding = next((outputs["embedding"][row] for outputs in read if "embedding" in outputs), None)
        return Answer(predictions, embedding, is_painting)


def embedder_of(manifest: Manifest) -> ModelVersion:
    """The version of a bundle whose embedding it has: its own, or one from which it was kept."""
    return ModelVersion(manifest.name, manifest.embedding_version or manifest.version)


def _places(manifests: Sequence[Manifest], facets: Sequence[str] | None) -> dict[str, int]:
    """Which bundle answers each of the facets: the first that knows it."""
    known: dict[str, int] = {}
    for place, manifest in enumerate(manifests):
        for facet in manifest.facets:
            known.setdefault(facet, place)
    if facets is None:
        return known
    _check_known(facets, known)
    return {facet: known[facet] for facet in facets}


def _check_known(facets: Sequence[str], known: Mapping[str, object]) -> None:
    unknown = [facet for facet in facets if facet not in known]
    if unknown or not facets:
        raise UnknownName(
            f"No bundle here answers the facet {''.join(unknown[:1])!r}; known: {', '.join(known)}."
        )


def _judge(manifests: Sequence[Manifest]) -> int | None:
    """The first bundle that tells paintings from other pictures."""
    able = (place for place, manifest in enumerate(manifests) if manifest.painting_threshold is not None)
    return next(able, None)


def _needed(manifests: Sequence[Manifest], facets: Sequence[str] | None) -> list[int]:
    """The bundles without which these facets cannot be answered, in their order."""
    judge = _judge(manifests)
    return sorted({*_places(manifests, facets).values(), *([] if judge is None else [judge])})


def _prediction(manifest: Manifest, facet: str, probabilities: Floats, is_painting: bool) -> Prediction:
    known, order = manifest.facets[facet], np.argsort(-probabilities, kind="stable")
    return Prediction(
        facet,
        tuple(RankedLabel(known.labels[i], float(probabilities[i])) for i in order),
        known.threshold,
        known.open_set,
        ModelVersion(manifest.name, manifest.version),
        is_painting,
        known.set_threshold,
    )
