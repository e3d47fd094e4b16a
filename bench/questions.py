"""Every question over 10,000 published assessments: 5,000 companies, each on a day of each edition."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from datetime import date

from bench.companies import companies
from bench.graph import _LIMITS as LIMITS
from bench.graph import _profile as profile_of
from bench.graph import _timed as timed
from bench.measure import Row, row
from zjtx_kg import assess
from zjtx_kg.graph import Detail, Published, Store, publish, read_query, run
from zjtx_kg.graph.library import LibraryQuery, library

DAYS = (date(2025, 6, 1), date(2026, 6, 1))
COUNT = int(os.environ.get("ZJTX_BENCH_ASSESSMENTS", "10000"))
_BUDGET = 0.1
_SLOWEST = 8


def rows() -> list[Row]:
    store = Store()
    batch: list[Published] = []
    for graph in _graphs():
        batch.append(graph)
        if len(batch) == 500:
            store.add(batch)
            batch = []
    store.add(batch)
    taken = {name: _asked(store, question) for name, question in library().items()}
    where = f"{COUNT:,} assessments"
    slowest = sorted(taken, key=lambda name: -taken[name])[:_SLOWEST]
    return [
        row(
            f"the median of {len(taken)} library questions, {where}",
            statistics.median(taken.values()),
            _BUDGET,
            "",
        ),
        *(row(f"{name}, {where}", taken[name], note="among the slowest") for name in slowest),
    ]


def _graphs() -> Iterator[Published]:
    for number, data in enumerate(companies(COUNT // len(DAYS), gaps=0.05)):
        profile = profile_of(data, number)
        for day in DAYS:
            yield publish(profile, assess(profile, as_of=day), detail=Detail.COMPACT)


def _asked(store: Store, question: LibraryQuery) -> float:
    query = read_query(question.bound(question.example, today=DAYS[-1]))
    run(query, store, LIMITS)
    return statistics.median(timed(lambda: run(query, store, LIMITS)) for _ in range(3))
