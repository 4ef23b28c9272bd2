"""A museum with a guide that can learn, all below a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.collection import Collection
from artml.settings import settings
from tests.learning.drawn import write_guide


@pytest.fixture
def home(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the settings say that the collection is; the guide is shipped."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTML_DATA", str(tmp_path / "nowhere"))
    for name in ("ARTML_DATABASE_URL", "ARTML_FILES"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    write_guide(models / "guide")
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def museum(home: Path) -> Iterator[Collection]:
    """An empty collection."""
    with Collection.open() as collection:
        yield collection
