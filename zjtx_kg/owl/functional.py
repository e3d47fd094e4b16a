"""OWL 2 functional-style syntax: what a reasoner reads. Annotations are left out; they mean nothing to it."""

from __future__ import annotations

from collections.abc import Iterable

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
from zjtx_kg.terms import XSD

__all__ = ["axiom", "document", "expression"]


def document(iri: str, axioms: Iterable[Axiom]) -> str:
    """A whole ontology.

    >>> print(document("urn:x", [SubClass(Named("urn:a"), Named("urn:b"))]))
    Ontology(<urn:x>
    SubClassOf(<urn:a> <urn:b>)
    )
    """
    lines = [axiom(one) for one in axioms if not isinstance(one, Annotation)]
    return "\n".join([f"Ontology(<{iri}>", *lines, ")"])


def axiom(value: Axiom) -> str:
    match value:
        case Declaration(kind, iri):
            return f"Declaration({kind}(<{iri}>))"
        case Equivalent(name, to):
            return f"EquivalentClasses(<{name}> {expression(to)})"
        case SubClass(sub, of):
            return f"SubClassOf({expression(sub)} {expression(of)})"
        case Disjoint(first, second):
            return f"DisjointClasses(<{first}> <{second}>)"
        case Functional(name):
            return f"FunctionalDataProperty(<{name}>)"
        case Domain(name, of):
            return f"DataPropertyDomain(<{name}> <{of}>)"
        case Range(name, values):
            return f"DataPropertyRange(<{name}> {_range(values)})"
        case Member(individual, of):
            return f"ClassAssertion({expression(of)} <{individual}>)"
    raise TypeError(type(value).__name__)


def expression(value: ClassExpression) -> str:
    match value:
        case Named(iri):
            return f"<{iri}>"
        case Complement(of):
            return f"ObjectComplementOf({expression(of)})"
        case Intersection(members):
            return f"ObjectIntersectionOf({' '.join(map(expression, members))})"
        case Union(members):
            return f"ObjectUnionOf({' '.join(map(expression, members))})"
        case Some(name, values):
            return f"DataSomeValuesFrom(<{name}> {_range(values)})"
        case Every(name, values):
            return f"DataAllValuesFrom(<{name}> {_range(values)})"
        case Singleton(individual):
            return f"ObjectOneOf(<{individual}>)"
    raise TypeError(type(value).__name__)


def _range(values: DataRange) -> str:
    if isinstance(values, Restriction):
        if not values.facets:
            return f"<{values.datatype}>"
        facets = " ".join(f"<{XSD}{facet.name}> {_literal(facet.value)}" for facet in values.facets)
        return f"DatatypeRestriction(<{values.datatype}> {facets})"
    text = f"DataOneOf({' '.join(map(_literal, values.values))})"
    return f"DataComplementOf({text})" if values.complement else text


def _literal(value: Literal) -> str:
    return f'"{value.value}"^^<{value.datatype}>'
