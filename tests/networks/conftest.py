from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.networks.base import Application
from artml.settings import settings


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty weights folder; beside it, Keras's empty cache, `keras/models`. Nothing can be fetched."""
    place = tmp_path / "weights"
    place.mkdir()
    (tmp_path / "keras" / "models").mkdir(parents=True)

    def fetch(self: Application) -> None:
        raise Exception(f"URL fetch failure on {self.url}: None -- no network")  # as Keras does

    monkeypatch.setattr(Application, "fetch", fetch)
    monkeypatch.setenv("ARTML_WEIGHTS", str(place))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    settings.cache_clear()
    yield place
    settings.cache_clear()
