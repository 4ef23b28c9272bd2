"""Staff train in Chromium: choose, see what it takes, watch from two browsers, stop and go on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from artml.settings import settings
from tests.browser.conftest import SLOW, assert_fit_to_see, click, free_port, served, settle
from tests.colours import write_technique_bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PATIENT = 4 * SLOW
"""Milliseconds that training may take to say something on a busy machine."""


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one worker, and a folder of works by hand and by algorithm."""
    folder = tmp_path_factory.mktemp("train")
    rng = np.random.default_rng(1)
    for label, shade in (("hand", 70), ("algorithm", 180)):
        (folder / "roots" / "studio" / label).mkdir(parents=True)
        for number in range(12):
            pixels = rng.normal(shade, 30, (64, 72, 3)).clip(0, 255).astype(np.uint8)
            picture = Image.fromarray(pixels).resize((288, 256))
            picture.save(folder / "roots" / "studio" / label / f"{number:02}.png")
    (folder / "roots" / "studio" / "hand" / "note.txt").write_text("Frames are in room 4.")
    write_technique_bundle(folder / "models" / "technique")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("models", "runs", "data"):
            patch.setenv(f"ARTML_{name.upper()}", str(folder / name))
        patch.setenv("ARTML_FOLDERS", str(folder / "roots"))
        settings.cache_clear()
        port = free_port()
        with served([sys.executable, "-m", "artml", "serve", "--port", str(port)], port, folder) as url:
            yield url
    settings.cache_clear()


def page_of(chromium: Browser, width: int, scheme: str) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(SLOW)
    return context.new_page()


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a select box, as people do: type, and press Enter."""
    box = page.get_by_role("combobox", name=label)
    click(box)
    box.fill(option)
    click(page.get_by_role("option", name=option, exact=True))
    settle(page)


def test_a_whole_training(chromium: Browser, house: str) -> None:
    desk, phone = page_of(chromium, 1280, "light"), page_of(chromium, 390, "dark")
    desk.goto(f"{house}/train")
    desk.get_by_role("heading", name="What shall it learn?").wait_for()
    assert_fit_to_see(desk)
    choose(desk, "Experiment", "By hand or by algorithm")
    choose(desk, "Recipe", "plain")
    choose(desk, "Works", "A folder on the server")
    click(desk.get_by_role("button", name="studio", exact=True))
    click(desk.get_by_role("button", name="Look into studio"))
    desk.get_by_text("2 labels of technique: 12 works of").wait_for()
    desk.get_by_text("on this machine:").wait_for(timeout=PATIENT)
    assert desk.get_by_text("One problem").count() == 1
    assert_fit_to_see(desk)

    click(desk.locator(".st-key-start button"))
    desk.get_by_role("heading", name="By hand or by algorithm: plain").wait_for()
    desk.wait_for_url("**job=**")
    phone.goto(desk.url)  # a second browser
    phone.get_by_role("heading", name="By hand or by algorithm: plain").wait_for()
    click(phone.get_by_role("button", name="Stop"))
    desk.get_by_role("button", name="Go on").wait_for()
    assert_fit_to_see(phone)
    desk.reload()
    click(desk.get_by_role("button", name="Go on"))
    desk.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=PATIENT)
    for page in (desk, phone):
        page.get_by_role("heading", name="How good is it?").wait_for(timeout=PATIENT)
        page.get_by_text("It is a model of its own").wait_for()
        assert_fit_to_see(page)
    click(phone.get_by_role("button", name="All trainings"))
    phone.get_by_text("has learnt").wait_for()
    assert_fit_to_see(phone)
    for page in (desk, phone):
        page.context.close()
