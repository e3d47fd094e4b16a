"""Counts and durations for Prometheus, over all workers. Nothing here names a tenant or a company."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = ["ASSESSED", "DURATION", "REFUSED", "REQUESTS", "exposition"]

_OWN = CollectorRegistry()
REQUESTS = Counter(
    "zjtx_requests_total", "Requests answered", ["operation", "method", "status"], registry=_OWN
)
DURATION = Histogram(
    "zjtx_request_seconds",
    "Time from the first byte of a request to the last of its answer",
    ["operation"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=_OWN,
)
ASSESSED = Counter("zjtx_profiles_assessed_total", "Profiles assessed", registry=_OWN)
REFUSED = Counter("zjtx_refused_total", "Requests refused at the door", ["reason"], registry=_OWN)


def exposition() -> bytes:
    """The text format. With several workers, the sum of what each has written down."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return bytes(generate_latest(_OWN))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return bytes(generate_latest(registry))
