"""Sign-in with a real provider, in Chromium: who is let in, and what is closed to everybody else."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import pytest
from PIL import Image

from artml.collection import Collection
from artml.settings import ROOT, settings
from tests.browser.conftest import PATIENCE, SLOW, assert_fit_to_see, click, free_port, served, settle
from tests.browser.provider import CLIENT, SECRET
from tests.collection.acting import said

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SECRETS = """
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "{secret}"
client_id = "{client}"
client_secret = "{client_secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
COOKIE_SECRET = "thirty-two characters, or even more"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that believes everybody."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.browser.provider", str(port)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{url}/keys", timeout=5).close()
                break
            except (URLError, ConnectionError):
                assert process.poll() is None and time.monotonic() < until, "the provider did not start"
                time.sleep(0.1)
        yield url
        process.terminate()


@pytest.fixture(scope="module")
def house(
    chromium: Browser,
    provider: str,
    tmp_path_factory: pytest.TempPathFactory,
    painted: Callable[..., Image.Image],
) -> Iterator[tuple[str, Collection]]:
    """A museum of one private work, where people sign in."""
    folder = tmp_path_factory.mktemp("museum")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        SECRETS.format(url=url, secret=COOKIE_SECRET, client=CLIENT, client_secret=SECRET, provider=provider)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        patch.setenv("ARTML_CURATORS", "@museum.example")
        patch.setenv("ARTML_STAFF", "ben@museum.example")
        patch.delenv("ARTML_DATABASE_URL", raising=False)
        settings.cache_clear()
        with Collection.open() as museum:
            out = io.BytesIO()
            painted(1, 160, 120).save(out, "JPEG")
            work = museum.add_work(
                "a" * 64,
                size=1,
                width=160,
                height=120,
                folder="new",
                name="secret.jpg",
                columns={"title": "A private work"},
                thumbnail=out.getvalue(),
            )
            museum.store(work, [said({"Cubism": 0.7, "Realism": 0.3})])
            command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
            with served(command, port, folder) as address:
                yield address, museum
    settings.cache_clear()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new visitor's page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()


def sign_in(page: Page, url: str, address: str, claims: dict[str, Any] | None = None) -> None:
    page.goto(f"{url}/review")
    click(page.locator(".st-key-closed-door").get_by_role("button", name="Sign in"))
    page.get_by_label("Address").fill(address)
    page.get_by_label("Claims").fill(json.dumps(claims or {}))
    page.get_by_role("button", name="Go").click()
    page.get_by_text("Signed in as").wait_for()


def assert_closed(page: Page) -> None:
    page.locator(".st-key-doorplate").wait_for()
    settle(page)
    assert "A private work" not in page.content()
    assert page.locator(".st-key-strip").count() == 0


def test_a_visitor_needs_no_sign_in_and_finds_other_doors_closed(
    house: tuple[str, Collection], page: Page
) -> None:
    url, _ = house
    page.goto(url)
    page.locator(".st-key-frame").wait_for()
    assert page.get_by_role("link", name="Review").count() == 0
    page.goto(f"{url}/review?work={'a' * 64}&facet=Style")
    page.get_by_text("for the people who work here").wait_for()
    assert_closed(page)
    assert_fit_to_see(page)


def test_a_curator_signs_in_decides_in_their_name_and_signs_out(
    house: tuple[str, Collection], page: Page
) -> None:
    url, museum = house
    sign_in(page, url, "Ana@museum.example")
    click(page.get_by_role("link", name="Review"))
    page.locator("p.catalogued", has_text="A private work").wait_for()
    page.locator(".st-key-doorplate").wait_for()
    click(page.locator('[class*="st-key-choose2"] button'))
    page.get_by_text("Nothing waits here.").wait_for()
    (decision,) = museum.history(museum.work("a" * 64))
    assert (decision.person, decision.outcome) == ("Ana@museum.example", "corrected")
    click(page.get_by_role("button", name="Sign out"))
    page.locator(".st-key-doorplate").get_by_role("button", name="Sign in").wait_for()
    page.goto(f"{url}/review")
    page.get_by_text("for the people who work here").wait_for()


@pytest.mark.parametrize(
    ("address", "claims"),
    [
        ("eve@elsewhere.example", {}),
        ("eve@elsewhere.example", {"roles": ["curator", "staff"], "role": "staff", "groups": ["staff"]}),
        ("unverified@museum.example", {}),
        ("eve@museum.example@elsewhere.example", {}),
    ],
)
def test_whoever_is_not_named_is_a_visitor(
    house: tuple[str, Collection], page: Page, address: str, claims: dict[str, Any]
) -> None:
    url, _ = house
    sign_in(page, url, address, claims)
    assert page.get_by_role("link", name="Review").count() == 0
    page.goto(f"{url}/review?work={'a' * 64}")
    page.get_by_text("which opens other doors than this one").wait_for()
    assert_closed(page)


def test_a_forged_cookie_opens_nothing(house: tuple[str, Collection], page: Page) -> None:
    url, _ = house
    user = {"is_logged_in": True, "email": "ben@museum.example", "email_verified": True, "origin": url}
    value = base64.b64encode(json.dumps(user).encode()).decode()
    for name in ("_streamlit_user", "_streamlit_user_tokens"):
        page.context.add_cookies([{"name": name, "value": value, "url": url}])
    page.goto(f"{url}/review")
    page.get_by_text("for the people who work here").wait_for()
    assert_closed(page)


def test_the_picture_of_a_private_work_has_no_address_of_its_own(house: tuple[str, Collection]) -> None:
    url, museum = house
    key = museum.work("a" * 64).thumbnail
    for path in (f"/{key}", f"/files/{key}", f"/media/{key}", f"/app/static/{key}"):
        try:
            with urllib.request.urlopen(f"{url}{path}", timeout=30) as reply:
                assert not reply.headers["content-type"].startswith("image/")
        except URLError:
            continue


def test_without_sign_in_a_public_server_shows_visitors_pages_only(
    chromium: Browser, tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    port = free_port()
    command = [sys.executable, "-m", "artml", "serve", "--public", "--port", str(port)]
    with served(command, port, tmp_path) as url:
        page.goto(url)
        page.locator(".st-key-frame").wait_for()
        assert page.get_by_role("link", name="Review").count() == 0
        page.goto(f"{url}/review")
        page.get_by_text("only on the machine that serves it").wait_for()
        assert page.get_by_role("button", name="Sign in").count() == 0
        assert "visitors' pages only" in (tmp_path / "server.log").read_text()
