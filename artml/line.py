"""A line of people: some have their turn at once, the others wait in the order they came.

A turn is one picture. Whoever brought several stands at the end of the line again after each, so that nobody
waits for a stranger's whole folder.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from artml.errors import Crowded

GLANCE: Final = 2.0
"""Seconds after which somebody who waits is told the place again, though it is the same."""


def unheard(_place: int) -> None:
    """For those who need not know their place."""


class Line:
    """Turns for those who share a machine; threads wait in it.

    at_once: how many have their turn together.
    most: how many may wait; the next is turned away, politely, with `Crowded`.
    """

    def __init__(self, at_once: int, most: int) -> None:
        self._at_once, self._most = at_once, most
        self._changed = Condition()
        self._inside = 0
        self._waiting: deque[object] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self, told: Callable[[int], object] = unheard) -> Iterator[None]:
        """Have a turn for as long as the block lasts, when it comes.

        Whoever has to wait is told the place in line, 1 for the next, at once, when it changes and every two
        seconds; what `told` raises ends the waiting, and the others move up. Raises `Crowded`.
        """
        ticket = self._take()
        try:
            while place := self._place(ticket):
                told(place)
                self._stay(ticket, place)
        except BaseException:
            self._leave(ticket)
            raise
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    def _take(self) -> object:
        with self._changed:
            if len(self._waiting) >= self._most:
                raise Crowded(
                    f"Many people are asking at this moment, and {self._most} wait already. Please try again"
                    " in a minute."
                )
            ticket = object()
            self._waiting.append(ticket)
        return ticket

    def _place(self, ticket: object) -> int:
        """The place in line; 0: it is this one's turn, and taken."""
        with self._changed:
            place = self._waiting.index(ticket) + 1
            if place == 1 and self._inside < self._at_once:
                self._waiting.popleft()
                self._inside += 1
                self._changed.notify_all()
                return 0
            return place

    def _stay(self, ticket: object, place: int) -> None:
        """Wait until the place may have changed."""
        with self._changed:
            here = self._waiting.index(ticket) + 1
            if here == place and not (here == 1 and self._inside < self._at_once):
                self._changed.wait(GLANCE)

    def _leave(self, ticket: object) -> None:
        with self._changed:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._changed.notify_all()
