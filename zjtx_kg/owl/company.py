"""What is known of a company, as OWL: for each indicator the range its value lies in.

The end of an interval that no ``xsd:decimal`` can write (1/3, a square root) is replaced by a decimal that
lies on the same side of every bound that a condition compares the indicator with. Conditions see nothing of a
number but on which side of their bounds it lies, so no verdict changes. An end that can be written stays.

Points are worked out natively, for OWL has no sums. Where an indicator pushes a tree both ways (revenue:
enough to qualify, little enough to be small) and its value is open, points are stated case by case: *this
range of revenue with that range of points*. So OWL reasons over the same cases as the native evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import ceil, floor
from typing import Final

from zjtx_kg.exact import Exact, Fraction, Surd
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, is_settled
from zjtx_kg.owl import names
from zjtx_kg.owl.language import (
    BOOLEAN,
    DECIMAL,
    STRING,
    ClassExpression,
    Complement,
    DataRange,
    Every,
    Facet,
    Literal,
    OneOf,
    Restriction,
    Some,
    all_of,
    any_of,
    is_decimal,
)
from zjtx_kg.owl.view import bounded, facet
from zjtx_kg.reasoning.assessment import Program
from zjtx_kg.reasoning.evaluation import MAX_CASES, leaves_by_indicator
from zjtx_kg.reasoning.nodes import (
    AS_OF,
    LAST_YEAR,
    MET,
    UNMET,
    ConditionNode,
    Env,
    ScoreNode,
    title_status,
)
from zjtx_kg.rulebase.model import (
    AwardCondition,
    Comparison,
    Rational,
    TitleCondition,
    ValueType,
)

__all__ = ["describe", "same_side"]

_PLACES: Final = (0, 2, 6, 12, 24, 48, 96)


def describe(program: Program, env: Env) -> list[ClassExpression]:
    """Everything known of a company that the criteria of a program look at."""
    return list(dict.fromkeys(_Describer(program, env).all()))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A part of what an indicator may be, within which no condition tells one value from another."""

    range: DataRange
    value: Known


class _Describer:
    def __init__(self, program: Program, env: Env) -> None:
        self.program, self.env = program, env
        self.indicators = program.rulebase.indicators
        self.leaves = leaves_by_indicator(program.root)
        self.edges = {
            id: sorted({leaf.edge for leaf in leaves if leaf.edge is not None})
            for id, leaves in self.leaves.items()
        }

    def all(self) -> Iterator[ClassExpression]:
        for id in self.program.root.uses:
            if self.indicators[id].type is not ValueType.RECORD:
                yield from self.indicator(id)
        yield from self.titles()
        yield from self.awards()
        for node in _score_tables(self.program.root):
            yield from self.points(node)

    # --- indicators -----------------------------------------------------------------------------------

    def indicator(self, id: str) -> Iterator[ClassExpression]:
        known, name = self.env[id], names.indicator(id)
        if isinstance(known, bool):
            yield Some(name, _truth(known))
        elif isinstance(known, frozenset):
            yield from _complete(name, known)
        elif isinstance(known, Interval) and known != Interval(None, None):
            yield Some(name, self.interval(id, known))

    def interval(self, id: str, known: Interval) -> DataRange:
        natural = self.indicators[id]
        bounds = [*self.edges.get(id, ()), *(b for b in (natural.lowest, natural.highest) if b is not None)]
        lo = None if known.lo is None else same_side(known.lo, bounds, up=False)
        hi = None if known.hi is None else same_side(known.hi, bounds, up=not known.settled)
        return bounded(lo, hi)

    def titles(self) -> Iterator[ClassExpression]:
        """Titles held on the day. One whose dates are not known may be held or not."""
        wanted = {
            t
            for leaf in self.leaves.get("titles", ())
            if isinstance(leaf.rule, TitleCondition)
            for t in leaf.rule.titles
        }
        prior = self.program.selection.prior
        wanted |= set(prior.titles) if prior is not None else set()
        records = self.env["titles"]
        if records is None or not wanted:
            return
        status = {t: title_status(records, frozenset([t]), self.env[AS_OF]) for t in wanted}
        held = [t for t, found in status.items() if found == MET]
        possible = [t for t, found in status.items() if found != UNMET]
        yield from _complete(names.indicator("titles"), held, possible)

    def awards(self) -> Iterator[ClassExpression]:
        """The best rank in each award within the years that conditions name."""
        rules = [leaf.rule for leaves in self.leaves.values() for leaf in leaves]
        wanted = {
            (award, rule.within_years)
            for rule in rules
            if isinstance(rule, AwardCondition)
            for award in rule.awards
        }
        records = self.env["awards"]
        if records is None:
            return
        for award, years in sorted(wanted):
            yield from self.award(award, years, [r for r in records if r.award == award])

    def award(self, award: str, years: int, records: Sequence[AwardRecord]) -> Iterator[ClassExpression]:
        first, last = self.env[LAST_YEAR] - years + 1, self.env[AS_OF].year
        name = names.award(award, years)
        possible = [r for r in records if r.year is None or first <= r.year <= last]
        if not possible:
            yield Complement(Some(name, bounded(1, None)))
            return
        best = min(1 if r.rank is None else r.rank for r in possible)
        yield Every(name, bounded(best, None))
        certain = [r for r in possible if r.year is not None]
        if certain:
            ranks = [r.rank for r in certain if r.rank is not None]
            yield Some(name, bounded(best, min(ranks) if ranks else None))

    # --- points ---------------------------------------------------------------------------------------

    def points(self, node: ScoreNode) -> Iterator[ClassExpression]:
        mixed = [id for id in self.program.root.mixed if id in node.uses and not is_settled(self.env[id])]
        cells = [self.cells(id) for id in mixed]
        count = 1
        for found in cells:
            count *= len(found)
        if not mixed or count > MAX_CASES:
            yield _points(node, self.env)
            return
        cases = []
        for choice in product(*cells):
            case = {**self.env, **{id: cell.value for id, cell in zip(mixed, choice, strict=True)}}
            where = [Some(names.indicator(id), cell.range) for id, cell in zip(mixed, choice, strict=True)]
            cases.append(all_of([*where, _points(node, case)]))
        yield any_of(cases)

    def cells(self, id: str) -> list[_Cell]:
        """The bounds inside what is known, and the stretches between them."""
        known = self.env[id]
        if not isinstance(known, Interval):
            return [_Cell(_truth(value), value) for value in (False, True)]
        if self.indicators[id].type is not ValueType.DECIMAL:
            return list(self.steps(id, known))
        inside = [edge for edge in self.edges[id] if edge in known]
        found = []
        ends: list[Exact | None] = [known.lo, *inside, known.hi]
        for position, (low, high) in enumerate(pairwise(ends)):
            if position and low is not None:
                found.append(_Cell(bounded(low, low), Interval(low, low)))  # type: ignore[arg-type]
            open_low, open_high = position > 0, position < len(inside)
            value = _inside(low, high, open_low, open_high)
            if value is not None:
                facets = self.stretch(id, low, high, open_low, open_high)
                found.append(_Cell(Restriction(DECIMAL, facets), Interval(value, value)))
        return found

    def steps(self, id: str, known: Interval) -> Iterator[_Cell]:
        """Whole numbers: the stretches between the numbers where some condition turns."""
        turns = {n for edge in self.edges[id] for n in (floor(edge), ceil(edge), floor(edge) + 1)}
        lo, hi = known
        inside = sorted(n for n in turns if n in known and n != lo)
        starts = [lo, *inside]
        for start, following in zip(starts, [*inside, None], strict=True):
            if start is not None and start == hi:
                yield _Cell(bounded(start, start), Interval(start, start))  # type: ignore[arg-type]
                continue
            facets = [] if start is None else [facet(Comparison.AT_LEAST, start)]  # type: ignore[arg-type]
            if following is not None:
                facets.append(facet(Comparison.BELOW, following))
            elif hi is not None:
                facets.append(facet(Comparison.AT_MOST, hi))  # type: ignore[arg-type]
            value = start if start is not None else (inside[0] - 1 if inside else hi if hi is not None else 0)
            yield _Cell(Restriction(DECIMAL, tuple(facets)), Interval(value, value))

    def stretch(
        self, id: str, low: Exact | None, high: Exact | None, open_low: bool, open_high: bool
    ) -> tuple[Facet, ...]:
        facets = []
        if low is not None:
            end = same_side(low, self.edges[id], up=False)
            facets.append(facet(Comparison.MORE_THAN if open_low else Comparison.AT_LEAST, end))
        if high is not None:
            end = same_side(high, self.edges[id], up=True)
            facets.append(facet(Comparison.BELOW if open_high else Comparison.AT_MOST, end))
        return tuple(facets)


def _points(node: ScoreNode, env: Env) -> ClassExpression:
    pairs = [group.points(env) for group in node.groups]
    total = (sum(low for low, _ in pairs), sum(high for _, high in pairs))
    stated = [(node.rule.id, total), *((g.rule.id, pair) for g, pair in zip(node.groups, pairs, strict=True))]
    bounds: dict[str, list[Exact]] = {
        node.rule.id: [node.pass_mark],
        **{g.rule.id: [g.rule.floor or 0] for g in node.groups},
    }
    return all_of(
        Some(
            names.points(id),
            bounded(
                same_side(low, [*bounds[id], 0], up=False),
                same_side(high, bounds[id], up=low != high),
            ),
        )
        for id, (low, high) in stated
    )


def _score_tables(node: ConditionNode) -> Iterator[ScoreNode]:
    if isinstance(node, ScoreNode):
        yield node
    for member in node.members:
        yield from _score_tables(member)


# --- ends -------------------------------------------------------------------------------------------


def same_side(value: Exact, bounds: Iterable[Exact], *, up: bool) -> Rational:
    """A decimal on the same side of every bound as a number; the number itself where it is a decimal.

    ``up`` says whether to look above the number or below it: an end moves outwards, so that an interval never
    becomes empty.

    >>> same_side(Fraction(100, 3), [33], up=False)
    Fraction(3333, 100)
    """
    if not isinstance(value, Surd) and is_decimal(value):
        return value
    bounds = list(bounds)
    for places in _PLACES:
        near = _floor(value, places)
        if up:
            near += Fraction(1, 10**places)
        if all(near != bound and (near > bound) == (value > bound) for bound in bounds):
            return near
    raise ArithmeticError(f"no decimal of {_PLACES[-1]} places separates {value!r} from its bounds")


def _floor(value: Exact, places: int) -> Fraction:
    """The greatest decimal of so many places that is not above a number."""
    scale = 10**places
    if not isinstance(value, Surd):
        return Fraction(value.numerator * scale // value.denominator, scale)
    low, high = -1, 1
    while low > value * scale:
        low *= 2
    while high <= value * scale:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle <= value * scale:
            low = middle
        else:
            high = middle
    return Fraction(low, scale)


def _inside(low: Exact | None, high: Exact | None, open_low: bool, open_high: bool) -> Exact | None:
    """Some number of a stretch; ``None`` where it has none."""
    step: Rational = 1
    if low is not None and not open_low:
        return low if high is None or not open_high or low < high else None
    if high is not None and not open_high:
        return high if low is None or low < high else None
    if low is None:
        return 0 if high is None else high - step
    if high is None:
        return low + step
    assert not isinstance(low, Surd)  # a stretch is open at bounds of rules only
    assert not isinstance(high, Surd)
    return Fraction(low + high, 2) if low < high else None


def _truth(value: bool) -> OneOf:
    return OneOf((Literal(str(value).lower(), BOOLEAN),))


def _complete(
    name: str, values: Iterable[str], possible: Iterable[str] | None = None
) -> Iterator[ClassExpression]:
    """A complete list: each value that is on it, and no other."""
    found = sorted(values)
    for value in found:
        yield Some(name, OneOf((Literal(value, STRING),)))
    allowed = found if possible is None else sorted(possible)
    if allowed:
        yield Every(name, OneOf(tuple(Literal(value, STRING) for value in allowed)))
    else:
        yield Complement(Some(name, Restriction(STRING)))
