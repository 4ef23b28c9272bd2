"""A visitor asks in Chromium whether a hand or an algorithm made a picture, then a whole portfolio."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.conftest import SLOW, assert_fit_to_see, click, free_port, served
from tests.colours import GREEN, RED, write_colour_bundle, write_technique_bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DROP_ZONE = '[data-testid="stFileUploaderDropzoneInput"]'


@pytest.fixture(scope="module")
def gallery(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page answers with bundles that go by colour: red is by hand, green by an algorithm."""
    folder = tmp_path_factory.mktemp("home")
    write_colour_bundle(folder / "models" / "guide")
    write_technique_bundle(folder / "models" / "technique")
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_MODELS", str(folder / "models"))
        command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
        with served(command, port, folder) as url:
            yield f"{url}/hand_or_code"


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two pictures, the second half by hand and half by an algorithm."""
    Image.new("RGB", (300, 200), GREEN).save(tmp_path / "code.png")
    halves = Image.new("RGB", (300, 200), RED)
    halves.paste(GREEN, (150, 0, 300, 200))
    halves.save(tmp_path / "halves.png")
    return tmp_path


def test_a_picture_its_map_and_a_portfolio(page: Page, gallery: str, files: Path) -> None:
    page.goto(gallery)
    page.wait_for_selector(DROP_ZONE, state="attached")
    page.get_by_role("heading", name="The experiment").wait_for()
    page.locator(".st-key-story .js-plotly-plot").nth(1).wait_for(state="attached")
    assert_fit_to_see(page)

    page.set_input_files(DROP_ZONE, str(files / "halves.png"))
    page.get_by_role("img", name="It looks made by hand in").wait_for()
    veil = page.locator("img.veil.tint")
    assert veil.evaluate("veil => getComputedStyle(veil).opacity") == "0.5"
    page.get_by_label("Map").fill("0")
    assert veil.evaluate("veil => getComputedStyle(veil).opacity") == "0"
    page.get_by_role("heading", name="What I do not know").wait_for()
    click(page.get_by_text("How sure is this?"))
    page.get_by_text("Its figure is calibrated").wait_for()
    assert_fit_to_see(page)

    page.set_input_files(DROP_ZONE, [str(files / "halves.png"), str(files / "code.png")])
    page.get_by_role("heading", name="2 works: none made by hand, 1 drawn by an algorithm").wait_for()
    for place, answer in enumerate(("by hand", "by an algorithm")):
        row = page.locator(f".st-key-work-{place}")
        click(row.get_by_role("radio", name=answer, exact=True))
        row.locator("p.right, p.wrong").wait_for()
    page.get_by_role("table", name="What I said of what").wait_for()
    assert_fit_to_see(page)
    with page.expect_download() as download:
        click(page.get_by_role("button", name="Table as CSV"))
    assert download.value.suggested_filename == "hand-or-algorithm.csv"
    click(page.get_by_role("button", name="Look closer").last)
    page.locator("h2.style", has_text="Drawn by an algorithm").wait_for()
    click(page.get_by_role("button", name="Back to all pictures"))
    page.get_by_role("table", name="What I said of what").wait_for()
