"""The machine that a figure was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

LIBRARIES = ("artml", "keras", "tensorflow", "openvino", "numpy", "pillow")
FAST = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


def environment() -> dict[str, Any]:
    """Processor, cores, and the versions of what computes."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def has_bfloat16() -> bool:
    """Whether the processor computes in bfloat16; others imitate it, many times slower than float32."""
    return "bf16" in processor()


def processor() -> str:
    """The processor's name, with the instructions that speed depends on where Linux tells them."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = set(facts.get("flags", "").split())
    fast = [name for name in FAST if name in flags]
    name = facts.get("model name", platform.machine())
    return f"{name} ({', '.join(fast)})" if fast else name
