"""Workers beside the pages start again when they die, and end with the pages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from artml.jobs import attendant
from artml.jobs.attendant import attended
from tests.jobs.conftest import wait_until

STUBBORN = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


@pytest.fixture
def count(tmp_path: Path) -> Path:
    """A file to which every process adds a line."""
    return tmp_path / "count"


def script(count: Path, then: str) -> list[str]:
    code = f"{STUBBORN if 'sleep' in then else ''}open({str(count)!r}, 'a').write('x'); {then}"
    return [sys.executable, "-c", code]


def test_one_that_dies_is_followed_by_another(count: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendant, "LOOK", 0.01)
    with attended(1, script(count, "import os; os._exit(3)")):
        wait_until(lambda: count.exists() and len(count.read_text()) >= 3)


def test_all_end_with_the_block_also_those_that_will_not(
    count: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "LOOK", 0.01)
    monkeypatch.setattr(attendant, "PATIENCE", 0.1)
    with attended(2, script(count, "time.sleep(600)")):
        wait_until(lambda: count.exists() and len(count.read_text()) == 2)
    with attended(0):
        pass
