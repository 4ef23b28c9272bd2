"""Staff walk through the reports in Chromium, and a report's file opens without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from artml import cli
from artml.web.reports import QUESTIONS
from tests.browser.conftest import SLOW, assert_fit_to_see, click, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=str)
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A page as wide and as dark as the parameter says."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


def test_staff_walk_through_the_questions(page: Page, address: str) -> None:
    page.goto(f"{address}/reports")
    for question, title in zip(
        QUESTIONS[:6],
        (
            "How good is it?",
            "Is its confidence honest?",
            "Where does it fail?",
            "How did it learn?",
            "What was it trained on?",
            "What is it?",
        ),
        strict=True,
    ):
        click(page.get_by_role("radio", name=question, exact=True))
        page.get_by_role("heading", name=title, level=2).wait_for()
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert_fit_to_see(page)
    click(page.get_by_role("radio", name="How good", exact=True))
    page.get_by_role("heading", name="How good is it?", level=2).wait_for()
    settle(page)
    with page.expect_download() as download:
        click(page.get_by_role("button", name="CSV").first)
    assert download.value.path().read_text().startswith("row,n,accuracy,")
    assert_fit_to_see(page)


def test_a_file_opens_without_a_network(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert CliRunner().invoke(cli.app, ["report", "guide", "--out", str(file)]).exit_code == 0
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.context.set_offline(True)
    page.goto(file.as_uri())
    charts = page.locator("figure.chart").count()
    page.wait_for_function(f"() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= {charts}")
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"row,n,")):
        with page.expect_download() as download:
            click(page.locator(f"[data-save={kind}]").first)
        assert download.value.path().read_bytes().startswith(begins)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert wrong == []
