"""The server: the JSON API beside the pages, what guards both, and the way to start them.

/api/v1/…         what /api/v1/openapi.json says: see artml.rest
/api/v1/loans/…   pictures that a page shows its own browser: see artml.web.loans
"""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from artml import logs
from artml.errors import ArtmlError
from artml.jobs.attendant import attended
from artml.rest.app import PREFIX, application
from artml.rest.guard import Guard
from artml.settings import ROOT, settings
from artml.web import loans
from artml.web.access import close_side_doors
from artml.web.guide import warming

MEBIBYTE: Final = 2**20
EVERYWHERE: Final = "0.0.0.0"


ROUTES: Final[tuple[BaseRoute, ...]] = (*loans.ROUTES, Mount(PREFIX, application()))

MIDDLEWARE: Final = (Middleware(Guard),)


@asynccontextmanager
async def opening(app: object) -> AsyncIterator[dict[str, Any]]:
    """The lifespan of the app: it logs, wakes the guide, and keeps the workers that the settings ask for."""
    logs.begin()
    async with warming(app) as state:
        with attended(settings().workers):
            yield state


def prepare() -> None:
    """What must hold in the process before the first visitor: no unguarded page, no upload on a disk."""
    close_side_doors()
    # Starlette would write uploads beyond 1 MiB to a temporary file while it reads them.
    MultiPartParser.spool_max_size = settings().max_bytes + MEBIBYTE


def serve(host: str | None = None, port: int = 8501, *, public: bool = False) -> None:
    """Serve the pages and the routes on `host` and `port` until stopped, and say to whom.

    By default this machine alone is served; with `public`, or where the settings say so, every one that
    reaches it, and without sign-in those see visitors' pages only. Works from any directory. Raises
    ArtmlError where app.py does not lie beside the package, and where others would be served without sign-in
    and nobody said `public`; exits with status 1 where the port is taken.
    """
    script = ROOT / "app.py"
    if not script.is_file():
        raise ArtmlError(f"There is no {script}: the pages are served from a checkout (pip install -e .).")
    if public:
        os.environ["ARTML_PUBLIC"] = "true"
        settings.cache_clear()
    # Streamlit looks for .streamlit/config.toml beside the program it believes it was started as.
    sys.argv[:] = [str(script)]
    app = runpy.run_path(str(script))["app"]
    address = host or (EVERYWHERE if settings().public else "127.0.0.1")
    print(f"artml: http://{address}:{port}, {_served(address)}", flush=True)
    app.run(
        config={
            "server.address": address,
            "server.port": port,
            "server.maxUploadSize": settings().max_mebibytes,
            "server.fileWatcherType": "none",
        }
    )


def _served(address: str) -> str:
    """Whom a server at this address admits, in words; ArtmlError where nobody said that others may come."""
    from artml.web import identity

    if identity.secrets_broken():
        raise ArtmlError("Streamlit's secrets.toml cannot be read. Mend it: it says who may sign in.")
    if identity.signs_in():
        return "with sign-in."
    if settings().public:
        return "without sign-in: visitors' pages only."
    if address not in identity.LOOPBACK:
        raise ArtmlError(
            f"Without sign-in, artml serves this machine only, and {address} is for others too. Set up"
            " sign-in (docs/access.md), or serve visitors' pages alone with --public."
        )
    return "for this machine only: nobody signs in, and whoever sits here may do everything."
