"""Where people start, pause, resume and cancel jobs, and see how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from artml.classifier import ModelVersion
from artml.collection import Change, Collection, Job, Person, Request
from artml.collection.charting import LEAST
from artml.collection.exploring import gathered
from artml.collection.jobs import check_able
from artml.collection.model import OVER, Kind, State
from artml.errors import CollectionError, LabellingError
from artml.jobs.bench import models
from artml.jobs.queue import Queue
from artml.jobs.recipes import known
from artml.jobs.sources import is_upload, source_of
from artml.jobs.works import works_in
from artml.learning.decided import to_learn_from


class Desk:
    """The jobs of a collection, as people see them. May be shared between threads."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._queue = Queue(collection)

    def close(self) -> None:
        """Close the connections to the queue; the collection stays open."""
        self._queue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def label(
        self,
        person: Person,
        folder: str | Path,
        *,
        recursive: bool = True,
        bundle: str | None = None,
        facets: Sequence[str] | None = None,
        root: Path | None = None,
    ) -> Job:
        """Start to label a folder of this machine, or an upload by its key; what is labelled already stays.

        root: out of which no link in the folder may lead; by default links are followed.
        Raises `NotAllowed`, `BundleError`, `CatalogueError`, and `LabellingError` for an empty folder.
        """
        check_able(person, "label")
        name = str(folder) if is_upload(str(folder)) else str(Path(folder).resolve())
        request = Request(recursive, bundle or "", tuple(facets or ()), models(bundle), str(root or ""))
        source = source_of(self.collection.files, Job(kind="label", folder=name, person="", request=request))
        source.catalogue()
        if not source.names():
            raise LabellingError(f"{folder} holds no files to label.")
        return self._start(person, "label", name, request)

    def train(self, person: Person, bundle: str) -> Job:
        """Start to train a bundle's heads anew on what people decided.

        Raises `NotAllowed`, a `BundleError`, and `CollectionError` where there is nothing to learn from, or
        the bundle is learning already.
        """
        check_able(person, "train")
        to_learn_from(self.collection, bundle)
        if (job := self.training(bundle)) is not None:
            raise CollectionError(f"{bundle} is learning already: job {job.id[:8]}.")
        return self._start(person, "train", "", Request(bundle=bundle, models=models(bundle)))

    def train_by(
        self,
        person: Person,
        recipe: str,
        folder: str | Path = "",
        *,
        facet: str = "",
        root: Path | None = None,
    ) -> Job:
        """Start to train by a recipe, on a catalogue or a folder, by default on the recipe's own works.

        facet: what the folders in `folder` are named by, where no catalogue lies in it.
        root: out of which nothing that is read may lie.
        Raises `NotAllowed`, `RecipeError`, `CatalogueError`.
        """
        check_able(person, "train")
        known(recipe)
        name = str(Path(folder).resolve()) if folder else ""
        if name:
            works_in(Path(name), facet)
        request = Request(recipe=recipe, facet=facet, root=str(root or ""))
        return self._start(person, "train", name, request)

    def cluster(
        self,
        person: Person,
        catalogue: str | Path = "",
        *,
        name: str = "",
        public: bool = False,
        root: Path | None = None,
    ) -> Job:
        """Start to make an atlas of a catalogue or, by default, of the museum's own works.

        root: out of which nothing that is read may lie.
        Raises `NotAllowed`, `CatalogueError`, `UnknownName` for a name that no atlas can have, and
        `CollectionError` where it is being made already or the works are too few.
        """
        check_able(person, "cluster")
        file = str(Path(catalogue).resolve()) if catalogue else ""
        with gathered(Path(file) if file else None, name=name or None) as (works, called, _):
            works.check(LEAST)
        going = (job for job in self.collection.jobs.all() if job.kind == "cluster" and job.state not in OVER)
        if any(job.request.name == called for job in going):
            raise CollectionError(f"The atlas {called} is being made already.")
        request = Request(name=called, public=public, root=str(root or ""))
        return self._start(person, "cluster", file, request)

    def training(self, bundle: str) -> Job | None:
        """The job that trains a bundle and is not over."""
        found = (job for job in self.collection.jobs.all() if job.kind == "train" and job.state not in OVER)
        return next((job for job in found if job.request.bundle == bundle and not job.request.recipe), None)

    def pause(self, person: Person, job_id: str) -> Job:
        """Stop a job after the pictures at hand. Raises `NotAllowed`, `UnknownName`, `CollectionError`."""
        return self._change(person, job_id, "paused")

    def cancel(self, person: Person, job_id: str) -> Job:
        """Stop a job for good; what it labelled stays. Raises as `pause` does."""
        return self._change(person, job_id, "cancelled")

    def resume(self, person: Person, job_id: str) -> Job:
        """Let a paused job go on from where it stands. Raises as `pause` does."""
        with self.collection.together() as session:
            if (state := self.collection.jobs.get(job_id).state) != "paused":
                raise CollectionError(f"This job is {state}, and not paused.")
            job = self._change(person, job_id, "waiting")
            job.round += 1
            session.flush()
            self._queue.begin(session, job)
        return job

    def changes(self, job_id: str) -> list[Change]:
        """What the models of a job say otherwise than was said of its folder before. Raises `UnknownName`."""
        job = self.collection.jobs.get(job_id)
        return self.collection.changes(job.folder, [ModelVersion(*model) for model in job.request.models])

    def _start(self, person: Person, kind: Kind, folder: str, request: Request) -> Job:
        with self.collection.together() as session:
            job = self.collection.jobs.start(person, kind, folder, request)
            session.flush()
            self._queue.begin(session, job)
        return job

    def _change(self, person: Person, job_id: str, state: State) -> Job:
        check_able(person, self.collection.jobs.get(job_id).kind)
        return self.collection.jobs.update(job_id, state)
