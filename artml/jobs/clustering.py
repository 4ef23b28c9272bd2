"""An atlas made by a job."""

from __future__ import annotations

from pathlib import Path

from artml.classifier import Classifier
from artml.collection import Collection, Job
from artml.collection.charting import chart
from artml.collection.exploring import gathered
from artml.jobs import errand


def cluster(collection: Collection, job_id: str) -> None:
    """Do such a job from where it stands, as `errand.run` does."""

    def work(job: Job, folder: Path, along: errand.Along) -> None:
        asked = job.request
        catalogue = Path(job.folder) if job.folder else None
        root = Path(asked.root) if asked.root else None
        with gathered(catalogue, name=asked.name or None, public=asked.public, within=root) as (
            works,
            name,
            facts,
        ):
            chart(works, name, facts, classifier=lambda: Classifier.load("guide"), progress=along)

    errand.run(collection, job_id, work)
