"""PyTorch, which only training on a graphics card needs."""

from __future__ import annotations

from typing import Any

import pytest


def torch_or_skip() -> Any:
    """The module; the test is skipped where it is not installed."""
    return pytest.importorskip("torch", reason="PyTorch is not installed; only training by it needs it.")
