"""What would let a company in, provably the least; every plan is assessed again before it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from zjtx_kg.advance.apply import after, after_plan, plain_value
from zjtx_kg.advance.costs import NO_COSTS, Costs
from zjtx_kg.advance.efforts import Objective, effort_of, months_of
from zjtx_kg.advance.inputs import GIVEN, Choice, Key, Number
from zjtx_kg.advance.plans import Advancement, Change, Obstacle, Plan, Repair
from zjtx_kg.advance.sensitivity import slips
from zjtx_kg.advance.space import Space
from zjtx_kg.errors import InputError, ProfileError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.assessment import ELIGIBLE, Program, environment, program, selections
from zjtx_kg.reasoning.nodes import Contains
from zjtx_kg.reasoning.results import Finding
from zjtx_kg.reasoning.wording import shown, wording
from zjtx_kg.rulebase import Kind, Rulebase, load
from zjtx_kg.rulebase.model import Indicator
from zjtx_kg.rulebase.rulebase import walk
from zjtx_kg.texts import say

if TYPE_CHECKING:
    from zjtx_kg.advance.search import Found, Search

__all__ = ["advance", "profile_after"]

#: Seconds for one question to the solver; a limit that is reached is said.
LIMIT: Final = 20.0
#: Plans that the native evaluator refuses are passed over; so many in a row, and the search says so.
_MOST_REFUSED: Final = 20
_PATH: Final = re.compile(r"(?:facts\.|years\.[0-9]{4}\.)(?P<id>[a-z0-9_]+)\Z")


def advance(
    profile: Profile,
    to: str,
    *,
    as_of: date | None = None,
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    readings: Iterable[str] = (),
    objective: Objective | str = Objective.FEWEST,
    alternatives: int = 3,
    lock: Iterable[str] = (),
    costs: Costs = NO_COSTS,
    limit: float = LIMIT,
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Advancement:
    """The least change of inputs after which a tier is certainly met, in up to ``alternatives`` plans.

    ``objective``: ``fewest`` changed inputs, least ``effort`` in points, or ``soonest`` in months. ``lock``
    keeps inputs as they are (indicator or path); ``costs`` replaces defaults of the change model. Titles that
    must be held before applying are outside. Raises what :func:`zjtx_kg.assess` raises.

    >>> company = Profile.from_dict(
    ...     {
    ...         "industry": "3453",
    ...         "years": {2025: {"employees": 12}},
    ...         "facts": {"rd_institution_level": "none"},
    ...     }
    ... )
    >>> advance(company, "innovative-sme", as_of=date(2026, 6, 1)).feasible
    True
    """
    rules = rulebase or load()
    day = as_of or date.today()
    selection = selections(rules, day, [to], policy, kind, readings)[0]
    locked = _locks(lock, rules)
    aim = Objective(objective)
    space = Space(
        program(rules, selection), profile, facts_of(profile, day, rules), costs=costs, locked=locked
    )
    return _Planner(space, aim, alternatives, limit, lang).advancement(str(Kind(kind)))


def profile_after(
    profile: Profile, found: Advancement, *, rulebase: Rulebase | None = None
) -> dict[str, Any]:
    """The profile's data after the first plan: reading and assessing it gives ``status_after``."""
    return after_plan(profile, found, rulebase or load())


def _locks(lock: Iterable[str], rules: Rulebase) -> tuple[str, ...]:
    found = []
    for name in lock:
        match = _PATH.match(name)
        id = match["id"] if match else name
        if id not in rules.indicators:
            raise InputError("unknown_lock", lock=name)
        found.append(name)
    return tuple(found)


class _Planner:
    def __init__(self, space: Space, objective: Objective, count: int, limit: float, lang: str) -> None:
        self.space = space
        self.program: Program = space.frame.program
        self.rules = space.rulebase
        self.objective = objective
        self.count = max(1, count)
        self.limit = limit
        self.lang = lang
        self.words = wording(self.rules)

    def advancement(self, kind: str) -> Advancement:
        before = self.program.status(self.space.env)
        if before == ELIGIBLE:
            plans = (Plan((), 0, 0, ELIGIBLE, 0),)
            return self._said(kind, before, plans, proved=True, sensitivity=True)
        from zjtx_kg.advance.search import Search, blockers  # the solver takes a while to load

        search = Search(self.space, self.objective, self.limit)
        plans_found: list[Plan] = []
        proved, refused = True, 0
        while len(plans_found) < self.count and refused < _MOST_REFUSED:
            found = search.next()
            if found is None:
                break
            values = self._tightened(found.values)
            status = self._status(values)
            if status != ELIGIBLE:
                refused += 1
                proved = proved and bool(plans_found)
                search.forbid(list(found.values))
                continue
            if not plans_found:
                proved = proved and self._proved(search, found)
            plans_found.append(self._plan(values, status))
            search.exclude(list(values))
        exhausted = search.limited or refused == _MOST_REFUSED
        if plans_found:
            return self._said(kind, before, tuple(plans_found), proved=proved, limited=exhausted)
        if exhausted:
            return self._said(kind, before, (), proved=False, limited=True)
        ids, certain = blockers(self.space, self.limit)
        return self._said(kind, before, (), proved=certain and not search.encoding.cautious, blocked=ids)

    def _proved(self, search: Search, found: Found) -> bool:
        """Whether nothing is less, also among what was searched in part only."""
        if not found.proved or search.encoding.cautious:
            return False
        if not search.encoding.partial:
            return True
        from zjtx_kg.advance.search import Search

        bound = Search(self.space, self.objective, self.limit, relaxed=True).next()
        return bound is not None and bound.proved and bound.least == found.least

    def _said(
        self,
        kind: str,
        before: str,
        plans: tuple[Plan, ...],
        *,
        proved: bool,
        limited: bool = False,
        blocked: tuple[str, ...] = (),
        sensitivity: bool = False,
    ) -> Advancement:
        selection = self.program.selection
        return Advancement(
            target=selection.tier,
            policy=selection.policy,
            objective=str(self.objective),
            feasible=bool(plans),
            optimal=proved,
            plans=plans,
            immutable=blocked,
            profile=self.space.profile.head,
            as_of=self.space.facts.as_of,
            kind=kind,
            status_before=before,
            limit_reached=limited,
            obstacles=tuple(self._obstacles(blocked)),
            sensitivity=slips(self.space, self.lang) if sensitivity else (),
        )

    def _obstacles(self, blocked: tuple[str, ...]) -> Iterator[Obstacle]:
        nodes = {node.id: node for node in walk(self.program.selection.criteria)}
        for id in blocked:
            node = nodes[id]
            clause = node.citation.clause
            yield Obstacle(
                id, self.words.label(node)(self.lang), clause.citation(self.lang) if clause else None
            )

    # --- checking -----------------------------------------------------------------------------------

    def _status(self, values: Mapping[Key, Any]) -> str | None:
        """What the native evaluator says of the profile after a plan; ``None`` where it is contradictory."""
        try:
            profile = Profile.from_dict(after(self.space, values), self.rules)
            return self.program.status(environment(facts_of(profile, self.space.facts.as_of, self.rules)))
        except ProfileError:
            return None

    def _tightened(self, values: Mapping[Key, Any]) -> dict[Key, Any]:
        """The same plan with what is not known asked for no more than suffices."""
        found = dict(values)
        for key, value in values.items():
            number = self.space.active[key]
            way = self.space.frame.ways.get(key, 0)
            if not isinstance(number, Number) or number.settled or way == 0:
                continue
            good, bad = int(value / number.step), number.least - 1 if way > 0 else number.most + 1
            if way > 0 and number.hi is not None and value > number.hi:
                continue
            if way < 0 and number.lo is not None and value < number.lo:
                continue
            while abs(good - bad) > 1:
                half = (good + bad) // 2
                if self._status({**found, key: half * number.step}) == ELIGIBLE:
                    good = half
                else:
                    bad = half
            found[key] = good * number.step
        return found

    # --- saying -------------------------------------------------------------------------------------

    def _plan(self, values: Mapping[Key, Any], status: str | None) -> Plan:
        assert status is not None
        effort = sum(effort_of(self.space.active[key], value) for key, value in values.items())
        months = max(
            [ceil(months_of(self.space.active[key], value)) for key, value in values.items()], default=0
        )
        cost = {"fewest": len(values), "effort": effort, "soonest": months}[self.objective.value]
        profile = Profile.from_dict(after(self.space, values), self.rules)
        facts = facts_of(profile, self.space.facts.as_of, self.rules)
        before = self._findings(self.space.env, self.space.facts)
        then = self._findings(environment(facts), facts)
        order = {key: position for position, key in enumerate(self.space.active)}
        changes = [
            self._change(key, values[key], before, then) for key in sorted(values, key=order.__getitem__)
        ]
        return Plan(tuple(changes), cost, months, status, effort)

    def _findings(self, env: Any, facts: Any) -> dict[str, Finding]:
        return {f.condition: f for f in _flat(self.program.assess(env, facts, self.lang).findings)}

    def _change(
        self, key: Key, value: Any, before: Mapping[str, Finding], then: Mapping[str, Finding]
    ) -> Change:
        quantity = self.space.active[key]
        indicator, change = quantity.indicator, quantity.change
        measure = self.rules.measures.get(change.measure or "")
        evidence = [self.rules.evidence[id].label(self.lang) for id in self.rules.evidence_of(indicator.id)]
        to_show = not quantity.settled and (isinstance(quantity, Choice) or quantity.inside(value))
        return Change(
            path=quantity.path,
            from_=self._plain(key, self.space.known(key)),
            to=self._to(key, value),
            unit=indicator.unit.symbol if indicator.unit else None,
            measure=measure.label(self.lang) if measure else None,
            evidence=tuple(evidence),
            lead_time_months=ceil(months_of(quantity, value)),
            indicator=indicator.id,
            label=indicator.label(self.lang),
            effort=effort_of(quantity, value),
            to_show=to_show,
            text=self._moved(key, value),
            one_of=self._one_of(key, value),
            repairs=tuple(self._repairs(key, before, then)),
        )

    def _plain(self, key: Key, known: Any) -> Any:
        """What is known of an input as the profile says it, without bounds that merely always hold."""
        indicator = self.rules.indicators[key[0]]
        if isinstance(known, Interval):
            if not known.settled and known == self.space.frame.deriver.natural.get(key[0]):
                return None
            if key[1] != GIVEN and not self.space.profile.gives(self.space.path(key)) and not known.settled:
                return None
        return plain_value(indicator, known, self.rules)

    def _to(self, key: Key, value: Any) -> Any:
        data: Any = after(self.space, {key: value})
        for part in self.space.path(key).split("."):
            data = data[int(part) if part.isdecimal() else part]
        return data

    def _one_of(self, key: Key, value: Any) -> tuple[str, ...]:
        """Codes that satisfy the same conditions as the one chosen."""
        if not isinstance(value, tuple) or len(value) != 1 or not isinstance(value[0], str):
            return ()
        leaves = [leaf for leaf in self.space.frame.leaves[key[0]] if isinstance(leaf, Contains)]
        codes = [leaf.codes for leaf in leaves if value[0] in leaf.codes]
        return tuple(sorted(frozenset.intersection(*codes) - {value[0]})) if codes else ()

    def _repairs(
        self, key: Key, before: Mapping[str, Finding], then: Mapping[str, Finding]
    ) -> Iterator[Repair]:
        touched = self.space.frame.touched(key)
        for id, found in then.items():
            was = before.get(id)
            if was is None or touched.isdisjoint(found.indicators or (found.indicator,)):
                continue
            gained = None
            if found.points is not None and was.points is not None and found.operator != "score":
                gained = found.points.min - was.points.min
            if (found.status == "met" and was.status != "met") or (gained is not None and gained > 0):
                if found.children and found.points is None:
                    continue
                yield self._repair(found, gained)

    def _repair(self, found: Finding, gained: Any) -> Repair:
        about = []
        if gained:
            about.append(say("advance.points", self.lang, points=shown(gained)))
        elif found.margin is not None and found.indicator is not None:
            unit = self.rules.indicators[found.indicator].unit
            margin = self.words.difference(found.margin, unit, self.lang)
            about.append(
                say("advance.margin" if found.margin else "advance.exactly", self.lang, margin=margin)
            )
        text = "，".join([found.label, *about]) if self.lang == "zh" else ", ".join([found.label, *about])
        return Repair(found.condition, found.label, found.clause, found.status, text, found.margin, gained)

    def _moved(self, key: Key, value: Any) -> str:
        """A change in words: what is known now, and what it becomes."""
        id, back = key
        indicator = self.rules.indicators[id]
        label = indicator.label(self.lang)
        if back >= 0:
            label = say("advance.in_year", self.lang, label=label, year=self.space.facts.last_year - back)
        now: Any = value
        if isinstance(self.space.active[key], Number):
            now = Interval(value, value)
        elif isinstance(value, tuple):
            now = frozenset(value) if isinstance(value[0], str) else value
        words = [self._known(indicator, what) for what in (self.space.known(key), now)]
        if isinstance(value, tuple) and self.space.known(key):
            words[1] = "+" + words[1]
        return say("advance.moved", self.lang, label=label, was=words[0], now=words[1])

    def _known(self, indicator: Indicator, known: Any) -> str:
        return known.isoformat() if isinstance(known, date) else self.words.known(indicator, known, self.lang)


def _flat(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from _flat(finding.children)
