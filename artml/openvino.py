"""OpenVINO, kept from reporting its use and from standing still: import it from here, and nowhere else.

At every import it would send an event to an analytics service. Without its telemetry package it does not.
Its table of number types is made when it is first needed, while other threads may run: of two that need it at
once, each waits for what the other holds, for ever. It is made here, where one thread is.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino as ov  # noqa: E402 - only after the line above
from openvino import opset13 as op  # noqa: E402

ov.Type.u8.to_dtype()

__all__ = ["op", "ov"]
