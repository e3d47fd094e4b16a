"""From the rules to OWL 2 DL: each condition a class with its complement, each indicator a property.

* A threshold is ``∃ indicator.[≥ bound]`` with an ``xsd:decimal`` facet; a truth value, a list of codes and
  titles are enumerations. Whole numbers and ranks of ordered codes are decimals too, for HermiT takes minutes
  over facets of ``xsd:integer``. Their conditions are all *at least n* or its complement with a whole n, so a
  number between n and n + 1 meets what n meets, and nothing follows for whole numbers that would not follow
  for decimals.
* Numbers, truth values and points are functional and every company has one, so reasoning by cases works.
  Lists are neither; a complete list is closed in what is known of a company.
* An award counts by its best rank within the years the condition names.
* Groups are intersections and unions. *At least n* is the union over n members at a time.
* A score has no sum in OWL. Points of a table and of its groups are functional properties; what is known of
  them comes in as intervals (:mod:`zjtx_kg.owl.company`). An item has its full marks where a band that earns
  them holds, which OWL decides by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil, comb, floor
from typing import Final

from zjtx_kg.owl import names
from zjtx_kg.owl.language import (
    BOOLEAN,
    DECIMAL,
    NOTHING,
    STRING,
    THING,
    Axiom,
    ClassExpression,
    Complement,
    DataRange,
    Declaration,
    Domain,
    Equivalent,
    Facet,
    Functional,
    Literal,
    Named,
    OneOf,
    Range,
    Restriction,
    Some,
    SubClass,
    all_of,
    any_of,
    decimal,
)
from zjtx_kg.rulebase import Rulebase, Selection
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AwardCondition,
    BandedItem,
    BooleanCondition,
    Comparison,
    Condition,
    CountedItem,
    Inclusion,
    Item,
    Kind,
    LevelThreshold,
    Node,
    Rational,
    ScoreGroup,
    ScoreTable,
    Threshold,
    TitleCondition,
    ValueItem,
    ValueType,
)

__all__ = ["Property", "Viewer", "bounded", "definition", "facet", "least_whole"]

_FACETS: Final = {
    Comparison.AT_LEAST: "minInclusive",
    Comparison.MORE_THAN: "minExclusive",
    Comparison.AT_MOST: "maxInclusive",
    Comparison.BELOW: "maxExclusive",
}
#: More combinations than this are counted with auxiliary classes instead of being written out.
_MAX_COMBINATIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Property:
    """A data property of companies. ``total``: each has a value. ``source`` is what it stands for."""

    iri: str
    range: DataRange
    functional: bool
    total: bool
    source: str

    def axioms(self) -> Iterator[Axiom]:
        yield Declaration("DataProperty", self.iri)
        yield Domain(self.iri, names.COMPANY)
        yield Range(self.iri, self.range)
        if self.functional:
            yield Functional(self.iri)
        if self.total:
            yield SubClass(Named(names.COMPANY), Some(self.iri, self.range))


def facet(comparison: Comparison, bound: Rational) -> Facet:
    """A bound as a facet.

    >>> facet(Comparison.MORE_THAN, 3)
    Facet(name='minExclusive', value=Literal(value='3.0', datatype='http://www.w3.org/2001/XMLSchema#decimal'))
    """
    return Facet(_FACETS[comparison], decimal(bound))


def bounded(lo: Rational | None, hi: Rational | None) -> DataRange:
    """The numbers between two ends, both included; an open end has no facet.

    One number alone is an enumeration: HermiT takes ``[≥ 3, ≤ 3]`` and ``[< 3]`` to have a number in common.
    """
    if lo is not None and lo == hi:
        return OneOf((decimal(lo),))
    facets = []
    if lo is not None:
        facets.append(facet(Comparison.AT_LEAST, lo))
    if hi is not None:
        facets.append(facet(Comparison.AT_MOST, hi))
    return Restriction(DECIMAL, tuple(facets))


def least_whole(comparison: Comparison, bound: Rational) -> int:
    """The whole number that parts those on one side of a bound from those on the other.

    >>> least_whole(Comparison.AT_LEAST, 3), least_whole(Comparison.AT_MOST, 3)
    (3, 4)
    """
    return ceil(bound) if comparison in (Comparison.AT_LEAST, Comparison.BELOW) else floor(bound) + 1


@dataclass
class Viewer:
    """Writes rule trees of one rule base as OWL; remembers the properties that they use.

    ``named`` gives the class of a node; by default the plain name, which fits where each node occurs in one
    form only (one kind of application, one set of readings).
    """

    rulebase: Rulebase
    properties: dict[str, Property] = field(default_factory=dict)
    variants: Mapping[Node, str] = field(default_factory=dict)
    counters: dict[tuple[int, tuple[ClassExpression, ...]], tuple[str, ClassExpression]] = field(
        default_factory=dict
    )

    def class_of(self, node: Node) -> Named:
        return Named(names.met(node.id, self.variants.get(node, "")))

    # --- definitions ----------------------------------------------------------------------------------

    def definitions(self, selection: Selection) -> Iterator[tuple[Node | None, str, ClassExpression]]:
        """Node, class and definition of everything in a tree that findings report on, parts first.

        Classes that count and the prior title come last; they are no nodes of the tree.
        """
        yield from self._tree(selection.criteria)
        yield from ((None, iri, means) for iri, means in self.counters.values())
        if selection.prior is not None:
            yield (
                None,
                names.met(names.prior_title(selection.criteria.id), self.prior_variant(selection)),
                self._titles(selection.prior.titles),
            )

    def prior_variant(self, selection: Selection) -> str:
        """Titles before a new application and before a review differ."""
        return f"/for/{selection.kind}" if self.variants and selection.kind is not Kind.NEW else ""

    def _tree(self, node: Node) -> Iterator[tuple[Node, str, ClassExpression]]:
        for part in node.parts:
            yield from self._tree(part)
        yield node, self.class_of(node).iri, self._definition(node)

    def _definition(self, node: Node) -> ClassExpression:
        if isinstance(node, Condition):
            return self.condition(node, inline=False)
        if isinstance(node, ScoreGroup):
            return self._points(node, Comparison.AT_LEAST, node.floor or 0)
        return self._full_marks(node)

    def condition(self, rule: Condition, *, inline: bool = True) -> ClassExpression:
        """What a condition asks for. ``inline``: members without an id (inside a band) are written out."""
        match rule:
            case Threshold():
                return self._compared(rule.indicator, rule.comparison, rule.bound)
            case LevelThreshold():
                return self._compared(rule.indicator, rule.comparison, rule.rank)
            case BooleanCondition():
                values = OneOf((Literal(str(rule.value).lower(), BOOLEAN),))
                return Some(self._use(rule.indicator).iri, values)
            case Inclusion():
                return Some(self._use(rule.indicator).iri, _strings(rule.codes))
            case TitleCondition():
                return self._titles(rule.titles)
            case AwardCondition():
                return any_of(self._award(rule, award) for award in sorted(rule.awards))
            case ScoreTable():
                mark = Comparison.MORE_THAN if rule.strict else Comparison.AT_LEAST
                floors = [self.class_of(group) for group in rule.groups if group.floor is not None]
                return all_of([self._points(rule, mark, rule.pass_mark), *floors])
            case AtLeast() | AnyOf() | AllOf():
                members = [
                    self.condition(m) if inline and not m.id else self.class_of(m) for m in rule.members
                ]
                if isinstance(rule, AtLeast):
                    return self._at_least(rule.minimum, members)
                return all_of(members) if isinstance(rule, AllOf) else any_of(members)
        raise TypeError(type(rule).__name__)

    def _compared(self, id: str, comparison: Comparison, bound: Rational) -> ClassExpression:
        used = self._use(id)
        if self.rulebase.indicators[id].type is ValueType.DECIMAL:
            return Some(used.iri, Restriction(DECIMAL, (facet(comparison, bound),)))
        reached = Some(used.iri, bounded(least_whole(comparison, bound), None))
        return reached if comparison.more_helps else Complement(reached)

    def _titles(self, titles: Iterable[str]) -> ClassExpression:
        return Some(self._use("titles").iri, _strings(titles))

    def _award(self, rule: AwardCondition, award: str) -> ClassExpression:
        used = self._add(
            Property(
                names.award(award, rule.within_years),
                bounded(1, None),
                functional=True,
                total=False,
                source=f"award/{award}",
            )
        )
        if rule.rank_at_most is None:
            return Some(used.iri, used.range)
        return Some(used.iri, bounded(None, rule.rank_at_most))

    # --- scores ---------------------------------------------------------------------------------------

    def _points(
        self, node: ScoreTable | ScoreGroup | Item, comparison: Comparison, mark: Rational
    ) -> ClassExpression:
        used = self._add(
            Property(
                names.points(node.id),
                bounded(0, node.full),
                functional=True,
                total=True,
                source=f"condition/{node.id}",
            )
        )
        return Some(used.iri, Restriction(DECIMAL, (facet(comparison, mark),)))

    def _full_marks(self, item: Item) -> ClassExpression:
        match item:
            case CountedItem():
                needed = ceil(item.full / item.each) if item.each else len(item.members) + 1
                return self._at_least(needed, [self.class_of(member) for member in item.members])
            case ValueItem():
                return self._compared(item.indicator, Comparison.AT_LEAST, item.full)
            case BandedItem():
                return any_of(self._banded(item))
        raise TypeError(type(item).__name__)

    def _banded(self, item: BandedItem) -> Iterator[ClassExpression]:
        """The ways to full marks; the best band that holds counts, and a mark within it."""
        if item.base >= item.full:
            yield THING
        better: list[ClassExpression] = []
        for band in item.bands:  # the best comes first
            holds = self.condition(band.when)
            if band.points >= item.full:
                enough = [holds, *(Complement(one) for one in better)]
                if band.least < item.full:  # a range of points: the mark that is given within it decides
                    better.append(holds)
                    enough.append(
                        self._points(item, Comparison.AT_LEAST, item.full)
                        if item.mark is None
                        else self._compared(item.mark, Comparison.AT_LEAST, item.full)
                    )
                yield all_of(enough)

    def _at_least(self, minimum: int, members: list[ClassExpression]) -> ClassExpression:
        """The union of the intersections of so many members; where those are many, a class that counts."""
        if minimum <= 0:
            return THING
        if minimum > len(members):
            return NOTHING
        if comb(len(members), minimum) <= _MAX_COMBINATIONS:
            return any_of(all_of(chosen) for chosen in combinations(members, minimum))
        key = (minimum, tuple(members))
        if key not in self.counters:
            first, *rest = members
            with_first = all_of([first, self._at_least(minimum - 1, rest)])
            means = any_of([with_first, self._at_least(minimum, rest)])
            self.counters[key] = (names.counter(len(self.counters) + 1), means)
        return Named(self.counters[key][0])

    # --- properties -----------------------------------------------------------------------------------

    def _use(self, id: str) -> Property:
        """The property of an indicator."""
        indicator = self.rulebase.indicators[id]
        iri, source = names.indicator(id), f"indicator/{id}"
        match indicator.type:
            case ValueType.DECIMAL | ValueType.INTEGER:
                natural: DataRange = bounded(indicator.lowest, indicator.highest)
            case ValueType.CODE:
                scheme = self.rulebase.schemes[indicator.schemes[0]]
                ranks = [code.rank for code in scheme.codes.values() if code.rank is not None]
                natural = bounded(min(ranks), max(ranks))
            case ValueType.BOOLEAN:
                natural = Restriction(BOOLEAN)
            case ValueType.CODES | ValueType.RECORD:
                return self._add(Property(iri, Restriction(STRING), False, False, source))
        return self._add(Property(iri, natural, True, True, source))

    def _add(self, used: Property) -> Property:
        return self.properties.setdefault(used.iri, used)


def definition(iri: str, means: ClassExpression) -> Iterator[Axiom]:
    """A class, what it means, and its complement."""
    against = names.unmet(iri)
    yield Declaration("Class", iri)
    yield Declaration("Class", against)
    yield Equivalent(iri, means)
    yield Equivalent(against, Complement(Named(iri)))


def _strings(values: Iterable[str]) -> OneOf:
    return OneOf(tuple(Literal(value, STRING) for value in sorted(values)))
