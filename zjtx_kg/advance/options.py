"""The values that a fact which is no number may take: one for each case that the conditions distinguish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from zjtx_kg.advance.inputs import Choice, Key, Option
from zjtx_kg.facts.knowledge import AwardRecord, TitleRecord
from zjtx_kg.reasoning.nodes import AS_OF, LAST_YEAR, MET, Contains, Env, Holds, LeafNode, Won
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Change, ChangeMode, Indicator, ValueType

__all__ = ["choice"]

_ESTABLISHED: Final = "established"
_TITLE_YEARS: Final = 3


def choice(
    key: Key,
    path: str,
    indicator: Indicator,
    change: Change,
    known: Any,
    leaves: Sequence[LeafNode],
    env: Env,
    rulebase: Rulebase,
) -> Choice | None:
    """A choice with its options; ``None`` where it cannot take another value."""
    fixed = change.mode is ChangeMode.FIXED
    if known is not None and fixed:
        return None
    gathers = indicator.type is ValueType.CODES or indicator.id in ("titles", "awards")
    if indicator.type is ValueType.BOOLEAN:
        values = [value for value in (False, True) if value is not known]
        options = [Option(value, str(value).lower()) for value in values]
    elif indicator.type is ValueType.CODES:
        found = [leaf for leaf in leaves if isinstance(leaf, Contains)]
        codes = [c for c in _ordered(found, indicator, rulebase) if known is None or c not in known]
        options = _distinct(
            codes,
            lambda code: tuple(code in leaf.codes for leaf in found),
            lambda code: Option(code, code),
        )
    elif indicator.id == "titles":
        options = _titles([leaf for leaf in leaves if isinstance(leaf, Holds)], env)
    elif indicator.id == "awards":
        options = _awards([leaf for leaf in leaves if isinstance(leaf, Won)], env)
    elif indicator.id == _ESTABLISHED:
        days = sorted({leaf.edge for leaf in leaves if leaf.edge is not None})
        dates = [env[AS_OF] - timedelta(days=int(day) + 1) for day in days]
        options = [Option(day, day.isoformat()) for day in dates]
    else:
        options = [Option(value, value) for value in change.candidates]
    if not options:
        return None
    return Choice(key, path, indicator, change, known, tuple(options), gathers)


def _ordered(leaves: Iterable[Contains], indicator: Indicator, rulebase: Rulebase) -> list[str]:
    """The codes that any condition asks for, in the order of their lists."""
    wanted = set().union(*(leaf.codes for leaf in leaves))
    return [code for scheme in indicator.schemes for code in rulebase.schemes[scheme].codes if code in wanted]


def _distinct(
    values: Iterable[Any], pattern: Callable[[Any], tuple[bool, ...]], made: Callable[[Any], Option]
) -> list[Option]:
    """One option for each set of conditions that a value satisfies; those that satisfy none are left out."""
    found: dict[tuple[bool, ...], Option] = {}
    for value in values:
        truths = pattern(value)
        if any(truths):
            found.setdefault(truths, made(value))
    return list(found.values())


def _titles(leaves: Sequence[Holds], env: Env) -> list[Option]:
    day = env[AS_OF]
    titles = sorted(set().union(*(leaf.titles for leaf in leaves)))
    last = day.replace(year=day.year + _TITLE_YEARS, day=min(day.day, 28))
    return _distinct(
        titles,
        lambda title: tuple(title in leaf.titles for leaf in leaves),
        lambda title: Option(TitleRecord(title, day, last), title),
    )


def _awards(leaves: Sequence[Won], env: Env) -> list[Option]:
    """An award of the current year, with the worst rank that still satisfies the same conditions."""
    year = env[AS_OF].year
    ranks = sorted({leaf.rank for leaf in leaves if leaf.rank is not None}, reverse=True) or [1]
    awards = sorted(set().union(*(leaf.awards for leaf in leaves)))
    case = {AS_OF: env[AS_OF], LAST_YEAR: env[LAST_YEAR]}

    def pattern(record: AwardRecord) -> tuple[bool, ...]:
        return tuple(leaf.plain({**case, leaf.indicator: (record,)}) == MET for leaf in leaves)

    records = [AwardRecord(award, year, rank) for award in awards for rank in ranks]
    return _distinct(records, pattern, lambda record: Option(record, record.award))
