"""The review gates: every one passes on the shipped rules and finds what it is there for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, SH, Graph, Literal, URIRef

from tests.support import ROOT
from zjtx_kg import load
from zjtx_kg.owl.gates import gate_issues, gates
from zjtx_kg.owl.publishing import GENERATED, generated
from zjtx_kg.rulebase import rule_files

ONTOLOGY = ROOT / "ontology"
HEAD = """
@base <https://w3id.org/zjtx/> .
@prefix z: <https://w3id.org/zjtx/ns#> .
@prefix i: <https://w3id.org/zjtx/indicator/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix cccev: <http://data.europa.eu/m8g/> .
"""
RULE = "a z:Applicability ; z:tier <tier/hnte> ; z:kind z:new"
#: For each gate the least that it must find.
BROKEN = {
    "term-label": "z:Thing a owl:Class ; rdfs:label 'thing'@en .",
    "term-definition": "z:thing a owl:ObjectProperty ; rdfs:label '物'@zh-Hans .",
    "term-status": "z:Thing a owl:Class .",
    "same-label": "z:A a owl:Class ; rdfs:label 'same'@en . z:B a owl:Class ; rdfs:label 'same'@en .",
    "naming": "z:thing_of a owl:Class .",
    "ascii-iri": "<condition/资产> a z:Threshold .",
    "declared-property": "<x> <http://example.org/p> 1 .",
    "declared-class": "<x> a z:NoSuchClass .",
    "foreign-name": "cccev:MyOwn a owl:Class ; rdfs:label 'mine'@en .",
    "ontology-header": "<ontology/x> a owl:Ontology ; owl:versionIRI <ontology/x/1.0> .",
    "version-in-name": "<ontology/x/1.0> a owl:Ontology .",
    "language-tag": "<x> rdfs:label 'no tag' .",
    "no-doubles": "<x> z:atMost 7.0e1 .",
    "deprecated": "z:old owl:deprecated true .",
    "subclass-cycle": "z:A rdfs:subClassOf z:B . z:B rdfs:subClassOf z:A .",
    "dangling": "<x> z:clause <clause/nowhere> .",
    "advances-cycle": "<tier/a> z:advancesTo <tier/b> . <tier/b> z:advancesTo <tier/a> .",
    "tier-unreachable": "<tier/a> a z:Tier .",
    "criteria-never-apply": "<condition/p/t> a z:Criteria .",
    "two-editions": (
        f"<a> {RULE} ; z:from '2020-01-01'^^xsd:date ; z:until '2021-06-30'^^xsd:date . "
        f"<b> {RULE} ; z:from '2021-06-30'^^xsd:date ."
    ),
    "mapped-and-unmapped": "<c> a z:Clause ; z:unmappedBecause '旧'@zh-Hans . <x> z:clause <c> .",
    "condition-clause": "<x> a z:Threshold ; z:attestation z:memory .",
    "unsupplied-indicator": "<x> z:indicator i:nowhere .",
    "min-above-max": "i:x z:lowest 3.0 ; z:highest 2.0 .",
    "dates-in-order": "<a> z:from '2021-01-01'^^xsd:date ; z:until '2020-12-31'^^xsd:date .",
    "unread-indicator": "i:x a z:StateFact .",
    "domain-range": "z:thing a owl:ObjectProperty .",
    "weak-attestation": "<x> z:attestation z:memory .",
}  # fmt: skip


def hits(root: Path) -> set[str]:
    return {issue.found.split()[0] for issue in gate_issues(root, sorted(root.rglob("*.ttl")))}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_gate_finds_what_it_is_there_for(name: str, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text(HEAD + BROKEN[name], encoding="utf-8")
    assert name in hits(tmp_path)


def test_every_gate_has_an_example_and_says_what_it_means() -> None:
    found = gates(ONTOLOGY)
    assert {gate.name for gate in found} == BROKEN.keys()
    for gate in found:
        assert gate.message("zh")
        assert gate.message("en")


def test_the_shipped_rules_pass() -> None:
    issues = list(gate_issues(ONTOLOGY, rule_files(ONTOLOGY)))
    assert [issue for issue in issues if issue.severity == "violation"] == []


def test_the_day_after_is_no_second_edition(tmp_path: Path) -> None:
    text = BROKEN["two-editions"].replace("from '2021-06-30'", "from '2021-07-01'")
    (tmp_path / "fine.ttl").write_text(HEAD + text, encoding="utf-8")
    assert "two-editions" not in hits(tmp_path)


# --- shapes -----------------------------------------------------------------------------------------


def shapes() -> Graph:
    found = Graph()
    for path in sorted((ONTOLOGY / "shapes").glob("*.ttl")):
        found.parse(path)
    return found


SHAPES = shapes()
CLASSES = sorted({str(c) for c in SHAPES.objects(None, SH.targetClass)})


def targets() -> Iterator[Any]:
    for shape in sorted(SHAPES.subjects(RDF.type, SH.NodeShape)):
        for target in SHAPES.objects(shape, SH.targetClass):
            yield pytest.param(shape, target, id=str(target).rpartition("#")[2])


def failing(data: Graph, shape: Any) -> bool:
    import pyshacl

    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES)
    own = {shape, *SHAPES.objects(shape, SH.property)}
    return any(source in own for source in report.objects(None, SH.sourceShape))


@pytest.mark.parametrize(("shape", "target"), list(targets()))
def test_a_shape_refuses_a_node_that_says_nothing_or_says_it_twice(shape: Any, target: Any) -> None:
    """A negative example for each shape; the shipped rules are the positive ones (next test)."""
    data = Graph()
    node = URIRef("https://w3id.org/zjtx/condition/broken")
    data.add((node, RDF.type, target))
    for path in {p for one in SHAPES.objects(shape, SH.property) for p in SHAPES.objects(one, SH.path)}:
        if isinstance(path, URIRef):
            for text in ("one", "two"):
                data.add((node, path, Literal(text, datatype="http://www.w3.org/2001/XMLSchema#double")))
    empty = Graph()
    empty.add((node, RDF.type, target))
    assert failing(empty, shape) or failing(data, shape)


def test_each_class_with_a_shape_has_a_positive_example() -> None:
    data = Graph()
    for path in rule_files(ONTOLOGY):
        if path.name != "gbt4754.ttl":
            data.parse(path)
    used = {str(c) for c in data.objects(None, RDF.type)} | {
        str(c) for c in data.objects(None, OWL.deprecated)
    }
    example = """<x> a z:AtLeast ; z:minimum 1 ; z:of ( <y> ) ; z:attestation z:memory ;
        z:clause <clause/miit-2022-63/article-3> ."""
    if "https://w3id.org/zjtx/ns#AtLeast" not in used:  # no document asks for some of several things yet
        data.parse(data=HEAD + example, format="turtle")
        assert not failing(data, URIRef("https://w3id.org/zjtx/shapes#AtLeast"))
    assert set(CLASSES) <= used | {"https://w3id.org/zjtx/ns#AtLeast"}


# --- what is generated ------------------------------------------------------------------------------


def test_generated_files_are_in_step() -> None:
    for name, text in generated(load(), ONTOLOGY).items():
        assert (ONTOLOGY / name).read_text(encoding="utf-8") == text, f"{name}: run zjtx ontology view"


def test_a_stale_view_is_found(tmp_path: Path) -> None:
    from zjtx_kg.owl import check_ontology

    root = tmp_path / "rules"
    shutil.copytree(ONTOLOGY, root)
    path = root / "policies/miit-2022-63/little-giant.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("z:atMost 70.0", "z:atMost 71.0", 1), encoding="utf-8")
    found = {result.check: result for result in check_ontology(root)}
    assert [issue.place for issue in found["view"].issues] == ["owl-view.ttl"]


def test_the_catalog_resolves_every_import() -> None:
    import xml.etree.ElementTree as ET

    known = {
        entry.attrib["name"]: entry.attrib["uri"]
        for entry in ET.parse(ONTOLOGY / "catalog-v001.xml").getroot()
    }
    for path in sorted(ONTOLOGY.rglob("*.ttl")):
        for imported in Graph().parse(path).objects(None, OWL.imports):
            assert (ONTOLOGY / known[str(imported)]).is_file(), (path, imported)


def test_the_view_is_owl_2_dl_as_far_as_rdf_tells() -> None:
    """Every property used in it is declared once as what it is, and no literal is a double."""
    view = Graph().parse(ONTOLOGY / GENERATED[0])
    declared = {s for s in view.subjects(RDF.type, None) if isinstance(s, URIRef)}
    for restriction in view.subjects(RDF.type, OWL.Restriction):
        assert view.value(restriction, OWL.onProperty) in declared
    kinds = (OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.ObjectProperty)
    for one in {s for kind in kinds for s in view.subjects(RDF.type, kind)}:
        assert sum((one, RDF.type, kind) in view for kind in kinds) == 1
    datatypes = {
        str(o.datatype).rpartition("#")[2] for o in view.objects() if isinstance(o, Literal) and o.datatype
    }
    assert datatypes <= {"decimal", "boolean", "string", "date", "integer"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_json_ld_keeps_decimals_as_strings() -> None:
    import json

    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert context["atMost"] == {"@id": "z:atMost", "@type": "xsd:decimal"}
    document = {"@context": context, "@id": "condition/x", "atMost": "70.000000000000000000001"}
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    assert [str(value) for value in graph.objects()] == ["70.000000000000000000001"]
