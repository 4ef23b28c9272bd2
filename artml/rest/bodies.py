"""What is sent, read within limits of size and time. Nothing of it touches a disk."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from artml.images import printable
from artml.rest.problems import Refused
from artml.settings import settings

SECONDS: Final = 60.0
"""In which a body must arrive."""

MARGIN: Final = 2**20
"""Bytes that a form may take beside the file in it."""


class Sent(NamedTuple):
    """A file that was sent."""

    name: str
    """As the sender calls it, fit to be shown; empty where it was not said."""
    content: bytes


async def sent(request: Request) -> Sent:
    """The one file of a form (`multipart/form-data`), or the body itself under any other media type.

    Raises `Refused`: 413 for more than the settings allow, 408 for what arrives too slowly, 400 for a form
    that cannot be read, 422 for one without a file or with several.
    """
    limit, is_form = settings().max_bytes, _is_form(request.headers)
    body = await _body(request, limit + MARGIN if is_form else limit)
    name, content = await _file(request, body) if is_form else ("", body)
    if len(content) > limit:
        raise _too_large()
    return Sent(printable(name), content)


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


async def _body(request: Request, limit: int) -> bytes:
    if announced(request.headers) > limit:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_large()
    except (TimeoutError, ClientDisconnect):
        sentence = f"The picture did not arrive within {SECONDS:.0f} seconds. Send a smaller one."
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "TooSlow", sentence) from None
    return bytes(body)


def announced(headers: Headers) -> int:
    """Bytes that a request says it has; 0 where it does not say."""
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0


async def _file(request: Request, body: bytes) -> tuple[str, bytes]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = request.scope["headers"]
    again = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    try:
        async with again.form(max_files=2, max_fields=20) as form:
            files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            if len(files) != 1:
                sentence = "Send one file in the form, in the field `image`."
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", sentence)
            return files[0].filename or "", await files[0].read()
    except (MultiPartException, KeyError, UnicodeError, ValueError) as error:
        sentence = "The form cannot be read. Send multipart/form-data with one file, or the picture alone."
        raise Refused(HTTPStatus.BAD_REQUEST, "FormDamaged", sentence) from error


def _too_large() -> Refused:
    sentence = f"That is more than {settings().max_bytes / 1e6:,.0f} MB, the most that is read. Send less."
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "ImageTooLarge", sentence)
