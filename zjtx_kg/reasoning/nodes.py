"""A rule tree prepared for three-valued evaluation.

A status is two bits: the upper says that a condition holds at the worst end of what is known, the lower that
it holds at the best end. So ``MET`` is 3, ``UNKNOWN`` 1, ``UNMET`` 0; *all* is ``&``, *any* is ``|``. Points
are a pair, worst and best. One pass over the tree answers both ends.

This is exact where every indicator pushes a condition one way only, because then all of them reach their
worst together. An indicator that pushes both ways (revenue: enough to qualify, little enough to be small) is
*mixed*: where it is not known exactly and the pass leaves the condition unknown, ``evaluation.status``
evaluates the condition again at the indicator's thresholds and between them, which exhausts the cases.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from zjtx_kg.facts.knowledge import AwardRecord, TitleRecord
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AwardCondition,
    Band,
    BandedItem,
    BooleanCondition,
    Comparison,
    Condition,
    CountedItem,
    Group,
    Inclusion,
    Indicator,
    Item,
    LevelThreshold,
    Rational,
    ScoreGroup,
    ScoreTable,
    Threshold,
    TitleCondition,
    ValueItem,
    ValueType,
)

__all__ = [
    "AS_OF",
    "DOWN",
    "LAST_YEAR",
    "MET",
    "NAMES",
    "UNKNOWN",
    "UNMET",
    "UP",
    "AllNode",
    "AnyNode",
    "AtLeastNode",
    "BandedNode",
    "Compiler",
    "ConditionNode",
    "Contains",
    "CountedNode",
    "Env",
    "GroupNode",
    "Holds",
    "LeafNode",
    "Pair",
    "ScoreGroupNode",
    "ScoreNode",
    "ScoredNode",
    "Truth",
    "ValueNode",
    "Won",
    "title_status",
]

UNMET: Final = 0
UNKNOWN: Final = 1
MET: Final = 3
NAMES: Final = ("unmet", "unknown", "", "met")
_NOT: Final = (MET, UNKNOWN, 0, UNMET)

#: The key under which the day of assessment stands among the known indicators.
AS_OF: Final = "@as_of"
LAST_YEAR: Final = "@last_year"

#: What is known, by indicator, with the day of assessment.
Env = Mapping[str, Any]
#: Worst and best points.
Pair = tuple[Rational, Rational]

#: The ways an indicator pushes a condition: more of it helps, or hurts.
UP: Final = 1
DOWN: Final = -1


class ConditionNode(ABC):
    """A condition prepared for evaluation. ``uses`` maps each indicator to the ways it pushes."""

    __slots__ = ("mixed", "rule", "uses")

    def __init__(self, rule: Condition, uses: Mapping[str, frozenset[int]]) -> None:
        self.rule = rule
        self.uses = uses
        self.mixed: tuple[str, ...] = tuple(sorted(id for id, ways in uses.items() if len(ways) > 1))

    @property
    def members(self) -> Sequence[ConditionNode]:
        return ()

    @abstractmethod
    def plain(self, known: Env) -> int:
        """The status by one pass: exact unless a mixed indicator is open; then it may be too cautious."""

    def leaves(self) -> Iterator[LeafNode]:
        for member in self.members:
            yield from member.leaves()


# --- leaves -----------------------------------------------------------------------------------------


class LeafNode(ConditionNode):
    """A condition that reads one indicator."""

    __slots__ = ("edge", "indicator", "integral")

    def __init__(
        self, rule: Condition, indicator: str, way: int, edge: Rational | None = None, integral: bool = False
    ) -> None:
        super().__init__(rule, {indicator: frozenset((way,))})
        self.indicator = indicator
        self.edge = edge
        self.integral = integral

    def leaves(self) -> Iterator[LeafNode]:
        yield self


class _AtLeastBound(LeafNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        lo, hi = known[self.indicator]
        if lo is not None and lo >= self.edge:
            return MET
        return UNKNOWN if hi is None or (hi is not lo and hi >= self.edge) else UNMET


class _MoreThanBound(LeafNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        lo, hi = known[self.indicator]
        if lo is not None and lo > self.edge:
            return MET
        return UNKNOWN if hi is None or (hi is not lo and hi > self.edge) else UNMET


class _AtMostBound(LeafNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        lo, hi = known[self.indicator]
        if hi is not None and hi <= self.edge:
            return MET
        return UNKNOWN if lo is None or (hi is not lo and lo <= self.edge) else UNMET


class _BelowBound(LeafNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        lo, hi = known[self.indicator]
        if hi is not None and hi < self.edge:
            return MET
        return UNKNOWN if lo is None or (hi is not lo and lo < self.edge) else UNMET


_BOUNDS: Final[Mapping[Comparison, Callable[..., LeafNode]]] = {
    Comparison.AT_LEAST: _AtLeastBound,
    Comparison.MORE_THAN: _MoreThanBound,
    Comparison.AT_MOST: _AtMostBound,
    Comparison.BELOW: _BelowBound,
}


class Truth(LeafNode):
    __slots__ = ("answers",)

    def __init__(self, rule: BooleanCondition) -> None:
        super().__init__(rule, rule.indicator, UP if rule.value else DOWN)
        self.answers = {None: UNKNOWN, rule.value: MET, not rule.value: UNMET}

    def plain(self, known: Env) -> int:
        return self.answers[known[self.indicator]]


class Contains(LeafNode):
    __slots__ = ("codes",)

    def __init__(self, rule: Inclusion) -> None:
        super().__init__(rule, rule.indicator, UP)
        self.codes = rule.codes

    def plain(self, known: Env) -> int:
        found = known[self.indicator]
        if found is None:
            return UNKNOWN
        return UNMET if self.codes.isdisjoint(found) else MET


class Holds(LeafNode):
    __slots__ = ("titles",)

    def __init__(self, rule: TitleCondition) -> None:
        super().__init__(rule, rule.indicator, UP)
        self.titles = rule.titles

    def plain(self, known: Env) -> int:
        return title_status(known[self.indicator], self.titles, known[AS_OF])


def title_status(records: tuple[TitleRecord, ...] | None, titles: frozenset[str], day: date) -> int:
    """Whether one of the titles is held on a day; a date that is not known leaves it open."""
    if records is None:
        return UNKNOWN
    found = UNMET
    for record in records:
        if record.title in titles:
            granted, expires = record.granted, record.expires
            if (granted is not None and day < granted) or (expires is not None and day > expires):
                continue
            found |= UNKNOWN if granted is None or expires is None else MET
    return found


class Won(LeafNode):
    __slots__ = ("awards", "rank", "years")

    def __init__(self, rule: AwardCondition) -> None:
        super().__init__(rule, rule.indicator, UP)
        self.awards, self.rank, self.years = rule.awards, rule.rank_at_most, rule.within_years

    def plain(self, known: Env) -> int:
        records: tuple[AwardRecord, ...] | None = known[self.indicator]
        if records is None:
            return UNKNOWN
        first, last = known[LAST_YEAR] - self.years + 1, known[AS_OF].year
        found = UNMET
        for record in records:
            if record.award not in self.awards:
                continue
            year, rank = record.year, record.rank
            if year is not None and not first <= year <= last:
                continue
            if self.rank is not None and rank is not None and rank > self.rank:
                continue
            certain = year is not None and (self.rank is None or rank is not None)
            found |= MET if certain else UNKNOWN
        return found


# --- groups -----------------------------------------------------------------------------------------


class GroupNode(ConditionNode):
    __slots__ = ("_members",)

    def __init__(self, rule: Condition, members: Sequence[ConditionNode]) -> None:
        super().__init__(rule, _union(member.uses for member in members))
        self._members = tuple(members)

    @property
    def members(self) -> Sequence[ConditionNode]:
        return self._members

    @abstractmethod
    def combine(self, statuses: Sequence[int]) -> int:
        """The status of the group from those of its members."""


class AllNode(GroupNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        found = MET
        for member in self._members:
            found &= member.plain(known)
            if not found:
                break
        return found

    def combine(self, statuses: Sequence[int]) -> int:
        found = MET
        for status in statuses:
            found &= status
        return found


class AnyNode(GroupNode):
    __slots__ = ()

    def plain(self, known: Env) -> int:
        found = UNMET
        for member in self._members:
            found |= member.plain(known)
            if found == MET:
                break
        return found

    def combine(self, statuses: Sequence[int]) -> int:
        found = UNMET
        for status in statuses:
            found |= status
        return found


class AtLeastNode(GroupNode):
    __slots__ = ("minimum",)

    def __init__(self, rule: Condition, members: Sequence[ConditionNode], minimum: int) -> None:
        super().__init__(rule, members)
        self.minimum = minimum

    def plain(self, known: Env) -> int:
        return self.combine([member.plain(known) for member in self._members])

    def combine(self, statuses: Sequence[int]) -> int:
        worst = sum(status >> 1 for status in statuses)
        best = sum(status & 1 for status in statuses)
        return MET if worst >= self.minimum else UNKNOWN if best >= self.minimum else UNMET


# --- scores -----------------------------------------------------------------------------------------


class ScoredNode(ABC):
    """An item of a score table."""

    __slots__ = ("rule", "uses")

    def __init__(self, rule: Item, uses: Mapping[str, frozenset[int]]) -> None:
        self.rule = rule
        self.uses = uses

    @property
    def conditions(self) -> Sequence[ConditionNode]:
        return ()

    @abstractmethod
    def points(self, known: Env) -> Pair:
        """The worst and the best points."""


class BandedNode(ScoredNode):
    __slots__ = ("bands", "base", "mark")

    def __init__(self, rule: BandedItem, bands: Sequence[tuple[ConditionNode, Band]]) -> None:
        found = [(node, (band.least, band.points)) for node, band in bands if band.points > rule.base]
        self.bands: tuple[tuple[ConditionNode, Pair], ...] = tuple(found)
        self.base: Pair = (rule.base, rule.base)
        self.mark = rule.mark
        marked = [{rule.mark: frozenset((UP,))}] if rule.mark is not None else []
        super().__init__(rule, _union([*marked, *(node.uses for node, _ in self.bands)]))

    @property
    def conditions(self) -> Sequence[ConditionNode]:
        return [node for node, _ in self.bands]

    def points(self, known: Env) -> Pair:
        worst, best = self.ranges(known)
        if self.mark is None:
            return worst[0], best[1]
        lo, hi = known[self.mark]
        return (
            worst[0] if lo is None else min(max(lo, worst[0]), worst[1]),
            best[1] if hi is None else min(max(hi, best[0]), best[1]),
        )

    def ranges(self, known: Env) -> tuple[Pair, Pair]:
        """The range of points of the worst band that the item may earn, and of the best."""
        best = None
        for node, points in self.bands:  # the best band comes first
            status = node.plain(known)
            if status == UNMET:
                continue
            if best is None:
                best = points
            if status == MET:
                return points, best
        return self.base, self.base if best is None else best


class CountedNode(ScoredNode):
    __slots__ = ("each", "full", "parts")

    def __init__(self, rule: CountedItem, parts: Sequence[ConditionNode]) -> None:
        self.parts = tuple(parts)
        self.each, self.full = rule.each, rule.full
        super().__init__(rule, _union(part.uses for part in self.parts))

    @property
    def conditions(self) -> Sequence[ConditionNode]:
        return self.parts

    def points(self, known: Env) -> Pair:
        worst = best = 0
        for part in self.parts:
            status = part.plain(known)
            worst += status >> 1
            best += status & 1
        return min(self.full, worst * self.each), min(self.full, best * self.each)


class ValueNode(ScoredNode):
    __slots__ = ("full", "indicator")

    def __init__(self, rule: ValueItem) -> None:
        super().__init__(rule, {rule.indicator: frozenset((UP,))})
        self.indicator, self.full = rule.indicator, rule.full

    def points(self, known: Env) -> Pair:
        lo, hi = known[self.indicator]
        return (
            0 if lo is None else max(0, min(self.full, lo)),
            self.full if hi is None else max(0, min(self.full, hi)),
        )


class ScoreGroupNode:
    """A group of items. ``settled`` are points of items that are left out because nothing can change them."""

    __slots__ = ("full", "items", "rule", "settled", "uses")

    def __init__(self, rule: ScoreGroup, items: Sequence[ScoredNode], settled: Rational = 0) -> None:
        self.rule = rule
        self.items = tuple(items)
        self.settled = settled
        self.full = rule.full
        self.uses = _union(item.uses for item in self.items)

    def points(self, known: Env) -> Pair:
        worst = best = self.settled
        for item in self.items:
            low, high = item.points(known)
            worst += low
            best += high
        return min(worst, self.full), min(best, self.full)


class ScoreNode(ConditionNode):
    """A score table as a condition: the total reaches the pass mark and every group its floor."""

    __slots__ = ("groups", "pass_mark", "strict")

    def __init__(self, rule: ScoreTable, groups: Sequence[ScoreGroupNode]) -> None:
        self.groups = tuple(groups)
        self.pass_mark = rule.pass_mark
        self.strict = rule.strict
        super().__init__(rule, _union(group.uses for group in self.groups))

    def plain(self, known: Env) -> int:
        return self.judge([group.points(known) for group in self.groups])

    def judge(self, pairs: Sequence[Pair]) -> int:
        """The status from the points of the groups."""
        found = MET
        worst: Rational = 0
        best: Rational = 0
        for group, (low, high) in zip(self.groups, pairs, strict=True):
            worst += low
            best += high
            floor = group.rule.floor
            if floor is not None:
                found &= MET if low >= floor else UNKNOWN if high >= floor else UNMET
        mark = self.pass_mark
        if self.strict:
            return found & (MET if worst > mark else UNKNOWN if best > mark else UNMET)
        return found & (MET if worst >= mark else UNKNOWN if best >= mark else UNMET)

    def leaves(self) -> Iterator[LeafNode]:
        for group in self.groups:
            for item in group.items:
                for condition in item.conditions:
                    yield from condition.leaves()


def _union(uses: Any) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for one in uses:
        for id, ways in one.items():
            found[id] = found.get(id, frozenset()) | ways
    return found


class Compiler:
    """Prepares rule trees. It needs to know which indicators are whole numbers."""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self.indicators = indicators

    def condition(self, rule: Condition) -> ConditionNode:
        """Prepare a condition and everything below it."""
        match rule:
            case Threshold():
                way = UP if rule.comparison.more_helps else DOWN
                integral = self.indicators[rule.indicator].type is ValueType.INTEGER
                return _BOUNDS[rule.comparison](rule, rule.indicator, way, rule.bound, integral)
            case LevelThreshold():
                way = UP if rule.comparison.more_helps else DOWN
                return _BOUNDS[rule.comparison](rule, rule.indicator, way, rule.rank, True)
            case BooleanCondition():
                return Truth(rule)
            case Inclusion():
                return Contains(rule)
            case TitleCondition():
                return Holds(rule)
            case AwardCondition():
                return Won(rule)
            case AtLeast():
                return AtLeastNode(rule, self.members(rule), rule.minimum)
            case AnyOf():
                return AnyNode(rule, self.members(rule))
            case AllOf():
                return AllNode(rule, self.members(rule))
            case ScoreTable():
                return ScoreNode(rule, [self.group(group) for group in rule.groups])
        raise TypeError(type(rule).__name__)

    def members(self, rule: Group) -> list[ConditionNode]:
        return [self.condition(member) for member in rule.members]

    def group(self, rule: ScoreGroup) -> ScoreGroupNode:
        return ScoreGroupNode(rule, [self.item(item) for item in rule.items])

    def item(self, rule: Item) -> ScoredNode:
        match rule:
            case BandedItem():
                return BandedNode(rule, [(self.condition(b.when), b) for b in rule.bands])
            case CountedItem():
                return CountedNode(rule, [self.condition(member) for member in rule.members])
            case ValueItem():
                return ValueNode(rule)
        raise TypeError(type(rule).__name__)
