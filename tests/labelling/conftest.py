"""A folder of pictures whose answers are known beforehand, and workers whose decoder does as it is told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from artml.classifier import Classifier
from artml.labelling import decoding
from tests.colours import BLUE, GREEN, RED, WHITE, write_colour_bundle, write_technique_bundle

# Imported before the name is looked up in the worker, hence here: a picture's name says what happens to it.
_OBEYING = """
import ctypes, os, sys
from artml.labelling import worker

opened = worker.open_image

def open_image(source, **options):
    name = os.path.basename(getattr(source, "name", "") or "")
    if name.startswith("crash"):
        os.abort()
    if name.startswith("killed"):
        os.kill(os.getpid(), 9)
    if name.startswith("hang"):
        ctypes.PyDLL(None).sleep(60)  # inside C, the interpreter's lock held
    if name.startswith("chatty"):
        os.write(1, b"libodd: wrong tag\\n" * 100)
        os.write(2, b"libodd: wrong tag\\n" * 100)
    if name.startswith("greedy"):
        return [bytes(2**26) for _ in range(64)]
    if name.startswith("liar"):
        os.write(int(os.environ["REPLIES"]), b'{"sha256": 1}\\n')
    return opened(source, **options)

duplicate = os.dup
def dup(number):
    found = duplicate(number)
    os.environ.setdefault("REPLIES", str(found))
    return found

os.dup = dup
worker.open_image = open_image
worker.main()
"""

COLOURS = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}


@pytest.fixture
def obeying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes pictures called crash…, killed…, hang…, chatty…, greedy… or liar… do that to their worker."""
    monkeypatch.setattr(decoding, "WORKER", (sys.executable, "-P", "-c", _OBEYING))


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """Answers style, genre and artist by colour."""
    return Classifier.load(write_colour_bundle(tmp_path_factory.mktemp("bundles") / "colours"))


@pytest.fixture(scope="session")
def streaming(classifier: Classifier) -> Classifier:
    """The same, two batches at once."""
    return Classifier.load(classifier.bundles[0].folder, streams=2)


@pytest.fixture
def both(models: Path) -> Classifier:
    """The same beside one that sees crops and answers technique."""
    write_colour_bundle(models / "guide")
    write_technique_bundle(models / "technique")
    return Classifier.load()


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Saves a picture of one colour, and returns the file: `save("a/b.png", "red")`."""

    def saving(name: str, colour: str = "red", size: tuple[int, int] = (64, 48)) -> Path:
        file = tmp_path / "works" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, COLOURS[colour]).save(file)
        return file

    return saving


@pytest.fixture
def folder(save: Callable[..., Path], tmp_path: Path) -> Path:
    """`works`: red.png, green.png, blue.png, white.png, torn.png, note.txt, and deep/red.png."""
    for colour in COLOURS:
        save(f"{colour}.png", colour)
    save("deep/red.png")
    works = tmp_path / "works"
    (works / "torn.png").write_bytes((works / "red.png").read_bytes()[:60])
    (works / "note.txt").write_text("Frames are in room 4.", encoding="utf-8")
    return works
