"""Fifty visitors at once for ten minutes, while a job labels 5,000 works; and more than may wait."""

from __future__ import annotations

import subprocess
import sys

import pytest

from artml.settings import ROOT
from tests.reliability import note


@pytest.mark.hostile
def test_fifty_visitors_and_a_job() -> None:
    command = [sys.executable, "-m", "benchmarks.load"]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert found.returncode == 0, found.stdout
    (summary,) = [line for line in found.stdout.splitlines() if line.startswith("summary: ")]
    what = "50 visitors on the page, no pause, and a job of 5,000 works"
    note("Load", what, "10 minutes", summary.removeprefix("summary: "))
