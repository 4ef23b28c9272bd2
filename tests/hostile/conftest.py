"""A server with a bundle that answers at once, and what its processes take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from tests.browser.conftest import chromium, free_port, running
from tests.colours import write_colour_bundle

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one bundle that goes by colours."""
    folder = tmp_path_factory.mktemp("models")
    write_colour_bundle(folder / "guide")
    return folder


@pytest.fixture(scope="module")
def server(
    bundles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Popen[bytes], Path]]:
    """The address of a server that counts no uploads, its process, and its folder, which holds the log."""
    port, folder = free_port(), tmp_path_factory.mktemp("server")
    chosen = {"MODELS": str(bundles), "MAX_UPLOADS_MINUTE": "0", "WORKERS": "0", "LOG": "json"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in chosen.items():
            patch.setenv(f"ARTML_{name}", value)
        command = [sys.executable, "-m", "artml", "serve", "--port", str(port)]
        with running(command, port, folder) as (address, process):
            yield address, process, folder


def resident(pid: int) -> int:
    """Bytes that a process holds in memory."""
    words = Path(f"/proc/{pid}/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmRSS:") + 1]) * 1024
