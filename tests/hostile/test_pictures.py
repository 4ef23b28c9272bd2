"""Pictures made to hurt, by every way in: pixels or a clear error, within five seconds, and memory stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Final

import httpx
import pytest

from artml.errors import ImageDamaged, ImageTooLarge, NotAnImage, UnsupportedFormat
from artml.settings import ROOT, settings
from tests.hostile.conftest import resident
from tests.hostile.mutations import Specimen, specimen, specimens
from tests.reliability import note

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LONGEST: Final = 5.0
"""Seconds of a processor that one picture may take."""

LEAK: Final = 50 * 2**20
"""Bytes by which memory may have grown."""

WARM: Final = 300
"""Pictures before memory is measured for the first time."""

PATIENCE: Final = 120_000
"""Milliseconds for a drop, on a busy machine."""

BATCH: Final = 12
"""Pictures that a visitor drops at once."""

ERRORS: Final = {kind.__name__ for kind in (NotAnImage, UnsupportedFormat, ImageTooLarge, ImageDamaged)}

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

LIBRARY: Final = """
import gc, json, sys, time
from pathlib import Path
from artml.errors import ImageError
from artml.images import open_image
from tests.hostile.conftest import resident
from tests.hostile.test_pictures import WARM, inputs
import os

for number, each in enumerate(inputs(int(sys.argv[1]))):
    if number == WARM:
        gc.collect()
        print(json.dumps({"memory": resident(os.getpid())}))
    start = time.process_time()  # others may be at work on this machine
    try:
        outcome = open_image(each.content).mode
    except ImageError as error:
        outcome = type(error).__name__
        assert "Traceback" not in str(error) and len(str(error)) < 500
    seconds = time.process_time() - start
    print(json.dumps({"name": each.name, "outcome": outcome, "seconds": seconds}), flush=True)
gc.collect()
print(json.dumps({"memory": resident(os.getpid())}))
"""

JOB: Final = """
import json, os, sys
from pathlib import Path
from artml.collection import Collection, Person
from artml.jobs.bench import Bench
from artml.jobs.desk import Desk
from artml.jobs.labelling import Labelling
from tests.hostile.conftest import resident

with Collection.open() as collection, Desk(collection) as desk:
    job = desk.label(Person.here(), sys.argv[1])
    bench = Bench(collection, 2)
    labelling = Labelling(bench)
    for part in labelling.divide(job.id, 1):
        labelling.label(job.id, 1, part.number)
        if part.number == 3:
            print(json.dumps({"memory": resident(os.getpid())}))
    print(json.dumps({"memory": resident(os.getpid())}))
    bench.close()
    found = collection.jobs.get(job.id)
    print(json.dumps({"state": found.state, **found.counts}))
    print(json.dumps([refusal.reason for refusal in collection.jobs.refusals(job.id)]))
"""


def inputs(count: int) -> Iterator[Specimen]:
    """The odd images where the collection is here, then so many specimens."""
    yield from odd_images()
    yield from specimens(count)


def odd_images() -> Iterator[Specimen]:
    """The odd images, where the collection is here."""
    folder = settings().data / "odd-images"
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield Specimen(file.name, file.read_bytes(), "odd")


def check_memory(before: int, after: int) -> str:
    """How memory went, in words; fails where it grew."""
    grown = after - before
    assert grown < LEAK, f"{before / 2**20:.0f} MiB became {after / 2**20:.0f} MiB"
    return f"memory {grown / 2**20:+.0f} MiB on {before / 2**20:.0f}"


def ran(program: str, *arguments: str, **environment: str) -> list[str]:
    """What a program of its own prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, f"ended after {lines[-1:]}: {done.stderr[-1500:]}"
    return lines


@linux
@pytest.mark.parametrize("count", [360, pytest.param(10_000, marks=pytest.mark.hostile)])
def test_the_library(count: int) -> None:
    lines = [json.loads(line) for line in ran(LIBRARY, str(count))]
    memory = [line["memory"] for line in lines if "memory" in line]
    said = [line for line in lines if "name" in line]
    outcomes = Counter(line["outcome"] for line in said)
    assert set(outcomes) <= {"RGB", *ERRORS}
    assert len(said) >= count
    assert 0.2 < outcomes["RGB"] / len(said) < 0.8, "neither all valid nor all broken"
    slowest = max(said, key=lambda line: line["seconds"])
    assert slowest["seconds"] < LONGEST, slowest
    found = check_memory(*memory)
    if count > 1000:
        words = ", ".join(f"{number:,} {outcome}" for outcome, number in outcomes.most_common())
        note(
            "Input",
            "library",
            f"{len(said):,} pictures",
            f"{words}; {slowest['seconds']:.1f} s at most; {found}",
        )


@linux
@pytest.mark.parametrize("count", [60, pytest.param(10_000, marks=pytest.mark.hostile)])
def test_the_api(count: int, server: tuple[str, Popen[bytes], Path]) -> None:
    address, process, folder = server

    def ask(each: Specimen) -> tuple[str, int, float]:
        start = time.monotonic()
        answer = client.post("/api/v1/classify?top=1", content=each.content)
        said = answer.json()
        if answer.status_code == 200:
            assert said["ok"] is True
        else:
            assert answer.status_code in (413, 422), (each.name, said)
            assert said["type"].removeprefix("urn:artml:") in ERRORS, said
            assert "seconds to read" not in said["detail"], said
        assert "Traceback" not in answer.text
        return each.name, answer.status_code, time.monotonic() - start

    with httpx.Client(base_url=address, timeout=60) as client, ThreadPoolExecutor(2) as two:
        list(two.map(ask, specimens(min(WARM, count))))
        before = resident(process.pid)
        told = list(two.map(ask, inputs(count)))
        after = resident(process.pid)
    statuses = Counter(status for _, status, _ in told)
    slowest = max(seconds for _, _, seconds in told)
    assert set(statuses) <= {200, 413, 422}
    assert process.poll() is None
    found = check_memory(before, after)
    assert "Traceback" not in (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    if count > 1000:
        words = ", ".join(f"{number:,} × {status}" for status, number in sorted(statuses.items()))
        note(
            "Input",
            "JSON API",
            f"{len(told):,} requests, two at once",
            f"{words}; {slowest:.1f} s at most; {found}",
        )


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder of so many inputs."""
    place = tmp_path / "inputs"
    place.mkdir()
    for each in inputs(request.param):
        (place / each.name).write_bytes(each.content)
    return place


@linux
@pytest.mark.parametrize("folder", [120, pytest.param(10_000, marks=pytest.mark.hostile)], indirect=True)
def test_the_label_job(folder: Path, bundles: Path, tmp_path: Path) -> None:
    start = time.monotonic()
    home = {"ARTML_HOME": str(tmp_path / "home"), "ARTML_MODELS": str(bundles)}
    lines = [json.loads(line) for line in ran(JOB, str(folder), **home)]
    memory = [line["memory"] for line in lines[:-2]]
    counts, reasons = lines[-2:]
    assert counts["state"] == "done"
    assert counts["labelled"] + counts["refused"] == counts["found"] > 0
    assert len(reasons) == counts["refused"]
    assert not [reason for reason in reasons if "Traceback" in reason or len(reason) > 500]
    crashed = sum("makes its decoder crash" in reason for reason in reasons)
    slow = sum("seconds to read" in reason for reason in reasons)
    assert (crashed, slow) == (0, 0)
    if counts["found"] > 1000:
        seconds = time.monotonic() - start
        found = f"{counts['labelled']:,} labelled, {counts['refused']:,} refused in {seconds / 60:.0f} min; "
        note("Input", "label job", f"{counts['found']:,} files", found + check_memory(*memory))


@pytest.mark.parametrize("folder", [60, pytest.param(10_000, marks=pytest.mark.hostile)], indirect=True)
def test_the_command_line(folder: Path, bundles: Path) -> None:
    files = sorted(folder.iterdir())
    read = 0
    for start in range(0, len(files), 500):
        batch = [str(file) for file in files[start : start + 500]]
        done = subprocess.run(
            [sys.executable, "-m", "artml", "classify", "--json", *batch],
            env={**os.environ, "ARTML_MODELS": str(bundles)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
        )
        assert done.returncode in (0, 1), done.stderr[-1500:]
        assert "Traceback" not in done.stderr
        said = [json.loads(line) for line in done.stdout.splitlines()]
        assert [each["file"] for each in said] == batch
        assert {each["error"]["type"] for each in said if not each["ok"]} <= ERRORS
        read += sum(each["ok"] for each in said)
    if len(files) > 1000:
        tried = f"{len(files):,} files, 500 a command"
        note("Input", "command line", tried, f"{read:,} answered, {len(files) - read:,} refused")


@pytest.mark.browser
@pytest.mark.parametrize("count", [24, pytest.param(300, marks=pytest.mark.hostile)])
def test_the_identify_page(
    count: int, chromium: Browser, server: tuple[str, Popen[bytes], Path], tmp_path: Path
) -> None:
    address, process, folder = server
    odd = list(islice(odd_images(), 1, count, 2))
    chosen = odd + [specimen(number) for number in range(count - len(odd))]
    page, errors = chromium.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    zone = '[data-testid="stFileUploaderDropzoneInput"]'
    page.wait_for_selector(zone, state="attached", timeout=60_000)
    hung = refused = 0
    for start in range(0, count, BATCH):
        files = [tmp_path / each.name for each in chosen[start : start + BATCH]]
        for file, each in zip(files, chosen[start : start + BATCH], strict=True):
            file.write_bytes(each.content)
        names = [file.name for file in files]
        page.set_input_files(zone, [str(file) for file in files])
        page.wait_for_function(SETTLED, arg=names, timeout=PATIENCE)
        said = page.inner_text("body")
        assert "Traceback" not in said
        assert page.locator('[data-testid="stException"]').count() == 0
        shown = page.locator(".caption").all_inner_texts()
        sentences = page.locator(".refused").all_inner_texts()
        hung += len([name for name in names if name in shown])
        refused += len([name for name in names if any(name in sentence for sentence in sentences)])
    page.close()
    assert hung + refused == count
    assert hung and refused
    assert errors == []
    assert process.poll() is None
    assert "Traceback" not in (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    if count > 100:
        tried = f"{count} pictures, {BATCH} a drop, in Chromium"
        note("Input", "page Identify", tried, f"{hung} hung, {refused} refused with a sentence")


SETTLED: Final = """names => {
    const told = [...document.querySelectorAll('.caption, .refused')].map(each => each.textContent);
    return names.every(name => told.some(each => each.includes(name)))
        && !document.querySelector('[data-stale=true]');
}"""
