"""A visitor walks through every page of a museum with private works, and is sent none of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from artml.classifier import Classifier
from artml.collection import Collection, Job, Person, Request
from artml.collection.charting import chart
from artml.collection.exploring import gathered
from artml.jobs.recipes import place
from artml.settings import ROOT, settings
from tests.browser.conftest import SLOW, click, free_port, served, settle
from tests.browser.test_visit import DROP_ZONE
from tests.collection.drawn import EACH, charted, draw, store
from tests.colours import write_colour_bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response, WebSocket

pytestmark = pytest.mark.browser

TITLES = tuple(f"Pablo Picasso {number}" for number in range(EACH))
SECRETS = (*TITLES, "Pablo Picasso, 19", "Hokusai", "picasso-", "hokusai-", "quiet-catalogue", "A secret job")
"""What nobody may learn who is not of the house: the private works are by these two painters."""
PUBLIC = "Claude Monet"
EXPECTED = {"identify": "What am I looking at?", "explore": f"{EACH} works", "hand_or_code": "algorithm"}
"""What pages for visitors say; all others are closed."""


@pytest.fixture(scope="module")
def home(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Job]]:
    """Works of three painters, of whom one is public; an atlas of them, one of a private catalogue, a job."""
    folder = tmp_path_factory.mktemp("privacy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTML_HOME", str(folder / "home"))
        patch.setenv("ARTML_MODELS", str(folder / "models"))
        patch.setenv("ARTML_RUNS", str(folder / "runs"))
        patch.setenv("ARTML_DATA", str(folder))
        settings.cache_clear()
        guide = Classifier.load(write_colour_bundle(folder / "models" / "guide"))
        catalogue = draw(folder / "quiet-catalogue")
        charted(catalogue, folder / "models" / "guide")
        with Collection.open() as collection:
            store(collection, catalogue)
            works = collection.works(public_only=False)
            for work in works:
                answer = guide.classify(collection.files.get(work.thumbnail))
                assert guide.embedder is not None
                assert answer.embedding is not None
                collection.store(work, answer.values(), {guide.embedder: answer.embedding})
            collection.mark_public(Person.here(), [work for work in works if work.artist == PUBLIC])
            with gathered(None) as (found, name, facts):
                chart(found, name, facts, spaces=("embedding",), count=3, classifier=lambda: guide)
            request = Request(recipe="picar/resnet50")
            job = collection.jobs.start(Person.here(), "train", "A secret job", request)
        run = place(job) / "resnet50"
        run.mkdir(parents=True)
        (run / "history.csv").write_text("leg,epoch,accuracy,loss\n1,1,.5,.7\n")
        yield folder, job
    settings.cache_clear()


@pytest.fixture(scope="module")
def address(home: tuple[Path, Job]) -> Iterator[str]:
    """Where everybody may come, and nobody can sign in."""
    port = free_port()
    command = [sys.executable, "-m", "artml", "serve", "--public", "--port", str(port)]
    with served(command, port, home[0]) as url:
        yield url


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and all that was sent to it, by HTTP and WebSocket, as text."""
    context = chromium.new_context()
    context.set_default_timeout(SLOW)
    page, sent = context.new_page(), list[str]()

    def answered(response: Response) -> None:
        if response.request.resource_type in ("document", "xhr", "fetch"):
            sent.append(f"{response.url} {response.status}")

    def connected(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sent.append(_text(frame)))

    page.on("response", answered)
    page.on("websocket", connected)
    yield page, sent
    context.close()


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")


def look(page: Page, url: str, words: str) -> None:
    """Go to a page, and wait until it says `words` and all else that it has to say."""
    page.goto(url)
    page.get_by_text(words).first.wait_for()
    settle(page)


def test_no_page_sends_a_visitor_what_is_private(
    visitor: tuple[Page, list[str]], address: str, home: tuple[Path, Job]
) -> None:
    (page, sent), (folder, job) = visitor, home
    pages = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
    assert {"identify", "explore", "label", "review", "train", "reports"} <= set(pages)
    queries = {
        "explore": [f"?room={room}" for room in ("map", "clusters", "time", "review", "making", "new")]
        + ["?atlas=quiet-catalogue", "?work=30", "?room=clusters&cluster=2", f"?room=new&job={job.id}"],
        "train": [f"?job={job.id}", f"?recipe=museum&works={folder / 'quiet-catalogue'}"],
        "label": [f"?job={job.id}", f"?folder={folder / 'quiet-catalogue'}"],
    }
    for name in pages:
        for query in ["", *queries.get(name, [])]:
            words = EXPECTED.get(name, "This room opens only")
            look(page, f"{address}/{name}{query}", words)
    _nothing_private(sent)
    assert any(PUBLIC in text for text in sent)  # so that the words would have been seen


def test_a_picture_of_a_private_work_finds_public_ones_alone(
    visitor: tuple[Page, list[str]], address: str, home: tuple[Path, Job]
) -> None:
    page, sent = visitor
    private = (home[0] / "quiet-catalogue" / "picasso-03.png").read_bytes()
    picture = {"name": "mine.png", "mimeType": "image/png", "buffer": private}
    page.goto(address)
    page.wait_for_selector(DROP_ZONE, state="attached")
    page.set_input_files(DROP_ZONE, [picture])
    page.get_by_role("heading", name="In this museum, most like it").wait_for()
    assert page.locator(".look-alikes li").count() == 6
    page.goto(f"{address}/explore")
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_selector(DROP_ZONE, state="attached")
    page.set_input_files(DROP_ZONE, [picture])
    page.get_by_text("Most like your picture").wait_for()
    _nothing_private(sent)


def test_no_address_of_a_picture_gives_a_private_one(
    visitor: tuple[Page, list[str]], address: str, home: tuple[Path, Job]
) -> None:
    page, _ = visitor
    with page.expect_request(lambda request: "/loans/" in request.url) as asked:
        page.goto(f"{address}/explore")
        page.locator(f'.atlas[data-drawn="{EACH}"]').wait_for()
        click(page.get_by_role("button", name="Zoom in"))
    lent = asked.value.url.rpartition("/")[0]
    given = [row for row in range(3 * EACH) if page.request.get(f"{lent}/{row}.jpg").ok]
    told = [row for row in range(3 * EACH) if page.request.get(f"{lent}/{row}.json").ok]
    assert given == told == list(range(EACH))
    assert os.environ["ARTML_HOME"].startswith(str(home[0]))


def _nothing_private(sent: list[str]) -> None:
    found = [(secret, text[:300]) for text in sent for secret in SECRETS if secret in text]
    assert [each for each in found if not each[1].startswith("http")] == []
