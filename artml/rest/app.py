"""The application below /api/v1: its routes together, and its OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from artml import __version__
from artml.rest import curators, problems, shapes, visitors

PREFIX: Final = "/api/v1"

ABOUT: Final = (
    "Says what paintings are, and keeps the jobs of curators. What goes wrong is said as"
    " `application/problem+json`: `type` names it, `detail` says what is wrong and what to do."
)


def application() -> FastAPI:
    """The API, to be mounted at `PREFIX`."""
    app = FastAPI(
        title="artml",
        version=__version__,
        description=ABOUT,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        docs_url=None,  # those pages fetch their scripts from elsewhere
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    app.include_router(visitors.router)
    app.include_router(curators.router)
    problems.handle(app)
    described = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            known = described()["components"]["schemas"]
            known["Problem"] = shapes.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            known |= known["Problem"].pop("$defs", {})
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app
