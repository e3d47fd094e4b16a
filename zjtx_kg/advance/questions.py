"""The next best question: what is still worth finding out, the most decisive first.

Only facts that can still change the answer are asked for. A question is worth the share of its answers that
settle the status at once, each answer that the rule tells apart counting the same: no distribution of
companies is assumed. Where a fact comes from several places that are all open, they share that worth. Ties go
to what can be looked up before what must be declared or judged, then to the fact that moves more points of a
score, then to the one that more conditions read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from zjtx_kg.exact import Fraction
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, deriver, facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.reasoning.assessment import Program, environment, program, selections
from zjtx_kg.reasoning.evaluation import completions, leaves_by_indicator
from zjtx_kg.reasoning.nodes import (
    MET,
    ConditionNode,
    Env,
    ScoredNode,
    ScoreNode,
)
from zjtx_kg.reasoning.relevance import relevant
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Kind, Rulebase, load
from zjtx_kg.rulebase.model import Indicator, Knowledge, Rational, ValueType
from zjtx_kg.texts import say

__all__ = ["Answer", "Asked", "Question", "Questions", "ask"]

_SETTLED: Final = ("eligible", "not_eligible")
_ORDER: Final = {kind: position for position, kind in enumerate(Knowledge)}


class Answer(msgspec.Struct, frozen=True):
    """What an answer would mean: ``when`` the fact is so, the status of the tier becomes ``status``."""

    when: str
    status: str


class Asked(msgspec.Struct, frozen=True):
    """A condition that reads the fact."""

    condition: str
    label: str
    clause: str | None


class Question(msgspec.Struct, frozen=True):
    """One place of the profile to fill in.

    ``settles`` is the share of answers that settle the status at once; ``0`` where other places
    (``together``) must be known as well. ``decides`` names the indicators that conditions read and that come
    from this place. ``answers`` is empty where this place alone does not decide it.
    """

    path: str
    indicator: str
    label: str
    definition: str
    unit: str | None
    type: str
    knowledge: str
    decides: tuple[str, ...]
    settles: Any
    together: tuple[str, ...]
    answers: tuple[Answer, ...]
    conditions: tuple[Asked, ...]
    evidence: tuple[str, ...]


class Questions(msgspec.Struct, frozen=True):
    """The questions still worth asking about one tier; none once its status is settled."""

    profile: dict[str, str | None]
    as_of: date
    target: str
    policy: str
    kind: str
    status: str
    settled: bool
    questions: tuple[Question, ...]


class _Worth(msgspec.Struct, frozen=True):
    """What there is to learn about one indicator that conditions read."""

    id: str
    settles: Fraction
    answers: tuple[Answer, ...]
    points: Any
    conditions: tuple[Asked, ...]
    places: tuple[str, ...]


def ask(
    profile: Profile,
    target: str,
    *,
    as_of: date | None = None,
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    readings: Iterable[str] = (),
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Questions:
    """The questions still worth asking before a tier is settled, the most decisive first.

    Raises what :func:`zjtx_kg.assess` raises.

    >>> company = Profile.from_dict({"facts": {"market_years": 1}})
    >>> ask(company, "little-giant", as_of=date(2025, 6, 1)).settled
    True
    """
    rules = rulebase or load()
    day = as_of or date.today()
    (selection,) = selections(rules, day, [target], policy, kind, readings)
    judge = program(rules, selection)
    facts = facts_of(profile, day, rules)
    env = environment(facts)
    status = judge.status(env)
    interview = _Interview(rules, judge, facts, env, lang)
    return Questions(
        profile=profile.head,
        as_of=day,
        target=selection.tier,
        policy=selection.policy,
        kind=str(Kind(kind)),
        status=status,
        settled=status in _SETTLED,
        questions=() if status in _SETTLED else interview.questions(),
    )


class _Interview:
    def __init__(self, rules: Rulebase, judge: Program, facts: Facts, env: Env, lang: str) -> None:
        self.rules = rules
        self.judge = judge
        self.facts = facts
        self.env = env
        self.lang = lang
        self.words = wording(rules)
        self.leaves = leaves_by_indicator(judge.root)
        self.scored = list(_scored(judge.root))

    def questions(self) -> tuple[Question, ...]:
        worths = [self.worth(id) for id in sorted(relevant(self.judge.root, self.env))]
        by_place: dict[str, list[_Worth]] = {}
        for worth in worths:
            for place in worth.places:
                by_place.setdefault(place, []).append(worth)
        ranked = sorted(by_place.items(), key=lambda item: self.rank(*item))
        return tuple(self.question(place, found) for place, found in ranked)

    # --- worth --------------------------------------------------------------------------------------

    def rank(self, place: str, worths: Sequence[_Worth]) -> Any:
        indicator = self.indicator(place)
        return (
            -max(worth.settles / len(worth.places) for worth in worths),
            0 if indicator is None else _ORDER[indicator.knowledge],
            -max(Fraction(worth.points, len(worth.places)) for worth in worths),
            -sum(len(worth.conditions) for worth in worths),
            -1 if indicator is None else indicator.order,
            place,
        )

    def worth(self, id: str) -> _Worth:
        classes = self.classes(id)
        found = [self.judge.status({**self.env, id: values[0]}) for values in classes]
        settles = Fraction(sum(status in _SETTLED for status in found), len(found))
        return _Worth(
            id=id,
            settles=settles,
            answers=tuple(self.answers(id, classes, found)),
            points=self.points(id),
            conditions=tuple(self.conditions(id)),
            places=tuple(deriver(self.rules).sources(id, self.facts)),
        )

    def classes(self, id: str) -> list[list[Any]]:
        """The values that an indicator may still take, those together that no condition tells apart."""
        leaves = self.leaves.get(id, [])
        known = self.env[id]
        values = completions(known, leaves, self.env)
        if not leaves and isinstance(known, Interval):
            values = [Interval(end, end) for end in known if end is not None] or values
        found: list[list[Any]] = []
        patterns: dict[Any, list[Any]] = {}
        for value in values:
            case = {**self.env, id: value}
            pattern = tuple(leaf.plain(case) for leaf in leaves) if leaves else value
            if pattern not in patterns:
                patterns[pattern] = []
                found.append(patterns[pattern])
            patterns[pattern].append(value)
        return found

    def points(self, id: str) -> Rational:
        """The most points that the fact can still move in any score table."""
        moved: list[Rational] = [0]
        for item in self.scored:
            if id in item.uses:
                worst, best = item.points(self.env)
                moved.append(best - worst)
        return max(moved)

    def conditions(self, id: str) -> Iterable[Asked]:
        seen = set()
        for leaf in self.leaves.get(id, ()):
            if leaf.plain(self.env) in (0, MET) or not leaf.rule.id:
                continue
            rule = leaf.rule
            if rule.id not in seen:
                seen.add(rule.id)
                yield Asked(rule.id, self.words.label(rule)(self.lang), self.clause(rule))
        for item in self.scored:
            worst, best = item.points(self.env)
            if worst != best and id in item.uses and item.rule.id not in seen:
                seen.add(item.rule.id)
                yield Asked(item.rule.id, self.words.label(item.rule)(self.lang), self.clause(item.rule))

    def clause(self, rule: Any) -> str | None:
        clause = rule.citation.clause
        if clause is None:
            return None
        policy = self.rules.policies[clause.policy]
        short = (policy.short or policy.title)(self.lang)
        return self.words.say("citation", self.lang, policy=short, clause=clause.citation(self.lang))

    # --- words --------------------------------------------------------------------------------------

    def answers(self, id: str, classes: list[list[Any]], statuses: list[str]) -> Iterable[Answer]:
        """What each answer would mean; neighbours with the same outcome are said together."""
        indicator = self.rules.indicators[id]
        if not isinstance(classes[0][0], Interval):
            for values, status in zip(classes, statuses, strict=True):
                yield Answer(self.pattern(indicator, values[0]), status)
            return
        runs: list[tuple[list[Any], str]] = []
        for values, status in zip(classes, statuses, strict=True):
            if runs and runs[-1][1] == status:
                runs[-1][0].extend(values)
            else:
                runs.append((list(values), status))
        edges = {leaf.edge for leaf in self.leaves.get(id, ())}
        whole = indicator.type is ValueType.INTEGER
        for position, (values, status) in enumerate(runs):
            before = runs[position - 1][0][-1].lo if position else None
            after = runs[position + 1][0][0].lo if position + 1 < len(runs) else None
            if indicator.type is ValueType.CODE:
                highest = self.env[id].hi if after is None else after - 1
                yield Answer(self.words.known(indicator, Interval(values[0].lo, highest), self.lang), status)
                continue
            yield Answer(self.stretch(indicator, values, before, after, edges, whole), status)

    def stretch(
        self, indicator: Indicator, values: list[Any], before: Any, after: Any, edges: set[Any], whole: bool
    ) -> str:
        """A run of numbers between those before and after it, as ``≥ 3%, < 5%``."""
        first, last = values[0].lo, values[-1].lo
        if before is None and after is None:
            return say("ask.any", self.lang)
        if whole and first == last and before is not None and after is not None:
            return f"= {self.amount(indicator, first)}"
        parts = []
        if before is not None:
            included = whole or first in edges
            bound = self.amount(indicator, first if included else before)
            parts.append(f"{'≥' if included else '>'} {bound}")
        if after is not None:
            included = whole or last in edges
            bound = self.amount(indicator, last if included else after)
            parts.append(f"{'≤' if included else '<'} {bound}")
        return ", ".join(parts)

    def amount(self, indicator: Indicator, value: Any) -> str:
        return self.words.quantity(value, indicator.unit, self.lang)

    def pattern(self, indicator: Indicator, value: Any) -> str:
        if isinstance(value, frozenset | tuple) and not isinstance(value, Interval):
            case = {**self.env, indicator.id: value}
            held = [leaf for leaf in self.leaves.get(indicator.id, ()) if leaf.plain(case) == MET]
            labels = dict.fromkeys(self.words.requirement(leaf.rule)(self.lang) for leaf in held)
            return self.words.say("joiner", self.lang).join(labels) or say("ask.none", self.lang)
        return self.words.known(indicator, value, self.lang)

    def indicator(self, place: str) -> Indicator | None:
        """The indicator at a place of the profile; none for what describes the company itself."""
        return self.rules.indicators.get(place.rpartition(".")[2])

    def question(self, place: str, worths: Sequence[_Worth]) -> Question:
        lang = self.lang
        indicator = self.indicator(place)
        alone = [worth for worth in worths if worth.places == (place,)]
        best = max(alone or worths, key=lambda worth: worth.settles)
        others = () if alone else tuple(other for other in best.places if other != place)
        name = place.rpartition(".")[2]
        kinds = self.rules.evidence_of(name) if indicator else ()
        return Question(
            path=place,
            indicator=name,
            label=indicator.label(lang) if indicator else say(f"template.{name}", lang),
            definition=indicator.definition(lang) if indicator else "",
            unit=indicator.unit.label(lang) if indicator and indicator.unit else None,
            type=str(indicator.type) if indicator else "text",
            knowledge=str(indicator.knowledge) if indicator else str(Knowledge.MEASURED),
            decides=tuple(worth.id for worth in worths),
            settles=best.settles if alone else 0,
            together=others,
            answers=best.answers if alone else (),
            conditions=tuple({c.condition: c for worth in worths for c in worth.conditions}.values()),
            evidence=tuple(self.rules.evidence[kind].label(lang) for kind in kinds),
        )


def _scored(node: ConditionNode) -> Iterable[ScoredNode]:
    if isinstance(node, ScoreNode):
        for group in node.groups:
            yield from group.items
    for member in node.members:
        yield from _scored(member)
