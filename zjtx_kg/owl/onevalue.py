"""The same ontology with one value for each property instead of functional properties, for Pellet.

Pellet 2.3.1 fails on functional data properties with several facets ("Adding type to a pruned node"): merging
two literals leaves a stale edge. So here every facet is a class ``L`` of its own with

    L ⊑ ∀p.D    ¬L ⊑ ∀p.¬D

and functionality is not stated. Every company has a value of ``p``; take any one of them: it lies in D exactly
when the company is in L. So a model of these axioms becomes a model of the view by keeping that value alone, and
a model of the view is one of these axioms. Verdicts are the same; the tests compare them with HermiT's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from zjtx_kg.owl import names
from zjtx_kg.owl.language import (
    BOOLEAN,
    Axiom,
    ClassExpression,
    Complement,
    DataRange,
    Declaration,
    Equivalent,
    Every,
    Facet,
    Functional,
    Intersection,
    Literal,
    Member,
    Named,
    OneOf,
    Restriction,
    Some,
    SubClass,
    Union,
    all_of,
    any_of,
)
from zjtx_kg.owl.view import Property
from zjtx_kg.terms import DL

__all__ = ["with_one_value"]

_OPPOSITE: Final = {
    "minInclusive": "maxExclusive",
    "minExclusive": "maxInclusive",
    "maxInclusive": "minExclusive",
    "maxExclusive": "minInclusive",
}


def with_one_value(axioms: Iterable[Axiom], properties: Mapping[str, Property]) -> list[Axiom]:
    """Axioms that mean the same for companies, in the form that Pellet can work with."""
    return list(_Rewriter(properties).all(axioms))


class _Rewriter:
    def __init__(self, properties: Mapping[str, Property]) -> None:
        self.properties = properties
        self.leaves: dict[Some, str] = {}

    def all(self, axioms: Iterable[Axiom]) -> Iterator[Axiom]:
        kept: list[Axiom] = []
        for axiom in axioms:
            match axiom:
                case Functional():
                    continue
                case Equivalent(name, to):
                    kept.append(Equivalent(name, self.condition(to)))
                case Member(individual, of):
                    kept.append(Member(individual, self.knowledge(of)))
                case _:
                    kept.append(axiom)
        yield from kept
        for some, iri in self.leaves.items():
            yield from self.leaf(some, iri)

    def condition(self, value: ClassExpression) -> ClassExpression:
        """A definition, with a class of its own for each facet."""
        match value:
            case Some(name, _) if self.properties[name].functional:
                return Named(self.leaves.setdefault(value, f"{DL}leaf/{len(self.leaves) + 1}"))
            case Complement(of):
                return Complement(self.condition(of))
            case Intersection(members):
                return all_of(map(self.condition, members))
            case Union(members):
                return any_of(map(self.condition, members))
        return value

    def knowledge(self, value: ClassExpression) -> ClassExpression:
        """What is known: *some* value in a range of a property that has one value means *every* value."""
        match value:
            case Some(name, values) if self.properties[name].functional:
                used = self.properties[name]
                every = Every(name, values)
                return every if used.total else all_of([Some(name, used.range), every])
            case Intersection(members):
                return all_of(map(self.knowledge, members))
            case Union(members):
                return any_of(map(self.knowledge, members))
        return value

    def leaf(self, some: Some, iri: str) -> Iterator[Axiom]:
        used = self.properties[some.property]
        against = names.unmet(iri) + "/not"
        yield Declaration("Class", iri)
        yield Declaration("Class", against)
        yield Equivalent(against, Complement(Named(iri)))
        if not used.total:
            yield SubClass(Named(iri), Some(some.property, used.range))
        opposite = _opposite(some.range)
        if opposite is None or some.range == used.range:
            yield SubClass(Named(against), Complement(Some(some.property, used.range)))
            return
        yield SubClass(Named(iri), Every(some.property, some.range))
        yield SubClass(Named(against), Every(some.property, opposite))


def _opposite(values: DataRange) -> DataRange | None:
    """The other values of the property's range; ``None`` where there are none."""
    if isinstance(values, OneOf):
        assert {value.datatype for value in values.values} == {BOOLEAN}
        others = {"true", "false"} - {value.value for value in values.values}
        return OneOf(tuple(Literal(value, BOOLEAN) for value in sorted(others))) if others else None
    if not values.facets:
        return None
    (facet,) = values.facets
    return Restriction(values.datatype, (Facet(_OPPOSITE[facet.name], facet.value),))
