"""The server: JSON routes beside the pages, and the way to start both.

GET /api/v1/health    {"status": "ok", "version": …, "bundle": {"name": …, "version": …}, "bundles": […]}
"""

from __future__ import annotations

import runpy
import sys
from typing import Final

from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from artml import __version__, bundle
from artml.errors import ArtmlError
from artml.settings import ROOT, settings
from artml.web.access import close_side_doors
from artml.web.guide import named_in

MEBIBYTE: Final = 2**20


async def health(_request: Request) -> JSONResponse:
    """Whether this server can answer: 200 with "ok", or 503 with "no bundle". Reads a small file a bundle.

    `bundles` are all that answer together, `bundle` is the first of them.
    """
    found = [named_in(settings().models / name) for name in bundle.names()]
    able = bool(found) and None not in found
    facts = {
        "status": "ok" if able else "no bundle",
        "version": __version__,
        "bundle": found[0] if able else None,
        "bundles": [named for named in found if named],
    }
    return JSONResponse(facts, status_code=200 if able else 503)


ROUTES: Final[tuple[BaseRoute, ...]] = (Route("/api/v1/health", health, methods=["GET"]),)


def prepare() -> None:
    """What must hold in the process before the first visitor: no unguarded page, no upload on a disk."""
    close_side_doors()
    # Starlette would write uploads beyond 1 MiB to a temporary file while it reads them.
    MultiPartParser.spool_max_size = settings().max_bytes + MEBIBYTE


def serve(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve the pages and the routes on `host` and `port` until stopped.

    Works from any directory. Raises ArtmlError where app.py does not lie beside the package; exits with
    status 1 where the port is taken.
    """
    script = ROOT / "app.py"
    if not script.is_file():
        raise ArtmlError(f"There is no {script}: the pages are served from a checkout (pip install -e .).")
    # Streamlit looks for .streamlit/config.toml beside the program it believes it was started as.
    sys.argv[:] = [str(script)]
    app = runpy.run_path(str(script))["app"]
    app.run(
        config={
            "server.address": host,
            "server.port": port,
            "server.maxUploadSize": settings().max_mebibytes,
            "server.fileWatcherType": "none",
        }
    )
