"""Publishing, loading and asking: 10,000 assessments beside the law, and the same questions on rdflib.

rdflib holds some hundred assessments in the time and memory at hand; there both engines are asked in one run.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bench.companies import companies
from bench.measure import Row, median, row
from zjtx_kg import Profile, assess, load
from zjtx_kg.graph import Detail, Limits, Published, Query, Store, publish, read_query, run
from zjtx_kg.graph.law import law

DAY = date(2025, 6, 1)
COUNT = int(os.environ.get("ZJTX_BENCH_ASSESSMENTS", "10000"))
BESIDE = 200
_REGIONS = ("320505", "330106", "440606", "510107", "610113")
_BUDGET = 0.1
_LIMITS = Limits(seconds=300, rows=1_000_000, megabytes=512, memory=4096)

#: What people ask of a store; ``%s`` stands for a company's graph.
QUESTIONS = {
    "why one company is not a little giant": """
        SELECT ?sentence ?margin { GRAPH <%s> {
            ?f z:status z:unmet ; z:condition ?c ; z:tierAssessment [ z:tier tier:little-giant ]
            OPTIONAL { ?f z:margin ?margin } }
          ?c z:sentence ?sentence FILTER(langMatches(lang(?sentence), "zh")) }""",
    "what one company's tiers are": """
        SELECT ?tier ?verdict { GRAPH <%s> { ?t z:tier ?tier ; z:verdict ?verdict } }""",
    "thresholds on R&D across policies and editions": """
        SELECT ?c ?operator ?bound {
          ?c z:indicator i:rd_intensity ; z:operator ?operator ; z:bound ?bound }""",
    "verdicts by tier": """
        SELECT ?tier ?verdict (COUNT(*) AS ?companies) {
          GRAPH ?g { ?t z:tier ?tier ; z:verdict ?verdict } } GROUP BY ?tier ?verdict""",
    "companies one condition away": """
        SELECT ?company ?c { GRAPH ?g { ?t z:tier tier:little-giant ; z:blockedBy ?c ; z:assessment ?a .
            ?a z:company ?company .
            FILTER NOT EXISTS { ?t z:blockedBy ?other FILTER(?other != ?c) } } }""",
    "near misses by region and condition": """
        SELECT ?region ?c (COUNT(*) AS ?companies) { GRAPH ?g {
            ?f z:status z:unmet ; z:relativeMargin ?m ; z:condition ?c ; z:tierAssessment ?t .
            FILTER(?m >= -10) ?t z:tier tier:little-giant ; z:assessment ?a .
            ?a z:company ?company . ?company z:regionCode ?region } } GROUP BY ?region ?c""",
}


def rows() -> list[Row]:
    rules = load()
    few = [_profile(data, i) for i, data in enumerate(companies(60, gaps=0.05))]
    found = [assess(profile, as_of=DAY) for profile in few]
    pairs = list(zip(few, found, strict=True))
    result = [
        row("publish, every finding (median)", median(lambda pair: publish(*pair), pairs)),
        row("publish, compact (median)", median(lambda pair: publish(*pair, detail=Detail.COMPACT), pairs)),
    ]
    published = [publish(*pair, detail=Detail.COMPACT) for pair in pairs]
    whole = [publish(*pair) for pair in pairs]
    result.append(_sizes("every finding", whole))
    result.append(_sizes("compact", published))
    law(rules)
    with tempfile.TemporaryDirectory() as directory:
        result += _loaded("on disk", Store(Path(directory) / "store"), min(COUNT, 1000), Path(directory))
    store = Store()
    result += _loaded("in memory", store, COUNT, None)
    graph = published[0].graph
    medians = [_asked(store, question, graph) for question in QUESTIONS.values()]
    where = f"{COUNT:,} assessments"
    result += [row(f"{name}, {where}", taken) for name, taken in zip(QUESTIONS, medians, strict=True)]
    result.append(row(f"the median question, {where}", statistics.median(medians), _BUDGET, ""))
    return result + _beside()


def _profile(data: dict[str, Any], number: int) -> Profile:
    return Profile.from_dict({**data, "region": _REGIONS[number % len(_REGIONS)]})


def _graphs(count: int) -> Iterator[Published]:
    for number, data in enumerate(companies(count, gaps=0.05)):
        profile = _profile(data, number)
        yield publish(profile, assess(profile, as_of=DAY), detail=Detail.COMPACT)


def _sizes(what: str, graphs: list[Published]) -> Row:
    size = statistics.median(len(graph.data) for graph in graphs)
    quads = statistics.median(graph.data.count(b"\n") for graph in graphs)
    return Row(f"size, {what}", f"{size / 1024:,.0f} KiB", note=f"N-Quads; {quads:,.0f} quads (medians)")


def _loaded(where: str, store: Store, count: int, directory: Path | None) -> list[Row]:
    taken = 0.0
    batch: list[Published] = []
    for graph in _graphs(count):
        batch.append(graph)
        if len(batch) == 500:
            taken += _timed(partial(store.add, batch))
            batch = []
    taken += _timed(partial(store.add, batch))
    rows = [row(f"load {where}, each assessment", taken / count, note=f"{count:,}, compact")]
    if directory is not None:
        store.close()
        size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
        rows.append(
            Row(f"size {where}, each assessment", f"{size / count / 1024:,.1f} KiB", note="with the law")
        )
    return rows


def _asked(store: Store, question: str, graph: str) -> float:
    query = _query(question, graph)
    run(query, store, _LIMITS)
    return statistics.median(_timed(lambda: run(query, store, _LIMITS)) for _ in range(5))


def _query(question: str, graph: str) -> Query:
    return read_query(question.replace("%s", graph))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _beside() -> list[Row]:
    """Both engines over the same assessments, with every row read."""
    from rdflib import Dataset

    store, other = Store(), Dataset(default_union=False)
    graphs = list(_graphs(BESIDE))
    store.add(graphs)
    data = b"".join(graph.data for graph in graphs)
    rules = law(store.rulebase)
    loading = _timed(lambda: other.parse(data=data + rules, format="nquads"))
    result = [row(f"rdflib, load each of {BESIDE}", loading / BESIDE, note="in memory, with the law")]
    for name, question in QUESTIONS.items():
        query = _query(question, graphs[0].graph)
        ours = _asked(store, question, graphs[0].graph)
        theirs = _timed(lambda text=query.text: list(other.query(text)))  # type: ignore[misc]
        note = f"rdflib {theirs * 1e3:,.0f} ms"
        result.append(Row(f"{name}, {BESIDE}", f"{ours * 1e3:.3g} ms", "", f"{ours / theirs:.3f}", note))
    return result
