"""Every error of the API as problem+json (RFC 9457): a status, and the sentence that the library says.

`type` is urn:artml: and the name of an error of `artml.errors`, or of what is wrong with the request.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import compile_path

from artml import errors
from artml.errors import ArtmlError

MEDIA_TYPE: Final = "application/problem+json"

STATUS: Final[Mapping[type[ArtmlError], HTTPStatus]] = {
    errors.ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CatalogueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LabellingError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownName: HTTPStatus.NOT_FOUND,
    errors.BundleError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ExportFailed: HTTPStatus.CONFLICT,
    errors.CollectionUnusable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.CollectionError: HTTPStatus.CONFLICT,
    errors.ArtmlError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of an error: that of the nearest of its kinds that stands here."""

AWAY: Final = (
    "The model or the collection cannot be used at present. Whoever runs artml finds why in its log."
)

_log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is refused, and why."""

    def __init__(
        self, status: int, kind: str, sentence: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status, self.kind, self.sentence, self.headers = status, kind, sentence, headers

    def response(self) -> JSONResponse:
        """As problem+json."""
        return problem(self.status, self.kind, self.sentence, self.headers)


def problem(
    status: int, kind: str, sentence: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A response that says what is wrong and what to do."""
    content = {
        "type": f"urn:artml:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": sentence,
        **more,
    }
    return JSONResponse(content, int(status), dict(headers or {}), MEDIA_TYPE)


def handle(app: FastAPI) -> None:
    """Have an application answer every error so."""
    app.add_exception_handler(ArtmlError, _ours)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def _ours(_request: Request, error: Exception) -> JSONResponse:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    sentence = str(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:  # it may name paths of this machine
        _log.error("%s: %s", type(error).__name__, error)
        sentence = AWAY
    return problem(status, type(error).__name__, sentence)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return error.response()


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [{"where": list(map(str, fault["loc"])), "what": str(fault["msg"])} for fault in error.errors()]
    sentence = "; ".join(f"{'.'.join(fault['where'])}: {fault['what']}" for fault in faults)
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", f"{sentence}.", faults=faults)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind, headers = HTTPStatus(error.status_code).phrase.replace(" ", ""), error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # a path may have a route for each of its methods
        headers = {"allow": ", ".join(sorted(_methods(request)))}
    sentence = f"{error.detail}. /api/v1/openapi.json says what there is."
    return problem(error.status_code, kind, sentence, headers)


def _methods(request: Request) -> set[str]:
    paths: Mapping[str, Mapping[str, Any]] = request.app.openapi()["paths"]
    asked = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return {
        method.upper()
        for path, methods in paths.items()
        if compile_path(path)[0].match(asked)
        for method in methods
    }


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s ended %s", type(error).__name__, request.scope.get("path"), exc_info=error)
    return problem(500, "Unforeseen", "Something went wrong here. Whoever runs artml finds why in its log.")
