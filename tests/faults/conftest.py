"""Faults are made to real processes: killed where it hurts most, or robbed of their disk or database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from artml.settings import ROOT, settings
from tests.jobs.conftest import colours, desk, employ, fill, museum, red, s3, server, url
from tests.upkeep.conftest import home

__all__ = ["colours", "desk", "employ", "fill", "home", "museum", "red", "s3", "server", "url"]

Start = Callable[..., "subprocess.Popen[str]"]

ACT = """
import os, sys, time

def here(word):
    print(word, flush=True)

def stay(word):  # until somebody kills this process
    here(word)
    time.sleep(600)

"""
"""What the scripts of these tests may call."""


@pytest.fixture
def start(tmp_path: Path, colours: Path) -> Iterator[Start]:
    """Starts a process that runs a script: `start(script, argument)`; it is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def starting(script: str, *arguments: object, **more: str) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ARTML_MODELS": str(settings().models),
            "ARTML_HOME": str(settings().home),
            **more,
        }
        command = [sys.executable, "-P", "-c", ACT + script, *map(str, arguments)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
        )
        started.append(process)
        return process

    yield starting
    for process in started:
        process.kill()
        process.communicate()


def heard(process: subprocess.Popen[str]) -> str:
    """The next word that a process says."""
    assert process.stdout
    word = process.stdout.readline().strip()
    assert word, "the process ended without a word"
    return word


def kill(process: subprocess.Popen[str]) -> list[str]:
    """`kill -9`; what the process had said until then and nobody had heard."""
    process.kill()
    said, _ = process.communicate()
    return said.split()


class Disk:
    """A small disk of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """Leave no room at all."""
        with self._ballast.open("ab", buffering=0) as file:
            block = b"\0" * 2**16
            while block:
                try:
                    file.write(block)
                except OSError:
                    block = block[: len(block) // 2]

    def make_room(self) -> None:
        """Take away what filled it."""
        self._ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """As if somebody had mounted it so."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 12 MiB; skipped, with the reason, where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk may be mounted here: {mounted.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
