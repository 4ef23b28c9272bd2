"""People wait in the order they came, know their place, may go, and are turned away when it is too long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from artml import line as module
from artml.errors import Crowded
from artml.line import Line

PATIENCE = 60
"""Seconds to wait for a thread on a busy machine before giving up."""


def join(line: Line, pool: ThreadPoolExecutor, act: Callable[[], object] = int) -> Future[list[int]]:
    """Somebody stands in line, from now on; gives the places told, once the turn is over."""
    standing = threading.Event()

    def wait() -> list[int]:
        places: list[int] = []

        def told(place: int) -> None:
            places.append(place)
            standing.set()

        with line.turn(told):
            act()
        return places

    future = pool.submit(wait)
    assert standing.wait(PATIENCE)
    return future


def test_who_comes_alone_does_not_wait() -> None:
    line, places = Line(at_once=2, most=1), list[int]()
    with line.turn(places.append), line.turn(places.append):
        assert places == []


def test_turns_come_in_order_and_places_are_told() -> None:
    line, order = Line(at_once=1, most=10), list[int]()
    with ThreadPoolExecutor(8) as pool:
        with line.turn():
            waiting = [join(line, pool, lambda number=number: order.append(number)) for number in range(5)]  # type: ignore[misc]
            assert len(line) == 5
        places = [future.result(PATIENCE) for future in waiting]
    assert order == [0, 1, 2, 3, 4]
    assert [each[0] for each in places] == [1, 2, 3, 4, 5]
    assert all(each == sorted(each, reverse=True) for each in places)
    assert len(line) == 0


def test_whoever_has_many_pictures_does_not_hold_up_one_who_has_one() -> None:
    line, order = Line(at_once=1, most=10), list[str]()
    with ThreadPoolExecutor(2) as pool:
        others: list[Future[list[int]]] = []

        def many() -> None:
            for number in range(3):
                with line.turn():
                    order.append("many")
                    if number == 0:
                        others.append(join(line, pool, lambda: order.append("one")))

        pool.submit(many).result(PATIENCE)
        others[0].result(PATIENCE)
    assert order == ["many", "one", "many", "many"]


def test_too_many_are_turned_away_and_may_come_again() -> None:
    line = Line(at_once=1, most=2)
    with ThreadPoolExecutor(2) as pool:
        with line.turn():
            waiting = [join(line, pool), join(line, pool)]
            with pytest.raises(Crowded, match="2 wait already. Please try again"), line.turn():
                pass
        for future in waiting:
            future.result(PATIENCE)
    with line.turn():
        pass


def test_who_leaves_gives_up_the_place_and_who_fails_gives_back_the_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "GLANCE", 0.01)
    line = Line(at_once=1, most=10)

    def gone(place: int) -> None:
        raise InterruptedError(place)

    with line.turn():
        with pytest.raises(InterruptedError), line.turn(gone):
            pass
        assert len(line) == 0
    with pytest.raises(ZeroDivisionError), line.turn():
        _ = 1 / 0
    with line.turn():
        pass


def test_many_at_once_are_never_more_than_there_is_room_for() -> None:
    line, inside, most, lock = Line(at_once=3, most=100), 0, 0, threading.Lock()

    def look() -> None:
        nonlocal inside, most
        for _ in range(20):
            with line.turn():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(20))
        for future in [pool.submit(look) for _ in range(20)]:
            future.result(PATIENCE)
    assert 1 <= most <= 3
    assert len(line) == 0
