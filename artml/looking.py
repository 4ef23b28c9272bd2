"""A picture that somebody sends, looked at: decoded in a process of its own, then shown to the networks.

The page and the API look through the same one. Some pictures are looked at together, the others wait in line
(`artml.line`); what becomes of every one is counted (`metrics`).
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Literal

from PIL import Image
from typing_extensions import Buffer

from artml import metrics
from artml.classifier import Answer, Classifier
from artml.errors import ArtmlError
from artml.labelling.decoding import Decoded, Decoders, Refused, processors
from artml.line import Line, unheard
from artml.settings import settings
from artml.sight import Sight

SECONDS: Final = 15.0
"""The most that decoding one picture may take."""

LONGEST: Final = 1_400
"""Longest side of the JPEG that is made of it, pixels."""

MOST_WORKERS: Final = 4

Way = Literal["page", "api"]
"""How a picture comes in."""


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture that was looked at."""

    answer: Answer
    width: int
    """Upright, pixels."""
    height: int
    """Upright, pixels."""
    rendition: bytes
    """It as a JPEG of at most 1,400 px a side, without whatever else its file holds; empty for the API, which
    shows nothing."""


class Looker:
    """One classifier, and processes that decode for it. May be shared between threads; they wait in line.

    The processes start when they are first needed, and end with it.
    """

    def __init__(self, classifier: Classifier, decoders: Decoders | None = None) -> None:
        self.classifier = classifier
        self._decoders = decoders or decoding_for(classifier.sight)
        # One more than decode: while a picture is shown to the networks, no decoder need be idle.
        self._line = Line(settings().at_once or self._decoders.workers + 1, settings().max_waiting)
        if decoders is None:
            weakref.finalize(self, self._decoders.close)

    def look(
        self, name: str, content: Buffer, way: Way = "page", told: Callable[[int], object] = unheard
    ) -> Seen:
        """What is said of the picture in these bytes, when its turn comes; `name` is what messages call it.

        told: called with the place in line, as `Line.turn` does.
        Raises an `ImageError` for what is no usable picture; LabellingError where no process can be started;
        `Crowded` where too many wait.
        """
        start = time.perf_counter()
        try:
            with ExitStack() as turn:
                with metrics.WAITING.track_inprogress():
                    turn.enter_context(self._line.turn(told))
                    decoded = self._decoded(name, content, shown=way == "page")
                (answer,) = self.classifier.answers([decoded.pixels])
        except ArtmlError as error:
            metrics.REFUSALS.labels(way, type(error).__name__).inc()
            raise
        metrics.ANSWERS.labels(way).observe(time.perf_counter() - start)
        return Seen(answer, decoded.width, decoded.height, decoded.thumbnail or b"")

    def rendition(self, name: str, content: Buffer) -> bytes:
        """A picture as the JPEG that `look` gives of it, nothing said of it. Raises as that does."""
        return self._decoded(name, content).thumbnail or b""

    def turn(self) -> AbstractContextManager[None]:
        """A turn for what else takes the networks long. Raises `Crowded`."""
        return self._line.turn()

    def warm(self) -> None:
        """Have every process look at an empty canvas, so that the first visitor does not wait for it."""
        canvas = BytesIO()
        Image.new("RGB", (256, 256), "white").save(canvas, "PNG")
        for _ in range(self._decoders.workers):  # they take turns
            self.look("canvas", canvas.getbuffer())

    def close(self) -> None:
        """End the processes."""
        self._decoders.close()

    def _decoded(self, name: str, content: Buffer, shown: bool = True) -> Decoded:
        outcome = self._decoders.decode(name, content, shown)
        if isinstance(outcome, Refused):
            raise outcome.error
        return outcome


def decoding_for(sight: Sight) -> Decoders:
    """Processes that decode visitors' pictures for networks with these eyes."""
    workers = min(processors(), MOST_WORKERS)
    return Decoders(sight, workers=workers, seconds=SECONDS, thumbnail=LONGEST)
