"""What a server counts, in OpenMetrics: every name, what it means, and the text that a collector reads."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

REGISTRY: Final = CollectorRegistry()

ANSWERS: Final = Histogram(
    "artml_answer_seconds",
    "Pictures answered, and the seconds from their bytes to the answer, waiting included.",
    ("way",),
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60),
)
REFUSALS: Final = Counter(
    "artml_refusals",
    "Pictures that gave no answer, by the error's name.",
    ("way", "error"),
    registry=REGISTRY,
)
WAITING: Final = Gauge("artml_waiting", "Pictures being decoded, or in line for that.", registry=REGISTRY)
REQUESTS: Final = Counter(
    "artml_requests", "Requests answered, by route and status.", ("route", "status"), registry=REGISTRY
)
LIMITED: Final = Counter(
    "artml_limited", "Uploads refused, as too many came from one address within a minute.", registry=REGISTRY
)
HELD: Final = Gauge(
    "artml_held_bytes", "Bytes of files sent to pages that lie in memory until looked at.", registry=REGISTRY
)
JOBS: Final = Gauge("artml_jobs", "Jobs of the collection, by state.", ("state",), registry=REGISTRY)

ProcessCollector(registry=REGISTRY)  # memory, processor, open files


def exposed() -> bytes:
    """Everything, as a collector reads it (`CONTENT_TYPE`)."""
    return bytes(generate_latest(REGISTRY))  # type: ignore[no-untyped-call]
