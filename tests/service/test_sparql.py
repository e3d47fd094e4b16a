"""SPARQL over HTTP: the W3C protocol tests, formats, tenants, limits, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.service.support import JSON, client, key
from tests.support import SHARED

W3C = SHARED / "w3c-sparql-protocol"
needs_w3c = pytest.mark.skipif(not W3C.is_dir(), reason="UNTESTED: the W3C tests are not beside the project")
_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_HT = "http://www.w3.org/2011/http#"
_CNT = "http://www.w3.org/2011/content#"
_UT = "http://www.w3.org/2009/sparql/tests/test-update#"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_COUNT = "SELECT (COUNT(?g) AS ?n) WHERE { GRAPH ?g { ?g a z:Assessment } }"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with client(tmp_path_factory.mktemp("store")) as found:
        yield found


def _ask(service: TestClient, query: str, **headers: str) -> Any:
    return service.get("/sparql", params={"query": query}, headers=headers)


# --- the tests of the W3C -----------------------------------------------------------------------------


class Manifest:
    """The exchanges of the manifest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ox.Store()
        base = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest"
        self.store.load(path=str(folder / "manifest.ttl"), format=ox.RdfFormat.TURTLE, base_iri=base)

    def objects(self, node: Any, predicate: str) -> list[Any]:
        return [q.object for q in self.store.quads_for_pattern(node, ox.NamedNode(predicate), None)]

    def one(self, node: Any, predicate: str) -> Any:
        found = self.objects(node, predicate)
        return found[0] if found else None

    def items(self, node: Any) -> list[Any]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        found = []
        while node is not None and node.value != rdf + "nil":
            found.append(self.one(node, rdf + "first"))
            node = self.one(node, rdf + "rest")
        return found

    def tests(self) -> list[Any]:
        kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        protocol = ox.NamedNode(_MF + "ProtocolTest")
        return sorted((q.subject for q in self.store.quads_for_pattern(None, kind, protocol)), key=str)

    def graphs(self, test: Any) -> dict[str, bytes]:
        found = {}
        for data in self.objects(test, _UT + "graphData"):
            file = self.one(data, _UT + "graph").value.rpartition("/")[2]
            found[self.one(data, _LABEL).value] = (self.folder / file).read_bytes()
        return found

    def requests(self, test: Any) -> list[Any]:
        return self.items(self.one(self.one(test, _MF + "action"), _HT + "requests"))


def _names() -> list[str]:
    return [t.value.rpartition("#")[2] for t in Manifest(W3C).tests()] if W3C.is_dir() else []


@needs_w3c
@pytest.mark.parametrize("name", _names())
def test_the_protocol_tests_of_the_w3c(name: str, service: TestClient) -> None:
    """The query half passes; the update half is refused: every update is a client error here."""
    manifest = Manifest(W3C)
    (test,) = (t for t in manifest.tests() if t.value.endswith("#" + name))
    graphs = service.app.state.service.graphs  # type: ignore[attr-defined]
    store = graphs.store("local")
    quads = b"".join(
        line.rstrip().rstrip(b".") + f"<{iri}> .\n".encode()
        for iri, data in manifest.graphs(test).items()
        for line in data.splitlines()
        if line.strip() and not line.startswith(b"#")
    )
    store._reader.load(quads, ox.RdfFormat.N_QUADS)
    store._workers.retire()
    for request in manifest.requests(test):
        headers = {
            manifest.one(h, _HT + "fieldName").value: manifest.one(h, _HT + "fieldValue").value
            for h in manifest.items(manifest.one(request, _HT + "headers"))
        }
        body = manifest.one(request, _HT + "body")
        content = None
        if body is not None:
            encoding = manifest.one(body, _CNT + "characterEncoding")
            content = manifest.one(body, _CNT + "chars").value.encode(encoding.value if encoding else "utf-8")
        response = service.request(
            manifest.one(request, _HT + "methodName").value,
            manifest.one(request, _HT + "absolutePath").value,
            content=content,
            headers=headers,
        )
        is_update = b"update=" in (content or b"") or "sparql-update" in headers.get("content-type", "")
        wanted = manifest.one(request, _HT + "resp")
        statuses = {s.value[-3:-2] for s in manifest.objects(wanted, _MF + "expectedStatus")}
        if is_update:
            assert response.status_code // 100 == 4, response.text
            return
        assert str(response.status_code // 100) in statuses, response.text
        truth = manifest.one(wanted, _MF + "expectedBoolean")
        if truth is not None:
            assert response.json()["boolean"] is (truth.value == "true")
        kinds = {
            "boolean": ("json", "xml"),
            "tabular": ("json", "xml", "csv", "tab"),
            "RDF": ("turtle", "rdf", "n-t"),
        }
        form = manifest.one(wanted, _MF + "expectedFormat")
        if form is not None:
            assert any(kind in response.headers["content-type"] for kind in kinds[form.value])


# --- formats ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("SELECT ?t { ?t a z:Tier }", "", "application/sparql-results+json"),
        ("SELECT ?t { ?t a z:Tier }", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("SELECT ?t { ?t a z:Tier }", "text/csv", "text/csv; charset=utf-8"),
        (
            "SELECT ?t { ?t a z:Tier }",
            "text/tab-separated-values",
            "text/tab-separated-values; charset=utf-8",
        ),
        ("ASK { ?t a z:Tier }", "application/json", "application/sparql-results+json"),
        ("DESCRIBE tier:hnte", "text/turtle", "text/turtle; charset=utf-8"),
        ("DESCRIBE tier:hnte", "application/ld+json", "application/ld+json"),
        ("CONSTRUCT WHERE { ?t a z:Tier }", "application/n-triples", "application/n-triples"),
        ("CONSTRUCT WHERE { ?t a z:Tier }", "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_formats_by_accept(service: TestClient, query: str, accept: str, kind: str) -> None:
    response = _ask(service, query, **({"accept": accept} if accept else {}))
    assert (response.status_code, response.headers["content-type"]) == (200, kind)
    assert response.headers["vary"] == "Accept"
    assert response.content


def test_a_format_that_cannot_hold_the_answer_is_406(service: TestClient) -> None:
    assert _ask(service, "SELECT ?t { ?t a z:Tier }", accept="text/turtle").status_code == 406
    assert _ask(service, "DESCRIBE tier:hnte", accept="text/csv").status_code == 406


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * FROM <http://example.org/data> { ?s ?p ?o }",
        "LOAD <http://example.org/data>",
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "DROP ALL",
        "SELEKT * { ?s ?p ?o }",
        "",
    ],
)
def test_what_is_not_a_query_here_is_refused(service: TestClient, query: str) -> None:
    response = _ask(service, query)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["title"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405(service: TestClient, method: str) -> None:
    assert service.request(method, "/sparql").status_code == 405


def test_an_update_body_is_415(service: TestClient) -> None:
    response = service.post(
        "/sparql", content="DROP ALL", headers={"content-type": "application/sparql-update"}
    )
    assert response.status_code == 415
    assert "application/sparql-query" in response.headers["accept-post"]


def test_the_service_describes_itself(service: TestClient) -> None:
    response = service.get("/sparql", headers={"accept": "text/turtle"})
    assert "http://www.w3.org/ns/sparql-service-description#SPARQL11Query" in _expanded(response)
    void = service.get("/.well-known/void", headers={"accept": "application/n-triples"})
    assert void.status_code == 200
    assert "<http://rdfs.org/ns/void#sparqlEndpoint>" in void.text


def _expanded(response: Any) -> str:
    quads = ox.parse(response.content, format=ox.RdfFormat.TURTLE)
    return "\n".join(str(quad) for quad in quads)


# --- tenants and limits -------------------------------------------------------------------------------


def test_tenants_never_see_each_other_through_sparql(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with client(store, require_key=True) as service:
        first, second = (key(store, tenant, "write") for tenant in ("bank", "city"))
        secret = {"profile": 1, "name": "甲方机密", "years": {"2024": {"revenue": 43210}}}
        assert service.put("/v1/companies/mine", json=secret, headers={**first, **JSON}).status_code == 201
        assert _rows(_ask(service, _COUNT, **first)) == [["1"]]
        assert _rows(_ask(service, _COUNT, **second)) == [["0"]]
        where = '{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(CONTAINS(STR(?o), "%s")) }'
        query, seen = f"ASK {where}", f"SELECT * {where}"
        accept = {"accept": "text/csv"}
        for text in ("甲方机密", "43210", "company/mine"):
            assert text in _ask(service, seen % text, **first, **accept).text
            assert _ask(service, query % text, **first).json()["boolean"] is True
            assert _ask(service, query % text, **second).json()["boolean"] is False
        graph = quote("https://w3id.org/zjtx/company/mine")
        assert _ask(service, f"SELECT * FROM <{graph}> {{ ?s ?p ?o }}", **second).status_code == 400
        assert _ask(service, _COUNT).status_code == 401
        assert service.delete("/v1/companies/mine", headers=first).status_code in (200, 204)
        assert _rows(_ask(service, _COUNT, **first)) == [["0"]]


def test_a_recorded_company_is_asked_as_it_stands(tmp_path: Path) -> None:
    query = """SELECT ?status { GRAPH ?g { ?a z:tier tier:little-giant ; z:verdict ?status } }"""
    with client(tmp_path / "store") as service:
        service.put("/v1/companies/a", json={"facts": {"market_years": 1}}, headers=JSON)
        first = _rows(_ask(service, query))
        service.put("/v1/companies/a", json={"facts": {"market_years": 9}}, headers=JSON)
        second = _rows(_ask(service, query))
    assert first != second
    assert len(first) == len(second) == 1


def test_a_slow_query_is_stopped_while_others_answer(tmp_path: Path) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with client(tmp_path / "store", query_limit=1.0) as service:
        response = _ask(service, slow)
        assert response.status_code == 503
        assert response.json()["title"]
        assert _rows(_ask(service, "SELECT (1 AS ?one) {}")) == [["1"]]


def test_a_long_answer_is_cut_and_says_so(tmp_path: Path) -> None:
    with client(tmp_path / "store", max_rows=5) as service:
        response = _ask(service, "SELECT * { ?s ?p ?o }")
        assert response.headers["zjtx-cut"] == "5"
        assert len(_rows(response)) == 5


def _rows(response: Any) -> list[list[str]]:
    found = response.json()
    return [[row[c]["value"] for c in found["head"]["vars"]] for row in found["results"]["bindings"]]
