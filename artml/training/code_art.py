"""Pictures drawn by programs of our own, each from a seed: more code art to learn from than can be collected.

The families are those that generative artists write: flow fields, noise, tilings, packings, subdivisions,
walks, plotted curves, fractals, attractors, automata, halftones. A picture is one family's, in a palette and
to a measure that its seed draws. None is kept: whoever reads one draws it.
"""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from PIL import Image, ImageDraw

SIDE: Final = 400
"""Height and width of a picture, pixels."""
FINE: Final = 2
"""Times as large as it is drawn first, so that edges are smooth."""

DRAWN: Final = ".drawn"
"""How the name of a picture ends that lies nowhere; what is before it is the seed."""

RULES: Final = (18, 22, 30, 45, 54, 60, 73, 90, 105, 110, 126, 150)
"""Elementary automata worth looking at (Wolfram's numbers)."""

Colour = tuple[int, int, int]
Floats = npt.NDArray[np.float64]


class Sheet:
    """What a family draws on: a square of side 1, a palette, and dice."""

    def __init__(self, seed: int) -> None:
        self.dice = np.random.default_rng(seed)
        self.ground, *self.inks = _palette(self.dice)
        self.side = SIDE * FINE
        self.image = Image.new("RGB", (self.side, self.side), self.ground)
        self.pen = ImageDraw.Draw(self.image)

    def ink(self) -> Colour:
        """One of the palette, at random."""
        return self.inks[int(self.dice.integers(len(self.inks)))]

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
        self.image = Image.fromarray(pixels).resize((self.side, self.side), how)


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
    sheet = Sheet(seed)
    FAMILIES[seed % len(FAMILIES)](sheet)
    if sheet.chance(0.3):
        _framed(sheet)
    return sheet.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


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
    sheet.image = Image.new("RGB", sheet.image.size, sheet.ground)
    sheet.image.paste(inner, (margin, margin))


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
