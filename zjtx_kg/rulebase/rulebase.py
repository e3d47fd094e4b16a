"""Everything the rule files say, by id, and which criteria judge whom on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

from zjtx_kg.rulebase.corpus import (
    Ambiguity,
    ComparisonRow,
    DiagnosisItem,
    Dimension,
    Disagreement,
    Form,
    Grading,
    Material,
)
from zjtx_kg.rulebase.instruments import IndicatorSystem, Questionnaire
from zjtx_kg.rulebase.model import (
    Applicability,
    Award,
    Change,
    Classification,
    Clause,
    CodeScheme,
    Condition,
    CountedItem,
    Criteria,
    Definition,
    Evidence,
    Group,
    Indicator,
    Item,
    Kind,
    Measure,
    Node,
    Pace,
    Phrase,
    Place,
    Policy,
    PriorTitle,
    Procedure,
    Provision,
    Reading,
    ScoreGroup,
    ScoreTable,
    Tier,
    Title,
    Unit,
)
from zjtx_kg.rulebase.subsidy import Area, Subsidy
from zjtx_kg.texts import Text

__all__ = ["Rulebase", "Selection", "walk"]

N = TypeVar("N", Condition, ScoreGroup, Item)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """One tier as one edition judges it for one kind of application, without what does not apply.

    Equal only to itself, so that looking it up does not walk its tree.
    """

    tier: str
    policy: str
    kind: Kind
    criteria: Criteria
    prior: PriorTitle | None


@dataclass(frozen=True, eq=False)
class Rulebase:
    """A frozen rule base. Safe to share between threads."""

    digest: str = ""
    units: Mapping[str, Unit] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    schemes: Mapping[str, CodeScheme] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    titles: Mapping[str, Title] = field(default_factory=dict)
    awards: Mapping[str, Award] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    criteria: Mapping[tuple[str, str], Criteria] = field(default_factory=dict)
    classifications: Mapping[str, Classification] = field(default_factory=dict)
    applicability: tuple[Applicability, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    provisions: Mapping[str, Provision] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    subsidies: Mapping[str, Subsidy] = field(default_factory=dict)
    questionnaires: Mapping[str, Questionnaire] = field(default_factory=dict)
    systems: Mapping[str, IndicatorSystem] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    paces: Mapping[str, Pace] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    ambiguities: Mapping[str, Ambiguity] = field(default_factory=dict)
    disagreements: Mapping[str, Disagreement] = field(default_factory=dict)
    comparisons: Mapping[str, ComparisonRow] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    gradings: Mapping[str, Grading] = field(default_factory=dict)
    diagnosis: Mapping[str, DiagnosisItem] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)

    @cached_property
    def tiers(self) -> Mapping[str, Tier]:
        """The tiers in the order of the ladder."""
        tiers = [title for title in self.titles.values() if isinstance(title, Tier)]
        return {tier.id: tier for tier in sorted(tiers, key=lambda tier: tier.order)}

    @cached_property
    def inputs(self) -> Mapping[str, Indicator]:
        """What a profile carries under ``years`` and ``facts``, derived indicators included."""
        return {id: i for id, i in self.indicators.items() if i.place is not Place.RECORD}

    def evidence_of(self, indicator: str) -> tuple[str, ...]:
        """What proves an indicator; a derived one is proved by what proves its figures."""
        found = self.indicators[indicator]
        own = dict.fromkeys(found.evidence)
        if found.derivation is not None:
            for argument in found.derivation.arguments:
                own |= dict.fromkeys(self.indicators[argument.indicator].evidence)
        return tuple(own)

    @cached_property
    def encoded_readings(self) -> frozenset[str]:
        """The readings in use where nothing else is chosen."""
        return frozenset(reading.id for reading in self.readings.values() if reading.encoded)

    def readings_with(self, chosen: frozenset[str]) -> frozenset[str]:
        """The encoded readings, with the chosen ones in place of their rivals."""
        settled = {self.readings[id].ambiguity for id in chosen}
        return chosen | {r for r in self.encoded_readings if self.readings[r].ambiguity not in settled}

    def in_force(self, tier: str, kind: Kind, day: date) -> Applicability | None:
        """Which edition judges this tier for this kind of application on this day."""
        for rule in self.applicability:
            if rule.tier == tier and rule.kind is kind and rule.covers(day):
                return rule
        return None

    def editions(self, tier: str, kind: Kind) -> tuple[Applicability, ...]:
        """All editions that ever judge the tier for this kind, the oldest first."""
        found = [rule for rule in self.applicability if rule.tier == tier and rule.kind is kind]
        return tuple(sorted(found, key=lambda rule: rule.start))

    def select(
        self, policy: str, tier: str, kind: Kind, readings: frozenset[str] | None = None
    ) -> Selection | None:
        """The criteria of a tier in an edition, pruned to the kind of application and the readings in use."""
        return _select(
            self,
            policy,
            tier,
            kind,
            self.encoded_readings if readings is None else readings,
        )


@lru_cache(maxsize=256)
def _select(
    rulebase: Rulebase, policy: str, tier: str, kind: Kind, readings: frozenset[str]
) -> Selection | None:
    criteria = rulebase.criteria.get((policy, tier))
    if criteria is None:
        return None
    pruned = _prune(criteria, kind, readings)
    assert isinstance(pruned, Criteria)
    prior = next((p for p in criteria.prior if p.kind is kind), None)
    return Selection(tier, policy, kind, pruned, prior)


def _prune(node: N, kind: Kind, readings: frozenset[str]) -> N | None:
    """The tree without what the kind of application or the readings leave out."""
    if (node.only_for is not None and node.only_for is not kind) or (
        node.reading is not None and node.reading not in readings
    ):
        return None
    if isinstance(node, Group | CountedItem):
        return replace(node, members=_pruned(node.members, kind, readings))
    if isinstance(node, ScoreTable):
        return replace(node, groups=_pruned(node.groups, kind, readings))
    if isinstance(node, ScoreGroup):
        return replace(node, items=_pruned(node.items, kind, readings))
    return node


def _pruned(nodes: tuple[N, ...], kind: Kind, readings: frozenset[str]) -> tuple[N, ...]:
    kept = (_prune(node, kind, readings) for node in nodes)
    return tuple(node for node in kept if node is not None)


def walk(node: Node) -> list[Node]:
    """A node and everything below it, parents first."""
    found: list[Node] = [node]
    for part in node.parts:
        found += walk(part)
    return found
