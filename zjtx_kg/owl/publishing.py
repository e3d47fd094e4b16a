"""What goes with the ontology when it is published: generated, committed, checked for staleness.

* ``owl-view.ttl``: the rules as OWL 2 DL (:mod:`zjtx_kg.owl.whole`);
* ``catalog-v001.xml``: Protégé's catalog, so that imports resolve to the files beside it, without a network;
* ``context.jsonld``: the JSON-LD context; decimals are typed, so they travel as quoted strings, exact;
* ``void.ttl``: what the dataset contains, in VoID.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import pyoxigraph as ox

from zjtx_kg.owl.whole import FILE, whole_view
from zjtx_kg.rulebase import Rulebase, rule_files
from zjtx_kg.rulebase.turtle import canonical, parse_file
from zjtx_kg.terms import BASE, DCTERMS, DL, NS, OWL, PREFIXES, RDF, RDFS, SHAPES, SKOS, VOID, XSD
from zjtx_kg.texts import LANGUAGES, say

__all__ = ["GENERATED", "generated"]

#: The names of the generated files; none of them is read as rules.
GENERATED: Final = (FILE, "catalog-v001.xml", "context.jsonld", "void.ttl")
_TAGS: Final = {"zh": "zh-Hans", "en": "en"}
_TEXTS: Final = ("label", "prefLabel", "altLabel", "definition", "note", "title", "description")


def generated(rulebase: Rulebase, root: Path) -> dict[str, str]:
    """Each generated file as it should be for the rules of a directory."""
    files = {path.relative_to(root).as_posix(): parse_file(path, path.name) for path in _described(root)}
    view = whole_view(rulebase, root)
    ontologies = {**_ontologies(files), DL.removesuffix("/"): FILE}
    return {
        FILE: view,
        "catalog-v001.xml": _catalog(ontologies),
        "context.jsonld": _context(files),
        "void.ttl": _void(rulebase, files),
    }


def _described(root: Path) -> list[Path]:
    return [*rule_files(root), *sorted((root / "shapes").glob("*.ttl"))]


def _ontologies(files: Mapping[str, list[ox.Triple]]) -> dict[str, str]:
    """Every ontology with the file that holds it."""
    return {
        triple.subject.value: name
        for name, triples in files.items()
        for triple in triples
        if triple.predicate.value == RDF + "type"
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value == OWL + "Ontology"
        and isinstance(triple.subject, ox.NamedNode)
    }


def _catalog(ontologies: Mapping[str, str]) -> str:
    lines = [
        f"    <uri id={quoteattr(name)} name={quoteattr(iri)} uri={quoteattr(name)}/>"
        for iri, name in sorted(ontologies.items())
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
            '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">',
            *lines,
            "</catalog>",
            "",
        ]
    )


# --- JSON-LD ----------------------------------------------------------------------------------------


def _context(files: Mapping[str, list[ox.Triple]]) -> str:
    triples = [triple for found in files.values() for triple in found]
    kinds: dict[str, str] = {}
    ranges: dict[str, str] = {}
    lists: set[str] = set()
    cells = {t.subject for t in triples if t.predicate.value == RDF + "first"}
    for triple in triples:
        subject, predicate, value = triple.subject, triple.predicate.value, triple.object
        if value in cells:
            lists.add(predicate)
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
            continue
        if predicate == RDF + "type" and value.value in (OWL + "ObjectProperty", OWL + "DatatypeProperty"):
            kinds[subject.value] = value.value
        elif predicate == RDFS + "range":
            ranges[subject.value] = value.value
    terms: dict[str, Any] = {"@version": 1.1, "@base": BASE, **PREFIXES, "id": "@id", "type": "@type"}
    for iri in sorted(kinds):
        if iri.startswith(NS):
            terms[iri.removeprefix(NS)] = _term(iri, kinds[iri], ranges.get(iri), listed=iri in lists)
    texts = {DCTERMS: ("title", "description"), SKOS: _TEXTS[1:5], RDFS: ("label",)}
    for start, names in texts.items():
        for name in names:
            terms[name] = {"@id": start + name, "@container": ["@language", "@set"]}
    return json.dumps({"@context": terms}, ensure_ascii=False, indent=2) + "\n"


def _term(iri: str, kind: str, range: str | None, *, listed: bool) -> dict[str, str]:
    found = {"@id": "z:" + iri.removeprefix(NS)}
    if kind == OWL + "ObjectProperty":
        found["@type"] = "@id"
    elif range is not None and range.startswith(XSD):
        found["@type"] = "xsd:" + range.removeprefix(XSD)
    if listed:
        found["@container"] = "@list"
    return found


# --- VoID -------------------------------------------------------------------------------------------


def _void(rulebase: Rulebase, files: Mapping[str, list[ox.Triple]]) -> str:
    triples = [triple for found in files.values() for triple in found]
    classes = Counter(
        t.object.value
        for t in triples
        if t.predicate.value == RDF + "type"
        and isinstance(t.object, ox.NamedNode)
        and t.object.value.startswith(NS)
    )
    data, own = ox.NamedNode(BASE + "dataset"), ox.NamedNode(BASE + "void")
    found: list[ox.Triple] = []

    def add(subject: ox.NamedNode | ox.BlankNode, predicate: str, value: Any) -> None:
        found.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def number(count: int) -> ox.Literal:
        return ox.Literal(str(count), datatype=ox.NamedNode(XSD + "integer"))

    add(own, RDF + "type", ox.NamedNode(VOID + "DatasetDescription"))
    add(own, "http://xmlns.com/foaf/0.1/primaryTopic", data)
    add(data, RDF + "type", ox.NamedNode(VOID + "Dataset"))
    for lang in LANGUAGES:
        title = ox.Literal(say("owl.dataset", lang), language=_TAGS[lang])
        add(data, DCTERMS + "title", title)
        add(own, DCTERMS + "title", title)
    add(data, DCTERMS + "license", ox.NamedNode("https://creativecommons.org/licenses/by/4.0/"))
    add(data, VOID + "uriSpace", ox.Literal(BASE))
    add(data, VOID + "triples", number(len(triples)))
    add(data, VOID + "exampleResource", ox.NamedNode(f"{BASE}tier/{next(iter(rulebase.tiers), '')}"))
    for iri in (NS, SKOS, DCTERMS, "http://data.europa.eu/m8g/", "http://data.europa.eu/eli/ontology#"):
        add(data, VOID + "vocabulary", ox.NamedNode(iri))
    add(data, VOID + "vocabulary", ox.NamedNode(SHAPES))
    for iri in sorted(classes):
        part = ox.BlankNode()
        add(data, VOID + "classPartition", part)
        add(part, VOID + "class", ox.NamedNode(iri))
        add(part, VOID + "entities", number(classes[iri]))
    top = f"# {say('owl.generated', 'zh')}\n# {say('owl.generated', 'en')}\n"
    return canonical(found, top)
