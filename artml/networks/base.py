"""What a network is, and where its pretrained weights come from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from artml.errors import WeightsNotFound
from artml.networks import weights
from artml.settings import settings

if TYPE_CHECKING:
    import numpy as np

PUBLISHED = "https://storage.googleapis.com/tensorflow/keras-applications"


@dataclass(frozen=True)
class Application:
    """The same network in keras.applications, which can fetch its weights: all of them, without the top."""

    builder: str
    """Its name there."""
    url: str
    """Where it fetches the file; Keras keeps it under the same name."""

    @property
    def file(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]

    def fetch(self) -> None:
        """Download the file into Keras's cache. Raises whatever Keras raises where it cannot be had."""
        getattr(keras.applications, self.builder)(
            include_top=False, weights="imagenet", input_shape=(224, 224, 3)
        )


@dataclass(frozen=True)
class Pretrained:
    """ImageNet weights: `files` of the weights folder hold every layer up to the stage `reach`."""

    files: tuple[str, ...]
    reach: str
    origin: str
    """One sentence: where the files can be had."""
    application: Application | None = None
    """Who can fetch the whole network's weights, if anybody."""
    bgr: str = ""
    """The first kernel, `layer/kernel`, where the files have its input channels as blue, green, red."""


def published(url: str, reach: str, builder: str, bgr: str = "") -> Pretrained:
    """The weights as keras.applications has them, whole."""
    application = Application(builder, url)
    return Pretrained((application.file,), reach, f"It can be had from {url}.", application, bgr)


@dataclass(frozen=True)
class Network:
    """An architecture: `body` turns RGB pixels 0..255 (batch, side, side, 3) into the activated output of
    each stage, by the name of the layer that gives it, shallow to deep; it scales the pixels itself.

    `side` is the usual input side, in pixels. What has weights is named alike each time the body is built.
    """

    name: str
    body: Callable[[Any], dict[str, Any]]
    stages: tuple[str, ...]
    side: int
    weights: Pretrained | None = None
    parts: tuple[Network, ...] = ()
    """The networks that stand side by side in it; their weights are its weights."""

    def model(self, stage: str | None = None, side: int | None = None) -> keras.Model:
        """The network without any head, up to a stage (the last, of each part) on pictures of `side` (the
        usual) pixels.
        """
        pixels = keras.Input((side or self.side, side or self.side, 3), name="pixels")
        maps = self.body(pixels)
        if stage is None and self.parts:
            return keras.Model(pixels, {name: maps[name] for name in (p.stages[-1] for p in self.parts)})
        return keras.Model(pixels, maps[stage or self.stages[-1]], name=self.name)

    def reachable(self) -> bool:
        """Whether pretrained weights are here: in the weights folder, or in Keras's cache."""
        return all(part.reachable() for part in self.parts) if self.parts else self._here() is not None

    @property
    def reach(self) -> str | None:
        """The deepest stage for which pretrained weights are here or, where none are, could be fetched; None
        for a network that has none anywhere.
        """
        if self.parts:
            return self.parts[-1].reach
        if self.weights is None:
            return None
        here = self._here()
        whole = self.weights.application is not None
        return here[0] if here else self.stages[-1] if whole else self.weights.reach

    def pretrained(self) -> dict[str, np.ndarray]:
        """The pretrained arrays, float32, by `layer/variable`, up to the stage `reach` at least.

        They are looked for in the weights folder and in Keras's cache, then fetched by keras.applications.
        Raises `WeightsNotFound`, saying which file is needed, where it can be had and where to put it.
        """
        if self.parts:
            return {name: array for part in self.parts for name, array in part.pretrained().items()}
        if self.weights is None:
            raise WeightsNotFound(
                f"Nobody has pretrained weights of {self.name}: train it from scratch (pretrained = false)."
            )
        reach, files = self._here() or self._fetched(self.weights)
        arrays = weights.read(files, self.model(reach))
        if self.weights.bgr:
            arrays[self.weights.bgr] = arrays[self.weights.bgr][:, :, ::-1]
        return arrays

    def _here(self) -> tuple[str, Sequence[Path]] | None:
        """(stage they reach, files) of the first source whose files are all on this machine."""
        for reach, files in self._sources():
            if all(file.is_file() for file in files):
                return reach, files
        return None

    def _sources(self) -> Iterator[tuple[str, Sequence[Path]]]:
        if self.weights is None:
            return
        folder, application = settings().weights, self.weights.application
        if application:
            yield self.stages[-1], [folder / application.file]
        yield self.weights.reach, [folder / file for file in self.weights.files]
        if application:
            yield self.stages[-1], [_cache() / application.file]

    def _fetched(self, sought: Pretrained) -> tuple[str, Sequence[Path]]:
        why = ""
        if sought.application:
            try:
                sought.application.fetch()
            except Exception as error:  # Keras raises nothing narrower
                reason = str(error).rpartition(" -- ")[
                    2
                ]  # before it stands the address, which follows anyway
                why = f" keras.applications could not fetch it ({reason})."
            else:
                return self.stages[-1], [_cache() / sought.application.file]
        raise WeightsNotFound(
            f"The pretrained weights of {self.name}, {' and '.join(sought.files)}, are not in "
            f"{settings().weights}.{why} {sought.origin} "
            "Put the file there, or set ARTML_WEIGHTS to the folder that has it."
        )


def _cache() -> Path:
    """Where keras.applications keeps what it fetched."""
    return Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "models"
