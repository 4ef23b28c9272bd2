"""Who acts, and what they may do: asked by every call that writes, not only by the page that offers it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Literal

from artml.errors import NotAllowed
from artml.settings import settings

Role = Literal["curator", "staff"]
"""A curator decides and publishes; staff do so too, and train."""


@dataclass(frozen=True)
class Person:
    """Somebody known by a name, allowed what the roles allow: without any, nothing."""

    name: str
    """The e-mail address they signed in with; on this machine alone, the name of their account."""
    roles: frozenset[Role] = frozenset()

    @classmethod
    def of(cls, address: str) -> Person:
        """Whoever signed in with an e-mail address; the settings say what they may do, by default nothing."""
        said: tuple[tuple[Role, tuple[str, ...]], ...] = (
            ("curator", settings().curators),
            ("staff", settings().staff),
        )
        roles = (role for role, entries in said if any(_names(entry, address) for entry in entries))
        return cls(address.strip(), frozenset(roles))

    @classmethod
    def here(cls) -> Person:
        """Whoever sits at this machine, where nobody signs in: they may do everything."""
        try:
            name = getpass.getuser()
        except (OSError, KeyError):  # an account without a name, as containers have
            name = "this machine"
        return cls(name, frozenset({"curator", "staff"}))

    def check(self, *able: Role) -> None:
        """Raise `NotAllowed` unless this person has a name, and one of the roles that are able."""
        if not self.name.strip():
            raise NotAllowed("Whoever changes the collection needs a name. Sign in first.")
        if not self.roles & set(able):
            raise NotAllowed(f"{self.name} may not do this: it takes a {' or '.join(able)}.")


def _names(entry: str, address: str) -> bool:
    """Whether an entry of the settings, an address or a domain (`@museum.example`), stands for an address."""
    local, _, domain = _plain(address).partition("@")
    if not local or not domain or "@" in domain:
        return False
    return _plain(entry) in (f"{local}@{domain}", f"@{domain}")


def _plain(address: str) -> str:
    """In lower case; beyond ASCII as it stands, where different letters may have one lower case."""
    text = address.strip()
    return text.lower() if text.isascii() else text
