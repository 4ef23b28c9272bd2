"""The engine that runs a bundle's graph on the processor, behind a narrow interface."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import numpy as np

    from artml.memory import Memory
    from artml.quantisation import Ranges

Precision = Literal["int8", "bf16", "fp32"]
Wanted = Precision | Literal["auto"]
BATCH: Final = 8
"""Pictures, or crops of pictures, that a network sees at once: more take more memory, and each as long."""
HINTS: Final[Mapping[str, str]] = {"bf16": "bf16", "fp32": "f32"}


class Engine:
    """A compiled graph: uint8 pixels (n, side, side, 3) in, named float32 arrays out. Safe from many threads.

    Attribute `outputs`: the names of what comes out; `precision`: the arithmetic it runs in; `streams`.

    precision: what is wanted of it; "auto" is the fastest there is. What is not to be had gives way to the
    next more precise: int8 takes `ranges` (`artml.quantisation`), bf16 a processor that has it.
    memory: works that vote on the graph's logits.
    streams: how many threads can run it side by side, each on its share of the processors. With 1, all of
    them work for one, which answers soonest; with more, many batches take less time together.
    """

    precision: Precision

    def __init__(
        self,
        graph: Path | Any,
        *,
        precision: Wanted = "auto",
        ranges: Ranges | None = None,
        memory: Memory | None = None,
        streams: int = 1,
    ) -> None:
        from artml.openvino import ov

        core = ov.Core()
        model = core.read_model(graph) if isinstance(graph, Path) else graph
        in_eight = ranges is not None and precision in ("auto", "int8")
        if ranges is not None and in_eight:
            from artml.quantisation import mark

            mark(model, ranges)
        if memory is not None:
            memory.join(model)
        options: dict[str, Any] = {"NUM_STREAMS": streams} if streams > 1 else {"PERFORMANCE_HINT": "LATENCY"}
        if precision in HINTS:
            options["INFERENCE_PRECISION_HINT"] = HINTS[precision]
        self._compiled = core.compile_model(model, "CPU", options)
        rest = self._compiled.get_property("INFERENCE_PRECISION_HINT")
        self.precision = "int8" if in_eight else "fp32" if rest == ov.Type.f32 else "bf16"
        self.streams = streams
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
