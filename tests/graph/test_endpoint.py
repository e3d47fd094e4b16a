"""Any SPARQL 1.1 endpoint: the same store by address, tested on a real Oxigraph server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.graph.support import USCC, graph_of, graphs_of
from zjtx_kg import load
from zjtx_kg.errors import QueryError, StoreError
from zjtx_kg.graph import Change, Endpoint, Limits, Store, answer

SERVER = Path(sys.executable).parent / "oxigraph"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [SERVER, "serve", "--bind", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            break
        except OSError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/query"
    server.kill()
    server.wait()


def test_the_law_and_assessments_are_published_and_asked_as_in_a_store(address: str) -> None:
    endpoint, store = Endpoint(address), Store()
    graphs = graphs_of(2)
    assert endpoint.add(graphs) == store.add(graphs) == Change(new=2)
    assert endpoint.add(graphs) == Change(unchanged=2)
    assert endpoint.law_digest() == store.law_digest() == load().digest
    assert endpoint.entries() == store.entries()
    for query in (
        "SELECT ?t { ?t a z:Tier } ORDER BY ?t",
        "ASK { GRAPH ?g { ?f z:status z:unmet } }",
        "SELECT ?g ?c ?m { GRAPH ?g { ?f z:condition ?c ; z:margin ?m } } ORDER BY ?g ?c ?m",
    ):
        assert answer(query, endpoint) == answer(query, store)
    described = "CONSTRUCT { ?t ?p ?o } WHERE { ?t a z:Tier ; ?p ?o FILTER(isLiteral(?o)) }"
    here, there = answer(described, store).triples, answer(described, endpoint).triples
    assert here is not None
    assert there is not None
    assert sorted(map(str, there)) == sorted(map(str, here))


def test_a_change_replaces_and_remove_removes(address: str) -> None:
    endpoint = Endpoint(address)
    before, after = (graph_of({"uscc": USCC, "facts.market_years": value}) for value in (3, 4))
    assert endpoint.add([before]) == Change(new=1)
    assert endpoint.add([after]) == Change(changed=1)
    digest = f"SELECT ?d {{ GRAPH ?g {{ ?g z:digest ?d }} FILTER(?g = <{after.graph}>) }}"
    assert [row[0].value for row in answer(digest, endpoint).rows] == [after.digest]  # type: ignore[union-attr]
    assert endpoint.remove([after.graph, "http://example.org/none"]) == 1
    assert not endpoint.has_graph(after.graph)


def test_the_protocols_dataset_is_passed_on(address: str) -> None:
    endpoint = Endpoint(address)
    graph = graph_of({"name": "数据集"})
    endpoint.add([graph])
    found = answer("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", endpoint, default_graphs=[graph.graph]).rows
    assert found[0][0].value == str(graph.data.count(b"\n"))  # type: ignore[union-attr]


def test_limits_and_errors(address: str) -> None:
    endpoint = Endpoint(address)
    with pytest.raises(QueryError) as caught:
        endpoint.answer("SELECT nonsense", Limits())
    assert caught.value.code == "graph.engine"
    with pytest.raises(QueryError) as caught:
        answer("SELECT * {\n ?s ?p ", endpoint)
    assert caught.value.code == "graph.syntax"
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(QueryError) as caught:
        answer(endless, endpoint, Limits(seconds=0.5))
    assert caught.value.code == "graph.stopped_time"
    cut = answer("SELECT * { ?s ?p ?o }", endpoint, Limits(rows=5))
    assert (len(cut.rows), cut.cut) == (5, True)
    with pytest.raises(QueryError) as caught:
        answer("SELECT * { SERVICE <http://x/> {} }", endpoint)
    assert caught.value.code == "graph.refused"


def test_what_is_no_endpoint_is_told() -> None:
    with pytest.raises(StoreError) as caught:
        Endpoint("http://127.0.0.1:9/query").entries()
    assert caught.value.code == "graph.unreachable"


def test_another_datasets_default_graph_is_left_alone(address: str) -> None:
    other = Endpoint(address)
    other._update("DROP ALL ; INSERT DATA { <http://a> <http://b> 1 }")
    with pytest.raises(StoreError) as caught:
        other.add(graphs_of(1))
    assert caught.value.code == "graph.default_graph_taken"
    assert answer("ASK { <http://a> <http://b> 1 }", other).truth
