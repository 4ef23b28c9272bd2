"""A walk through an atlas in Chromium, by phone and at a desk, light and dark."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from artml.settings import settings
from tests.browser.conftest import SLOW, assert_fit_to_see, click, free_port, served
from tests.browser.test_visit import is_here
from tests.collection.drawn import charted, draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with an atlas of drawn works, for this process and the servers that it starts."""
    folder = tmp_path_factory.mktemp("explore")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        patch.setenv("ARTML_FOLDERS", str(folder / "works"))
        patch.setenv("ARTML_DATA", str(folder / "none"))
        patch.setenv("ARTML_WEIGHTS", str(folder / "none"))
        settings.cache_clear()
        charted(draw(folder / "works"), folder / "colours")
        yield folder
    settings.cache_clear()


@pytest.fixture(scope="module")
def house(home: Path) -> Iterator[str]:
    """Where whoever sits at this machine walks through it."""
    port = free_port()
    with served([sys.executable, "-m", "artml", "serve", "--port", str(port)], port, home) as url:
        yield url


@pytest.fixture(params=[(1280, "light"), (820, "dark"), (390, "dark")], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


def enter(page: Page, address: str, where: str = "") -> None:
    page.goto(f"{address}/explore{where}")
    page.get_by_role("heading", level=1, name="Works").wait_for()


def test_a_whole_walk(page: Page, house: str) -> None:
    from playwright.sync_api import expect

    elsewhere: list[str] = []
    page.on("request", lambda request: None if is_here(request.url, house) else elsewhere.append(request.url))
    enter(page, house)
    page.locator('.atlas[data-drawn="36"]').wait_for()
    page.locator(".tiles img.hung").first.wait_for(state="attached")
    legend = [text.split() for text in page.locator(".legend button").all_inner_texts()]
    assert legend == [["Cubism", "12"], ["Impressionism", "12"], ["Ukiyo-e", "12"]]
    assert_fit_to_see(page)

    page.get_by_role("img", name="Map of 36 works").focus()
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Influences").wait_for()
    page.get_by_role("heading", name="Most like it").wait_for()
    first = page.locator(".st-key-beside h2").inner_text()
    assert "work=" in page.url
    assert_fit_to_see(page)

    click(page.locator(".shelves li button").first)
    page.wait_for_function(
        "first => document.querySelector('.st-key-beside h2').innerText !== first", arg=first
    )

    click(page.get_by_role("radio", name="Clusters"))
    click(page.get_by_role("button", name="Cubist portraits"))
    page.get_by_role("heading", level=2, name="Cubist portraits").wait_for()
    expect(page.locator(".made-of section")).to_have_count(5)
    expect(page.locator(".shelves li")).to_have_count(12, timeout=SLOW)
    assert_fit_to_see(page)

    for door, words in (
        ("Through time", "is the broadest stream"),
        ("To review", "to look at, the clearest first"),
        ("How it was made", "with a silhouette of"),
    ):
        click(page.get_by_role("radio", name=door))
        page.get_by_text(words).first.wait_for()
        assert_fit_to_see(page)
    assert elsewhere == []


def test_the_map_is_moved_by_hand(chromium: Browser, house: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(SLOW)
    enter(page, house)
    page.locator('.atlas[data-drawn="36"]').wait_for()
    tile = page.locator(".tiles img.hung").first
    tile.wait_for(state="attached")
    before = tile.evaluate("tile => tile.style.transform")
    box = page.locator(".atlas canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "before => document.querySelector('.stApp') && [...document.querySelectorAll('*')].some("
        "node => node.shadowRoot?.querySelector('.tiles img')?.style.transform !== before &&"
        " node.shadowRoot?.querySelector('.tiles img'))",
        arg=before,
    )
    click(page.get_by_role("button", name="Cubism"))
    assert page.get_by_role("button", name="Cubism").get_attribute("aria-pressed") == "true"
    page.close()


def test_a_new_atlas_says_how_far_it_is(chromium: Browser, house: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    context.set_default_timeout(SLOW)
    page = context.new_page()
    enter(page, house, "?room=new")
    box = page.get_by_role("combobox", name="Of")
    click(box)
    box.fill("A folder on the server")
    click(page.get_by_role("option", name="A folder on the server"))
    click(page.get_by_role("button", name="Chart works"))
    page.get_by_role("heading", level=2, name="Works").wait_for()
    page.get_by_role("progressbar", name="Charted").wait_for()
    click(page.get_by_role("button", name="Pause"))
    click(page.get_by_role("button", name="Go on"))
    assert_fit_to_see(page)
    page.get_by_text("Works is made").wait_for(timeout=4 * SLOW)
    assert "job=" in page.url
    context.close()


def test_visitors_get_nothing_of_what_is_private(chromium: Browser, home: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "artml", "serve", "--public", "--port", str(port)]
    with served(command, port, home) as address:
        page = chromium.new_page()
        page.set_default_timeout(SLOW)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/explore?work=3")
        page.get_by_text("nothing to walk through yet").wait_for()
        assert "Monet" not in page.inner_text("body")
        assert not [url for url in asked if "/loans/" in url]
        page.close()
    assert os.environ["ARTML_HOME"].startswith(str(home))
