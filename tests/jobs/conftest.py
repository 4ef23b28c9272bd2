"""Folders of pictures, a museum that labels them, and workers as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from artml.collection import Collection, Job
from artml.jobs.bench import Bench
from artml.jobs.desk import Desk
from artml.jobs.labelling import Labelling
from artml.settings import ROOT, settings
from tests.collection.conftest import museum, s3, server, url
from tests.colours import BLUE, GREEN, RED, write_colour_bundle

__all__ = ["museum", "s3", "server", "url"]

PATIENCE = 600
"""Seconds to wait for a worker on a busy machine before giving up."""

WORKER = """
import sys
from artml.jobs import hearts, worker

hearts.SILENCE, worker.BEAT = 3.0, 0.3
if "elsewhere" in sys.argv:
    hearts._place = lambda: ""
if "impatient" in sys.argv:
    from artml.collection import database
    from artml.jobs import patience

    database.PATIENCE, patience.LONGEST = 0.2, 1.0
worker.main()
"""
"""A worker that soon takes others for dead; `elsewhere` as on a machine of its own, `impatient` too."""


@pytest.fixture
def colours(models: Path) -> Path:
    """The one bundle that answers goes by colour."""
    return write_colour_bundle(models / "colours")


@pytest.fixture
def desk(museum: Collection, colours: Path) -> Iterator[Desk]:
    """The desk of an empty collection."""
    with Desk(museum) as desk:
        yield desk


@pytest.fixture
def labelling(museum: Collection, colours: Path) -> Iterator[Labelling]:
    """A worker's work, done here."""
    bench = Bench(museum, decoders=1)
    yield Labelling(bench)
    bench.close()


@pytest.fixture
def fill(tmp_path: Path) -> Callable[..., Path]:
    """Fills a folder with pictures of which no two are alike, and files that are none: `fill(40, bad=2)`."""

    widths = iter(range(40, 400, 20))

    def filling(count: int, bad: int = 0, name: str = "works") -> Path:
        folder, width = tmp_path / name, next(widths)
        folder.mkdir(exist_ok=True)
        for number in range(count):
            colour = (RED, GREEN, BLUE)[number % 3]
            Image.new("RGB", (width + number // 40, 30 + number % 40), colour).save(
                folder / f"{number:04}.png"
            )
        for number in range(bad):
            (folder / f"{number * 7:04}-torn.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
        return folder

    return filling


@pytest.fixture
def red(tmp_path: Path) -> bytes:
    """A red picture, as a PNG."""
    file = tmp_path / "red.png"
    Image.new("RGB", (64, 48), RED).save(file)
    return file.read_bytes()


@pytest.fixture
def employ(url: str, tmp_path: Path, colours: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers; those that still run at the end are killed."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "ARTML_DATABASE_URL": url,
        "ARTML_FILES": str(tmp_path / "files"),
        "ARTML_MODELS": str(settings().models),
    }

    def employing(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-c", WORKER, *arguments]
        worker = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment | more)
        started.append(worker)
        return worker

    yield employing
    for worker in started:
        worker.kill()
        worker.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    """Return once something holds; fail where that takes too long."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            pytest.fail("waited in vain")
        time.sleep(0.01)


def finished(museum: Collection, job: Job) -> int:
    """How many files of a job are finished."""
    counts = museum.jobs.get(job.id).counts
    return counts.get("labelled", 0) + counts.get("refused", 0)


def assert_whole(museum: Collection, job: Job, labelled: int, refused: int) -> None:
    """A job is done: of each readable file one work, one prediction a facet, one embedding; none twice."""
    done = museum.jobs.get(job.id)
    assert (done.state, done.reason) == ("done", "")
    assert done.counts == {"found": labelled + refused, "labelled": labelled, "refused": refused}
    assert len(museum.jobs.refusals(job.id)) == refused
    works = museum.works(public_only=False, folder=job.folder)
    assert len(works) == labelled
    facets = {"style", "genre", "artist"}
    for work in works:
        assert Counter(said.facet for said in museum.predictions(work)) == Counter(facets)
        assert len(museum.sightings(work)) == 1
    embedded = museum.embeddings(museum.predictions(works[0])[0].model, public_only=False)[0]
    counted = Counter(work.id for work in embedded)
    assert [counted[work.id] for work in works] == [1] * labelled
