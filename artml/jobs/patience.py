"""What fails because database or files are away for a while is done when they are back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from artml.errors import CollectionUnusable

PAUSE: Final = 2.0
"""Seconds before something is tried again; each time twice as long."""

LONGEST: Final = 30.0
"""The most of these."""

_log = logging.getLogger(__name__)

Result = TypeVar("Result")


def pauses() -> Iterator[float]:
    """How long to wait, each time one has to, in seconds."""
    pause = PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST)


def patiently(step: Callable[[], Result], going: Callable[[], bool], what: str) -> Result | None:
    """What a step gives, however often it has to be tried; None where `going` says no more.

    The step is tried again only where the collection cannot be used, or locks crossed; other errors are
    raised. `what` names it in the log.
    """
    for pause in pauses():
        try:
            return step()
        except (CollectionUnusable, DBAPIError) as error:
            if not going():
                break
            _log.warning("%s is tried again in %g seconds. %s", what, pause, error)
            time.sleep(pause)
    return None
