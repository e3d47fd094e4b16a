"""What a query may say: read token by token, refused before an engine sees it, its errors placed."""

from __future__ import annotations

import pytest

from zjtx_kg.errors import QueryError
from zjtx_kg.graph import Limits, Store, answer, read_query

PROLOGUE = "PREFIX ex: <http://example.org/>\nBASE <http://example.org/base/>\n"


@pytest.fixture(scope="module")
def store() -> Store:
    return Store()


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(QueryError) as caught:
        read_query(text)
    return [(problem.code, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize("form", ["SELECT * {}", "ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
def test_the_form_is_read_after_any_prologue(form: str) -> None:
    word = form.split(maxsplit=1)[0]
    assert read_query(form).form == word
    assert read_query(PROLOGUE + "# SELECT?\n" + form.lower()).form == word


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://a> <http://b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://example.org/data>",
        "load silent <http://example.org/data> into graph <http://g>",
        "CLEAR ALL",
        "DROP GRAPH <http://g>",
        "CREATE GRAPH <http://g>",
        "COPY DEFAULT TO <http://g>",
        "MOVE DEFAULT TO <http://g>",
        "ADD DEFAULT TO <http://g>",
        "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        PROLOGUE + "INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }",
    ],
)
def test_updates_are_refused(update: str) -> None:
    assert [code for code, _ in problems(update)] == ["query_update"]


def test_an_update_after_a_query_does_not_parse(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        answer("SELECT * { ?s ?p ?o } ; DROP ALL", store)
    assert caught.value.code == "graph.syntax"


#: Each reaches another machine on Oxigraph, or on an engine that undoes escapes first.
HIDDEN = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * {SERVICESILENT<http://x/>{}}",
    "SELECT * { ?s ?p true.SERVICE<http://x/>{} }",
    "PREFIX : <http://x/> SELECT * { ?s ?p true.SERVICE:foo{} }",
    "PREFIX : <http://x/> SELECT * { SERVICE:foo{} }",
    "SELECT * { ?a ?b ?c FILTER(?a<1)SERVICE?x#>\n{} }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>1)SERVICE?x{} }",
    "SELECT * { { SELECT * { SERVICE <http://x/> {} } } }",
    "SELECT * { ?s ?p 'a' # '\n SERVICE <http://x/> {} }",
    "SELECT * { ?s ?p '''a'''SERVICE<http://x/>{} }",
    "SELECT * { ?s ?p 'a\\'' . SERVICE <http://x/> {} }",
    'SELECT * { ?s ?p "a\\u0022 # " . SERVICE <http://x/> {} }',
    "SELECT * { S\\u0045RVICE <http://x/> {} }",
    "SELECT * { \\U00000053ERVICE <http://x/> {} }",
    "ASK { FILTER EXISTS { SERVICE <http://x/> {} } }",
    "SELECT * { ?s ?p 1.SERVICE<http://x/>{} }",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    assert "query_service" in [code for code, _ in problems(text)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s rdfs:label 'SERVICE <http://x/>' }",
        'SELECT * { ?s rdfs:label """SERVICE\n<http://x/>""" }',
        "# SERVICE <http://x/> {}\nSELECT * { ?s ?p ?o }",
        "SELECT ?service { ?service a z:Tier }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:service ?o }",
        "SELECT * { ?s <http://example.org/service> ?o }",
        "SELECT * { ?s rdfs:label ?x FILTER(?x<'service') }",
        "SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>?b) }",
        "SELECT ?load ?from ?insert { ?load ?from ?insert }",
        "SELECT * { ?s ?p 'x'@en-service }",
    ],
)
def test_the_word_alone_is_no_offence(text: str, store: Store) -> None:
    answer(text, store, Limits(rows=10))


def test_prefixes_of_the_ontology_need_no_declaration(store: Store) -> None:
    query = read_query("ASK { tier:little-giant a z:Tier ; rdfs:label ?l }")
    assert query.added == 1
    assert answer("ASK { tier:little-giant a z:Tier }", store).truth is True
    own = "PREFIX z: <http://example.org/> ASK { tier:little-giant a z:Tier }"
    assert answer(own, store).truth is False


def test_every_prefix_that_is_not_declared_is_told_with_its_place() -> None:
    with pytest.raises(QueryError) as caught:
        read_query("SELECT *\n{ ?s ex:a ?o .\n  ?s a other:B }", "mine.rq")
    assert [(p.code, p.path, p.line) for p in caught.value.problems] == [
        ("query_prefix", "mine.rq:2:6", 2),
        ("query_prefix", "mine.rq:3:8", 3),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {\n  ?s a z:Tier\n  FILTER(\n}", 4, 1),
        ("SELECT * { ?s a z:Tier", 1, 23),
        ("SELECT ?名 {\n  ?名 rdfs:label “甲” }", 2, 17),
        ("PREFIX z: <http://z/>\nSELECT * { ?s a z:Tier } LIMIT many", 2, 32),
        ("SELECT * {\n  ?s a z:Tier FILTR(?s) }", 2, 15),
        ("SELECT * {\n  ?s a z:Tier FILTER(1 = ) }", 2, 26),
        ("SELECT ?s { ?s a z:Tier } ORDER BU ?s", 1, 33),
        ("SELECT * { ?s a z:Tier .\n\n . . }", 3, 2),
        ("SELECT * {\n ?s rdfs:label 'little giant }", 2, 16),
        ("SELECT * { ?s a z:Tier }}", 1, 25),
        ("SELECT * { ?s a z:Tier } SELECT * { ?s ?p ?o }", 1, 26),
    ],
)
def test_a_syntax_error_names_line_and_column_of_the_users_text(
    text: str, line: int, column: int, store: Store
) -> None:
    with pytest.raises(QueryError) as caught:
        answer(text, store, source="mine.rq")
    (problem,) = caught.value.problems
    assert (problem.code, problem.path, problem.line) == ("query_syntax", f"mine.rq:{line}:{column}", line)
    assert f"{line}" in caught.value.message("en")


@pytest.mark.parametrize("text", ["", "# nothing", "hello", "PREFIX ex: <http://example.org/>", "\x00", "{"])
def test_what_is_no_query_is_refused(text: str) -> None:
    assert [code for code, _ in problems(text)] == ["query_form"]


def test_what_the_engine_says_of_the_meaning_is_told(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        answer("SELECT ?s (COUNT(?t) AS ?n) { ?s a ?t }", store)
    (problem,) = caught.value.problems
    assert problem.code == "query_meaning"
    assert "unbound" in problem.expected("en")


def test_from_names_graphs_of_the_dataset_and_nothing_is_fetched(store: Store) -> None:
    query = read_query(PROLOGUE + "SELECT * FROM <http://g/1> FROM NAMED ex:g2 FROM <rel> { ?s ?p ?o }")
    assert query.graphs == ("http://g/1", "http://example.org/g2", "http://example.org/base/rel")
    with pytest.raises(QueryError) as caught:
        answer("SELECT * FROM <http://example.org/data.ttl> { ?s ?p ?o }", store)
    assert [problem.code for problem in caught.value.problems] == ["graph_absent"]
    assert [code for code, _ in problems("SELECT * FROM <data.ttl> { ?s ?p ?o }")] == ["query_graph"]


def test_long_and_deep_queries_are_refused() -> None:
    assert [code for code, _ in problems("SELECT * { " + "#" * 300_000 + "\n}")] == ["query_long"]
    assert [code for code, _ in problems("SELECT * " + "{" * 5000 + "}" * 5000)] == ["query_deep"]
