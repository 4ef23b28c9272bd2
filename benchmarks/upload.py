"""From the drop of a 12-megapixel JPEG to its confidence bars, in Chromium, and where the time goes.

    .venv/bin/python benchmarks/upload.py

Starts the server, drops ten generated photographs one after the other, and prints the median of the last
nine with the processor's name. The steps on the server (decoding, network, drawing) are timed alone, in this
process.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from artml import Classifier
from artml.environment import processor
from artml.figures import confidence_bars
from artml.looking import Looker

DROP_ZONE = '[data-testid="stFileUploaderDropzoneInput"]'
DRAWN = """name => {
    const caption = document.querySelector('.caption');
    const bars = document.querySelectorAll('.st-key-label .js-plotly-plot .barlayer .bars:last-child');
    const picture = document.querySelector('.st-key-painting img');
    return caption?.textContent === name && bars.length === 3 && picture?.complete
        && !document.querySelector('[data-stale=true]');
}"""
ROUNDS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [photograph(Path(folder), seed) for seed in range(ROUNDS + 1)]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-m", "artml", "serve", "--port", str(port)])
        try:
            wait_for(f"http://127.0.0.1:{port}/api/v1/health")
            visits = drop_all(f"http://127.0.0.1:{port}", files)
        finally:
            server.terminate()
            server.wait(30)
        steps = server_steps(files[0].read_bytes())
    total = statistics.median(visits[1:])
    print(f"{processor()}; {files[0].name}: 4,000 x 3,000 JPEG")
    print(f"drop to bars: {total * 1000:.0f} ms, median of {ROUNDS} ({spread(visits[1:])})")
    print(f"the first: {visits[0] * 1000:.0f} ms")
    for name, seconds in steps.items():
        print(f"  {name}: {seconds * 1000:.0f} ms, {seconds / total:.0%}")
    print(f"  the rest (transfer, Streamlit, the browser): {1 - sum(steps.values()) / total:.0%}")


def photograph(folder: Path, seed: int) -> Path:
    """Patches and grain that compress like a photograph, about 2 MB."""
    rng = np.random.default_rng(seed)
    patches = Image.fromarray(rng.integers(0, 256, (60, 80, 3), dtype=np.uint8))
    large = np.asarray(patches.resize((4000, 3000), Image.Resampling.BICUBIC), np.int16)
    grain = rng.normal(0, 6, (3000, 4000, 1)).astype(np.int16)
    file = folder / f"photograph-{seed}.jpg"
    Image.fromarray((large + grain).clip(0, 255).astype(np.uint8)).save(file, quality=85)
    return file


def drop_all(address: str, files: list[Path]) -> list[float]:
    """Seconds from the drop of each file to its picture and bars."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address)
        page.wait_for_selector(DROP_ZONE, state="attached", timeout=60_000)
        page.wait_for_timeout(2_000)
        seconds = [drop(page, file) for file in files]
        browser.close()
    return seconds


def drop(page: Page, file: Path) -> float:
    start = time.perf_counter()
    page.set_input_files(DROP_ZONE, str(file))
    page.wait_for_function(DRAWN, arg=file.name, polling=10, timeout=60_000)
    seconds = time.perf_counter() - start
    page.wait_for_timeout(300)
    return seconds


def server_steps(data: bytes) -> dict[str, float]:
    """Median seconds of each step on the server."""
    looker = Looker(Classifier.load())
    looker.warm()
    answer = looker.look("a.jpg", data).answer
    decoding = timed(lambda: looker.rendition("a.jpg", data))
    return {
        "decoding and rendition": decoding,
        "network": timed(lambda: looker.look("a.jpg", data)) - decoding,
        "drawing": timed(
            lambda: [confidence_bars(p.top(5), certain=p.certain, dark=False) for p in answer.values()]
        ),
    }


def timed(step: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def spread(seconds: list[float]) -> str:
    return f"{min(seconds) * 1000:.0f} to {max(seconds) * 1000:.0f}"


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The server at {address} did not answer.")


if __name__ == "__main__":
    main()
