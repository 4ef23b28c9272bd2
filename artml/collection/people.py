"""Who acts, and what they may do: asked by every call that writes, not only by the page that offers it."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Literal

from artml.errors import NotAllowed

Role = Literal["curator", "staff"]
"""A curator decides and publishes; staff do so too, and train."""


@dataclass(frozen=True)
class Person:
    """Somebody known by a name, allowed what the roles allow: without any, nothing."""

    name: str
    """The e-mail address they signed in with; on this machine alone, the name of their account."""
    roles: frozenset[Role] = frozenset()

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
