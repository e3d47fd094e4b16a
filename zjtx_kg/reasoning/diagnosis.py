"""The diagnosis of a standard: level, six dimensions, how things are, what is lacking, what to do.

A capability table (annex B of T/GZHTEA 003-2024) says what to look at; the conditions to measure it against
are those of the tier that the company is to reach, under the edition in force. Measures are those that
improve an indicator of a shortcoming.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product
from typing import Final

import msgspec

from zjtx_kg.errors import InputError
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, deriver, facts_of
from zjtx_kg.facts.knowledge import Interval, is_settled
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.assessment import assess, environment
from zjtx_kg.reasoning.explain import explain
from zjtx_kg.reasoning.nodes import (
    AS_OF,
    MET,
    NAMES,
    UNMET,
    Compiler,
    ConditionNode,
    Env,
    LeafNode,
    title_status,
)
from zjtx_kg.reasoning.results import Finding, TierAssessment
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Rulebase, load, walk
from zjtx_kg.rulebase.corpus import DiagnosisItem, Grading, GradingLevel
from zjtx_kg.rulebase.model import AwardCondition, Citation, Condition, Measure, Node, TitleCondition

__all__ = ["Diagnosis", "Dimension", "Item", "Level", "Proposal", "Shortcoming", "State", "diagnose"]

#: An item about which the profile has no place: people must look.
TO_INSPECT: Final = "inspect"


class Level(msgspec.Struct, frozen=True):
    """The level of a grading, or the levels still possible. ``gap`` is ``met`` where the document defines
    none for this company, ``unknown`` where that is still possible."""

    level: str | None
    possible: tuple[str, ...]
    gap: str
    label: str
    note: str | None
    clause: str | None
    addressed_to: str
    addressed: str


class State(msgspec.Struct, frozen=True):
    """What is known of one indicator."""

    indicator: str
    label: str
    text: str
    known: bool


class Shortcoming(msgspec.Struct, frozen=True):
    """What is lacking.

    ``kind``: a condition of the target that fails (``condition``), one that fails but is one way among others
    (``way``), points of its score that are certainly lost (``points``), or what the table itself wants
    (``standard``).
    """

    kind: str
    condition: str | None
    text: str
    citation: str | None


class Item(msgspec.Struct, frozen=True):
    """One thing looked at. ``status``: ``lacking``, ``unknown``, ``good``, or ``inspect`` where only people
    can tell."""

    id: str
    label: str
    clause: str | None
    status: str
    state: tuple[State, ...]
    lacking: tuple[Shortcoming, ...]
    find_out: tuple[str, ...]


class Dimension(msgspec.Struct, frozen=True):
    id: str
    short: str
    label: str
    items: tuple[Item, ...]


class Proposal(msgspec.Struct, frozen=True):
    """A measure, its group, and the shortcomings' indicators that it improves."""

    id: str
    label: str
    group: str
    group_label: str
    improves: tuple[str, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """Level, dimensions and measures. ``beside`` lists shortcomings that no item of the table looks at."""

    profile: dict[str, str | None]
    as_of: date
    standard: str
    target: str
    policy: str
    target_status: str
    level: Level
    dimensions: tuple[Dimension, ...]
    beside: tuple[Shortcoming, ...]
    measures: tuple[Proposal, ...]


def diagnose(
    profile: Profile,
    *,
    as_of: date | None = None,
    tier: str | None = None,
    readings: Iterable[str] = (),
    lang: str = "zh",
    rulebase: Rulebase | None = None,
) -> Diagnosis:
    """Diagnose a company by the standard.

    It is measured against ``tier``, by default the lowest that the standard cultivates and whose title is not
    certainly held.

    ``readings`` chooses among readings of ambiguous clauses, the shared end points of the levels among them.
    Raises what :func:`zjtx_kg.assess` raises.

    >>> company = Profile.from_dict(
    ...     {"years": {2024: {"revenue": 5000}}, "facts": {"fields": ["ten:cnc-robots"]}}
    ... )
    >>> day = date(2025, 6, 1)
    >>> diagnose(company, as_of=day).level.level, diagnose(company, as_of=day).target
    ('L4', 'srdi-sme')
    >>> diagnose(company, as_of=day, readings=["level-edge-downwards"]).level.level
    'L3'
    """
    rules = rulebase or load()
    day = as_of or date.today()
    chosen = tuple(readings)
    for reading in chosen:
        if reading not in rules.readings:
            raise InputError("unknown_reading", reading=reading, known="、".join(rules.readings))
    grading = next(iter(rules.gradings.values()), None)
    if grading is None:
        raise InputError("no_grading")
    facts = facts_of(profile, day, rules)
    env = environment(facts)
    target = tier or _next(grading, env, day)
    found = assess(profile, as_of=day, tiers=[target], readings=chosen, lang=lang, rulebase=rules).tiers[0]
    proof = explain(profile, target, as_of=day, readings=chosen, lang=lang, rulebase=rules)
    texts = {line.condition: (line.text, line.citation) for line in proof.lines}
    table = _Table(rules, facts, env, found, texts, lang)
    dimensions = table.dimensions(grading.policy)  # before what stands beside them
    return Diagnosis(
        profile=profile.head,
        as_of=day,
        standard=grading.policy,
        target=target,
        policy=found.policy,
        target_status=found.status,
        level=_level(grading, env, rules, rules.readings_with(frozenset(chosen)), lang),
        dimensions=dimensions,
        beside=table.beside(),
        measures=table.measures(),
    )


def _next(grading: Grading, env: Env, day: date) -> str:
    """The lowest tier that is not certainly held; the highest where all are."""
    for tier in grading.cultivates:
        if title_status(env["titles"], frozenset((tier,)), day) != MET:
            return tier
    return grading.cultivates[-1]


# --- the level --------------------------------------------------------------------------------------


def _level(grading: Grading, env: Env, rules: Rulebase, readings: frozenset[str], lang: str) -> Level:
    possible = possible_levels(grading, env, rules, readings)
    levels = [level for level in grading.levels if level in possible]
    gap = NAMES[UNMET] if None not in possible else "unknown" if levels else NAMES[MET]
    one = levels[0] if len(levels) == 1 and gap == NAMES[UNMET] else None
    title = title_status(env["titles"], frozenset((grading.addressed_to,)), env[AS_OF])
    label = one.label(lang) if one else grading.gap(lang) if gap == NAMES[MET] else ""
    return Level(
        level=one.code if one else None,
        possible=tuple(level.code for level in levels),
        gap=gap,
        label=label,
        note=one.note(lang) if one and one.note else None,
        clause=_citation(rules, (one or grading).citation, lang),
        addressed_to=grading.addressed_to,
        addressed=NAMES[title],
    )


def possible_levels(
    grading: Grading, env: Env, rules: Rulebase, readings: frozenset[str]
) -> set[GradingLevel | None]:
    """The levels that the company can turn out to have; ``None`` stands for the gap between them.

    Every combination of the values that open indicators can take, as far as the levels tell them apart, is
    tried; so a level is listed exactly when some completion of what is known gives it.
    """
    compiler = Compiler(rules.indicators)
    prepared = [
        (
            level,
            [compiler.condition(c) for c in level.requires if c.reading is None or c.reading in readings],
            [compiler.condition(c) for c in level.excludes if c.reading is None or c.reading in readings],
        )
        for level in grading.levels
    ]
    nodes = [node for _, requires, excludes in prepared for node in (*requires, *excludes)]
    leaves: dict[str, list[LeafNode]] = {}
    for node in nodes:
        for leaf in node.leaves():
            leaves.setdefault(leaf.indicator, []).append(leaf)
    open_ = [id for id in leaves if not is_settled(env[id])]
    values = [evaluation.completions(env[id], leaves[id], env) for id in open_]
    found: set[GradingLevel | None] = set()
    for choice in product(*values):
        case = {**env, **dict(zip(open_, choice, strict=True))}
        found.add(next((level for level, yes, no in prepared if _holds(yes, no, case)), None))
    return found


def _holds(requires: list[ConditionNode], excludes: list[ConditionNode], case: Env) -> bool:
    return all(node.plain(case) == MET for node in requires) and all(
        node.plain(case) == UNMET for node in excludes
    )


# --- the table --------------------------------------------------------------------------------------


class _Table:
    """Annex B for one company: the items, each against the official conditions that read its indicators."""

    def __init__(
        self,
        rules: Rulebase,
        facts: Facts,
        env: Env,
        found: TierAssessment,
        texts: dict[str, tuple[str, str | None]],
        lang: str,
    ) -> None:
        self.rules, self.facts, self.env, self.lang = rules, facts, env, lang
        self.texts = texts
        self.words = wording(rules)
        self.compiler = Compiler(rules.indicators)
        self.nodes = {node.id: node for node in walk(rules.criteria[found.policy, found.tier])}
        failing = list(_failing(found.findings))
        self.failing = [finding for finding, _ in failing]
        self.one_way = {finding.condition for finding, one_way in failing if one_way}
        self.open = [f for f in _leaves(found.findings) if f.status == "unknown"]
        self.relevant = {*found.missing, *found.open}
        self.lacking: dict[str, None] = {}
        self.shown: set[str] = set()

    def dimensions(self, policy: str) -> tuple[Dimension, ...]:
        rules, lang = self.rules, self.lang
        items = sorted(
            (item for item in rules.diagnosis.values() if item.policy == policy), key=lambda i: i.order
        )
        return tuple(
            Dimension(
                dimension.id,
                dimension.short(lang),
                dimension.label(lang),
                tuple(self.item(item) for item in items if item.dimension == dimension.id),
            )
            for dimension in sorted(rules.dimensions.values(), key=lambda d: d.order)
        )

    def item(self, item: DiagnosisItem) -> Item:
        lang = self.lang
        looked = [id for id in self.rules.indicators if id in item.looks_at]
        wants = self.compiler.condition(item.wants) if item.wants else None
        if wants is not None:
            looked += [leaf.indicator for leaf in wants.leaves() if leaf.indicator not in looked]
        subjects = {*item.looks_at, *(_subjects(item.wants) if item.wants else ())}
        failing = [f for f in self.failing if self.subjects(f) & subjects]
        lacking = [self.shortcoming(finding) for finding in failing]
        find_out = {
            id for f in self.open if self.subjects(f) & subjects for id in _indicators(f) & self.relevant
        }
        for finding in failing:
            self.lacking |= dict.fromkeys(sorted(_indicators(finding) & set(looked)))
        status = MET if wants is None else evaluation.status(wants, self.env)
        if item.wants is not None and wants is not None:
            if status == UNMET:
                text = self.words.say(
                    "finding-unmet", lang, requirement=self.wanted(item.wants), observed=self.seen(wants)
                )
                lacking.append(
                    Shortcoming("standard", None, text, _citation(self.rules, item.citation, lang))
                )
                self.lacking |= dict.fromkeys(leaf.indicator for leaf in wants.leaves())
            elif status != MET:
                find_out |= {
                    leaf.indicator for leaf in wants.leaves() if not is_settled(self.env[leaf.indicator])
                }
        state = tuple(self.state(id) for id in looked)
        return Item(
            id=item.id,
            label=item.label(lang),
            clause=_citation(self.rules, item.citation, lang),
            status=_status(looked, lacking, find_out, state),
            state=state,
            lacking=tuple(lacking),
            find_out=tuple(self.label(id) for id in self.rules.indicators if id in find_out),
        )

    def subjects(self, finding: Finding) -> set[str]:
        """What a finding is about: its indicators; of records, the titles and awards asked for."""
        return _subjects(self.nodes[finding.condition])

    def shortcoming(self, finding: Finding) -> Shortcoming:
        self.shown.add(finding.condition)
        text, citation = self.texts[finding.condition]
        kind = "way" if finding.condition in self.one_way else "condition"
        return Shortcoming("points" if finding.points else kind, finding.condition, text, citation)

    def beside(self) -> tuple[Shortcoming, ...]:
        """Shortcomings against the target that no item of the table looks at."""
        rest = [finding for finding in self.failing if finding.condition not in self.shown]
        for finding in rest:
            self.lacking |= dict.fromkeys(sorted(_indicators(finding)))
        return tuple(self.shortcoming(finding) for finding in rest)

    def state(self, id: str) -> State:
        indicator = self.rules.indicators[id]
        known = self.facts.known[id]
        informative = known is not None and known != deriver(self.rules).natural.get(id)
        if isinstance(known, Interval) and not informative:
            text = self.words.say("nothing-known", self.lang)
        else:
            text = self.words.known(indicator, known, self.lang)
        return State(id, self.label(id), text, informative)

    def wanted(self, condition: Condition) -> str:
        """What a condition asks for; the alternatives of a group one after the other."""
        if condition.parts:
            parts = (self.wanted(part) for part in condition.parts if isinstance(part, Condition))
            return self.words.say("or", self.lang).join(parts)
        return self.words.label(condition)(self.lang)

    def seen(self, wants: ConditionNode) -> str:
        ids = dict.fromkeys(leaf.indicator for leaf in wants.leaves())
        return self.words.say("joiner", self.lang).join(self.state(id).text for id in ids)

    def label(self, id: str) -> str:
        return self.rules.indicators[id].label(self.lang)

    def measures(self) -> tuple[Proposal, ...]:
        """The measures that improve something lacking, those of one group together."""
        lacking = set(self.lacking)
        for id in self.lacking:
            derivation = self.rules.indicators[id].derivation
            if derivation is not None:
                lacking |= {argument.indicator for argument in derivation.arguments}
        found = [measure for measure in self.rules.measures.values() if lacking & set(measure.improves)]
        return tuple(self.proposal(measure, lacking) for measure in sorted(found, key=lambda m: m.group))

    def proposal(self, measure: Measure, lacking: set[str]) -> Proposal:
        improves = [id for id in measure.improves if id in lacking]
        return Proposal(
            measure.id,
            measure.label(self.lang),
            measure.group,
            measure.group_label(self.lang),
            tuple(self.label(id) for id in improves),
        )


def _status(
    looked: list[str], lacking: list[Shortcoming], find_out: set[str], state: tuple[State, ...]
) -> str:
    if lacking:
        return "lacking"
    if not looked:
        return TO_INSPECT
    return "unknown" if find_out or not any(one.known for one in state) else "good"


def _failing(findings: Iterable[Finding], one_way: bool = False) -> Iterator[tuple[Finding, bool]]:
    """The lowest findings that fail or certainly lose points, outside what is met whatever they are.

    With each: whether it stands below a group of which not every member is needed.
    """
    for finding in findings:
        if finding.points is not None and finding.operator != "score":
            if finding.points.max < finding.points.full:
                yield finding, one_way
        elif finding.points is not None or (finding.children and finding.status != "met"):
            yield from _failing(finding.children, one_way or finding.operator in ("any", "at_least"))
        elif not finding.children and finding.status == "unmet":
            yield finding, one_way


def _leaves(findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        if finding.children and finding.status != "met":
            yield from _leaves(finding.children)
        elif not finding.children:
            yield finding


def _subjects(node: Node) -> set[str]:
    found: set[str] = set()
    for leaf in (node, *node.leaves()):
        if isinstance(leaf, TitleCondition):
            found |= {f"title {title}" for title in leaf.titles}
        elif isinstance(leaf, AwardCondition):
            found |= {f"award {award}" for award in leaf.awards}
        else:
            found |= {getattr(leaf, "indicator", None) or ""}
    return found - {""}


def _indicators(finding: Finding) -> set[str]:
    found = {*finding.indicators, *(id for child in finding.children for id in _indicators(child))}
    return found | {finding.indicator} if finding.indicator else found


def _citation(rules: Rulebase, citation: Citation, lang: str) -> str | None:
    clause = citation.clause
    if clause is None or clause.policy not in rules.policies:
        return None
    policy = rules.policies[clause.policy]
    short = policy.short or policy.title
    return wording(rules).say("citation", lang, policy=short(lang), clause=clause.citation(lang))
