"""A company that meets the criteria of one tier and not those of another, where no implication holds.

The search starts from a company that meets everything as well as can be and changes one indicator at a time,
to the values that the conditions distinguish. What is found is written as a profile and assessed again from
the start, so that no company is shown that cannot exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Any, Final

from zjtx_kg.errors import ProfileError
from zjtx_kg.exact import rounded
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.facts.knowledge import Interval, Known
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.assessment import Program, environment, program
from zjtx_kg.reasoning.nodes import MET, UNMET, UP, Env, LeafNode
from zjtx_kg.rulebase import Rulebase, Selection
from zjtx_kg.rulebase.model import AwardCondition, Indicator, Place, TitleCondition, ValueType

__all__ = ["Counterexample", "counterexample"]

#: So many starting points are tried where indicators push both ways.
_STARTS: Final = 3000


@dataclass(frozen=True, slots=True)
class Counterexample:
    """``changed`` is the indicator whose value lets the second criteria fail; ``fails`` what fails then."""

    profile: Profile
    changed: str
    value: str
    fails: tuple[str, ...]


def counterexample(
    rulebase: Rulebase, first: Selection, second: Selection, day: date
) -> Counterexample | None:
    """The first company found that meets ``first`` and not ``second``; ``None`` where none is found."""
    a, b = program(rulebase, first), program(rulebase, second)
    search = _Search(rulebase, a, b, day)
    for start in search.starts():
        for changed, known in search.changes(start):
            env = {**start, changed: known}
            if evaluation.status(a.root, env) == MET and evaluation.status(b.root, env) == UNMET:
                found = search.realised(env, changed)
                if found is not None:
                    return found
    return None


class _Search:
    def __init__(self, rulebase: Rulebase, a: Program, b: Program, day: date) -> None:
        self.rulebase, self.a, self.b, self.day = rulebase, a, b, day
        empty = facts_of(Profile(titles=(), awards=()), day, rulebase)
        self.nothing = environment(empty)
        self.last_year = empty.last_year
        self.leaves: dict[str, list[LeafNode]] = {}
        for root in (a.root, b.root):
            for id, found in evaluation.leaves_by_indicator(root).items():
                self.leaves.setdefault(id, []).extend(found)
        both = {**a.root.uses, **b.root.uses}
        self.uses = {id: (*a.root.uses.get(id, ()), *b.root.uses.get(id, ())) for id in both}

    def starts(self) -> Iterator[Env]:
        """Companies that meet the first criteria, as good as can be."""
        best: dict[str, Any] = dict(self.nothing)
        mixed: dict[str, list[Any]] = {}
        for id in sorted(self.uses):
            values = self.values(id)
            ways = frozenset(self.a.root.uses.get(id, ())) or frozenset(self.uses[id])
            if len(ways) > 1:
                mixed[id] = values
            elif values:
                best[id] = values[-1] if UP in ways else values[0]
        for choice in islice(product(*mixed.values()), _STARTS):
            env = {**best, **dict(zip(mixed, choice, strict=True))}
            if evaluation.status(self.a.root, env) == MET:
                yield env

    def changes(self, start: Env) -> Iterator[tuple[str, Any]]:
        for id in sorted(self.b.root.uses):
            for value in self.values(id):
                if value != start[id]:
                    yield id, value

    def values(self, id: str) -> list[Any]:
        """The values that conditions of either side distinguish, the least first."""
        indicator = self.rulebase.indicators[id]
        leaves = self.leaves.get(id, [])
        if indicator.type is ValueType.RECORD:
            rules = [leaf.rule for leaf in leaves]
            if any(isinstance(rule, TitleCondition | AwardCondition) for rule in rules):
                return evaluation.completions(None, leaves, self.nothing)
            return []
        known: Known = self.nothing[id]
        if not leaves and isinstance(known, Interval):  # a score or mark: its ends
            low = 0 if known.lo is None else known.lo
            high = indicator.highest if indicator.highest is not None else 100
            return [Interval(low, low), Interval(high, high)]
        return evaluation.completions(known, leaves, self.nothing)

    # --- as a profile ---------------------------------------------------------------------------------

    def realised(self, env: Env, changed: str) -> Counterexample | None:
        for derived, factor in ((True, 1), (False, 1), (False, 20)):
            data = self.data(env, changed, derived=derived, factor=factor)
            try:
                profile = Profile.from_dict(data, self.rulebase)
                facts = facts_of(profile, self.day, self.rulebase)
            except ProfileError:
                continue  # figures that no company can have
            real = environment(facts)
            first, second = self.a.assess(real, facts), self.b.assess(real, facts)
            if first.status == "eligible" and second.status == "not_eligible":
                value = _shown(env[changed], self.rulebase.indicators[changed], self.rulebase)
                return Counterexample(profile, changed, value, second.blocking)
        return None

    def data(self, env: Env, changed: str, *, derived: bool, factor: int) -> dict[str, Any]:
        """The profile of what the conditions look at.

        Without ``derived``, figures that settle a ratio stand alone; those of which more helps are then
        raised by a factor, so that their ratios are as good as they are.
        """
        figures: dict[str, Any] = {}
        facts: dict[str, Any] = {}
        for id in self.uses:
            indicator = self.rulebase.indicators[id]
            if indicator.place is Place.YEAR:
                figures[id] = self.plain(indicator, env[id])
                if id != changed and set(self.uses[id]) == {UP}:
                    figures[id] *= factor
        for id in self.uses:
            indicator = self.rulebase.indicators[id]
            stated = derived or id == changed or not self.settled(indicator, figures)
            if indicator.place is Place.FACT or (indicator.place is Place.DERIVED and stated):
                facts[id] = self.plain(indicator, env[id])
        for given in (figures, facts):
            _raise_wholes(given, self.rulebase)
        records: Mapping[str, Any] = {
            "titles": [
                {"title": r.title, "granted": r.granted, "expires": r.expires} for r in env["titles"] or ()
            ],
            "awards": [{"award": r.award, "year": r.year, "rank": r.rank} for r in env["awards"] or ()],
        }
        return {"years": {self.last_year: figures}, "facts": facts, **records}

    def settled(self, indicator: Indicator, figures: Mapping[str, Any]) -> bool:
        derivation = indicator.derivation
        return derivation is not None and all(
            one.years_back == 0 and one.indicator in figures for one in derivation.arguments
        )

    def plain(self, indicator: Indicator, known: Any) -> Any:
        if isinstance(known, Interval):
            if indicator.type is ValueType.CODE:
                return self.rulebase.schemes[indicator.schemes[0]].by_rank(int(known.lo)).id  # type: ignore[arg-type]
            return known.lo
        return sorted(known) if isinstance(known, frozenset) else known


def _raise_wholes(given: dict[str, Any], rulebase: Rulebase) -> None:
    """A whole is at least its parts."""
    for _ in range(2):  # a part of a part
        for id, value in list(given.items()):
            for whole in rulebase.indicators[id].at_most:
                if whole in given:
                    given[whole] = max(given[whole], value)


def _shown(known: Any, indicator: Indicator, rulebase: Rulebase) -> str:
    if isinstance(known, Interval) and known.lo is not None:
        if indicator.type is ValueType.CODE:
            return rulebase.schemes[indicator.schemes[0]].by_rank(int(known.lo)).id  # type: ignore[arg-type]
        value = float(rounded(known.lo))
        return f"{value:g}{indicator.unit.symbol if indicator.unit else ''}"
    if isinstance(known, frozenset | tuple):
        names = (getattr(one, "title", getattr(one, "award", str(one))) for one in known)
        return "[" + ", ".join(sorted(names)) + "]"
    return str(known).lower()
