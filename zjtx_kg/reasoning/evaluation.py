"""Exact statuses, and the values an indicator may still take, one for each case that matters.

Conditions see an indicator only through their own bounds, codes, titles and awards. So a few representatives
stand for all values: for a number its ends, the bounds inside and a point between each two; for a list of
codes one subset for each combination of codes that the conditions distinguish; for records likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from itertools import combinations, pairwise, product
from operator import add, or_
from typing import Any, Final

from zjtx_kg.exact import Exact, Fraction, Surd
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, TitleRecord, is_settled
from zjtx_kg.reasoning.nodes import (
    AS_OF,
    LAST_YEAR,
    MET,
    UNKNOWN,
    UNMET,
    ConditionNode,
    Contains,
    Env,
    Holds,
    LeafNode,
    Pair,
    ScoreNode,
    Won,
)

__all__ = ["MAX_CASES", "completions", "is_open", "leaves_by_indicator", "points", "status"]

#: More combinations than this are not tried; the answer then stays unknown, which is safe.
MAX_CASES: Final = 4096
#: So many records or codes are joined to produce the patterns of truths that lists can have.
_MAX_UNION: Final = 6


def status(node: ConditionNode, env: Env) -> int:
    """The exact status of a condition: ``met`` when it holds for every value of what is not known exactly."""
    found = node.plain(env)
    if found != UNKNOWN or not node.mixed:
        return found
    worst, best = MET, UNMET
    for case in _cases(node, env):
        found = node.plain(case)
        worst &= found
        best |= found
    return (worst & 2) | (best & 1)


def points(node: ScoreNode, env: Env) -> list[Pair]:
    """The exact worst and best points of each group of a score table, and last of the total."""
    pairs = None
    for case in _cases(node, env) if node.mixed else [env]:
        found = [group.points(case) for group in node.groups]
        found.append((sum(low for low, _ in found), sum(high for _, high in found)))
        pairs = (
            found
            if pairs is None
            else [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(pairs, found, strict=True)]
        )
    assert pairs is not None
    return pairs


def is_open(known: Known, leaves: Iterable[LeafNode], env: Env) -> bool:
    """Whether something more can be learned of an indicator that these conditions would notice."""
    if isinstance(known, tuple) and not isinstance(known, Interval):
        return any(leaf.plain(env) not in (0, MET) for leaf in leaves)
    return not is_settled(known)


def _cases(node: ConditionNode, env: Env) -> Iterator[Env]:
    """Every combination of the values of the node's mixed indicators that are not settled."""
    leaves = leaves_by_indicator(node)
    open_ = [id for id in node.mixed if not is_settled(env[id])]
    values = [completions(env[id], leaves[id], env) for id in open_]
    count = 1
    for found in values:
        count *= len(found)
    if not open_ or count > MAX_CASES:
        yield env
        return
    for choice in product(*values):
        yield {**env, **dict(zip(open_, choice, strict=True))}


def leaves_by_indicator(node: ConditionNode) -> dict[str, list[LeafNode]]:
    found: dict[str, list[LeafNode]] = {}
    for leaf in node.leaves():
        found.setdefault(leaf.indicator, []).append(leaf)
    return found


def completions(known: Known, leaves: Sequence[LeafNode], env: Env) -> list[Any]:
    """Representatives of every value that is still possible, the least first."""
    if isinstance(known, Interval):
        edges = sorted({leaf.edge for leaf in leaves if leaf.edge is not None})
        return numbers(known, edges, whole=all(leaf.integral for leaf in leaves))
    if isinstance(known, bool | frozenset | str):
        return [known]
    contains = [leaf for leaf in leaves if isinstance(leaf, Contains)]
    if contains:
        return _code_lists(contains)
    holds = [leaf for leaf in leaves if isinstance(leaf, Holds)]
    if holds:
        return _title_lists(holds, known, env)  # type: ignore[arg-type]
    won = [leaf for leaf in leaves if isinstance(leaf, Won)]
    if won:
        return _award_lists(won, known, env)  # type: ignore[arg-type]
    return [False, True]


def numbers(known: Interval, edges: Sequence[Exact], *, whole: bool = False) -> list[Interval]:
    """A number for each case: ends, bounds inside, a point between.

    >>> [str(n.lo) for n in numbers(Interval(0, None), [10])]
    ['0', '5', '10', '21/2', '11']
    >>> [str(n.lo) for n in numbers(Interval(0, 4), [3], whole=True)]
    ['0', '2', '3', '4']
    """
    lo, hi = known
    inside = [edge for edge in edges if edge in known]
    low = lo if lo is not None else (inside[0] - 1 if inside else hi if hi is not None else 0)
    high = hi if hi is not None else (inside[-1] + 1 if inside else low)
    if whole:
        near = {n for edge in inside for n in (edge - 1, edge, edge + 1) if low <= n <= high}
        points = sorted({low, high, *near})
        return [Interval(point, point) for point in points if _is_whole(point)]
    points = sorted({low, *inside, high})
    found: list[Exact] = []
    for point, following in pairwise(points):
        found += [point, _between(point, following)]
    found.append(points[-1])
    return [Interval(point, point) for point in found]


def _is_whole(value: Exact) -> bool:
    return not isinstance(value, Surd) and value.denominator == 1


def _between(a: Exact, b: Exact) -> Exact:
    """A number between two: the middle of rationals, a rational near a root otherwise."""
    if not isinstance(a, Surd) and not isinstance(b, Surd):
        return Fraction(a + b, 2)
    step = Fraction(1)
    while True:
        first = _floor_multiple(a, step) + step
        if a < first < b:
            return first
        step /= 2


def _floor_multiple(value: Exact, step: Fraction) -> Fraction:
    """The greatest multiple of a step that is not above a number, by bisection on exact comparisons."""
    low, high = -1, 1
    while low * step > value:
        low *= 2
    while high * step <= value:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle * step <= value:
            low = middle
        else:
            high = middle
    return low * step


def _code_lists(leaves: Sequence[Contains]) -> list[frozenset[str]]:
    """One list of codes for each set of conditions that a list can satisfy."""
    singles = [frozenset([code]) for code in sorted(set().union(*(leaf.codes for leaf in leaves)))]
    return _closure(
        singles, lambda codes: tuple(not leaf.codes.isdisjoint(codes) for leaf in leaves), frozenset()
    )


def _title_lists(leaves: Sequence[Holds], known: tuple[TitleRecord, ...] | None, env: Env) -> list[Any]:
    day: date = env[AS_OF]
    if known is None:
        wanted = sorted(set().union(*(leaf.titles for leaf in leaves)))
        settled: tuple[TitleRecord, ...] = ()
    else:
        wanted = [record.title for record in known if record.granted is None or record.expires is None]
        settled = tuple(r for r in known if r.granted is not None and r.expires is not None)
    singles = [(TitleRecord(title, day, day),) for title in wanted]
    return _closure(singles, lambda records: _truths(leaves, records, env), settled)


def _award_lists(leaves: Sequence[Won], known: tuple[AwardRecord, ...] | None, env: Env) -> list[Any]:
    year = env[AS_OF].year
    ranks = sorted({leaf.rank for leaf in leaves if leaf.rank is not None}) or [1]
    years = sorted({year, *(env[LAST_YEAR] - leaf.years + 1 for leaf in leaves)})
    if known is None:
        awards = sorted(set().union(*(leaf.awards for leaf in leaves)))
        open_ = [AwardRecord(award, None, None) for award in awards]
        settled: tuple[AwardRecord, ...] = ()
    else:
        open_ = [record for record in known if record.year is None or record.rank is None]
        settled = tuple(record for record in known if record not in open_)
    singles = [
        (AwardRecord(record.award, y, rank),)
        for record in open_
        for y in ([record.year] if record.year is not None else years)
        for rank in ([record.rank] if record.rank is not None else ranks)
    ]
    return _closure(singles, lambda records: _truths(leaves, records, env), settled)


def _truths(leaves: Sequence[LeafNode], records: Any, env: Env) -> tuple[bool, ...]:
    case = {**env, leaves[0].indicator: records}
    return tuple(leaf.plain(case) == MET for leaf in leaves)


def _closure(singles: Sequence[Any], pattern: Any, nothing: Any) -> list[Any]:
    """Unions of single values, one for each pattern of truths they can produce together."""
    join = or_ if isinstance(nothing, frozenset) else add
    distinct: dict[tuple[bool, ...], Any] = {}
    for single in singles:
        distinct.setdefault(pattern(join(nothing, single)), single)
    found = {pattern(nothing): nothing}
    for size in range(1, min(len(distinct), _MAX_UNION) + 1):
        for chosen in combinations(distinct.values(), size):
            union = reduce(join, chosen, nothing)
            found.setdefault(pattern(union), union)
    return [value for _, value in sorted(found.items(), key=lambda item: sum(item[0]))]
