"""How many pictures may come from one address within a minute, by each way in; people who work here pass."""

from __future__ import annotations

import time
from collections import OrderedDict
from functools import lru_cache
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Final, Literal

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from artml import metrics
from artml.settings import settings

Way = Literal["page", "api", "transfer"]
"""A picture looked at on a page, one sent to the API, or a file on its way to a page."""

SPARE: Final = 3
"""Transfers to a page for each picture that it may look at: the page says politely what is too much."""

_KEPT: Final = 10_000


def admit(address: str, way: Way) -> int:
    """Seconds until the next picture may come from this address; 0: it is welcome, and counted."""
    most = settings().max_uploads_minute * (SPARE if way == "transfer" else 1)
    if not most:
        return 0
    limit, whose = RateLimitItemPerMinute(most), _neighbourhood(address)
    if _counter().hit(limit, way, whose):
        return 0
    metrics.LIMITED.inc()
    return max(1, round(_counter().get_window_stats(limit, way, whose).reset_time - time.time()))


class Passes:
    """Sessions of people who work here, whose folders may come without being counted."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._sessions: OrderedDict[str, None] = OrderedDict()

    def give(self, session: str) -> None:
        """Let a session pass."""
        with self._lock:
            self._sessions[session] = None
            self._sessions.move_to_end(session)
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)

    def __contains__(self, session: object) -> bool:
        return session in self._sessions


PASSES: Final = Passes()


@lru_cache(maxsize=1)
def _counter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def _neighbourhood(address: str) -> str:
    """The address itself; of IPv6 the network, as one visitor has all of it."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else str(known)
