"""One of a classifier's bundles, with the engine that runs it. Never imports TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artml.bundle import Bundle, Manifest
from artml.engine import Engine, Wanted
from artml.evaluation.calibration import softmax
from artml.settings import settings
from artml.sight import Eye
from artml.views import Pixels

if TYPE_CHECKING:
    from artml.explanation import Explainer
    from artml.quantisation import Ranges

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Member:
    """A bundle and its engine: from what the network sees of pictures to numbers."""

    bundle: Bundle
    engine: Engine

    @classmethod
    def load(cls, bundle: str | Path, streams: int = 1) -> Member:
        """The bundle in a folder, or of that name, ready to run; for `streams` see `Engine`."""
        checked = Bundle.load(bundle)
        return cls.of(checked, settings().precision, checked.ranges, streams)

    @classmethod
    def of(cls, bundle: Bundle, precision: Wanted, ranges: Ranges | None, streams: int = 1) -> Member:
        """A checked bundle, ready to run in that arithmetic; for the rest see `Engine`."""
        engine = Engine(
            bundle.network, precision=precision, ranges=ranges, memory=bundle.memory, streams=streams
        )
        return cls(bundle, engine)

    @property
    def manifest(self) -> Manifest:
        """What the bundle says of itself."""
        return self.bundle.manifest

    @property
    def eye(self) -> Eye:
        """What its network sees of a picture."""
        return Eye(side=self.manifest.side, view=self.manifest.view)

    @cached_property
    def explainer(self) -> Explainer | None:
        """What says where its network looked, made at first need; None where that cannot be said."""
        from artml.explanation import Explainer

        return Explainer.of(self.bundle)

    def read(self, pixels: Pixels, at_once: int) -> Mapping[str, Floats]:
        """What it makes of n pictures, (n, views, side, side, 3), `at_once` views at a time.

        By name, (n, …): the probabilities of each facet, and `embedding` and `painting` where the network has
        them; each is the mean over a picture's views.
        """
        facets, (count, views) = self.manifest.facets, pixels.shape[:2]
        seen = pixels.reshape(count * views, *pixels.shape[2:])
        parts = [self.engine(seen[start : start + at_once]) for start in range(0, len(seen), at_once)]
        found: dict[str, Floats] = {}
        for name in parts[0].keys() & {*facets, "embedding", "painting"}:
            values: Floats = np.concatenate([part[name] for part in parts])
            if name in facets:
                values = softmax(values, facets[name].temperature)
            found[name] = values.reshape(count, views, -1).mean(axis=1)
        return found
