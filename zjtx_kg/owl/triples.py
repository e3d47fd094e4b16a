"""OWL as RDF, by the mapping of the OWL 2 recommendation: what Protégé opens and what is committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from zjtx_kg.owl.language import (
    Annotation,
    Axiom,
    ClassExpression,
    Complement,
    DataRange,
    Declaration,
    Disjoint,
    Domain,
    Equivalent,
    Every,
    Functional,
    Intersection,
    Literal,
    Member,
    Named,
    Range,
    Restriction,
    Singleton,
    Some,
    SubClass,
    Union,
)
from zjtx_kg.terms import OWL, RDF, RDFS, XSD

__all__ = ["triples"]

_KINDS: Final = {
    "Class": OWL + "Class",
    "DataProperty": OWL + "DatatypeProperty",
    "AnnotationProperty": OWL + "AnnotationProperty",
    "NamedIndividual": OWL + "NamedIndividual",
}
_Node = ox.NamedNode | ox.BlankNode


def triples(axioms: Iterable[Axiom]) -> list[ox.Triple]:
    """The triples of axioms; every expression is a blank node of its own."""
    writer = _Writer()
    for axiom in axioms:
        writer.axiom(axiom)
    return writer.found


class _Writer:
    def __init__(self) -> None:
        self.found: list[ox.Triple] = []

    def say(self, subject: _Node, predicate: str, value: _Node | ox.Literal) -> None:
        self.found.append(ox.Triple(subject, ox.NamedNode(predicate), value))

    def axiom(self, value: Axiom) -> None:
        match value:
            case Declaration(kind, iri):
                self.say(ox.NamedNode(iri), RDF + "type", ox.NamedNode(_KINDS[kind]))
            case Equivalent(name, to):
                self.say(ox.NamedNode(name), OWL + "equivalentClass", self.expression(to))
            case SubClass(sub, of):
                self.say(self.expression(sub), RDFS + "subClassOf", self.expression(of))
            case Disjoint(first, second):
                self.say(ox.NamedNode(first), OWL + "disjointWith", ox.NamedNode(second))
            case Functional(name):
                self.say(ox.NamedNode(name), RDF + "type", ox.NamedNode(OWL + "FunctionalProperty"))
            case Domain(name, of):
                self.say(ox.NamedNode(name), RDFS + "domain", ox.NamedNode(of))
            case Range(name, values):
                self.say(ox.NamedNode(name), RDFS + "range", self.data_range(values))
            case Member(individual, of):
                self.say(ox.NamedNode(individual), RDF + "type", self.expression(of))
            case Annotation(subject, name, text, lang):
                spoken = ox.Literal(text, language=lang) if lang else ox.NamedNode(text)
                self.say(ox.NamedNode(subject), name, spoken)

    def expression(self, value: ClassExpression) -> _Node:
        if isinstance(value, Named):
            return ox.NamedNode(value.iri)
        node = ox.BlankNode()
        kind = "Restriction" if isinstance(value, Some | Every) else "Class"
        self.say(node, RDF + "type", ox.NamedNode(OWL + kind))
        match value:
            case Complement(of):
                self.say(node, OWL + "complementOf", self.expression(of))
            case Intersection(members):
                self.say(node, OWL + "intersectionOf", self.sequence(map(self.expression, members)))
            case Union(members):
                self.say(node, OWL + "unionOf", self.sequence(map(self.expression, members)))
            case Some(name, values):
                self.say(node, OWL + "onProperty", ox.NamedNode(name))
                self.say(node, OWL + "someValuesFrom", self.data_range(values))
            case Every(name, values):
                self.say(node, OWL + "onProperty", ox.NamedNode(name))
                self.say(node, OWL + "allValuesFrom", self.data_range(values))
            case Singleton(individual):
                self.say(node, OWL + "oneOf", self.sequence([ox.NamedNode(individual)]))
        return node

    def data_range(self, values: DataRange) -> _Node:
        if isinstance(values, Restriction) and not values.facets:
            return ox.NamedNode(values.datatype)
        node = ox.BlankNode()
        self.say(node, RDF + "type", ox.NamedNode(RDFS + "Datatype"))
        if isinstance(values, Restriction):
            self.say(node, OWL + "onDatatype", ox.NamedNode(values.datatype))
            self.say(node, OWL + "withRestrictions", self.sequence(self.facets(values)))
        else:
            self.say(node, OWL + "oneOf", self.sequence(map(_literal, values.values)))
        if isinstance(values, Restriction) or not values.complement:
            return node
        others = ox.BlankNode()
        self.say(others, RDF + "type", ox.NamedNode(RDFS + "Datatype"))
        self.say(others, OWL + "datatypeComplementOf", node)
        return others

    def facets(self, values: Restriction) -> Iterator[ox.BlankNode]:
        for facet in values.facets:
            node = ox.BlankNode()
            self.say(node, XSD + facet.name, _literal(facet.value))
            yield node

    def sequence(self, members: Iterable[_Node | ox.Literal]) -> _Node:
        found: Sequence[_Node | ox.Literal] = list(members)
        rest: _Node = ox.NamedNode(RDF + "nil")
        for member in reversed(found):
            cell = ox.BlankNode()
            self.say(cell, RDF + "first", member)
            self.say(cell, RDF + "rest", rest)
            rest = cell
        return rest


def _literal(value: Literal) -> ox.Literal:
    return ox.Literal(value.value, datatype=ox.NamedNode(value.datatype))
