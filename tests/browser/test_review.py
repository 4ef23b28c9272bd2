"""Curators at the light table in Chromium: by keyboard, through a reload, two at one queue."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from artml.collection import Collection, Work
from artml.exports.record import Said
from artml.settings import settings
from tests.browser.conftest import SLOW, assert_fit_to_see, free_port, served, settle
from tests.collection.acting import said

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

WORKS = 30
ACCEPT = '[class*="st-key-accept-"]'


@pytest.fixture(scope="module")
def house(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, painted: Callable[..., Image.Image]
) -> Iterator[tuple[str, Collection]]:
    """Where `artml serve` answers with thirty works, surer from one to the next, and their collection."""
    folder = tmp_path_factory.mktemp("museum")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        patch.delenv("ARTML_DATABASE_URL", raising=False)
        settings.cache_clear()
        with Collection.open() as museum:
            for number in range(WORKS):
                hang(museum, number, painted)
            port = free_port()
            command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
            with served(command, port, folder) as url:
                yield url, museum
    settings.cache_clear()


def hang(museum: Collection, number: int, painted: Callable[..., Image.Image]) -> Work:
    out = io.BytesIO()
    painted(number, 320, 240).save(out, "JPEG")
    work = museum.add_work(
        hashlib.sha256(out.getvalue()).hexdigest(),
        size=len(out.getvalue()),
        width=320,
        height=240,
        folder="acquisitions",
        name=f"{number:02}.jpg",
        columns={"title": f"Work {number:02}"},
        thumbnail=out.getvalue(),
    )
    first = 0.4 + number / 100
    ranked = {"Cubism": first, "Fauvism": 0.38, "Realism": 0.62 - first}
    museum.store(work, [said(ranked), said({"portrait": 0.9, "landscape": 0.1}, "genre")])
    return work


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SLOW)
    yield context
    context.close()


def enter(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/review{query}")
    stand(page)


def stand(page: Page) -> None:
    """Wait until the page is as it will stay: the plate at its foot is drawn last."""
    page.locator(f"{ACCEPT}, .st-key-sheet, .st-key-export").first.wait_for()
    page.locator(".st-key-doorplate").wait_for()
    settle(page)


def title(page: Page) -> str:
    """The work that lies on the desk."""
    return page.locator(".st-key-painting p.catalogued").inner_text()


def press(page: Page, key: str) -> None:
    """Press a key that leads to another work, and wait for that."""
    before = title(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => {let now = document.querySelector('.st-key-painting p.catalogued');"
        " return now && now.innerText !== before}",
        arg=before,
    )
    stand(page)


def outcomes(museum: Collection, facet: str = "style") -> list[tuple[str | None, tuple[Said, ...]]]:
    """What stands of each work, in the order they were hung."""
    held = [museum.current(work).get(facet) for work in museum.works(public_only=False)]
    return [(decision.outcome, decision.labels) for decision in held if decision]


def test_twenty_works_are_decided_by_keyboard_through_a_reload(
    house: tuple[str, Collection], context: BrowserContext
) -> None:
    url, museum = house
    page = context.new_page()
    enter(page, url)
    assert title(page) == "Work 00"
    for key in ("a", "2", "x", "a", "1", "3", "a", "a", "a"):
        press(page, key)
    assert title(page) == "Work 09"
    press(page, "n")
    assert title(page) == "Work 10"
    press(page, "b")

    page.reload()
    stand(page)
    assert title(page) == "Work 09"
    press(page, "x")
    press(page, "u")
    assert title(page) == "Work 09"

    page.keyboard.press("l")
    page.locator('[class*="st-key-labels-"] input').wait_for()
    page.wait_for_function("() => document.activeElement.closest('[class*=\"st-key-labels-\"]')")
    page.keyboard.type("Nihonga revival")
    page.get_by_text("Add: Nihonga revival").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type("rococo")
    page.get_by_role("option", name="Rococo", exact=True).wait_for()
    page.keyboard.press("Enter")
    press(page, "Control+s")
    for _ in range(10):
        press(page, "a")
    assert page.locator(".st-key-facet").get_by_role("radio", checked=True).inner_text() == "Style"

    cubism = ("accepted", (Said("Cubism"),))
    assert outcomes(museum) == [
        cubism,
        ("corrected", (Said("Fauvism"),)),
        ("cannot_say", ()),
        cubism,
        cubism,
        ("corrected", (Said("Realism"),)),
        cubism,
        cubism,
        cubism,
        ("corrected", (Said("Nihonga revival"), Said("Rococo"))),
        *[cubism] * 10,
    ]
    assert museum.progress()["style"] == (20, WORKS)
    history = museum.history(museum.works(public_only=False)[9])
    assert [decision.outcome for decision in history] == ["cannot_say", None, "corrected"]


def test_two_curators_at_one_queue(
    house: tuple[str, Collection], context: BrowserContext, chromium: Browser
) -> None:
    url, museum = house
    mine = context.new_page()
    enter(mine, url, "?facet=Genre")
    elsewhere = chromium.new_context()
    elsewhere.set_default_timeout(SLOW)
    theirs = elsewhere.new_page()
    enter(theirs, url, "?facet=Genre")
    first, second = title(mine), title(theirs)
    assert first != second

    shared = mine.url.split("work=")[1]
    enter(theirs, url, f"?facet=Genre&work={shared}")
    assert title(theirs) == first
    theirs.get_by_text("has this work open, too").wait_for()
    press(theirs, "2")
    mine.keyboard.press("x")
    mine.get_by_text("meanwhile: landscape").wait_for()
    assert title(mine) == first
    assert outcomes(museum, "genre") == [("corrected", (Said("landscape"),))]
    elsewhere.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (820, "dark"), (390, "light")])
@pytest.mark.parametrize("view", ["One by one", "Fifty at a time", "The sure ones", "Export"])
def test_every_view_is_fit_to_see(
    house: tuple[str, Collection], chromium: Browser, width: int, scheme: str, view: str
) -> None:
    url, _ = house
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(SLOW)
    page = context.new_page()
    enter(page, url, f"?view={view.replace(' ', '+')}&facet=Genre")
    page.get_by_role("radio", name=view, checked=True).wait_for()
    assert_fit_to_see(page)
    context.close()


def test_the_picture_is_shown_larger_where_the_original_is_at_hand(
    house: tuple[str, Collection],
    context: BrowserContext,
    painted: Callable[..., Image.Image],
    tmp_path: Path,
) -> None:
    url, museum = house
    file = tmp_path / "large.png"
    painted(99, 1800, 1200).save(file)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    museum.add_work(
        sha256, size=file.stat().st_size, width=1800, height=1200, folder=str(tmp_path), name="large.png"
    )
    page = context.new_page()
    enter(page, url, f"?work={sha256}")
    picture = page.locator(".st-key-painting img")
    picture.wait_for()
    page.wait_for_function("() => document.querySelector('.st-key-painting img').naturalWidth === 1400")
