"""The log of a server on stderr: a JSON object a line for programs, plain lines in a terminal."""

from __future__ import annotations

import logging
import sys
from typing import Final

from pythonjsonlogger.json import JsonFormatter

from artml.settings import settings

NAMES: Final = {"asctime": "time", "levelname": "level", "name": "logger", "message": "message"}
"""What every line has, by logging's own name and ours; a request's says method, route, status, seconds."""


def begin() -> None:
    """Log as the settings say, for as long as this process lives: what libraries say as well."""
    form = settings().log or ("text" if sys.stderr.isatty() else "json")
    logging.getLogger("artml").setLevel(logging.INFO if form == "json" else logging.WARNING)
    formatter: logging.Formatter = logging.Formatter("%(asctime)s %(name)s: %(message)s")
    if form == "json":
        formatter = JsonFormatter(list(NAMES), datefmt="%Y-%m-%dT%H:%M:%S%z", rename_fields=NAMES)
    logging.getLogger().handlers[:] = [logging.StreamHandler()]
    for logger in (logging.getLogger(), *logging.getLogger().manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):  # Streamlit's have handlers of their own
            for handler in logger.handlers:
                handler.setFormatter(formatter)
