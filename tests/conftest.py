"""What every test may use: generated pictures, the shipped guide, and the collection where it is present."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artml import turnstile
from artml.settings import settings


@pytest.fixture(autouse=True)
def _settings_anew() -> Iterator[None]:
    """What a test set in the environment is forgotten after it, and the pictures it brought."""
    yield
    settings.cache_clear()
    turnstile._counter.cache_clear()


@pytest.fixture(scope="session")
def collection() -> Path:
    """The labelled collection; skips, with the reason, where it is absent."""
    folder = settings().data
    if not (folder / "paintings" / "catalogue.csv").is_file():
        pytest.skip(f"the labelled collection is not at {folder} (set ARTML_DATA)")
    return folder


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that the settings take for that of the shipped bundles."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("ARTML_MODELS", str(folder))
    monkeypatch.delenv("ARTML_BUNDLES", raising=False)
    settings.cache_clear()
    yield folder
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="session")
def painted() -> Callable[..., Image.Image]:
    """Paints a picture of soft coloured patches, different for each seed: `painted(seed, width, height)`."""

    def paint(seed: int = 0, width: int = 320, height: int = 240) -> Image.Image:
        patches = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        return Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC)

    return paint
