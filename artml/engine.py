"""The engine that runs a bundle's graph on the processor, behind a narrow interface."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


class Engine:
    """A compiled graph: uint8 pixels (n, side, side, 3) in, named float32 arrays out. Safe from many threads.

    Attribute `outputs`: the names of what comes out.

    The precision is the processor's best (bfloat16 where it has it) unless `precision` says "f32" or "bf16".
    """

    def __init__(self, graph: Path | Any, *, precision: str | None = None) -> None:
        from artml.openvino import ov

        core = ov.Core()
        model = core.read_model(graph) if isinstance(graph, Path) else graph
        options = {"PERFORMANCE_HINT": "LATENCY"}
        if precision:
            options["INFERENCE_PRECISION_HINT"] = precision
        self._compiled = core.compile_model(model, "CPU", options)
        self.outputs = tuple(output.get_any_name() for output in self._compiled.outputs)
        self._idle: list[Any] = []
        self._lock = Lock()

    def __call__(self, pixels: np.ndarray) -> Mapping[str, np.ndarray]:
        """Run the graph once."""
        request = self._take()
        try:
            results = request.infer({0: pixels}, share_inputs=True)
            return {name: results[i].copy() for i, name in enumerate(self.outputs)}
        finally:
            with self._lock:
                self._idle.append(request)

    def _take(self) -> Any:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._compiled.create_infer_request()
