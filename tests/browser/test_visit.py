"""A visitor's whole visit in Chromium, by phone and at a desk, light and dark."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from artml.settings import ROOT
from tests.browser.conftest import SLOW, assert_fit_to_see, click

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DROP_ZONE = '[data-testid="stFileUploaderDropzoneInput"]'
BARS = ".st-key-label .js-plotly-plot .barlayer .bars:last-child"


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A new visitor's page, as wide and as dark as the parameter says."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


@pytest.fixture
def files(tmp_path: Path, painted: Callable[..., Image.Image]) -> Path:
    """A folder with two pictures and a text."""
    painted(1, 1600, 1200).save(tmp_path / "sea.jpg")
    painted(2, 900, 1300).save(tmp_path / "tower.png")
    (tmp_path / "notes.txt").write_text("this is not a picture")
    return tmp_path


def enter(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(DROP_ZONE, state="attached")
    page.get_by_role("heading", level=1).wait_for()


def bring(page: Page, *files: Path) -> None:
    page.set_input_files(DROP_ZONE, [str(file) for file in files])


def test_a_whole_visit(page: Page, address: str, files: Path) -> None:
    elsewhere: list[str] = []
    page.on(
        "request", lambda request: None if is_here(request.url, address) else elsewhere.append(request.url)
    )
    enter(page, address)
    assert_fit_to_see(page)

    bring(page, files / "sea.jpg")
    page.locator(BARS).nth(2).wait_for(state="attached")
    page.get_by_role("img", name="sea.jpg").wait_for()
    page.locator(".st-key-label h2").wait_for()
    for facet in ("Style", "Genre"):
        assert page.get_by_role("heading", name=facet, exact=True, level=3).count() == 1
    assert_fit_to_see(page)
    see_where_it_looked(page)

    bring(page, files / "tower.png")
    page.get_by_role("img", name="tower.png").wait_for()
    assert page.get_by_role("img", name="sea.jpg").count() == 0
    page.locator(BARS).nth(2).wait_for(state="attached")

    bring(page, files / "notes.txt")
    page.get_by_role("alert").filter(has_text="notes.txt").wait_for()
    page.get_by_role("img", name="tower.png").wait_for()
    assert_fit_to_see(page)
    assert elsewhere == []


def see_where_it_looked(page: Page) -> None:
    """Open the reasons, choose the second label by keyboard, and draw the shade aside."""
    click(page.get_by_text("How sure is this?"))
    veils = page.locator("figure.look img.veil")
    veils.first.wait_for(state="attached")
    assert [veils.nth(n).is_visible() for n in range(veils.count())] == [True, False, False]
    page.locator("figure.look input[type=radio]").first.focus()
    page.keyboard.press("ArrowRight")
    assert [veils.nth(n).is_visible() for n in range(veils.count())] == [False, True, False]
    page.get_by_label("Shade").fill("0")
    assert veils.nth(1).evaluate("veil => getComputedStyle(veil).opacity") == "0"
    assert_fit_to_see(page)


def test_several_pictures_hang_together(page: Page, address: str, files: Path) -> None:
    enter(page, address)
    bring(page, files / "sea.jpg", files / "tower.png", files / "notes.txt")
    page.get_by_role("img", name="tower.png").wait_for()
    page.get_by_role("img", name="sea.jpg").wait_for()
    assert "notes.txt" in page.get_by_role("alert").inner_text()
    assert_fit_to_see(page)
    click(page.get_by_role("button", name="Look closer").first)
    page.locator(BARS).nth(2).wait_for(state="attached")
    assert page.get_by_role("img", name="tower.png").count() == 0


def test_the_first_visit_finds_no_side_door(
    chromium: Browser, serve_house: Callable[[Path], str], tmp_path: Path
) -> None:
    house = tmp_path / "house"
    house.mkdir()
    shutil.copy(ROOT / "app.py", house)
    shutil.copytree(ROOT / "pages", house / "pages")
    (house / "pages" / "secret.py").write_text("import streamlit as st\nst.title('Secret')\n")
    address = serve_house(house)
    visitor = chromium.new_page()
    visitor.goto(f"{address}/secret")
    visitor.get_by_role("heading", level=1).first.wait_for(timeout=SLOW)
    assert "Secret" not in visitor.inner_text("body")
    visitor.close()


def is_here(url: str, address: str) -> bool:
    return url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
