"""What is published says what the evaluator found, exactly, under names that stay the same."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from tests.graph.support import USCC, example, graph_of
from tests.support import DAY, flat
from zjtx_kg import assess, load
from zjtx_kg.exact import Fraction
from zjtx_kg.graph import Detail, Published, Store, answer, graph_iri, publish
from zjtx_kg.reasoning.results import Range
from zjtx_kg.rulebase import walk

STATUS = {"met": "met", "unmet": "unmet", "unknown": "undecided"}
GAPS = {
    "years.2024.rd_expense": {"min": 440, "max": 480},
    "facts.own_brand": None,
    "years.2023.revenue": None,
}


def rows(query: str, *graphs: Published) -> list[tuple[Any, ...]]:
    store = Store()
    store.add(graphs)
    return [tuple(getattr(term, "value", None) for term in row) for row in answer(query, store).rows]


def short(iri: str) -> str:
    return iri.rpartition("#")[2]


@pytest.mark.parametrize("changes", [{}, GAPS], ids=["complete", "gaps"])
def test_every_finding_is_there_with_the_status_that_was_computed(changes: dict[str, Any]) -> None:
    profile = example(changes)
    found = assess(profile, as_of=DAY)
    expected = Counter(
        (finding.condition, STATUS[finding.status]) for tier in found.tiers for finding in flat(tier.findings)
    )
    query = "SELECT ?f ?c ?s { GRAPH ?g { ?f a z:Finding ; z:condition ?c ; z:status ?s } }"
    published = Counter(
        (c.removeprefix("https://w3id.org/zjtx/condition/"), short(s))
        for _, c, s in rows(query, publish(profile, found))
    )
    assert published == expected
    names = {"not_eligible": "notEligible"}
    verdicts = rows("SELECT ?t ?v { GRAPH ?g { ?a z:tier ?t ; z:verdict ?v } }", publish(profile, found))
    assert {(tier.rpartition("/")[2], short(verdict)) for tier, verdict in verdicts} == {
        (tier.tier, names.get(tier.status, tier.status)) for tier in found.tiers
    }


@pytest.mark.parametrize("changes", [{}, GAPS], ids=["complete", "gaps"])
def test_numbers_are_exact_or_say_that_they_are_rounded(changes: dict[str, Any]) -> None:
    profile = example(changes)
    found = assess(profile, as_of=DAY)
    query = """SELECT ?c ?value ?min ?max ?margin ?rounded { GRAPH ?g { ?f z:condition ?c ; z:indicator ?i
        OPTIONAL { ?f z:value ?value } OPTIONAL { ?f z:min ?min } OPTIONAL { ?f z:max ?max }
        OPTIONAL { ?f z:margin ?margin } OPTIONAL { ?f z:rounded ?rounded } } }"""
    written = {
        row[0].removeprefix("https://w3id.org/zjtx/condition/"): row[1:]
        for row in rows(query, publish(profile, found))
    }
    seen = 0
    for finding in (one for tier in found.tiers for one in flat(tier.findings)):
        if not isinstance(finding.observed, Range) or finding.indicator is None:
            continue
        value, low, high, margin, rounded = written[finding.condition]
        ends = (value, value) if value is not None else (low, high)
        for text, exact in (
            *zip(ends, (finding.observed.min, finding.observed.max), strict=True),
            (margin, finding.margin),
        ):
            assert (text is None) is (exact is None), finding.condition
            if exact is None:
                continue
            near, step = Fraction(Decimal(text)), Fraction(1, 10**12)
            assert near == exact or (rounded == "true" and near - step < exact < near + step)
            seen += 1
    assert seen > 30


def test_publishing_twice_gives_the_same_bytes_and_changes_nothing() -> None:
    first, second = graph_of(detail=Detail.FULL), graph_of(detail=Detail.FULL)
    assert first == second
    store = Store()
    store.add([first])
    dump = store.dump()
    assert store.add([second]).unchanged == 1
    assert store.dump() == dump


def test_the_name_tells_company_day_kind_and_what_was_asked() -> None:
    profile = example({"uscc": USCC})
    base = f"https://w3id.org/zjtx/assessment/{USCC}/2025-06-01/new"
    assert graph_iri(profile, DAY, "new") == f"{base}/in-force"
    assert (
        graph_iri(profile, DAY, "new", "miit-2026-2", ["little-giant"]) == f"{base}/miit-2026-2/little-giant"
    )
    names = {
        graph_iri(example(changes), DAY, kind, policy)
        for changes in ({}, {"name": "乙"}, {"uscc": USCC})
        for kind in ("new", "review")
        for policy in (None, "miit-2026-2")
    }
    assert len(names) == 12


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["turtle", "jsonld", "nquads"])
def test_other_programs_read_every_format_the_same(name: str) -> None:
    graph = graph_of(detail=Detail.FULL)
    reference = rdflib.Graph()
    reference.parse(
        data="".join(f"{q.triple} .\n" for q in ox.parse(graph.data, format=ox.RdfFormat.N_QUADS)),
        format="nt",
    )
    dataset = rdflib.Dataset()
    formats = {"turtle": "turtle", "jsonld": "json-ld", "nquads": "nquads"}
    dataset.parse(data=graph.in_format(name).decode(), format=formats[name])
    read = rdflib.Graph()
    for s, p, o, _ in dataset.quads():
        read.add((s, p, o))
    assert len(read) == graph.data.count(b"\n")
    assert isomorphic(read, reference)
    if name != "turtle":
        assert {str(g.identifier) for g in dataset.graphs() if len(g)} == {graph.graph}


def test_a_graph_has_no_blank_node_and_only_declared_terms() -> None:
    graph = graph_of(GAPS, detail=Detail.FULL)
    terms: set[str] = set()
    for quad in ox.parse(graph.data, format=ox.RdfFormat.N_QUADS):
        assert not any(isinstance(part, ox.BlankNode) for part in (quad.subject, quad.object))
        assert quad.graph_name == ox.NamedNode(graph.graph)
        nodes = [part.value for part in (quad.predicate, quad.object) if isinstance(part, ox.NamedNode)]
        terms |= {iri for iri in nodes if iri.startswith("https://w3id.org/zjtx/ns#")}
    store = Store()
    for iri in sorted(terms):
        asked = (
            f"ASK {{ <{iri}> rdfs:label ?zh, ?en FILTER(langMatches(lang(?zh), 'zh') && lang(?en) = 'en') }}"
        )
        assert answer(asked, store).truth, iri


def test_findings_rest_on_observations_and_those_on_figures_of_the_profile() -> None:
    query = """SELECT ?path { GRAPH ?g {
        ?f z:condition condition:miit-2022-63\\/little-giant\\/refinement\\/debt-ratio ; z:observation ?o .
        ?o prov:wasDerivedFrom ?figure . ?figure z:sourcePath ?path } } ORDER BY ?path"""
    assert rows(query, graph_of(detail=Detail.FULL)) == [
        ("years.2024.total_assets",),
        ("years.2024.total_liabilities",),
    ]


def test_provenance_names_the_program_and_the_state_of_the_rules() -> None:
    query = """SELECT ?digest ?version { GRAPH ?g {
        ?g prov:wasGeneratedBy ?a . ?a prov:used ?r ; prov:wasAssociatedWith [ z:engineVersion ?version ] .
        ?r z:digest ?digest } }"""
    import zjtx_kg

    assert rows(query, graph_of()) == [(load().digest, zjtx_kg.__version__)]


def test_compact_graphs_hold_what_is_unmet_or_unknown() -> None:
    profile = example(GAPS)
    found = assess(profile, as_of=DAY)
    query = "SELECT DISTINCT ?c ?s { GRAPH ?g { ?f z:condition ?c ; z:status ?s FILTER(?s != z:met) } }"
    full, compact = (rows(query, publish(profile, found, detail=detail)) for detail in Detail)
    scored = {
        finding.condition
        for tier in found.tiers
        for finding in flat(tier.findings)
        if finding.points is not None and finding.operator != "score"
    }
    kept = [row for row in full if row[0].removeprefix("https://w3id.org/zjtx/condition/") not in scored]
    assert sorted(compact) == sorted(kept)


def test_every_condition_of_the_law_has_a_sentence_an_operator_and_its_place() -> None:
    query = """SELECT ?c { ?c z:inCriteria ?root ; z:parentCondition ?p ; z:order ?n ; z:operator ?op ;
        z:sentence ?zh, ?en FILTER(langMatches(lang(?zh), "zh") && langMatches(lang(?en), "en")) }"""
    asked = {row[0].removeprefix("https://w3id.org/zjtx/condition/") for row in rows(query)}
    criteria = load().criteria.values()
    assert asked == {part.id for whole in criteria for part in walk(whole) if part is not whole}
