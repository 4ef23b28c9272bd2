"""One picture: from the bytes of a 12-megapixel JPEG to a calibrated answer, warm and from nothing.

    .venv/bin/python -m benchmarks.picture [--full] [--rounds 5]

artml answers for the guide's facets by `Classifier.classify`, and so does the guide's swift pupil; as the API
does, decoding in a process of its own; and as the page does, which has a rendition to show made of it there,
too. The others open the whole picture with Pillow, squash it and run the guide's network. Each is in a
process of its own; a round is ten pictures of each in turn. The bound is decoding alone, at the size that is
needed, and the network alone.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from artml.bundle import GUIDE
from artml.looking import Way
from artml.markdown import markdown_table
from benchmarks.contenders import BUNDLES, KERAS, OURS, SWIFT, answerer, engine, export, opened, present, side
from benchmarks.measure import LARGE, Contender, in_turn, options, photograph, seconds, tell

EACH = 10
PAGE, API = "artml, the page", "artml, the API"
DECODING, NETWORK = "decoding alone", "network alone"


def main() -> None:
    asked = options(__doc__)
    rounds = 4 * asked.rounds if asked.full else asked.rounds
    others = present()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        export(folder, others)
        pictures = [photograph(LARGE, seed) for seed in range(EACH)]
        tell(warm(folder, others, pictures, rounds), cold(folder, others, pictures[0], asked.rounds))


def warm(folder: Path, others: list[str], pictures: list[bytes], rounds: int) -> str:
    """A table of seconds once all is loaded."""
    ours = {name: Contender(way) for name, way in WAYS.items()}
    theirs = {name: Contender(_answering, name, folder) for name in others}
    contenders = {**ours, **theirs}
    ways = {name: (lambda way=way: way(pictures)) for name, way in contenders.items()}
    alone = {f"{name}: network": (lambda way=way: way(None)) for name, way in theirs.items()}
    found = in_turn({**ways, **alone}, rounds)
    for contender in contenders.values():
        contender.close()
    plain, bound = found[KERAS].median, found[DECODING].median + found[NETWORK].median
    rows = [
        (
            name,
            figures.shown(0, 1000),
            f"{figures.quantile(0.95) * 1000:.0f}",
            f"{plain / figures.median:.1f}",
        )
        for name, figures in found.items()
    ]
    rows.append(("bound: decoding and network", f"{bound * 1000:.0f}", "", f"{plain / bound:.1f}"))
    alone_ratio = found[f"{KERAS}: network"].median / found[NETWORK].median
    heading = (f"one picture, warm, {rounds} × {EACH}", "ms, median (spread)", "p95", "× Keras")
    share = (
        f"`Classifier.classify` reaches {bound / found[OURS].median:.0%} of the bound; the network alone,"
        f" in {engine().precision}, is {alone_ratio:.1f} × `predict`."
    )
    return f"{markdown_table(heading, rows)}\n\n{share}"


def cold(folder: Path, others: list[str], picture: bytes, rounds: int) -> str:
    """A table of seconds from the start of a process to its end, one answer given."""
    file = folder / "picture.jpg"
    file.write_bytes(picture)
    python = (sys.executable, "-m")
    commands: dict[str, tuple[str, ...]] = {
        name: (*python, "artml", "classify", str(file), "--bundle", bundle, "--json")
        for name, bundle in BUNDLES.items()
    }
    commands |= {name: (*python, "benchmarks.contenders", name, str(folder), str(file)) for name in others}
    ways = {name: partial(_run, command) for name, command in commands.items()}
    found = in_turn(ways, rounds)
    plain = found[KERAS].median
    rows = [(name, figures.shown(2), f"{plain / figures.median:.1f}") for name, figures in found.items()]
    return markdown_table((f"one picture, cold, {rounds} ×", "s, median (spread)", "× Keras"), rows)


def _run(command: tuple[str, ...]) -> float:
    return seconds(partial(subprocess.run, command, check=True, capture_output=True))


def _each(answer: Callable[[bytes], object]) -> Callable[[list[bytes]], list[float]]:
    return lambda pictures: [seconds(answer, picture) for picture in pictures]


def _classifying(bundle: str) -> Callable[[list[bytes]], list[float]]:
    from artml import Classifier

    return _each(Classifier.load(bundle).classify)


def _looking(way: Way) -> Callable[[list[bytes]], list[float]]:
    from artml import Classifier
    from artml.looking import Looker

    looker = Looker(Classifier.load("guide"))
    looker.warm()
    return _each(lambda picture: looker.look("picture.jpg", picture, way))


def _decoding() -> Callable[[list[bytes]], list[float]]:
    from artml import Classifier
    from artml.images import open_image

    sight = Classifier.load("guide").sight
    return _each(lambda picture: sight.pixels(open_image(picture, shortest=sight.shortest)))


def _network(bundle: str) -> Callable[[list[bytes]], list[float]]:
    run, pixels = engine(bundle), np.zeros((1, side(), side(), 3), np.uint8)
    return _each(lambda _: run(pixels))


WAYS: Mapping[str, Callable[[], Callable[..., list[float]]]] = {
    **{name: partial(_classifying, bundle) for name, bundle in BUNDLES.items()},
    API: partial(_looking, "api"),
    PAGE: partial(_looking, "page"),
    DECODING: _decoding,
    NETWORK: partial(_network, GUIDE),
    f"{NETWORK}, {SWIFT}": partial(_network, SWIFT),
}


def _answering(name: str, folder: Path) -> Callable[[list[bytes] | None], list[float]]:
    """Pictures from bytes to answers; of None, the network alone."""
    answer = answerer(name, folder)
    empty = np.zeros_like(opened(io.BytesIO(photograph(LARGE))))[np.newaxis]
    whole = _each(lambda picture: answer(opened(io.BytesIO(picture))[np.newaxis]))
    alone = _each(lambda _: answer(empty))
    return lambda pictures: alone([b""] * EACH) if pictures is None else whole(pictures)


if __name__ == "__main__":
    main()
