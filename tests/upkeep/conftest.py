"""A home in which a museum has worked, and the fixtures of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artml.settings import settings
from tests.jobs.conftest import colours, desk, employ, fill, museum, red, s3, server, url

__all__ = ["colours", "desk", "employ", "fill", "museum", "red", "s3", "server", "url"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home of the settings; databases are elsewhere unless a test opens the one in it."""
    monkeypatch.setenv("ARTML_HOME", str(tmp_path / "home"))
    for name in ("ARTML_DATABASE_URL", "ARTML_FILES"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    yield tmp_path / "home"
    monkeypatch.undo()
    settings.cache_clear()
