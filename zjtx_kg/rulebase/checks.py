"""Checks on a rule base as a whole, made at every load: what no single node can get wrong alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from zjtx_kg.errors import Problem
from zjtx_kg.rulebase.instrument_checks import check_questionnaire, check_system
from zjtx_kg.rulebase.marks import adds_up, bands, within
from zjtx_kg.rulebase.model import (
    BandedItem,
    Comparison,
    CountedItem,
    Criteria,
    Item,
    Node,
    Place,
    ScoreGroup,
    ScoreTable,
    Threshold,
)
from zjtx_kg.rulebase.rulebase import Rulebase, walk

__all__ = ["check"]


def _node(condition: str) -> str:
    """A condition as problems name it: by its IRI without the base."""
    return f"condition/{condition}"


def check(rulebase: Rulebase) -> Iterator[Problem]:
    """Every inconsistency of the rule base."""
    for criteria in rulebase.criteria.values():
        yield from _tree(criteria)
    yield from _editions(rulebase)
    yield from _indicators(rulebase)
    for readings in _readings(rulebase):
        for questionnaire in rulebase.questionnaires.values():
            yield from check_questionnaire(questionnaire.under(readings))
        for system in rulebase.systems.values():
            yield from check_system(system.under(readings))
    advances = {tier.id: tier.advances_to for tier in rulebase.tiers.values()}
    yield from _acyclic(advances, "tier", "advancesTo")


def _readings(rulebase: Rulebase) -> Iterator[frozenset[str]]:
    """The readings in use, and each other reading in the place of its rival."""
    yield rulebase.encoded_readings
    for id in sorted(rulebase.readings.keys() - rulebase.encoded_readings):
        yield rulebase.readings_with(frozenset((id,)))


def _tree(criteria: Criteria) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in walk(criteria):
        for part in node.parts:
            if not part.id.startswith(node.id + "/"):
                yield Problem("path_of_member", _node(part.id), part.id, {"parent": node.id})
        if node.id in seen:
            yield Problem("used_twice", _node(node.id), node.id)
        seen.add(node.id)
        yield from _score(node)


def _score(node: Node) -> Iterator[Problem]:
    if isinstance(node, ScoreTable):
        yield from adds_up(_node(node.id), node.full, (group.full for group in node.groups))
        yield from within(_node(node.id), "passMark", node.pass_mark, node.full)
    elif isinstance(node, ScoreGroup):
        yield from adds_up(_node(node.id), node.full, (item.full for item in node.items if not item.bonus))
        if node.floor is not None:
            yield from within(_node(node.id), "floor", node.floor, node.full)
    elif isinstance(node, Item):
        yield from _item(node)


def _item(item: Item) -> Iterator[Problem]:
    if isinstance(item, BandedItem):
        yield from bands(_node(item.id), item.bands, item.base, item.full)
    elif isinstance(item, CountedItem):
        yield from within(_node(item.id), "pointsEach", item.each, item.full)


def _editions(rulebase: Rulebase) -> Iterator[Problem]:
    """No two editions may judge one tier and kind on one day."""
    rules = sorted(rulebase.applicability, key=lambda rule: (rule.tier, rule.kind, rule.start))
    for earlier, later in pairwise(rules):
        if (earlier.tier, earlier.kind) != (later.tier, later.kind):
            continue
        if (earlier.end or date.max - timedelta(days=1)) >= later.start:
            yield Problem(
                "two_editions",
                earlier.id,
                f"{earlier.policy}, {later.policy}",
                {"day": str(later.start)},
            )
    for rule in rules:
        if (rule.policy, rule.tier) not in rulebase.criteria:
            yield Problem(
                "dangling",
                f"{rule.policy}/{rule.tier}",
                rule.policy,
                {"property": "criteria"},
            )


def _indicators(rulebase: Rulebase) -> Iterator[Problem]:
    indicators = rulebase.indicators
    for id, indicator in indicators.items():
        low, high = indicator.lowest, indicator.highest
        if low is not None and high is not None and low > high:
            yield Problem("min_above_max", f"indicator/{id}", f"{low} > {high}")
        for other in indicator.at_most:
            if other not in indicators:
                yield Problem("dangling", f"indicator/{id}", other, {"property": "atMostIndicator"})
        derivation = indicator.derivation
        if derivation is None:
            continue
        for argument in derivation.arguments:
            source = indicators.get(argument.indicator)
            if source is None or source.place not in (Place.YEAR, Place.RECORD):
                yield Problem("dangling", f"indicator/{id}", argument.indicator, {"property": "figure"})
        if derivation.classification and derivation.classification not in rulebase.classifications:
            yield Problem(
                "dangling", f"indicator/{id}", derivation.classification, {"property": "classifiedBy"}
            )
    for table in rulebase.classifications.values():
        for row in table.rows:
            for case in row.cases:
                for leaf in case.when.leaves():
                    if not isinstance(leaf, Threshold) or leaf.comparison is not Comparison.AT_LEAST:
                        yield Problem("lower_bounds_only", _node(leaf.id), type(leaf).__name__)
    yield from _acyclic({id: i.at_most for id, i in indicators.items()}, "indicator", "atMostIndicator")


def _acyclic(graph: Mapping[str, tuple[str, ...]], kind: str, predicate: str) -> Iterator[Problem]:
    done: set[str] = set()

    def visit(node: str, trail: tuple[str, ...]) -> Iterator[Problem]:
        if node in trail:
            yield Problem(
                "cycle",
                f"{kind}/{node}",
                " → ".join((*trail, node)),
                {"property": predicate},
            )
            return
        if node in done:
            return
        for following in graph.get(node, ()):
            yield from visit(following, (*trail, node))
        done.add(node)

    for node in graph:
        yield from visit(node, ())
