"""Pictures drawn by programs of our own, each from a seed: more code art to learn from than can be collected.

The families are those that generative artists write: flow fields, noise, tilings, packings, subdivisions,
walks, plotted curves, fractals, attractors, automata, halftones, meshes, lights. A picture is one family's,
in a palette and to a measure that its seed draws; some are translucent, mirrored, glow, are grainy, or have
another family over them. None is kept: whoever reads one draws it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIDE: Final = 400
"""Height and width of a picture, pixels."""
FINE: Final = 2
"""Times as large as it is drawn first, so that edges are smooth."""

DRAWN: Final = ".drawn"
"""How the name of a picture ends that lies nowhere; what is before it is the seed."""

RULES: Final = (18, 22, 30, 45, 54, 60, 73, 90, 105, 110, 126, 150)
"""Elementary automata worth looking at (Wolfram's numbers)."""

EMPTY: Final = 8.0
"""Standard deviation of the pixels, 0..255, below which a picture shows too little, and is drawn anew."""

Colour = tuple[int, ...]
"""Red, green and blue, 0..255, and how opaque where it may be translucent."""
Floats = npt.NDArray[np.float64]


class Sheet:
    """What a family draws on: a square of side 1, a palette, and dice."""

    def __init__(self, dice: np.random.Generator) -> None:
        self.dice = dice
        self.ground, *self.inks = _palette(dice)
        self.side = SIDE * FINE
        self.opaque = round(self.between(40, 180)) if self.chance(0.3) else 255
        self.put(Image.new("RGB", (self.side, self.side), self.ground))

    def put(self, image: Image.Image) -> None:
        """Have this picture, as large as the sheet, in the place of what was drawn."""
        self.image, self.pen = image, ImageDraw.Draw(image, "RGBA")

    def ink(self) -> Colour:
        """One of the palette, at random, as opaque as this sheet's inks are."""
        return (*self.inks[int(self.dice.integers(len(self.inks)))], self.opaque)

    def between(self, low: float, high: float) -> float:
        """A number at random, small ones as likely as large ones in proportion."""
        return float(np.exp(self.dice.uniform(np.log(low), np.log(high))))

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return bool(self.dice.random() < share)

    def line(self, points: Floats, width: float, ink: Colour | None = None) -> None:
        """A stroke through points (n, 2)."""
        at = [(float(x), float(y)) for x, y in points * self.side]
        self.pen.line(at, ink or self.ink(), max(1, round(width * self.side)), "curve")

    def shape(self, points: Floats, ink: Colour | None = None, outline: float = 0.0) -> None:
        """A polygon of points (n, 2), filled, or its outline so wide."""
        at = [(float(x), float(y)) for x, y in points * self.side]
        if outline:
            self.pen.line([*at, at[0]], ink or self.ink(), max(1, round(outline * self.side)), "curve")
        else:
            self.pen.polygon(at, ink or self.ink())

    def disc(
        self, x: float, y: float, radius: float, ink: Colour | None = None, outline: float = 0.0
    ) -> None:
        """A disc, or a ring so wide."""
        box = tuple(self.side * v for v in (x - radius, y - radius, x + radius, y + radius))
        colour, width = ink or self.ink(), max(1, round(outline * self.side))
        if outline:
            self.pen.ellipse(box, outline=colour, width=width)
        else:
            self.pen.ellipse(box, colour)

    def field(self, values: Floats) -> None:
        """The whole sheet, numbers 0..1 as the palette's colours, blended or in steps."""
        stops = np.array([self.ground, *self.inks], float)
        at = np.clip(values, 0, 1) * (len(stops) - 1)
        if self.chance(0.3):
            at = at.round()
        low = np.minimum(at.astype(int), len(stops) - 2)
        share = (at - low)[..., None]
        pixels = stops[low] * (1 - share) + stops[low + 1] * share
        self.pixels(pixels.astype(np.uint8), Image.Resampling.BICUBIC)

    def pixels(self, pixels: npt.NDArray[np.uint8], how: Image.Resampling) -> None:
        """The whole sheet, (n, n, 3)."""
        self.put(Image.fromarray(pixels).resize((self.side, self.side), how))


Family = Callable[[Sheet], None]
FAMILIES: list[Family] = []


def works(count: int) -> pd.DataFrame:
    """Rows of a catalogue: as many of each family."""
    names = [FAMILIES[seed % len(FAMILIES)].__name__.replace("_", " ") for seed in range(count)]
    paths = [f"code-art/{seed:05}{DRAWN}" for seed in range(count)]
    return pd.DataFrame({"path": paths, "technique": "algorithm", "artist": names, "split": "train"})


def drawn(file: Path) -> Image.Image:
    """The picture of that name."""
    return draw(int(file.stem))


def draw(seed: int) -> Image.Image:
    """The picture of a seed: always the same, RGB, `SIDE` pixels a side."""
    dice = np.random.default_rng(seed)
    while True:
        sheet = Sheet(dice)
        FAMILIES[seed % len(FAMILIES)](sheet)
        if sheet.chance(0.12):
            FAMILIES[int(dice.integers(len(FAMILIES)))](sheet)
        for share, treatment in TREATMENTS.items():
            if sheet.chance(share):
                treatment(sheet)
        picture = sheet.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        if np.asarray(picture).std((0, 1)).max() > EMPTY:
            return picture


def _palette(dice: np.random.Generator) -> list[Colour]:
    """A ground and two to six inks that stand out from it."""
    dark = dice.random() < 0.35
    tinted = dice.random() < 0.4
    hue = dice.random()
    ground = colorsys.hsv_to_rgb(
        hue,
        dice.uniform(0.05, 0.7) if tinted else 0.02,
        dice.uniform(0.03, 0.25) if dark else dice.uniform(0.75, 1),
    )
    count = int(dice.integers(1, 7))
    spread = dice.choice([0.0, 0.08, 0.33, 1.0])
    inks = []
    for number in range(count):
        own = (hue + 0.5 + spread * (number / count - 0.5)) % 1
        strong = dice.uniform(0, 0.15) if spread == 0 else dice.uniform(0.3, 1)
        light = dice.uniform(0.55, 1) if dark else dice.uniform(0.05, 0.9)
        inks.append(colorsys.hsv_to_rgb(own, strong, light))
    return [(round(255 * r), round(255 * g), round(255 * b)) for r, g, b in (ground, *inks)]


def _framed(sheet: Sheet) -> None:
    """An even margin of the ground."""
    margin = round(sheet.side * sheet.dice.uniform(0.03, 0.15))
    inner = sheet.image.resize((sheet.side - 2 * margin,) * 2, Image.Resampling.BOX)
    sheet.put(Image.new("RGB", sheet.image.size, sheet.ground))
    sheet.image.paste(inner, (margin, margin))


def _mirrored(sheet: Sheet) -> None:
    """The left half on the right, too, and perhaps the upper below."""
    pixels = np.asarray(sheet.image)
    half = pixels[:, : sheet.side // 2]
    pixels = np.concatenate([half, half[:, ::-1]], 1)
    if sheet.chance(0.5):
        half = pixels[: sheet.side // 2]
        pixels = np.concatenate([half, half[::-1]])
    sheet.put(Image.fromarray(pixels))


def _glowing(sheet: Sheet) -> None:
    """A halo round what is lighter than the rest."""
    halo = sheet.image.filter(ImageFilter.GaussianBlur(sheet.side * sheet.between(0.005, 0.04)))
    sheet.put(ImageChops.screen(sheet.image, halo))


def _torn(sheet: Sheet) -> None:
    """Bands of rows moved sideways."""
    pixels = np.array(sheet.image)
    edges = np.sort(sheet.dice.integers(0, sheet.side, 2 * int(sheet.between(3, 40))))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        pixels[start:end] = np.roll(pixels[start:end], int(sheet.dice.normal(0, 0.08) * sheet.side), 1)
    sheet.put(Image.fromarray(pixels))


def _grainy(sheet: Sheet) -> None:
    """Noise on every pixel, as large as one of the finished picture."""
    grain = sheet.dice.normal(0, sheet.between(4, 30), (SIDE, SIDE, 1))
    pixels = np.asarray(sheet.image, float) + grain.repeat(FINE, 0).repeat(FINE, 1)
    sheet.put(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))


TREATMENTS: Final = {0.1: _mirrored, 0.11: _glowing, 0.04: _torn, 0.3: _framed, 0.12: _grainy}
"""What may be done to what was drawn, in this order, by how often it is."""


def _noise(dice: np.random.Generator, size: int, cells: float, octaves: int = 3) -> Floats:
    """Smooth noise (size, size), 0..1."""
    total = np.zeros((size, size))
    for octave in range(octaves):
        count = max(2, round(cells * 2**octave))
        grid = Image.fromarray(dice.random((count + 1, count + 1)).astype(np.float32))
        total += np.asarray(grid.resize((size, size), Image.Resampling.BICUBIC)) / 2**octave
    low, high = total.min(), total.max()
    found: Floats = (total - low) / (high - low)
    return found


def _turned(points: Floats, angle: float) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    turned: Floats = points @ np.array([[c, s], [-s, c]])
    return turned


def _regular(x: float, y: float, radius: float, corners: int, angle: float) -> Floats:
    turns = angle + 2 * np.pi * np.arange(corners) / corners
    corners_at: Floats = np.c_[x + radius * np.cos(turns), y + radius * np.sin(turns)]
    return corners_at


def family(draws: Family) -> Family:
    """Enter a family."""
    FAMILIES.append(draws)
    return draws


@family
def flow_field(sheet: Sheet) -> None:
    """Strokes along the angles of a noise field."""
    size, dice = 128, sheet.dice
    turn = _noise(dice, size, sheet.between(1.5, 6), 2) * 2 * np.pi * sheet.between(0.6, 2.5)
    if sheet.chance(0.2):
        turn = (turn / (np.pi / 4)).round() * np.pi / 4
    count, steps = int(sheet.between(150, 1500)), int(sheet.between(10, 80))
    width, stride = sheet.between(0.001, 0.012), 0.006
    for point in dice.random((count, 2)) * 1.2 - 0.1:
        path = [point]
        for _ in range(steps):
            x, y = (np.clip(path[-1], 0, 0.999) * size).astype(int)
            path.append(path[-1] + stride * np.array([np.cos(turn[y, x]), np.sin(turn[y, x])]))
        sheet.line(np.array(path), width)


@family
def curves(sheet: Sheet) -> None:
    """Harmonographs, roses and spirographs, plotted in one thin line or several."""
    t = np.linspace(0, 2 * np.pi * sheet.dice.integers(10, 60), 4000)
    for _ in range(int(sheet.dice.integers(1, 4))):
        kind, ink = sheet.dice.integers(3), sheet.ink()
        a, b = sheet.dice.integers(1, 12, 2)
        if kind == 0:
            fade = np.exp(-t * sheet.between(0.002, 0.02))
            drift = 1 + sheet.between(0.001, 0.02)
            x = np.sin(a * t) + np.sin(b * drift * t + sheet.dice.uniform(0, 6))
            y = np.sin(b * t + sheet.dice.uniform(0, 6)) + np.sin(a * drift * t)
            points = np.c_[x, y] * fade[:, None] / 4
        elif kind == 1:
            radius = np.cos(a / b * t)
            points = np.c_[radius * np.cos(t), radius * np.sin(t)] / 2.2
        else:
            ratio, arm = sheet.between(0.1, 0.9), sheet.between(0.2, 1)
            x = (1 - ratio) * np.cos(t) + arm * ratio * np.cos((1 - ratio) / ratio * t)
            y = (1 - ratio) * np.sin(t) - arm * ratio * np.sin((1 - ratio) / ratio * t)
            points = np.c_[x, y] / 2.4
        sheet.line(points + 0.5, sheet.between(0.0008, 0.004), ink)


@family
def packing(sheet: Sheet) -> None:
    """Discs or rings that do not touch."""
    placed = np.empty((0, 3))
    most, least = sheet.between(0.05, 0.25), sheet.between(0.004, 0.02)
    gap, ring = sheet.dice.choice([0.0, 0.003]), sheet.chance(0.3)
    for _ in range(4000):
        x, y = sheet.dice.random(2)
        away = np.hypot(placed[:, 0] - x, placed[:, 1] - y) - placed[:, 2]
        radius = min(most, away.min(initial=most))
        if radius > least:
            placed = np.vstack([placed, (x, y, radius)])
            sheet.disc(x, y, radius - gap, outline=0.003 if ring else 0.0)
        if len(placed) > 500:
            return


@family
def truchet(sheet: Sheet) -> None:
    """Tiles of arcs or diagonals, turned by lot."""
    count, kind = int(sheet.between(6, 40)), sheet.dice.integers(4)
    cell, width = 1 / count, sheet.between(0.05, 0.35) / count
    ink, arc = sheet.ink(), np.linspace(0, np.pi / 2, 12)
    bend = np.c_[np.cos(arc), np.sin(arc)] / 2
    for row in range(count):
        for column in range(count):
            corner = np.array([column, row]) * cell
            flipped = sheet.chance(0.5)
            colour = ink if kind < 3 else sheet.ink()
            if kind == 0:
                ends = np.array([[0, 0], [1, 1]] if flipped else [[0, 1], [1, 0]])
                sheet.line(corner + ends * cell, width, colour)
            elif kind == 1:
                for start, sign in (((0, 0), (1, 1)), ((1, 1), (-1, -1))):
                    path = np.array(start) + bend * np.array(sign)
                    path = path * [-1, 1] + [1, 0] if flipped else path
                    sheet.line(corner + path * cell, width, colour)
            else:
                three = np.array([[0, 0], [1, 0], [0, 1]], float) - 0.5
                three = _turned(three, np.pi / 2 * sheet.dice.integers(4)) + 0.5
                sheet.shape(corner + three * cell, colour)


@family
def shapes_in_a_grid(sheet: Sheet) -> None:
    """One shape a cell, its size, turn and colour by lot or along a course."""
    count = int(sheet.between(4, 30))
    cell, disorder = 1 / count, sheet.dice.choice([0.0, 0.2, 1.0])
    corners, outlined = int(sheet.dice.choice([3, 4, 4, 6, 40])), sheet.chance(0.4)
    bent, kept = sheet.chance(0.5), sheet.dice.uniform(0.6, 1)
    for row in range(count):
        for column in range(count):
            if not sheet.chance(kept):
                continue
            far = row / count if bent else 1.0
            x, y = (np.array([column, row]) + 0.5 + disorder * far * sheet.dice.uniform(-0.4, 0.4, 2)) * cell
            for ring in range(int(sheet.dice.integers(1, 4))):
                radius = cell * (0.6 - 0.18 * ring) * (1 - 0.5 * disorder * sheet.dice.random())
                turn = np.pi / 4 + disorder * far * sheet.dice.uniform(-1, 1)
                outline = cell * 0.05 if outlined else 0.0
                sheet.shape(_regular(x, y, radius, corners, turn), outline=outline)


@family
def subdivision(sheet: Sheet) -> None:
    """The sheet cut in rectangles, and these again."""
    edge = sheet.between(0.001, 0.012) if sheet.chance(0.7) else 0.0
    halves, deepest = sheet.chance(0.4), int(sheet.dice.integers(3, 8))

    def cut(x: float, y: float, w: float, h: float, depth: int) -> None:
        if depth == 0 or (depth < deepest - 1 and sheet.chance(0.2)):
            corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])
            sheet.shape(corners)
            if edge:
                sheet.shape(corners, sheet.ground, edge)
            return
        share = 0.5 if halves else sheet.dice.uniform(0.25, 0.75)
        if w > h:
            cut(x, y, w * share, h, depth - 1)
            cut(x + w * share, y, w * (1 - share), h, depth - 1)
        else:
            cut(x, y, w, h * share, depth - 1)
            cut(x, y + h * share, w, h * (1 - share), depth - 1)

    cut(0, 0, 1, 1, deepest)


@family
def walks(sheet: Sheet) -> None:
    """Random walks: in a lattice, or free."""
    lattice = sheet.chance(0.5)
    step = sheet.between(0.004, 0.03)
    for _ in range(int(sheet.between(1, 40))):
        free = np.cumsum(sheet.dice.normal(0, 0.6, 900))
        turns = sheet.dice.integers(0, 4, 900) * np.pi / 2 if lattice else free
        path = sheet.dice.random(2) + step * np.cumsum(np.c_[np.cos(turns), np.sin(turns)], 0)
        sheet.line(path, sheet.between(0.001, 0.006))


@family
def straight_lines(sheet: Sheet) -> None:
    """Rays, chords, hatchings, and lines thrown at random."""
    count, kind = int(sheet.between(40, 500)), sheet.dice.integers(4)
    width, one = sheet.between(0.0008, 0.006), sheet.ink()
    single = sheet.chance(0.6)
    turn = sheet.dice.uniform(0, np.pi)
    for number in range(count):
        ink = one if single else sheet.ink()
        if kind == 0:
            angle = 2 * np.pi * number / count
            ends = np.array([[0, 0], [np.cos(angle), np.sin(angle)]]) * sheet.dice.uniform(0.2, 0.5) + 0.5
        elif kind == 1:
            at = 2 * np.pi * np.array([number, number * sheet.dice.integers(2, 4)]) / count
            ends = 0.5 + 0.45 * np.c_[np.cos(at), np.sin(at)]
        elif kind == 2:
            place = number / count - 0.5
            ends = _turned(np.array([[-0.8, place], [0.8, place + sheet.dice.normal(0, 0.02)]]), turn) + 0.5
        else:
            ends = sheet.dice.random((2, 2))
        sheet.line(ends, width, ink)


@family
def waves(sheet: Sheet) -> None:
    """Horizontal lines lifted by noise, each before the one behind it."""
    count, size = int(sheet.between(15, 90)), 200
    heights, x = _noise(sheet.dice, size, sheet.between(2, 12)), np.linspace(0, 1, size)
    lift, hidden, width = sheet.between(0.03, 0.3), sheet.chance(0.6), sheet.between(0.001, 0.005)
    swell = np.exp(-(((x - 0.5) / 0.18) ** 2)) if sheet.chance(0.5) else np.ones(size)
    for number in range(count):
        y = (number + 0.5) / count - lift * heights[int(number / count * size)] * swell
        path = np.c_[x, y]
        if hidden:
            sheet.shape(np.concatenate([path, [[1, 1.2], [0, 1.2]]]), sheet.ground)
        sheet.line(path, width)


@family
def noise_field(sheet: Sheet) -> None:
    """Noise bent by noise, in colours or in contour lines."""
    size = 256
    y, x = np.mgrid[0:size, 0:size]
    bend = [_noise(sheet.dice, size, sheet.between(2, 6)) for _ in range(2)]
    reach = sheet.between(5, 90)
    rows, columns = (
        np.clip(axis + reach * (noise - 0.5), 0, size - 1).astype(int)
        for axis, noise in zip((y, x), bend, strict=True)
    )
    found = _noise(sheet.dice, size, sheet.between(2, 12), int(sheet.dice.integers(1, 6)))[rows, columns]
    bands = sheet.dice.integers(3, 20)
    sheet.field((found * bands) % 1 if sheet.chance(0.4) else found)


@family
def escape_time(sheet: Sheet) -> None:
    """Julia sets, by how soon points escape."""
    size, turn = 300, sheet.dice.uniform(0, 2 * np.pi)
    reach = sheet.between(0.3, 1.6)
    centre = complex(*sheet.dice.uniform(-0.4, 0.4, 2))
    axis = np.linspace(-reach, reach, size)
    z = axis[None, :] + 1j * axis[:, None] + centre
    c = 0.7885 * np.exp(1j * turn)
    count = np.zeros(z.shape)
    for _ in range(60):
        inside = np.abs(z) < 4
        count += inside
        z = np.where(inside, z**2 + c, z)
    sheet.field((count / 60) ** sheet.between(0.3, 1.2))


@family
def attractor(sheet: Sheet) -> None:
    """Clifford's and de Jong's attractors, as densities."""
    total = np.zeros((1, 1))
    while (total > 0).mean() < 0.03:  # most numbers lead to a few points
        total = _visits(sheet, 400)
    dense = np.log1p(total)
    sheet.field(dense / dense.max())


def _visits(sheet: Sheet, size: int) -> Floats:
    """How often points come by each place (size, size) of an attractor."""
    a, b, c, d = sheet.dice.uniform(-2.5, 2.5, 4)
    clifford = sheet.chance(0.5)
    x, y = sheet.dice.uniform(-1, 1, (2, 8000))
    total = np.zeros(size * size)
    for step in range(60):
        if clifford:
            x, y = np.sin(a * y) + c * np.cos(a * x), np.sin(b * x) + d * np.cos(b * y)
        else:
            x, y = np.sin(a * y) - np.cos(b * x), np.sin(c * x) - np.cos(d * y)
        if step > 10:
            row, column = (((v / 7.2 + 0.5) * size).astype(int) for v in (y, x))
            total += np.bincount(row * size + column, minlength=size * size)
    return total.reshape(size, size)


@family
def growth(sheet: Sheet) -> None:
    """Trees that fork, of straight or bent branches."""
    fork, shrink = sheet.between(0.2, 0.9), sheet.dice.uniform(0.65, 0.82)
    bark, leaf = sheet.ink(), sheet.ink()
    leaves = sheet.chance(0.4)

    def grow(x: float, y: float, angle: float, length: float, depth: int) -> None:
        end = (x + length * np.cos(angle), y + length * np.sin(angle))
        sheet.line(np.array([(x, y), end]), 0.002 + 0.0015 * depth, bark)
        if depth == 0:
            if leaves:
                sheet.disc(*end, 0.008, leaf)
            return
        for sign in (-1, 1, 0)[: int(sheet.dice.integers(2, 4))]:
            grow(*end, angle + sign * fork * sheet.dice.uniform(0.5, 1.2), length * shrink, depth - 1)

    for _ in range(int(sheet.dice.integers(1, 5))):
        length = sheet.between(0.08, 0.22)
        grow(sheet.dice.uniform(0.2, 0.8), sheet.dice.uniform(0.8, 1), -np.pi / 2, length, 7)


@family
def chaos_game(sheet: Sheet) -> None:
    """Fractals of a few maps, as dust."""
    count, size = int(sheet.dice.integers(3, 7)), 360
    goals, share = _regular(0.5, 0.5, 0.46, count, -np.pi / 2), sheet.dice.choice([0.5, 0.618, 0.667])
    turn = sheet.dice.choice([0.0, 0.3, np.pi / 2])
    point, total = sheet.dice.random((3000, 2)), np.zeros((size, size))
    for step in range(60):
        goal = goals[sheet.dice.integers(0, count, len(point))]
        point = goal + _turned(point - goal, turn) * (1 - share)
        if step > 8:
            total += np.histogram2d(point[:, 1], point[:, 0], size, [[0, 1]] * 2)[0]
    sheet.field(np.minimum(total / 3, 1))


@family
def automaton(sheet: Sheet) -> None:
    """Elementary automata, each row from the one above, and cyclic ones, as blocks."""
    size = int(sheet.between(40, 160))
    if sheet.chance(0.6):
        rule = (int(sheet.dice.choice(RULES)) >> np.arange(8)) & 1
        many = sheet.chance(0.5)
        rows = [(sheet.dice.random(size) < 0.5 if many else np.arange(size) == size // 2).astype(int)]
        for _ in range(size - 1):
            rows.append(rule[4 * np.roll(rows[-1], 1) + 2 * rows[-1] + np.roll(rows[-1], -1)])
        cells = np.array(rows, float)
    else:
        states = int(sheet.dice.integers(3, 9))
        wheel = sheet.dice.integers(0, states, (size, size))
        for _ in range(int(sheet.between(8, 60))):
            after = (wheel + 1) % states
            eaten = np.any([np.roll(wheel, step, axis) == after for axis in (0, 1) for step in (-1, 1)], 0)
            wheel = np.where(eaten, after, wheel)
        cells = wheel / (states - 1)
    stops = np.array([sheet.ground, *sheet.inks])
    pixels = stops[(cells * (len(stops) - 1)).astype(int)].astype(np.uint8)
    sheet.pixels(pixels, Image.Resampling.NEAREST)


@family
def halftone(sheet: Sheet) -> None:
    """Dots in a lattice, as large as a shape or a field says."""
    count = int(sheet.between(20, 70))
    size = _noise(sheet.dice, count, sheet.between(1.5, 5), 1)
    if sheet.chance(0.5):
        y, x = np.mgrid[0:count, 0:count] / count - 0.5
        size = np.clip(1.2 - 2.4 * np.hypot(x, y), 0, 1)
    one, square = sheet.ink(), sheet.chance(0.3)
    for row in range(count):
        for column in range(count):
            radius, x, y = size[row, column] * 0.6 / count, (column + 0.5) / count, (row + 0.5) / count
            ink = one if sheet.chance(0.9) else sheet.ink()
            if radius * sheet.side > 0.7:
                if square:
                    sheet.shape(_regular(x, y, radius, 4, np.pi / 4), ink)
                else:
                    sheet.disc(x, y, radius, ink)


@family
def scatter(sheet: Sheet) -> None:
    """Discs, rings or small squares thrown by a density."""
    count = int(sheet.between(100, 4000))
    place = sheet.dice.normal(0.5, 0.16, (count, 2)) if sheet.chance(0.5) else sheet.dice.random((count, 2))
    most, kind = sheet.between(0.004, 0.05), sheet.dice.integers(3)
    for x, y in place:
        radius = most * sheet.dice.uniform(0.2, 1)
        if kind == 2:
            sheet.shape(_regular(x, y, radius, 4, sheet.dice.uniform(0, np.pi)))
        else:
            sheet.disc(x, y, radius, outline=0.002 if kind else 0.0)


@family
def cells(sheet: Sheet) -> None:
    """The regions nearest to random points, flat, or shaded to their borders."""
    size, count = 256, int(sheet.between(15, 200))
    points = sheet.dice.random((count, 2)) * size
    y, x = np.mgrid[0:size, 0:size]
    away = np.stack([np.hypot(x - a, y - b) for a, b in points])
    order = np.partition(away, 1, 0)[:2]
    if sheet.chance(0.5):
        nearest = order[1] - order[0]
        sheet.field(np.minimum(nearest / sheet.between(3, 40), 1))
        return
    tone = sheet.dice.random(count)[away.argmin(0)]
    sheet.field(np.where(order[1] - order[0] < 1.5, 0.0, 0.15 + 0.85 * tone))


@family
def nested(sheet: Sheet) -> None:
    """Polygons in one another, each a little turned."""
    corners, steps = int(sheet.dice.choice([3, 4, 5, 6, 60])), int(sheet.between(10, 90))
    turn, wobble = sheet.dice.uniform(-0.15, 0.15), sheet.dice.choice([0.0, 0.01])
    filled, width = sheet.chance(0.3), sheet.between(0.001, 0.004)
    one, single = sheet.ink(), sheet.chance(0.5)
    many = int(sheet.dice.choice([1, 1, 2, 3]))
    for row in range(many):
        for column in range(many):
            x, y = (column + 0.5) / many, (row + 0.5) / many
            for step in range(steps):
                points = _regular(x, y, 0.48 / many * (1 - step / steps), corners, turn * step)
                points = points + sheet.dice.normal(0, wobble / many, points.shape)
                sheet.shape(points, one if single and not filled else sheet.ink(), 0.0 if filled else width)


@family
def lights(sheet: Sheet) -> None:
    """Soft spots that add up, on a ground that shades from one colour to another."""
    size = 200
    y, x = np.mgrid[0:size, 0:size] / size
    top, bottom = (np.array(sheet.ink()[:3]) if sheet.chance(0.3) else np.array(sheet.ground) for _ in "ab")
    pixels = top + (bottom - top) * y[..., None]
    for _ in range(int(sheet.between(2, 60))):
        a, b = sheet.dice.uniform(-0.1, 1.1, 2)
        radius, sharp = sheet.between(0.01, 0.3), sheet.dice.choice([1.0, 2.0, 8.0])
        spot = np.exp(-((np.hypot(x - a, y - b) / radius) ** sharp))
        pixels = (
            pixels + (np.array(sheet.ink()[:3]) - pixels) * (spot * sheet.dice.uniform(0.2, 1))[..., None]
        )
    sheet.pixels(np.clip(pixels, 0, 255).astype(np.uint8), Image.Resampling.BICUBIC)


@family
def balls(sheet: Sheet) -> None:
    """Discs shaded like balls, each lit from the same side."""
    light = _regular(0, 0, 1, 1, sheet.dice.uniform(0, 2 * np.pi))[0]
    most, rings = sheet.between(0.02, 0.2), 14
    for _ in range(int(sheet.between(4, 120))):
        x, y = sheet.dice.random(2)
        radius, ink = most * sheet.dice.uniform(0.15, 1), np.array(sheet.ink()[:3])
        for ring in range(rings):
            away = ring / rings
            shade = tuple(int(v) for v in ink * (0.45 + 0.3 * away) + 255 * 0.25 * away**2)
            aside = light * radius * away / 2
            sheet.disc(x + aside[0], y + aside[1], radius * (1 - away), shade)


@family
def ribbons(sheet: Sheet) -> None:
    """A few broad, smooth bands, plain or of parallel lines."""
    t = np.linspace(0, 1, 300)
    strands, gap = int(sheet.dice.choice([1, 1, 2, 5, 12, 30])), sheet.between(0.004, 0.03)
    width = gap * sheet.dice.uniform(0.3, 1.1) if strands > 1 else sheet.between(0.005, 0.12)
    for _ in range(int(sheet.between(1, 15))):
        x, y = (
            sheet.dice.uniform(0.2, 0.8)
            + sum(
                sheet.dice.normal(0, 0.35 / n) * np.sin(np.pi * n * t + sheet.dice.uniform(0, 6))
                for n in range(1, 6)
            )
            for _ in "xy"
        )
        across = np.c_[-np.gradient(y), np.gradient(x)]
        across /= np.maximum(np.hypot(*across.T), 1e-6)[:, None]
        ink = sheet.ink()
        for strand in range(strands):
            aside = (strand - strands / 2) * gap
            sheet.line(np.c_[x, y] + aside * across, width, ink if sheet.chance(0.8) else sheet.ink())


@family
def stripes(sheet: Sheet) -> None:
    """Bands of all widths from edge to edge, straight or bent, in blocks or whole."""
    edges = np.sort(sheet.dice.random(int(sheet.between(6, 200))))
    sway, times = sheet.dice.choice([0.0, 0.0, 0.05, 0.15]), sheet.between(0.5, 4)
    down = np.linspace(0, 1, 80)
    bend = sway * np.sin(2 * np.pi * times * down)
    broken, lying = sheet.chance(0.4), sheet.chance(0.5)
    for left, right in pairwise(edges):
        part = slice(*np.sort(sheet.dice.integers(0, len(down), 2))) if broken else slice(None)
        path = np.concatenate([np.c_[left + bend, down][part], np.c_[right + bend, down][part][::-1]])
        if len(path) > 2:
            sheet.shape(path[:, ::-1] if lying else path)


@family
def spiral(sheet: Sheet) -> None:
    """Seeds of a sunflower, or a chain of shapes that winds outwards."""
    count, angle = int(sheet.between(60, 1200)), np.pi * (3 - 5**0.5)
    if sheet.chance(0.5):
        angle = sheet.dice.uniform(0.05, 3)
    most, swell, corners = (
        sheet.between(0.004, 0.05),
        sheet.chance(0.5),
        int(sheet.dice.choice([3, 4, 40, 40])),
    )
    outline = sheet.dice.choice([0.0, 0.003])
    one, single = sheet.ink(), sheet.chance(0.5)
    for number in range(count):
        far = (number / count) ** 0.5
        x, y = _regular(0.5, 0.5, 0.47 * far, 1, number * angle)[0]
        radius = most * (far if swell else 1)
        sheet.shape(_regular(x, y, radius, corners, number * angle), one if single else sheet.ink(), outline)


@family
def roots(sheet: Sheet) -> None:
    """Thin branches that wander and fork from one place outwards."""
    width, wander, forks = sheet.between(0.001, 0.004), sheet.between(0.05, 0.5), sheet.between(0.02, 0.09)
    x, y = sheet.dice.choice([0.5, 0.5, 0.05, 0.95], 2)
    tips = [(x, y, angle) for angle in sheet.dice.uniform(0, 2 * np.pi, int(sheet.between(3, 30)))]
    ink = sheet.ink()
    for _ in range(90):
        grown = []
        for x, y, angle in tips:
            angle += sheet.dice.normal(0, wander)
            end = (x + 0.008 * np.cos(angle), y + 0.008 * np.sin(angle))
            sheet.line(np.array([(x, y), end]), width, ink)
            grown.append((*end, angle))
            if sheet.chance(forks):
                grown.append((*end, angle + sheet.dice.choice([-0.7, 0.7])))
        tips = grown[-250:]


@family
def mesh(sheet: Sheet) -> None:
    """Triangles between points of a lattice that were pushed about, in colours that shade into others."""
    count, push = int(sheet.between(4, 30)), sheet.dice.uniform(0, 0.45)
    rows, columns = np.mgrid[-1 : count + 2, -1 : count + 2]
    at = (np.stack([columns, rows], -1) + sheet.dice.uniform(-push, push, (*rows.shape, 2))) / count
    tone = _noise(sheet.dice, count + 3, sheet.between(1, 4), 1)
    stops = np.array([sheet.ground, *sheet.inks], float)
    edge = sheet.between(0.001, 0.005) if sheet.chance(0.4) else 0.0
    for row in range(count + 2):
        for column in range(count + 2):
            a, b, c, d = at[row, column], at[row, column + 1], at[row + 1, column + 1], at[row + 1, column]
            for three in ((a, b, c), (a, c, d)):
                place = np.clip(tone[row, column] + sheet.dice.normal(0, 0.06), 0, 1) * (len(stops) - 1)
                low = min(int(place), len(stops) - 2)
                mixed = stops[low] + (stops[low + 1] - stops[low]) * (place - low)
                sheet.shape(np.array(three), tuple(int(v) for v in mixed))
                if edge:
                    sheet.shape(np.array(three), sheet.ground, edge)


@family
def rings(sheet: Sheet) -> None:
    """Loops round one centre, each bent by noise, the strokes of one ink."""
    turns = np.linspace(0, 2 * np.pi, 240)
    count, wobble = int(sheet.between(6, 150)), sheet.between(0.005, 0.25)
    width, together, ink = sheet.between(0.0008, 0.008), sheet.chance(0.5), sheet.ink()
    phase, way = sheet.dice.uniform(0, 6, 5), sheet.dice.normal(0, 0.06, 5)
    for number in range(count):
        far = sheet.dice.uniform(0.25, 0.4) if together else 0.46 * (number + 1) / count
        phase = phase + way + (0 if sheet.chance(0.95) else sheet.dice.normal(0, 1, 5))
        bend = sum(np.sin((n + 1) * turns + phase[n]) / (n + 1) for n in range(5))
        radius = far * (1 + wobble * bend)
        sheet.line(0.5 + radius[:, None] * np.c_[np.cos(turns), np.sin(turns)], width, ink)


@family
def blocks(sheet: Sheet) -> None:
    """Cubes seen from above a corner, or prisms of any height, three shades of an ink each."""
    count = int(sheet.between(4, 22))
    size, tall = 1 / count, sheet.dice.choice([0.5, 0.5, 1.0, 3.0])
    kept, one, single = sheet.dice.uniform(0.5, 1), sheet.ink(), sheet.chance(0.4)
    left, right = -np.array([0.5, 0.29]) * size, np.array([0.5, -0.29]) * size
    for row in range(3 * count + 2):
        for column in range(count + 1):
            if not sheet.chance(kept):
                continue
            corner = np.array([column + 0.5 * (row % 2), row * 0.29 * 2]) * size
            down = np.array([0, size * (0.58 if tall == 0.5 else tall * sheet.dice.random())])
            ink = np.array((one if single else sheet.ink())[:3])
            for share, a, b in ((1.0, left, right), (0.75, left, down), (0.5, right, down)):
                face = corner + np.array([0 * a, a, a + b, b])
                sheet.shape(face, tuple(int(v * share) for v in ink))


@family
def weave(sheet: Sheet) -> None:
    """Short strokes, upright and lying, as close as cloth."""
    count, length = int(sheet.between(300, 5000)), sheet.between(0.01, 0.2)
    width, slant = sheet.between(0.001, 0.005), sheet.dice.choice([0.0, 0.0, np.pi / 4, 0.1])
    where = _noise(sheet.dice, 64, sheet.between(1.5, 6), 1)
    for x, y in sheet.dice.random((count, 2)):
        upright = sheet.dice.random() < where[int(y * 64), int(x * 64)]
        angle = np.pi / 2 * upright + sheet.dice.normal(0, slant)
        half = length * sheet.dice.uniform(0.2, 0.5) * np.array([np.cos(angle), np.sin(angle)])
        sheet.line(np.array([x, y]) + np.array([-half, half]), width)
