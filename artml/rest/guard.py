"""What stands before every request, to the API and to the pages: it is refused, or answered and noted.

Requests of other sites are refused before anything reads them, uploads are counted, headers tell browsers
what these pages never do, and a line in the log says what was asked, never by whom nor with which secret.
"""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artml import metrics
from artml.rest.bodies import announced
from artml.rest.problems import Refused
from artml.settings import settings
from artml.turnstile import PASSES, Way, admit
from artml.web.arrivals import held_bytes

SAFE: Final = ("GET", "HEAD", "OPTIONS")
TRANSFER: Final = "/_stcore/upload_file/"
COUNTED: Final = ("/api/v1/classify", "/api/v1/uploads")
CLOSED: Final = ("/_stcore/metrics", "/_stcore/agent/")
"""What Streamlit would show to everybody, and nobody here needs."""

STALL: Final = 30.0
"""Seconds without a byte of a body, after which nobody waits for the rest."""

FORM: Final = 2**20
"""Bytes of a body that is no picture."""

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:;"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
        " connect-src 'self' ws: wss: data: blob:; media-src 'self' blob:; worker-src 'self' blob:;"
        " frame-src 'self' blob: data:; object-src 'none'; base-uri 'self'; form-action 'self';"
        " frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""The pages need scripts of their own inline; nothing at all is fetched from, or sent to, elsewhere."""

FOR_A_YEAR: Final = "max-age=31536000"

_log = logging.getLogger("artml.requests")


class Guard:
    """The ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or let it through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            _check(scope)
            await self._app(scope, _Patient(scope, receive, answer), answer)
        except Refused as refused:
            answer.refused = refused
        except Exception:
            if answer.refused is None:  # else it comes of a body that broke off
                raise
        finally:
            await answer.end()


class _Answer:
    """Sends an answer on, with the headers, and notes what it was."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self._start = scope, send, time.perf_counter()
        self.status = 0
        self.refused: Refused | None = None
        """Why there is another answer than the app's."""

    async def __call__(self, message: Message) -> None:
        """Send a part on."""
        if self.refused is not None and not self.status:
            return
        await self._pass(message)

    async def _pass(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._scope.get("scheme") == "https":
                headers.setdefault("strict-transport-security", FOR_A_YEAR)
        await self._send(message)

    async def end(self) -> None:
        """Say why the request was refused, if it was. Count it, and log what was no mere file of a page."""
        if self.refused is not None and not self.status:
            await self.refused.response()(self._scope, _nothing, self._pass)
        route, status = _route(self._scope), self.status or 500
        metrics.REQUESTS.labels(route, status).inc()
        refused = status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_FOUND
        if refused or route.startswith(("/api/", TRANSFER)):
            seconds = round(time.perf_counter() - self._start, 4)
            facts = {"method": self._scope["method"], "route": route, "status": status, "seconds": seconds}
            _log.info("request", extra=facts)


class _Patient:
    """Receives a body, and waits for no part of it too long, nor for more than there may be."""

    def __init__(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        self._receive, self._answer, self._whole = receive, answer, False
        large = scope["path"].startswith((TRANSFER, *COUNTED))  # these mind their size themselves
        self._left = float("inf") if large else FORM

    async def __call__(self) -> Message:
        if self._whole or self._answer.status:
            return await self._receive()
        try:
            async with asyncio.timeout(STALL):
                message = await self._receive()
        except TimeoutError:
            sentence = f"Nothing came for {STALL:.0f} seconds. Send it again."
            return self._broken(Refused(HTTPStatus.REQUEST_TIMEOUT, "TooSlow", sentence))
        self._whole = not message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            sentence = "The request is too large."
            return self._broken(Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TooLarge", sentence))
        return message

    def _broken(self, reason: Refused) -> Message:
        """What an app hears whose client is gone; the client hears the reason."""
        self._answer.refused, self._whole = reason, True
        return {"type": "http.disconnect"}


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _check(scope: Scope) -> None:
    """Raise `Refused` for a request that goes no further."""
    path, method = scope["path"], scope["method"]
    if path.startswith(CLOSED):
        raise Refused(HTTPStatus.NOT_FOUND, "NotFound", "There is nothing here.")
    if method in SAFE:
        return
    headers = Headers(scope=scope)
    if _from_another_site(scope, headers):
        sentence = "This request comes from another site. Open artml itself, or send it from a program."
        raise Refused(HTTPStatus.FORBIDDEN, "CrossSite", sentence)
    if method == "PUT" and path.startswith(TRANSFER):
        if path.removeprefix(TRANSFER).partition("/")[0] not in PASSES:
            _count(scope, "transfer")
            _check_room(headers)
    elif method == "POST" and path in COUNTED:
        _count(scope, "api")


def _from_another_site(scope: Scope, headers: Headers) -> bool:
    """As browsers say themselves, and no page can forge; programs say neither."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in ("same-origin", "none")
    try:
        return origin is not None and urlsplit(origin).netloc != headers.get("host")
    except ValueError:
        return True


def _count(scope: Scope, way: Way) -> None:
    address = scope["client"][0] if scope.get("client") else ""
    if wait := admit(address, way):
        sentence = (
            f"More than {settings().max_uploads_minute} pictures came from your address within a minute."
            f" Try again in {wait} seconds."
        )
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "TooMany", sentence, {"retry-after": str(wait)})


def _check_room(headers: Headers) -> None:
    """Visitors' uploads lie in memory until their page has looked: not more of them than the settings say."""
    if held_bytes() + announced(headers) > settings().max_held_bytes:
        sentence = "Too many pictures are being looked at. Bring it again in a minute."
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "Busy", sentence, {"retry-after": "60"})


def _route(scope: Scope) -> str:
    """What was asked for, without ids and tokens: those of loans and sessions open doors."""
    if scope["path"].startswith(TRANSFER):
        return TRANSFER
    path = getattr(scope.get("route"), "path", None)
    return f"{scope.get('root_path', '')}{path}" if path else "/"
