"""A worker yields: visitors get the processor first. It ends with whoever started it."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import Final

NICENESS: Final = 10


def stand_back() -> None:
    """Put this process, and all that it starts, behind what else its machine does, where that can be said."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


def end_with_input() -> None:
    """End this process as soon as whoever holds its standard input open lets go, or dies."""
    threading.Thread(target=_wait_for_end, daemon=True).start()


def _wait_for_end() -> None:
    while os.read(sys.stdin.fileno(), 2**10):
        pass
    os._exit(0)
