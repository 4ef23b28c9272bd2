"""What everybody may ask: whether the server can answer, by which models, and what a picture is."""

from __future__ import annotations

import asyncio
from functools import cache, partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from artml import __version__, bundle, metrics
from artml.classifier import Answer as Said
from artml.errors import Crowded, NotAnImage, UnknownName
from artml.rest import shapes
from artml.rest.bodies import sent
from artml.rest.problems import Refused
from artml.rest.shapes import problems
from artml.serialise import answer_object
from artml.web.guide import guide, looker, named

AT_ONCE: Final = 16
"""Pictures that are looked at, or wait for it, by way of the API; the next is told to come again."""

SECONDS: Final = 60.0
"""In which a picture is answered once it has arrived."""

MOST_LABELS: Final = 100

router = APIRouter(tags=["everybody"])

_looking = 0
_threads: Final = cache(partial(CapacityLimiter, AT_ONCE))  # belongs to the loop that first asks

PICTURE: Final = {"type": "string", "format": "binary"}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A picture of any usual kind, alone or as the one file of a form.",
        "content": {
            "application/octet-stream": {"schema": PICTURE},
            "image/*": {"schema": PICTURE},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"image": PICTURE}, "required": ["image"]}
            },
        },
    }
}

Top = Annotated[int, Query(ge=1, le=MOST_LABELS, description="How many labels a facet.")]
Facets = Annotated[
    str | None,
    Query(max_length=200, description="Only these, with commas between: `style,technique`. By default all."),
]


@router.get("/health", response_model=shapes.Health, responses={503: {"model": shapes.Health}})
async def health() -> JSONResponse:
    """Whether this server can answer: 200 with "ok", or 503 with "no bundle". Reads a small file a bundle.

    `bundles` are all that answer together, `bundle` is the first of them.
    """
    found = [named(name) for name in bundle.names()]
    able = bool(found) and None not in found
    facts = {
        "status": "ok" if able else "no bundle",
        "version": __version__,
        "bundle": found[0] if able else None,
        "bundles": [each for each in found if each],
    }
    return JSONResponse(facts, status_code=200 if able else 503)


@router.get("/models", response_model=shapes.Models, responses=problems(503))
def models() -> shapes.Models:
    """The models that answer together, and what each can say."""
    asked = guide()
    found = [(each.manifest, how) for each, how in zip(asked.bundles, asked.precisions, strict=True)]
    return shapes.Models(
        models=[
            shapes.Model(
                name=manifest.name,
                version=manifest.version,
                precision=precision,
                facets={
                    facet: shapes.ModelFacet(
                        labels=list(known.labels), threshold=known.threshold, open_set=known.open_set
                    )
                    for facet, known in manifest.facets.items()
                },
            )
            for manifest, precision in found
        ]
    )


@router.post(
    "/classify",
    response_model=shapes.Answer,
    responses=problems(400, 403, 408, 413, 422, 429, 503),
    openapi_extra=BODY,
)
async def classify(request: Request, top: Top = 5, facets: Facets = None) -> JSONResponse:
    """What a picture is: the likeliest labels of each facet, as `artml classify --json` says it.

    The picture is looked at in memory and forgotten; nothing of it is kept or written to a log.
    """
    global _looking
    wanted = None if facets is None else [name.strip() for name in facets.split(",")]
    if _looking >= AT_ONCE:
        raise _busy()
    _looking += 1
    try:
        name, content = await sent(request)
        async with asyncio.timeout(SECONDS):
            said = await to_thread.run_sync(
                partial(_look, name, content, wanted), limiter=_threads(), abandon_on_cancel=True
            )
    except TimeoutError:
        raise _busy() from None
    finally:
        _looking -= 1
    return JSONResponse(answer_object(name, said, top))


def _look(name: str, content: bytes, facets: list[str] | None) -> Said:
    looking = looker()
    if not content:
        metrics.REFUSALS.labels("api", NotAnImage.__name__).inc()
        raise NotAnImage("The request has no body. Send the bytes of a picture.")
    try:
        return looking.look(name, content, "api").answer.only(facets)
    except Crowded:
        raise _busy() from None
    except UnknownName as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, UnknownName.__name__, str(error)) from error


def _busy() -> Refused:
    sentence = "Too many pictures are being looked at. Send it again in a few seconds."
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Busy", sentence, {"retry-after": "5"})
