"""Who asks: by a token, somebody with roles; without one, a visitor. Cookies count for nothing here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from artml.collection import Person
from artml.rest.problems import Refused
from artml.settings import settings
from artml.web.identity import LOOPBACK, PASSED_ON
from artml.web.museum import museum, there

BEARER: Final = HTTPBearer(auto_error=False, description="A token of `artml token add ADDRESS`.")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


def by_token(credentials: Credentials) -> Person:
    """Whoever the request's token stands for, if they are a curator or staff.

    Raises `Refused` (401) without a token that is good, `NotAllowed` for one whose person has no role now.
    """
    person = museum().tokens.person(credentials.credentials) if credentials and there() else None
    if person is None:
        sentence = "This takes a token (Authorization: Bearer …), which whoever runs artml can make."
        headers = {"www-authenticate": "Bearer"}
        raise Refused(HTTPStatus.UNAUTHORIZED, "TokenMissing", sentence, headers)
    person.check("curator", "staff")
    return person


def by_token_or_here(request: Request, credentials: Credentials) -> None:
    """Lets in a token, and without sign-in to the world whoever asks straight from this machine."""
    if settings().public or not _from_here(request):
        by_token(credentials)


Curator = Annotated[Person, Depends(by_token)]


def _from_here(request: Request) -> bool:
    came = request.client.host if request.client else ""
    forwarded = any(name.lower() in request.headers for name in PASSED_ON)
    return came in LOOPBACK and not forwarded and (request.url.hostname or "") in LOOPBACK
