"""Pictures of works for a page's own browser: an address that cannot be guessed, good for what may be seen.

GET /api/v1/loans/{loan}/{row}.jpg     a picture of at most 320 px; large.jpg: 1,000
GET /api/v1/loans/{loan}/{row}.json    {"title": …, "line": …}

A loan ends with the server, or when it is long out of use. What may be seen is asked anew at every request: a
work that is public no longer is seen no longer.
"""

from __future__ import annotations

import io
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from artml.errors import CollectionError, ImageError
from artml.images import ImageSource, open_image

SIDES: Final = {"jpg": 320, "large.jpg": 1_000}
"""Longest side of a picture that is lent, pixels."""
MOST: Final = 512
"""Loans that are good at once; the one longest out of use ends first."""
KEPT: Final = 2_000
"""Pictures that are kept ready."""

_HEADERS: Final = {"cache-control": "private, max-age=600", "x-content-type-options": "nosniff"}


@dataclass(frozen=True)
class Loan:
    """What may be seen. Each is asked with a row; an IndexError or `CollectionError` says there is none."""

    key: tuple[str, ...]
    """Tells works of one loan from those of another: the same key and row, the same picture."""
    may_see: Callable[[int], bool]
    picture: Callable[[int], ImageSource]
    about: Callable[[int], Mapping[str, str]]
    """Its `title`, and a `line` under it."""


class Loans:
    """The loans of one server."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._by_token: OrderedDict[str, Loan] = OrderedDict()
        self._tokens: dict[tuple[str, ...], str] = {}

    def lend(self, borrower: str, loan: Loan) -> str:
        """The beginning of the addresses, without a slash: the same for the same borrower and key."""
        key = (borrower, *loan.key)
        with self._lock:
            token = self._tokens.get(key)
            if token is None:
                token = self._tokens[key] = secrets.token_urlsafe(24)
            self._by_token[token] = loan
            self._by_token.move_to_end(token)
            while len(self._by_token) > self._most:
                ended, _ = self._by_token.popitem(last=False)
                self._tokens = {key: kept for key, kept in self._tokens.items() if kept != ended}
        return f"api/v1/loans/{token}"

    def get(self, token: str) -> Loan | None:
        """The loan of a token, if it is good."""
        with self._lock:
            if token in self._by_token:
                self._by_token.move_to_end(token)
            return self._by_token.get(token)


LOANS: Final = Loans()


async def lent(request: Request) -> Response:
    """A picture, or what is said of it; 404 for all that is not lent, whatever the reason."""
    loan, row = LOANS.get(request.path_params["loan"]), request.path_params["row"]
    if loan is None:
        return _nothing()
    return await run_in_threadpool(_answer, loan, row, request.path_params["form"])


ROUTES: Final[tuple[BaseRoute, ...]] = (
    Route("/api/v1/loans/{loan}/{row:int}.{form}", lent, methods=["GET"]),
)


def rendition(source: ImageSource, longest: int) -> bytes:
    """A picture as a JPEG of at most `longest` pixels a side, without whatever else its file holds."""
    image = open_image(source, shortest=longest).copy()
    image.thumbnail((longest, longest))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _answer(loan: Loan, row: int, form: str) -> Response:
    try:
        if not loan.may_see(row):
            return _nothing()
        if form == "json":
            return JSONResponse(dict(loan.about(row)), headers=_HEADERS)
        if form in SIDES:
            return Response(_kept(_Asked(loan, row, form)), media_type="image/jpeg", headers=_HEADERS)
    except (IndexError, CollectionError, ImageError):
        pass
    return _nothing()


@dataclass(frozen=True)
class _Asked:
    """A picture of a loan; two are the same where key, row and form are."""

    loan: Loan
    row: int
    form: str

    def __hash__(self) -> int:
        return hash((self.loan.key, self.row, self.form))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self._told == other._told

    @property
    def _told(self) -> tuple[tuple[str, ...], int, str]:
        return self.loan.key, self.row, self.form


@lru_cache(maxsize=KEPT)
def _kept(asked: _Asked) -> bytes:
    return rendition(asked.loan.picture(asked.row), SIDES[asked.form])


def _nothing() -> Response:
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such picture.",
    }
    return JSONResponse(problem, 404, media_type="application/problem+json")
