"""The fuzz target for the opening of images, run for a fixed count."""

from __future__ import annotations

import subprocess
import sys

import pytest

from artml.settings import ROOT
from tests.reliability import note


@pytest.mark.parametrize("count", [400, pytest.param(20_000, marks=pytest.mark.hostile)])
def test_any_bytes_open_or_are_refused(count: int) -> None:
    """In a process of its own, so that a crash of a codec is seen for what it is."""
    command = [sys.executable, "-W", "error", "-m", "tests.hostile.fuzz", str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stderr[-1500:]
    tried, _, outcomes = done.stdout.partition(" ")
    assert int(tried) >= count // 2
    assert "pixels" in outcomes
    assert "ImageDamaged" in outcomes
    if count > 1000:
        note("Input", "fuzz target", f"{int(tried):,} inputs", "pixels or an ImageError, no crash")
