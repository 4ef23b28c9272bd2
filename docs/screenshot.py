"""Makes docs/identify.png anew: paints a sunset and shows it to a server that is already running.

.venv/bin/artml serve &
.venv/bin/python docs/screenshot.py http://localhost:8501
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, HORIZON = 1600, 1200, 0.56
SKY, GLOW, SEA = np.array([64, 96, 140.0]), np.array([228, 186, 140.0]), np.array([52, 74, 70.0])
SUN, EMBER = (238, 128, 70), (236, 146, 92)
SUN_AT = (0.66 * WIDTH, 0.36 * HEIGHT)
BARS = ".st-key-label .js-plotly-plot .bars"


def paint(seed: int = 0) -> Image.Image:
    """A sunset over the sea in short strokes, after nobody in particular."""
    dice = np.random.default_rng(seed)
    ground = underpainting()
    picture = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    brush = ImageDraw.Draw(picture)
    for length, strokes in ((80, 5_000), (45, 12_000), (22, 16_000)):
        for _ in range(strokes):
            stroke(brush, ground, dice, length)
    sun(brush, dice)
    return picture.filter(ImageFilter.GaussianBlur(0.8))


def underpainting() -> np.ndarray:
    """Colours from the zenith over the horizon to the shore, and the light around the sun."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    height = (y / HEIGHT)[..., None]
    sky = SKY + (GLOW - SKY) * (height / HORIZON).clip(0, 1) ** 1.3
    sea = 0.75 * GLOW + (SEA - 0.75 * GLOW) * ((height - HORIZON) / (1 - HORIZON)).clip(0, 1) ** 0.6
    distance = ((x - SUN_AT[0]) / (0.22 * WIDTH)) ** 2 + ((y - SUN_AT[1]) / (0.25 * HEIGHT)) ** 2
    ground = np.where(height < HORIZON, sky, sea) + np.exp(-distance)[..., None] * [40, 26, 4]
    hills = HORIZON * HEIGHT - 0.07 * HEIGHT * np.sin(x / WIDTH * 5).clip(0)
    land = (y > hills) & (y < HORIZON * HEIGHT)
    ground[land] = 0.55 * ground[land] + 0.35 * SEA
    return ground


def stroke(brush: ImageDraw.ImageDraw, ground: np.ndarray, dice: np.random.Generator, length: float) -> None:
    """One stroke in the colour below it: along the wind above the horizon, level below."""
    x, y = int(dice.integers(WIDTH)), int(dice.integers(HEIGHT))
    in_sky = y < HORIZON * HEIGHT
    angle = 0.35 * np.sin(x / WIDTH * 4 + y / HEIGHT * 5) if in_sky else dice.normal(0, 0.07)
    half = length * dice.uniform(0.25, 0.5)
    dx, dy = half * np.cos(angle), half * np.sin(angle)
    colour = (ground[y, x] + dice.normal(0, 11) + dice.normal(0, 4, 3)).clip(0, 255)
    brush.line([(x - dx, y - dy), (x + dx, y + dy)], tuple(map(int, colour)), max(2, int(length * 0.16)))


def sun(brush: ImageDraw.ImageDraw, dice: np.random.Generator) -> None:
    """The disc, and its path on the water."""
    x, y = SUN_AT
    brush.ellipse([x - 42, y - 42, x + 42, y + 42], SUN)
    for step in range(46):
        level = HORIZON * HEIGHT + 6 + step * HEIGHT * (1 - HORIZON) / 50
        half, drift = WIDTH * dice.uniform(0.004, 0.012 + 0.0006 * step), dice.normal(0, 0.006 * WIDTH)
        brush.line([(x + drift - half, level), (x + drift + half, level)], EMBER, int(3 + 0.12 * step))


def photograph(address: str, picture: Path, target: Path) -> None:
    """The page with that picture, as wide as a desk's screen and as tall as it needs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(address)
        page.wait_for_selector('[data-testid="stFileUploaderDropzoneInput"]', state="attached")
        page.wait_for_timeout(2_000)
        page.set_input_files('[data-testid="stFileUploaderDropzoneInput"]', str(picture))
        page.wait_for_selector(BARS, state="attached")
        page.wait_for_timeout(1_500)
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": 1280, "height": height})
        page.wait_for_timeout(500)
        page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sunset = Path(folder) / "sunset.jpg"
        paint().save(sunset, quality=90)
        photograph(sys.argv[1], sunset, Path(__file__).with_name("identify.png"))
