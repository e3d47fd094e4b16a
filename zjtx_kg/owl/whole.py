"""The whole OWL view: every edition, kind of application and reading, for Protégé and any DL reasoner.

It is generated and committed (``ontology/owl-view.ttl``), so that it can be opened without this program and
read in a diff. A node that means the same in all forms of its criteria is one class; where a review or
another reading of an ambiguous clause asks for something else, its class says so in its IRI:
``…/for/review``, ``…/under/<reading>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from zjtx_kg.owl import names
from zjtx_kg.owl.language import Annotation, Axiom, Declaration
from zjtx_kg.owl.triples import triples
from zjtx_kg.owl.view import Property, Viewer, definition
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Kind, Rulebase, Selection, walk
from zjtx_kg.rulebase.model import Node
from zjtx_kg.rulebase.turtle import canonical, parse_file
from zjtx_kg.terms import BASE, DCTERMS, DL, OWL, RDF, RDFS
from zjtx_kg.texts import LANGUAGES, say

__all__ = ["FILE", "forms", "whole_axioms", "whole_view"]

#: Where the view stands below the ontology's directory.
FILE: Final = "owl-view.ttl"
_TAGS: Final = {"zh": "zh-Hans", "en": "en"}
_ANNOTATIONS: Final = ("title", "description", "created", "creator", "license", "modified", "source")


def forms(rulebase: Rulebase) -> list[Selection]:
    """Every selection that can judge: new before review, the encoded readings before the others."""
    found = []
    for policy, tier in sorted(rulebase.criteria):
        kinds = [k for k in Kind if any(r.policy == policy for r in rulebase.editions(tier, k))] or [Kind.NEW]
        used = {node.reading for node in walk(rulebase.criteria[policy, tier]) if node.reading is not None}
        chosen = [frozenset[str](), *(frozenset([r]) for r in sorted(used - rulebase.encoded_readings))]
        for readings in chosen:
            for kind in kinds:
                selection = rulebase.select(policy, tier, kind, rulebase.readings_with(readings))
                assert selection is not None
                found.append(selection)
    return found


def whole_axioms(rulebase: Rulebase) -> Iterator[Axiom]:
    """Every definition with its labels, each property with its axioms."""
    selections = forms(rulebase)
    viewer = Viewer(rulebase, variants=_variants(rulebase, selections))
    defined = {iri: (node, means) for one in selections for node, iri, means in viewer.definitions(one)}
    yield Declaration("Class", names.COMPANY)
    yield from _labels(names.COMPANY, "owl.company")
    for used in viewer.properties.values():
        yield from used.axioms()
        yield from _about(used, rulebase)
    words = wording(rulebase)
    for iri, (node, means) in defined.items():
        yield from definition(iri, means)
        if iri.startswith(DL + "count/"):
            yield from _labels(iri, "owl.count")
            continue
        labels = {
            lang: words.label(node)(lang) if node is not None else say("owl.prior", lang)
            for lang in LANGUAGES
        }
        for one, key in ((iri, "owl.met"), (names.unmet(iri), "owl.unmet")):
            for lang in LANGUAGES:
                yield Annotation(one, RDFS + "label", say(key, lang, label=labels[lang]), _TAGS[lang])
        if node is not None:
            yield Annotation(iri, DCTERMS + "source", f"{BASE}condition/{node.id}")


def whole_view(rulebase: Rulebase, root: Path) -> str:
    """The file as it should be for these rules."""
    found = triples(dict.fromkeys(whole_axioms(rulebase)))
    return canonical(
        [*_header(root), *found], f"# {say('owl.generated', 'zh')}\n# {say('owl.generated', 'en')}\n"
    )


def _variants(rulebase: Rulebase, selections: list[Selection]) -> dict[Node, str]:
    """For each node that has several forms, what its class is called beyond the first."""
    shapes: dict[str, dict[Node, str]] = {}
    for selection in selections:
        rivals = {
            node.reading for node in walk(selection.criteria) if node.reading is not None
        } - rulebase.encoded_readings
        under = "".join(f"/under/{reading}" for reading in sorted(rivals))
        name = under + (f"/for/{selection.kind}" if selection.kind is not Kind.NEW else "")
        for node in walk(selection.criteria):
            known = shapes.setdefault(node.id, {})
            if node not in known:
                known[node] = name if known else ""
    return {node: name for known in shapes.values() for node, name in known.items() if name}


def _about(used: Property, rulebase: Rulebase) -> Iterator[Axiom]:
    """Labels of a property, from the indicator, the condition or the award that it stands for."""
    kind, _, id = used.source.partition("/")
    words = wording(rulebase)
    for lang in LANGUAGES:
        if kind == "indicator":
            label = rulebase.indicators[id].label(lang)
        elif kind == "award":
            years = used.iri.rpartition("/within-")[2].removesuffix("-years")
            label = say("owl.award", lang, label=rulebase.awards[id].label(lang), years=years)
        else:
            node = next(n for c in rulebase.criteria.values() for n in walk(c) if n.id == id)
            label = say("owl.points", lang, label=words.label(node)(lang))
        yield Annotation(used.iri, RDFS + "label", label, _TAGS[lang])
    yield Annotation(used.iri, DCTERMS + "source", BASE + used.source)


def _labels(iri: str, key: str) -> Iterator[Axiom]:
    for lang in LANGUAGES:
        yield Annotation(iri, RDFS + "label", say(key, lang), _TAGS[lang])


def _header(root: Path) -> Iterator[ox.Triple]:
    """The ontology's own description: as old as the vocabulary, as young as the youngest rule file."""
    node = ox.NamedNode(DL.removesuffix("/"))
    dates: dict[str, set[str]] = {"created": set(), "modified": set()}
    version = ""
    for path in sorted(root.rglob("*.ttl")):
        if path.name == FILE:
            continue
        for triple in parse_file(path, path.name):
            for name, found in dates.items():
                if triple.predicate.value == DCTERMS + name:
                    found.add(triple.object.value)  # type: ignore[union-attr]
            if path.name == "zjtx.ttl" and triple.predicate.value == OWL + "versionIRI":
                version = triple.object.value.rpartition("/")[2]  # type: ignore[union-attr]
    day = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")

    def about(predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(predicate), value)

    yield about(RDF + "type", ox.NamedNode(OWL + "Ontology"))
    yield about(OWL + "versionIRI", ox.NamedNode(f"{node.value}/{version}"))
    for lang, tag in _TAGS.items():
        yield about(DCTERMS + "title", ox.Literal(say("owl.title", lang), language=tag))
        yield about(DCTERMS + "description", ox.Literal(say("owl.description", lang), language=tag))
    yield about(DCTERMS + "creator", ox.Literal("zjtx-kg contributors"))
    yield about(DCTERMS + "license", ox.NamedNode("https://creativecommons.org/licenses/by/4.0/"))
    yield about(DCTERMS + "created", ox.Literal(min(dates["created"]), datatype=day))
    yield about(DCTERMS + "modified", ox.Literal(max(dates["modified"]), datatype=day))
    yield about("http://purl.org/vocab/vann/preferredNamespacePrefix", ox.Literal("dl"))
    declared = [DCTERMS + name for name in _ANNOTATIONS]
    for iri in (*declared, "http://purl.org/vocab/vann/preferredNamespacePrefix"):
        yield ox.Triple(
            ox.NamedNode(iri), ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "AnnotationProperty")
        )
