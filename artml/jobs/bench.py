"""What a worker keeps ready between parts: models, decoders and the catalogue of the folder at hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from artml.bundle import asked, read_manifest
from artml.classifier import Classifier
from artml.collection import Collection, Job, Request
from artml.errors import LabellingError
from artml.jobs.sources import Source, source_of
from artml.labelling.companion import Companion
from artml.labelling.decoding import Decoders
from artml.labelling.pipeline import streams

THUMBNAIL = 640
"""Longest side of the small JPEG that is kept of each work, pixels."""


@dataclass
class _Tools:
    """A classifier and its decoders, who uses them, and until when somebody did."""

    classifier: Classifier
    decoders: Decoders
    users: int = 0
    used: float = 0.0


class Bench:
    """Shared by the threads of one worker. `close` ends the decoders.

    decoders: how many processes decode; by default one a processor.
    """

    def __init__(self, collection: Collection, decoders: int | None = None) -> None:
        self.collection = collection
        self._count = decoders
        self._lock = Lock()
        self._tools: dict[Request, _Tools] = {}
        self._catalogue = lru_cache(maxsize=8)(self._read_catalogue)

    @contextmanager
    def ready(self, request: Request) -> Iterator[tuple[Classifier, Decoders]]:
        """The models that a job asks for, and decoders for what they see.

        LabellingError where their versions are not those that the job was started with; `BundleError`,
        `UnknownName`.
        """
        with self._lock:
            tools = self._take(request)
            tools.users += 1
        try:
            yield tools.classifier, tools.decoders
        finally:
            with self._lock:
                tools.users -= 1
                tools.used = time.monotonic()

    def catalogue(self, job: Job) -> tuple[Source, Companion | None]:
        """Where a job's pictures lie, and the catalogue that came with them, read once."""
        return source_of(self.collection.files, job), self._catalogue(job.id)

    def close(self, idle: float = 0.0) -> None:
        """Put away what nobody has used for so many seconds, and end its decoders."""
        with self._lock:
            for request, tools in list(self._tools.items()):
                if not tools.users and time.monotonic() - tools.used >= idle:
                    del self._tools[request]
                    tools.decoders.close()

    def _take(self, request: Request) -> _Tools:
        now = models(request.bundle or None)
        if request.models and request.models != now:
            raise LabellingError(
                f"This job was started with {_told(request.models)}; here is {_told(now)}. Start a new one."
            )
        wanted = Request(bundle=request.bundle, facets=request.facets, models=now)
        if wanted not in self._tools:
            classifier = Classifier.load(
                request.bundle or None, facets=request.facets or None, streams=streams()
            )
            decoders = Decoders(classifier.sight, workers=self._count, thumbnail=THUMBNAIL)
            self._tools[wanted] = _Tools(classifier, decoders)
        return self._tools[wanted]

    def _read_catalogue(self, job_id: str) -> Companion | None:
        return source_of(self.collection.files, self.collection.jobs.get(job_id)).catalogue()


def models(bundle: str | Path | None = None) -> tuple[tuple[str, str], ...]:
    """Name and version of the bundles that answer now; only what they say of themselves is read."""
    manifests = [read_manifest(name) for name in asked(bundle)]
    return tuple((manifest.name, manifest.version) for manifest in manifests)


def _told(found: tuple[tuple[str, str], ...]) -> str:
    return " and ".join(map(" ".join, found)) or "no model"
