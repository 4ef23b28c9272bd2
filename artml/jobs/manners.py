"""A worker yields: visitors get the processor first."""

from __future__ import annotations

import contextlib
import os
from typing import Final

NICENESS: Final = 10


def stand_back() -> None:
    """Put this process, and all that it starts, behind what else its machine does, where that can be said."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
