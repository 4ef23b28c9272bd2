"""Tokens by which programs act in somebody's name: only their digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from artml.collection.columns import now
from artml.collection.database import Database
from artml.collection.model import Token
from artml.collection.people import Person
from artml.errors import NotAllowed, UnknownName

PREFIX: Final = "artml_"
"""How every token begins, so that whoever finds one knows what it is."""


class Tokens:
    """The tokens of a collection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, address: str, lifetime: timedelta) -> tuple[str, Token]:
        """A new token for whoever has an address, and its row; the token itself is never shown again.

        Raises `NotAllowed` where the settings let that address do nothing.
        """
        person = Person.of(address)
        if not person.roles:
            raise NotAllowed(
                f"{person.name or 'Nobody'} may do nothing here. Name the address in ARTML_CURATORS or"
                " ARTML_STAFF first."
            )
        secret, created = PREFIX + secrets.token_urlsafe(32), now()
        row = Token(
            id=secrets.token_hex(4),
            digest=_digest(secret),
            person=person.name,
            created=created,
            expires=created + lifetime,
        )
        with self._database.write() as session:
            session.add(row)
        return secret, row

    def person(self, secret: str) -> Person | None:
        """Whoever a token stands for, with the roles they have now; None where it is not good."""
        with self._database.read() as session:
            row = session.scalar(select(Token).where(Token.digest == _digest(secret)))
        return Person.of(row.person) if row is not None and row.expires > now() else None

    def all(self) -> list[Token]:
        """Every token, expired ones as well, the oldest first."""
        with self._database.read() as session:
            return list(session.scalars(select(Token).order_by(Token.created, Token.id)))

    def revoke(self, token_id: str) -> None:
        """Have a token be good no longer; raises `UnknownName`."""
        with self._database.write() as session:
            found = session.scalar(select(Token.id).where(Token.id == token_id))
            if found is None:
                raise UnknownName(f"There is no token {token_id!r}.")
            session.execute(delete(Token).where(Token.id == token_id))


def _digest(secret: str) -> str:
    """Tokens are drawn from 2^256, so that a plain hash keeps them safe."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
