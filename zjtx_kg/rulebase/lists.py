"""From Turtle to code lists and indicators."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from zjtx_kg import terms
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.model import (
    Argument,
    Code,
    CodeScheme,
    Derivation,
    Direction,
    Indicator,
    Knowledge,
    Place,
    Rational,
    ValueType,
)
from zjtx_kg.texts import Text

__all__ = ["DIRECTIONS", "VALUE_TYPES", "read_arguments", "read_indicators", "read_schemes"]

VALUE_TYPES: Final = {
    "decimal": ValueType.DECIMAL,
    "integer": ValueType.INTEGER,
    "boolean": ValueType.BOOLEAN,
    "codeValue": ValueType.CODE,
    "codeList": ValueType.CODES,
    "record": ValueType.RECORD,
}
_PLACES: Final = {
    "YearFigure": Place.YEAR,
    "StateFact": Place.FACT,
    "DerivedIndicator": Place.DERIVED,
    "RecordFact": Place.RECORD,
}
DIRECTIONS: Final = {
    "higherIsBetter": Direction.HIGHER,
    "lowerIsBetter": Direction.LOWER,
    "depends": Direction.DEPENDS,
}


def read_schemes(c: Context) -> None:
    """All SKOS concept schemes. Codes of field schemes carry the scheme as a prefix: ``six:key-software``."""
    g = c.g
    members: dict[str, list[Node]] = {}
    for concept in g.types.get(terms.SKOS + "Concept", []):
        for scheme in g.links(concept, "inScheme"):
            members.setdefault(scheme, []).append(concept)
    for node in g.types.get(terms.SKOS + "ConceptScheme", []):
        id = node.rsplit("/", 1)[-1]
        prefix = f"{id}:" if node.startswith(terms.FIELD) else ""
        codes = {}
        for concept in sorted(members.get(node, []), key=lambda c: (g.integer(c, "order") or 0, c)):
            code = _concept(g, concept, prefix)
            codes[code.id] = code
            c.code_of[concept] = (id, code)
        c.schemes[id] = CodeScheme(id, node, c.label(node), codes)


def _concept(g: Graph, concept: Node, prefix: str) -> Code:
    broader = next(iter(g.links(concept, "broader")), None)
    return Code(
        id=prefix + (g.string(concept, "notation") or ""),
        iri=concept,
        label=_concept_label(g, concept),
        rank=g.integer(concept, "rank"),
        broader=prefix + broader.rsplit("/", 1)[-1] if broader else None,
    )


def _concept_label(g: Graph, concept: Node) -> Text:
    labels = g.values(concept, "prefLabel")
    if len(labels) == 1 and isinstance(labels[0], ox.Literal):
        return Text(labels[0].value, labels[0].value)  # GB/T 4754 has Chinese names only
    return g.text(concept, "prefLabel", needed=True) or NOTHING


def read_indicators(c: Context) -> None:
    """All indicators, in the order in which the ontology lists them."""
    found = {}
    for name, place in _PLACES.items():
        for node in c.g.instances(name):
            indicator = _indicator(c, node, place)
            found[indicator.id] = indicator
    c.indicators = dict(sorted(found.items(), key=lambda item: item[1].order))


def _indicator(c: Context, node: Node, place: Place) -> Indicator:
    g = c.g
    knowledge = {str(kind): kind for kind in Knowledge}
    return Indicator(
        id=node.removeprefix(terms.INDICATOR),
        place=place,
        label=c.label(node),
        definition=g.text(node, "definition", needed=True) or NOTHING,
        type=c.individual(node, "valueType", VALUE_TYPES, ValueType.DECIMAL),
        knowledge=c.individual(node, "knowledge", knowledge, Knowledge.MEASURED),
        direction=c.individual(node, "direction", DIRECTIONS, Direction.DEPENDS),
        order=g.integer(node, "order", needed=True) or 0,
        unit=c.unit(node),
        lowest=g.number(node, "lowest"),
        highest=g.number(node, "highest"),
        at_most=tuple(n.removeprefix(terms.INDICATOR) for n in g.links(node, "atMostIndicator")),
        schemes=tuple(c.scheme_id(node, s, "codesFrom") for s in g.links(node, "codesFrom")),
        evidence=tuple(n.removeprefix(terms.EVIDENCE) for n in g.links(node, "provenBy")),
        closed=_closed(g, node),
        derivation=_derivation(g, node) if place is Place.DERIVED else None,
    )


def _closed(g: Graph, node: Node) -> Rational | bool | tuple[()] | None:
    values = g.values(node, "whenClosed")
    if not values:
        return None
    if isinstance(values[0], str):
        return ()
    if values[0].datatype.value == terms.XSD + "boolean":
        return g.boolean(node, "whenClosed")
    return g.number(node, "whenClosed")


def _derivation(g: Graph, node: Node) -> Derivation | None:
    function = g.link(node, "function", needed=True)
    if function is None:
        return None
    name = function.removeprefix(terms.NS)
    if name == "classification":
        table = g.link(node, "classifiedBy", needed=True) or ""
        return Derivation(name, (), table.removeprefix(terms.BASE + "classification/"))
    return Derivation(name, read_arguments(g, node))


def read_arguments(g: Graph, node: Node) -> tuple[Argument, ...]:
    """The figures a function is applied to, in order."""
    found = []
    for argument in g.sequence(node, "arguments"):
        figure = g.link(argument, "figure", needed=True) or ""
        back = g.integer(argument, "yearsBack", needed=True) or 0
        found.append(Argument(figure.removeprefix(terms.INDICATOR), back))
    return tuple(found)
