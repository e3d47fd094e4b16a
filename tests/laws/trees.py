"""Random rule trees and what is known, and a second, naive way to judge them.

The naive judge knows two truth values only: it evaluates a tree for one value of every indicator, straight
from the rule model. All completions together then say what three-valued evaluation must say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import strategies as st

from zjtx_kg import load
from zjtx_kg.exact import Fraction
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.nodes import Compiler, ConditionNode
from zjtx_kg.rulebase import walk
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Band,
    BandedItem,
    BooleanCondition,
    Citation,
    Comparison,
    Condition,
    CountedItem,
    Inclusion,
    LevelThreshold,
    ScoreGroup,
    ScoreTable,
    Threshold,
    ValueItem,
)
from zjtx_kg.texts import Text

NOWHERE = Citation(None, None)
LABEL = Text("", "")
#: Two decimals, a whole number, an ordered code, a truth value and a list: every kind of knowledge.
NUMBERS = ("revenue", "rd_ratio")
WHOLE = "ip_class1"
LEVEL = "rd_institution_level"
VALUE = "local_feature_score"
MARK = "development_score"
TRUTH = "own_brand"
LIST = "mgmt_certifications"
CODES = ("iso9001", "iso14001", "other")


def known() -> st.SearchStrategy[dict[str, Any]]:
    """What may be known of each indicator, from nothing to everything."""
    number = st.integers(0, 6)

    def interval(high: int) -> st.SearchStrategy[Interval]:
        pairs = st.tuples(st.integers(0, high), st.integers(0, high))
        return pairs.map(lambda pair: Interval(min(pair), max(pair)))

    exact = number.map(lambda n: Interval(n, n))
    return st.fixed_dictionaries(
        {
            **{id: st.one_of(exact, interval(6)) for id in (*NUMBERS, WHOLE, VALUE, MARK)},
            LEVEL: interval(4),
            TRUTH: st.sampled_from([None, True, False]),
            LIST: st.one_of(st.none(), st.frozensets(st.sampled_from(CODES))),
        }
    )


def leaves() -> st.SearchStrategy[Condition]:
    comparisons = st.sampled_from(list(Comparison))
    return st.one_of(
        st.builds(
            lambda id, comparison, bound: Threshold(
                id="", citation=NOWHERE, indicator=id, comparison=comparison, bound=bound
            ),
            st.sampled_from([*NUMBERS, WHOLE]),
            comparisons,
            st.integers(0, 6),
        ),
        st.builds(
            lambda comparison, rank: LevelThreshold(
                id="", citation=NOWHERE, indicator=LEVEL, comparison=comparison, code="", rank=rank
            ),
            st.sampled_from([Comparison.AT_LEAST, Comparison.AT_MOST]),
            st.integers(0, 4),
        ),
        st.builds(
            lambda value: BooleanCondition(id="", citation=NOWHERE, indicator=TRUTH, value=value),
            st.booleans(),
        ),
        st.builds(
            lambda codes: Inclusion(id="", citation=NOWHERE, indicator=LIST, codes=codes, schemes=()),
            st.frozensets(st.sampled_from(CODES), min_size=1),
        ),
    )


def items() -> st.SearchStrategy[Any]:
    points = st.integers(0, 4)
    conditions = st.lists(leaves(), min_size=1, max_size=3)

    def band(found: list[Condition], best: int, widths: list[int], base: int, mark: str | None) -> BandedItem:
        """Bands one below the other, each as wide as an expert may choose in, none where no one chooses."""
        bands, points = [], best
        for when, width in zip(found, widths, strict=False):
            least = max(base, points - (width if mark else 0))
            bands.append(Band(when, max(base, points), least))
            points = least - 1
        return BandedItem(
            id="", citation=NOWHERE, full=4, indicator=None, base=base, bands=tuple(bands), mark=mark
        )

    banded = st.builds(
        band,
        conditions,
        points,
        st.lists(st.integers(0, 2), min_size=3, max_size=3),
        st.integers(0, 1),
        st.sampled_from([None, MARK]),
    )
    counted = st.builds(
        lambda members: CountedItem(id="", citation=NOWHERE, full=4, each=3, members=tuple(members)),
        st.lists(leaves(), min_size=1, max_size=3),
    )
    return st.one_of(banded, counted)


def scores(*, valued: bool) -> st.SearchStrategy[Condition]:
    value = ValueItem(id="", citation=NOWHERE, full=5, indicator=VALUE)

    def table(groups: list[list[Any]], floor: int | None, mark: int, extra: bool, strict: bool) -> ScoreTable:
        found = [
            ScoreGroup(
                id="",
                citation=NOWHERE,
                label=LABEL,
                full=4 * len(group),
                floor=floor if number == 0 else None,
                items=(*group, value) if extra and number == 0 else tuple(group),
            )
            for number, group in enumerate(groups)
        ]
        return ScoreTable(
            id="", citation=NOWHERE, full=99, pass_mark=mark, strict=strict, groups=tuple(found)
        )

    groups = st.lists(st.lists(items(), min_size=1, max_size=2), min_size=1, max_size=2)
    extra = st.booleans() if valued else st.just(False)
    return st.builds(
        table, groups, st.one_of(st.none(), st.integers(1, 4)), st.integers(1, 10), extra, st.booleans()
    )


def trees(*, valued: bool = True) -> st.SearchStrategy[Condition]:
    def groups(children: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        members = st.lists(children, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            members.map(lambda m: AllOf(id="", citation=NOWHERE, members=m)),
            members.map(lambda m: AnyOf(id="", citation=NOWHERE, members=m)),
            st.builds(
                lambda m, least: AtLeast(id="", citation=NOWHERE, members=m, minimum=least),
                members,
                st.integers(1, 2),
            ),
        )

    return st.recursive(st.one_of(leaves(), scores(valued=valued)), groups, max_leaves=5)


def compiled(rule: Condition) -> ConditionNode:
    return Compiler(load().indicators).condition(rule)


def reads(rule: Condition) -> list[str]:
    """The indicators that a tree reads."""
    values = {node.indicator for node in walk(rule) if isinstance(node, ValueItem)}
    values |= {n.mark for n in walk(rule) if isinstance(n, BandedItem) and n.mark is not None}
    return sorted(values | {leaf.indicator for leaf in rule.leaves()})


def completions(knowledge: Mapping[str, Any], ids: list[str]) -> Iterator[dict[str, Any]]:
    """Every completion that can matter: half steps for decimals, whole steps for whole numbers."""
    values = []
    for id in ids:
        found = knowledge[id]
        if id in (WHOLE, LEVEL):
            values.append([Interval(n, n) for n in range(found.lo, found.hi + 1)])
        elif isinstance(found, Interval):
            steps = range(2 * found.lo, 2 * found.hi + 1)
            values.append([Interval(Fraction(n, 2), Fraction(n, 2)) for n in steps])
        elif id == TRUTH:
            values.append([True, False] if found is None else [found])
        else:
            subsets = [
                frozenset(c for c, kept in zip(CODES, mask, strict=True) if kept)
                for mask in product((0, 1), repeat=3)
            ]
            values.append(subsets if found is None else [found])
    for choice in product(*values):
        yield {**knowledge, **dict(zip(ids, choice, strict=True))}


def holds(rule: Condition, case: Mapping[str, Any]) -> bool:
    """Two-valued truth of a condition where everything is known."""
    match rule:
        case Threshold() | LevelThreshold():
            value = case[rule.indicator].lo
            bound = rule.bound if isinstance(rule, Threshold) else rule.rank
            return {
                Comparison.AT_LEAST: value >= bound,
                Comparison.MORE_THAN: value > bound,
                Comparison.AT_MOST: value <= bound,
                Comparison.BELOW: value < bound,
            }[rule.comparison]
        case BooleanCondition():
            return case[rule.indicator] is rule.value
        case Inclusion():
            return bool(rule.codes & case[rule.indicator])
        case AtLeast():
            return sum(holds(member, case) for member in rule.members) >= rule.minimum
        case AllOf():
            return all(holds(member, case) for member in rule.members)
        case AnyOf():
            return any(holds(member, case) for member in rule.members)
        case ScoreTable():
            totals = [min(g.full, sum(points(item, case) for item in g.items)) for g in rule.groups]
            floors = all(t >= (g.floor or 0) for t, g in zip(totals, rule.groups, strict=True))
            reached = sum(totals) > rule.pass_mark if rule.strict else sum(totals) >= rule.pass_mark
            return floors and reached
    raise TypeError(type(rule))


def points(item: Any, case: Mapping[str, Any]) -> Any:
    if isinstance(item, BandedItem):
        held = [band for band in item.bands if band.points > item.base and holds(band.when, case)]
        if not held:
            return item.base
        best = max(held, key=lambda band: band.points)
        return best.points if item.mark is None else min(max(case[item.mark].lo, best.least), best.points)
    if isinstance(item, CountedItem):
        return min(item.full, item.each * sum(holds(member, case) for member in item.members))
    return min(item.full, case[item.indicator].lo)
