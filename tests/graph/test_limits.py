"""Queries are stopped at their limits, and hurt nobody else."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

import pytest

from zjtx_kg.errors import QueryError
from zjtx_kg.graph import Limits, Store, answer
from zjtx_kg.graph.workers import Workers

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?d != ?g) }"
TIERS = "SELECT ?t { ?t a z:Tier }"


@pytest.fixture(scope="module")
def store() -> Store:
    return Store()


def test_time(store: Store) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError) as caught:
        answer(ENDLESS, store, Limits(seconds=0.5))
    assert caught.value.code == "graph.stopped_time"
    assert time.monotonic() - start < 10
    assert answer(TIERS, store).rows


def test_rows_and_triples_are_cut_and_say_so(store: Store) -> None:
    cut = answer("SELECT * { ?s ?p ?o }", store, Limits(rows=7))
    assert (len(cut.rows), cut.cut) == (7, True)
    exact = answer("SELECT * { ?s ?p ?o } LIMIT 7", store, Limits(rows=7))
    assert (len(exact.rows), exact.cut) == (7, False)
    triples = answer("CONSTRUCT WHERE { ?s ?p ?o }", store, Limits(rows=300)).triples
    assert triples is not None
    assert len(triples) == 300


def test_size(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        answer("SELECT * { ?s ?p ?o . ?a ?b ?c }", store, Limits(rows=10**9, megabytes=1))
    assert caught.value.code == "graph.stopped_size"


def test_memory(store: Store) -> None:
    greedy = "SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?d"
    with pytest.raises(QueryError) as caught:
        answer(greedy, store, Limits(seconds=60, memory=64))
    assert caught.value.code == "graph.stopped_memory"
    assert answer(TIERS, store).rows


def test_a_query_that_overflows_the_stack_hurts_only_itself(store: Store) -> None:
    deep = "ASK { FILTER(" + "!" * 90_000 + "true) }"
    with pytest.raises(QueryError):
        answer(deep, store, Limits(seconds=20))
    assert answer(TIERS, store).rows


def test_others_are_answered_while_one_runs_into_its_limit(store: Store) -> None:
    ended: list[str] = []

    def endless() -> None:
        with pytest.raises(QueryError):
            answer(ENDLESS, store, Limits(seconds=4))
        ended.append("endless")

    running = threading.Thread(target=endless)
    running.start()
    for _ in range(5):
        assert answer(TIERS, store).rows
    ended.append("others")
    running.join()
    assert ended == ["others", "endless"]


def _descriptors() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_no_worker_is_left_and_no_pipe() -> None:
    before = _descriptors()
    store = Store()
    for seconds in (5.0, 0.2):
        with contextlib.suppress(QueryError):
            answer(ENDLESS if seconds < 1 else TIERS, store, Limits(seconds=seconds))
    answer(TIERS, store)
    del store
    assert _descriptors() == before


def test_a_worker_that_ended_unasked_is_replaced() -> None:
    workers = Workers(1)

    def ask() -> bytes:
        return workers.ask(
            lambda begin: begin(lambda: _echo, True),
            b"hello",
            seconds=5,
            megabytes=1,
            memory=100,
        )

    def _echo(request: bytes, out: object) -> None:
        data = request + str(os.getpid()).encode()
        out.write(len(data).to_bytes(4, "big") + data)  # type: ignore[attr-defined]

    pids = [int(ask()[4:].removeprefix(b"hello")) for _ in range(2)]
    assert pids[0] == pids[1]
    os.kill(pids[0], 9)
    time.sleep(0.1)
    assert int(ask()[4:].removeprefix(b"hello")) != pids[0]
    workers.retire()


def test_waiting_for_a_worker_has_an_end() -> None:
    store = Store(workers=1)

    def endless() -> None:
        with pytest.raises(QueryError):
            answer(ENDLESS, store, Limits(seconds=3))

    busy = threading.Thread(target=endless)
    busy.start()
    time.sleep(0.3)
    with pytest.raises(QueryError) as caught:
        answer(TIERS, store, Limits(seconds=0.3))
    assert caught.value.code == "graph.stopped_busy"
    busy.join()


def test_a_worker_has_no_way_to_the_network_or_to_files(store: Store) -> None:
    """SERVICE is refused by reading; were it not, it would fail: the engine is asked past the refusal."""
    asked = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(QueryError) as caught:
        store.answer(asked, Limits(seconds=10))
    assert caught.value.code == "graph.engine"
