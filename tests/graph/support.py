"""Published companies that the tests of stores and queries share."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.support import DAY, ROOT, changed, read_yaml
from zjtx_kg import Profile, assess
from zjtx_kg.graph import Detail, Published, publish

__all__ = ["example", "graph_of", "graphs_of"]

USCC = "91320505MA1MTEWT33"


@cache
def _example() -> Any:
    return read_yaml(ROOT / "examples" / "suzhou-precision.yaml")


def example(changes: dict[str, Any] | None = None) -> Profile:
    """The precision-drive maker of the examples, changed at dotted paths."""
    return Profile.from_dict(changed(_example(), changes or {}))


def graph_of(changes: dict[str, Any] | None = None, *, detail: Detail = Detail.COMPACT) -> Published:
    """One company's assessment as a graph."""
    profile = example(changes)
    return publish(profile, assess(profile, as_of=DAY), detail=detail)


def graphs_of(count: int, *, first: int = 0) -> list[Published]:
    """Graphs of companies that differ by name and by their years in the market."""
    return [
        graph_of({"name": f"企业 {number}", "facts.market_years": 1 + number % 9})
        for number in range(first, first + count)
    ]
