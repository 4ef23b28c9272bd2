"""A real server and a real Chromium; skipped, with the reason, where there is none (an error in CI)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.error import URLError

import pytest

from artml.settings import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PATIENCE = 300
"""Seconds to wait for a server on a busy machine before giving up."""

SLOW = 60_000
"""Milliseconds that a step may take on a busy machine."""

SETTLED = """
() => !document.querySelector('[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')
    && !document.querySelector('[data-test-script-state]:not([data-test-script-state=notRunning])')
    && !document.getAnimations().some(one => isFinite(one.effect.getComputedTiming().endTime))
"""

SERVE = """
import sys
from pathlib import Path
from artml import api

api.ROOT = Path(sys.argv[1])
api.serve(port=int(sys.argv[2]))
"""


def absent(reason: str) -> NoReturn:
    """Skip for want of a browser, or fail where one is promised."""
    if os.environ.get("CI_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, headless."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("Playwright is not installed (pip install -r requirements-dev.txt)")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        absent("there is no Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a server from a folder that is its home and holds its log, until the block is left."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "ARTML_HOME": str(folder / "home"),
    }
    log = folder / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api/v1/health", server, log)
        yield address, server
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def served(command: list[str], port: int, folder: Path) -> Iterator[str]:
    """`running`, where only its address is of interest."""
    with running(command, port, folder) as (address, _):
        yield address


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once `url` answers with status 200; fail with the server's log if it ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer:\n{log.read_text(errors='replace')[-4000:]}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `artml serve` answers with the shipped guide."""
    port = free_port()
    command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
    with served(command, port, tmp_path_factory.mktemp("home")) as url:
        yield url


@pytest.fixture
def serve_house(tmp_path: Path) -> Iterator[Callable[[Path], str]]:
    """Serve the app from another folder that holds app.py and pages/."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def serve(house: Path) -> str:
            port = free_port()
            return stack.enter_context(
                served([sys.executable, "-c", SERVE, str(house), str(port)], port, tmp_path)
            )

        yield serve


def settle(page: Page) -> None:
    """Wait until nothing is being drawn or fading: what is half faded in has no contrast yet."""
    page.wait_for_function(SETTLED)


def click(button: Locator) -> None:
    """Click what nothing moves any more: a page redrawn between press and release loses the click."""
    button.wait_for()
    settle(button.page)
    button.click()


def assert_fit_to_see(page: Page) -> None:
    """Nothing serious by axe-core, and nothing to scroll to sideways."""
    from axe_playwright_python.sync_playwright import Axe

    settle(page)
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    serious = [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]
    assert serious == []
    room = '[data-testid="stMain"]'
    assert page.eval_on_selector(room, "room => room.scrollWidth - room.clientWidth") == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
