"""The same axioms with every number range half-open, ``[a, b)``: what reasoners are given.

HermiT 1.3.8 takes the wrong bound where an inclusive and an exclusive one meet at the same number: it finds
a number in ``[0, 3]`` that is neither ``≥ 0`` nor ``> 0``. So *above c* and *at most c* are written with a
bound just above c, below the next number that anything says of the same property. Between c and that bound
there is no other bound and nothing known, so each number keeps its side of everything that is said, and no
verdict changes.

The committed view keeps the law's own facets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from zjtx_kg.exact import Fraction
from zjtx_kg.owl.language import (
    DECIMAL,
    Axiom,
    ClassExpression,
    Complement,
    DataRange,
    Equivalent,
    Every,
    Facet,
    Intersection,
    Literal,
    Member,
    OneOf,
    Range,
    Restriction,
    Some,
    SubClass,
    Union,
    any_of,
    decimal,
)

__all__ = ["half_open"]

_ABOVE: Final = {"minExclusive": "minInclusive", "maxInclusive": "maxExclusive"}


def half_open(axioms: Iterable[Axiom]) -> list[Axiom]:
    """Axioms that mean the same for every company, with half-open ranges only."""
    found = list(axioms)
    numbers: dict[str, set[Fraction]] = {}
    for axiom in found:
        for name, values in _ranges(axiom):
            numbers.setdefault(name, set()).update(map(_number, _literals(values)))
    writer = _Writer({name: sorted(given) for name, given in numbers.items()})
    return [writer.axiom(axiom) for axiom in found]


class _Writer:
    def __init__(self, numbers: dict[str, list[Fraction]]) -> None:
        self.numbers = numbers

    def axiom(self, value: Axiom) -> Axiom:
        match value:
            case Equivalent(name, to):
                return Equivalent(name, self.expression(to))
            case SubClass(sub, of):
                return SubClass(self.expression(sub), self.expression(of))
            case Member(individual, of):
                return Member(individual, self.expression(of))
            case Range(name, values) if _is_numeric(values) and isinstance(values, Restriction):
                return Range(name, self.restriction(name, values))
        return value

    def expression(self, value: ClassExpression) -> ClassExpression:
        match value:
            case Complement(of):
                return Complement(self.expression(of))
            case Intersection(members) | Union(members):
                return replace(value, members=tuple(self.expression(member) for member in members))
            case Some(name, values) | Every(name, values) if _is_numeric(values):
                if isinstance(values, Restriction):
                    return replace(value, range=self.restriction(name, values))
                return any_of(
                    replace(value, range=self.between(name, _number(one), _number(one)))
                    for one in values.values
                )
        return value

    def restriction(self, name: str, values: Restriction) -> Restriction:
        facets = [
            Facet(_ABOVE[facet.name], decimal(self.above(name, _number(facet.value))))
            if facet.name in _ABOVE
            else facet
            for facet in values.facets
        ]
        return Restriction(DECIMAL, tuple(facets))

    def between(self, name: str, low: Fraction, high: Fraction) -> Restriction:
        facets = (
            Facet("minInclusive", decimal(low)),
            Facet("maxExclusive", decimal(self.above(name, high))),
        )
        return Restriction(DECIMAL, facets)

    def above(self, name: str, number: Fraction) -> Fraction:
        """A number above this one and below the next that matters."""
        given = self.numbers[name]
        position = bisect_right(given, number)
        return (number + given[position]) / 2 if position < len(given) else number + 1


def _is_numeric(values: DataRange) -> bool:
    if isinstance(values, Restriction):
        return values.datatype == DECIMAL and bool(values.facets)
    return all(value.datatype == DECIMAL for value in values.values)


def _literals(values: DataRange) -> Iterator[Literal]:
    if not _is_numeric(values):
        return
    if isinstance(values, OneOf):
        yield from values.values
    else:
        yield from (facet.value for facet in values.facets)


def _number(value: Literal) -> Fraction:
    return Fraction(value.value)


def _ranges(axiom: Axiom) -> Iterator[tuple[str, DataRange]]:
    match axiom:
        case Range(name, values):
            yield name, values
        case Equivalent(_, to):
            yield from _within(to)
        case SubClass(sub, of):
            yield from _within(sub)
            yield from _within(of)
        case Member(_, of):
            yield from _within(of)


def _within(value: ClassExpression) -> Iterator[tuple[str, DataRange]]:
    match value:
        case Complement(of):
            yield from _within(of)
        case Intersection(members) | Union(members):
            for member in members:
                yield from _within(member)
        case Some(name, values) | Every(name, values):
            yield name, values
