"""The app: how long a page and an answer take in Chromium, alone, beside visitors and beside a job.

    .venv/bin/python -m benchmarks.app [--full] [--rounds 5]

One browser opens the page *Identify* and drops a photograph of 12 megapixels on it, until its picture and
bars are drawn. That takes turns: alone; beside 10 and 30 visitors without a browser, who drop such a
photograph each, look at the answer for 20 seconds and drop the next; and beside a curator's job that labels a
folder. Below, the steps on the server, timed alone.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from artml import Classifier
from artml.collection import Person
from artml.figures import confidence_bars
from artml.jobs.desk import Desk
from artml.looking import Looker
from artml.markdown import markdown_table
from benchmarks.measure import LARGE, Figures, in_turn, options, photograph, seconds, tell
from benchmarks.serving import another, memory, opened, served, start_job
from benchmarks.visitor import Visitor

CROWDS: Final = (10, 30)
GAZE: Final = 20.0
"""Seconds that a visitor looks at an answer."""
WORKS: Final = 5_000
"""Of the job: more than it can do meanwhile."""
DROP_ZONE: Final = '[data-testid="stFileUploaderDropzoneInput"]'
DRAWN: Final = """name => {
    const caption = document.querySelector('.caption');
    const bars = document.querySelectorAll('.st-key-label .js-plotly-plot .barlayer .bars:last-child');
    const picture = document.querySelector('.st-key-painting img');
    return caption?.textContent === name && bars.length === 3 && picture?.complete
        && !document.querySelector('[data-stale=true]');
}"""


def main() -> None:
    asked = options(__doc__)
    picture = photograph(LARGE)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served(folder) as (address, server):
            beside: dict[str, Callable[[], AbstractContextManager[object]]] = {
                "alone": nullcontext,
                **{f"beside {n} visitors": partial(visitors, address, picture, n) for n in CROWDS},
                "beside a job": partial(job, folder, start_job(folder, picture, WORKS).id),
            }
            with opened(folder) as museum, Desk(museum) as desk:
                desk.pause(Person.here(), museum.jobs.all()[0].id)
            rows = compared(beside, partial(visit, browser, address, folder, picture), server, asked.rounds)
    tell(rows, steps(picture, 4 * asked.rounds))


def compared(
    beside: dict[str, Callable[[], AbstractContextManager[object]]],
    visit: Callable[[], tuple[float, float]],
    server: int,
    rounds: int,
) -> str:
    """A table of seconds in one browser, and of the server's memory."""
    loads: dict[str, list[float]] = {name: [] for name in beside}
    held: dict[str, list[float]] = {name: [] for name in beside}

    def once(name: str) -> float:
        with beside[name]():
            load, bars = visit()
            loads[name].append(load)
            held[name].append(memory(server))
        return bars

    found = in_turn({name: partial(once, name) for name in beside}, rounds)
    loads_of = {name: Figures(tuple(times[1:])) for name, times in loads.items()}
    held_of = {name: Figures(tuple(mebibytes[1:])) for name, mebibytes in held.items()}
    alone = found["alone"].median
    heading = ("in one browser", "s to the page", "s from upload to bars", "×", "MiB of the server")
    rows = [
        (
            name,
            loads_of[name].shown(2),
            figures.shown(2),
            f"{figures.median / alone:.1f}",
            held_of[name].shown(0),
        )
        for name, figures in found.items()
    ]
    most = f"beside {CROWDS[-1]} visitors"
    each = (held_of[most].median - held_of["alone"].median) / CROWDS[-1]
    return f"{markdown_table(heading, rows)}\n\nA visitor takes {each:.1f} MiB of the server."


_names = count()


def visit(browser: Browser, address: str, folder: Path, picture: bytes) -> tuple[float, float]:
    """Seconds to the page's drop zone, and from the upload to the bars."""
    file = folder / f"{next(_names)}.jpg"
    file.write_bytes(another(picture, file.name))
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(DROP_ZONE, state="attached", timeout=60_000)
    load = time.perf_counter() - start
    page.wait_for_timeout(1_000)
    start = time.perf_counter()
    page.set_input_files(DROP_ZONE, str(file))
    page.wait_for_function(DRAWN, arg=file.name, polling=10, timeout=120_000)
    bars = time.perf_counter() - start
    page.close()
    return load, bars


@contextmanager
def visitors(address: str, picture: bytes, count: int) -> Iterator[None]:
    """So many visitors meanwhile; all have come in, and go on until the end."""
    inside, leave = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(_crowd(address, picture, count, inside, leave)), daemon=True
    )
    thread.start()
    if not inside.wait(120):
        raise SystemExit("The visitors did not all come in.")
    try:
        yield
    finally:
        leave.set()
        thread.join(120)


async def _crowd(
    address: str, picture: bytes, count: int, inside: threading.Event, leave: threading.Event
) -> None:
    all_in = asyncio.Barrier(count)

    async def one(number: int) -> None:
        async with Visitor(address) as session:
            await all_in.wait()
            inside.set()
            await asyncio.sleep(GAZE * number / count)
            while not leave.is_set():
                name = f"{number}-{time.monotonic_ns()}.jpg"
                await session.bring(name, another(picture, name))
                until = time.monotonic() + GAZE
                while time.monotonic() < until and not leave.is_set():
                    await asyncio.sleep(0.2)

    await asyncio.gather(*map(one, range(count)))


@contextmanager
def job(folder: Path, job_id: str) -> Iterator[None]:
    """A job that goes on meanwhile."""
    with opened(folder) as museum, Desk(museum) as desk:
        desk.resume(Person.here(), job_id)
        before = museum.jobs.get(job_id).counts.get("labelled", 0)
        while museum.jobs.get(job_id).counts.get("labelled", 0) == before:
            time.sleep(0.2)
        yield
        desk.pause(Person.here(), job_id)


def steps(picture: bytes, rounds: int) -> str:
    """A table of milliseconds on the server."""
    looker = Looker(Classifier.load("guide"))
    looker.warm()
    said = looker.look("a.jpg", picture).answer.values()
    ways = {
        "decoding, and a rendition to show": partial(seconds, looker.rendition, "a.jpg", picture),
        "the same, and the network": partial(seconds, looker.look, "a.jpg", picture),
        "three figures": partial(
            seconds, lambda: [confidence_bars(p.top(5), certain=p.certain, dark=False) for p in said]
        ),
    }
    found = in_turn(ways, rounds)
    looker.close()
    return markdown_table(
        ("on the server", "ms (spread)"), [(name, each.shown(0, 1000)) for name, each in found.items()]
    )


if __name__ == "__main__":
    main()
