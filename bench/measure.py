"""How a benchmark measures: the best of several rounds, in one process, and ratios between neighbours."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. ``ratio`` is measured over budget, or over the neighbour named in ``note``."""

    work: str
    measured: str
    budget: str = ""
    ratio: str = ""
    note: str = ""

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


def seconds(work: Callable[[], Any], *, rounds: int = 7) -> float:
    """The shortest of several rounds: what the work costs when nothing else is in the way."""
    work()
    found = []
    gc.collect()
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def median(work: Callable[[Any], Any], inputs: list[Any], *, rounds: int = 5) -> float:
    """The median over inputs, each at its best of several rounds."""
    found = []
    for given in inputs:
        best = float("inf")
        for _ in range(rounds):
            start = time.perf_counter()
            work(given)
            best = min(best, time.perf_counter() - start)
        found.append(best)
    return statistics.median(found)


def shown(value: float) -> str:
    """A duration in the unit that reads best."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def row(work: str, measured: float, budget: float | None = None, note: str = "") -> Row:
    if budget is None:
        return Row(work, shown(measured), note=note)
    return Row(work, shown(measured), shown(budget), f"{measured / budget:.2f}", note)
