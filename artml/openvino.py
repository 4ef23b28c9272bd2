"""OpenVINO, kept from reporting its use: import it from here, and nowhere else.

At every import it would send an event to an analytics service. Without its telemetry package it does not.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402 - only after the line above
from openvino import opset13 as op  # noqa: E402

__all__ = ["op", "ov"]
