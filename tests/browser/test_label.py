"""A folder labelled in Chromium, the server killed on the way; and a ZIP, by tablet and by phone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from artml.collection import Collection
from tests.browser.conftest import SLOW, assert_fit_to_see, click, free_port, running
from tests.browser.test_visit import DROP_ZONE
from tests.colours import BLUE, GREEN, RED, write_colour_bundle
from tests.jobs.conftest import assert_whole, finished, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Serve = Callable[[], tuple[str, "subprocess.Popen[bytes]"]]


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    """Folders that may be labelled: `spring` holds 300 pictures, no two of them alike, and 4 torn ones."""
    folder = tmp_path / "roots" / "spring"
    folder.mkdir(parents=True)
    for number in range(300):
        size = (40 + number // 40, 30 + number % 40)
        Image.new("RGB", size, (RED, GREEN, BLUE)[number % 3]).save(folder / f"{number:04}.png")
    for number in range(4):
        (folder / f"{number * 70:04}-torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    return folder.parent


@pytest.fixture
def serve(tmp_path: Path, roots: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts the app, on one port and one home, however often it was killed."""
    write_colour_bundle(tmp_path / "models" / "colours")
    monkeypatch.setenv("ARTML_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ARTML_FOLDERS", str(roots))
    port = free_port()
    command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
    with ExitStack() as stack:
        yield lambda: stack.enter_context(running(command, port, tmp_path))


def page_of(chromium: Browser, width: int, scheme: str) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    return context.new_page()


def test_a_folder_is_labelled_though_the_server_is_killed(
    chromium: Browser, serve: Serve, tmp_path: Path
) -> None:
    address, server = serve()
    page = page_of(chromium, 1280, "light")
    page.goto(f"{address}/label")
    click(page.get_by_role("button", name="spring", exact=True))
    click(page.get_by_role("button", name="Look into spring"))
    page.get_by_text("pictures", exact=True).wait_for()
    assert_fit_to_see(page)
    click(page.get_by_role("button", name="Label them"))
    page.wait_for_url("**/label?job=*", wait_until="commit")
    page.get_by_role("progressbar", name="Labelled").wait_for()
    with Collection.open(f"sqlite:///{tmp_path / 'home' / 'collection.sqlite'}", str(tmp_path)) as museum:
        job = museum.jobs.all()[0]
        assert job.id in page.url
        for least in (1, 100):
            wait_until(lambda least=least: finished(museum, job) >= least)  # type: ignore[misc]
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            assert museum.jobs.get(job.id).state == "running"
            address, server = serve()
        other = page_of(chromium, 820, "dark")
        other.goto(f"{address}/label?job={job.id}")
        other.get_by_role("link", name="Review them").wait_for()
        assert "300 labelled · 4 could not be read" in other.inner_text("body")
        assert_fit_to_see(other)
        assert_whole(museum, job, labelled=300, refused=4)
    click(other.get_by_role("link", name="Review them"))
    other.wait_for_url(f"**/review?*job={job.id}*")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (820, "dark")])
def test_a_zip_is_brought_paused_and_labelled(
    chromium: Browser, serve: Serve, roots: Path, width: int, scheme: str
) -> None:
    archive = roots.parent / "gifts.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for picture in sorted((roots / "spring").iterdir())[:30]:
            file.write(picture, f"gifts/{picture.name}")
    address, _ = serve()
    page = page_of(chromium, width, scheme)
    page.goto(f"{address}/label")
    page.get_by_role("button", name="Look into roots").wait_for()
    assert_fit_to_see(page)
    page.set_input_files(DROP_ZONE, str(archive))
    click(page.get_by_role("button", name="Take them in"))
    click(page.get_by_role("button", name="Label them"))
    page.wait_for_url("**/label?job=*", wait_until="commit")
    page.get_by_role("progressbar", name="Labelled").wait_for()
    assert_fit_to_see(page)
    page.get_by_role("link", name="Review them").wait_for()
    assert_fit_to_see(page)
    click(page.get_by_role("button", name="All jobs"))
    page.get_by_role("button", name="gifts").wait_for()
    assert_fit_to_see(page)
