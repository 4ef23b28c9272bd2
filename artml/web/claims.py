"""Who looks at which work just now, so that two people at one queue are given different ones.

Kept in the server's memory, and only a courtesy: what makes sure that nobody decides over another's decision
is `Collection.decide`, which asks for the decision that was seen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LAPSES: Final = 300.0
"""Seconds after which a work that nobody touched is free again."""


@dataclass(frozen=True)
class Claim:
    """One work in one person's hands."""

    name: str
    facet: str
    work: int
    """Its id in the database."""
    since: float


class Claims:
    """The works in people's hands, one for each session; `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, Claim] = {}

    def take(self, session: str, name: str, facet: str, work: int) -> None:
        """Hold a work instead of what this session held before."""
        with self._lock:
            self._held[session] = Claim(name, facet, work, self._clock())

    def drop(self, session: str) -> None:
        """Hold nothing any more."""
        with self._lock:
            self._held.pop(session, None)

    def others(self, session: str, facet: str) -> dict[int, str]:
        """The works that other sessions hold for a facet, and who does."""
        with self._lock:
            oldest = self._clock() - LAPSES
            self._held = {key: claim for key, claim in self._held.items() if claim.since >= oldest}
            theirs = {key: claim for key, claim in self._held.items() if key != session}
            return {claim.work: claim.name for claim in theirs.values() if claim.facet == facet}


CLAIMS: Final = Claims()
"""Those of this server."""
