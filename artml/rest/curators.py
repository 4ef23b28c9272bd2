"""What curators and staff may ask by token: jobs, uploads, exports; and what a collector of metrics reads."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from artml import metrics
from artml.errors import CollectionError, LabellingError
from artml.exports.formats import FORMATS, export, file_name
from artml.exports.record import Museum
from artml.jobs import uploads
from artml.jobs.sources import below_roots, is_upload
from artml.rest import shapes
from artml.rest.bodies import sent
from artml.rest.people import Curator, by_token_or_here
from artml.rest.shapes import problems
from artml.rest.visitors import BODY
from artml.web.arrivals import held_bytes
from artml.web.museum import desk, museum, there

router = APIRouter(tags=["curators"], responses=problems(401, 403, 422, 503))

Form = Annotated[
    Literal["csv", "xlsx", "omeka", "lido", "linked-art", "iiif", "xmp"],
    Query(alias="format", description="As `artml export` names them."),
]

EXPORTED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file, whole."}
}


@router.get("/jobs")
def jobs(_person: Curator) -> shapes.Jobs:
    """Every job, the newest first."""
    return shapes.Jobs(jobs=[shapes.Job.model_validate(job) for job in museum().jobs.all()])


@router.post("/jobs", status_code=202, responses=problems(409))
def start(person: Curator, wanted: shapes.JobWanted, response: Response) -> shapes.Job:
    """Start to label a folder of the server, or an upload; the job runs in the background."""
    folder, root = wanted.folder, None
    if not is_upload(folder):
        path, root = below_roots(folder)
        folder = str(path)
    job = desk().label(person, folder, recursive=wanted.recursive, facets=wanted.facets, root=root)
    response.headers["location"] = f"/api/v1/jobs/{job.id}"
    return shapes.Job.model_validate(job)


@router.get("/jobs/{job}", responses=problems(404))
def look_up(_person: Curator, job: str) -> shapes.Job:
    """A job, and how far it is."""
    return shapes.Job.model_validate(museum().jobs.get(job))


@router.post("/jobs/{job}/pause", responses=problems(404, 409))
def pause(person: Curator, job: str) -> shapes.Job:
    """Stop a job after the pictures at hand."""
    return shapes.Job.model_validate(desk().pause(person, job))


@router.post("/jobs/{job}/resume", responses=problems(404, 409))
def resume(person: Curator, job: str) -> shapes.Job:
    """Let a paused job go on."""
    return shapes.Job.model_validate(desk().resume(person, job))


@router.post("/jobs/{job}/cancel", responses=problems(404, 409))
def cancel(person: Curator, job: str) -> shapes.Job:
    """Stop a job for good; what it labelled stays."""
    return shapes.Job.model_validate(desk().cancel(person, job))


@router.get("/jobs/{job}/refusals", responses=problems(404))
def refusals(_person: Curator, job: str) -> shapes.Refusals:
    """The files that a job could not read, and why."""
    found = museum().jobs.refusals(museum().jobs.get(job).id)
    return shapes.Refusals(refusals=[shapes.Refusal.model_validate(each) for each in found])


@router.get("/jobs/{job}/export", response_class=FileResponse, responses={**EXPORTED, **problems(404, 409)})
def exported(_person: Curator, job: str, form: Form = "csv") -> FileResponse:
    """The works of a job in a format that other systems take, complete or not at all."""
    collection = museum()
    folder = collection.jobs.get(job).folder
    works = collection.works(public_only=False, folder=folder)
    place = Path(tempfile.mkdtemp(prefix="artml-"))
    try:
        name = file_name(folder, form)
        made = export(
            collection.records(works, folder), form, place / f"works{FORMATS[form].suffix}", Museum.ours()
        )
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, place, ignore_errors=True)
    return FileResponse(made, media_type="application/octet-stream", filename=name, background=gone)


@router.post("/uploads", status_code=201, responses=problems(400, 408, 413, 429), openapi_extra=BODY)
async def upload(_person: Curator, request: Request, name: str = "") -> shapes.Upload:
    """Take in a picture or a ZIP of pictures for a job. `name` is the file's, where the body is no form."""
    said, content = await sent(request)
    return await run_in_threadpool(_take_in, said or name or _guessed(content), content)


@router.get(
    "/metrics",
    dependencies=[Depends(by_token_or_here)],
    responses={200: {"content": {metrics.CONTENT_TYPE: {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def counted() -> Response:
    """What the server counts, in OpenMetrics. Straight from this machine it takes no token."""
    metrics.HELD.set(held_bytes())
    metrics.JOBS.clear()
    with suppress(CollectionError):  # the figures that need no database are wanted most when it is away
        found = museum().jobs.all() if there() else []
        for state, number in Counter(job.state for job in found).items():
            metrics.JOBS.labels(state).set(number)
    return Response(metrics.exposed(), media_type=metrics.CONTENT_TYPE)


def _guessed(content: bytes) -> str:
    return "pictures.zip" if content.startswith(b"PK") else "picture"


def _take_in(name: str, content: bytes) -> shapes.Upload:
    if not content:
        raise LabellingError("Nothing was sent. Send a picture, or a ZIP of pictures.")
    arrived = list(uploads.sent(name, BytesIO(content), len(content)))
    title = Path(name).stem if name.lower().endswith(".zip") else ""
    files = museum().files
    key = uploads.receive(files, arrived, title)
    return shapes.Upload(folder=key, files=len(files.below(key)))
