"""Findings: each condition of a tree with its status and what it rests on.

What a finding says of the rule is fixed and prepared once; what it says of the company is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from zjtx_kg.exact import Exact
from zjtx_kg.facts.knowledge import Interval, Known, TitleRecord
from zjtx_kg.reasoning import evaluation
from zjtx_kg.reasoning.nodes import (
    MET,
    NAMES,
    UNKNOWN,
    UNMET,
    AllNode,
    AnyNode,
    AtLeastNode,
    ConditionNode,
    CountedNode,
    Env,
    GroupNode,
    LeafNode,
    Pair,
    ScoredNode,
    ScoreGroupNode,
    ScoreNode,
    ValueNode,
)
from zjtx_kg.reasoning.results import Finding, GroupScore, Points, Range, Score, Value
from zjtx_kg.reasoning.wording import Wording
from zjtx_kg.rulebase.model import (
    AwardCondition,
    BandedItem,
    BooleanCondition,
    Condition,
    Inclusion,
    Indicator,
    LevelThreshold,
    Node,
    Threshold,
    TitleCondition,
    ValueItem,
    ValueType,
)

__all__ = ["Reporter", "score_of"]

_GROUPS: Final = {AllNode: "all", AnyNode: "any", AtLeastNode: "at_least"}

Report = Callable[[Env], tuple[int, Finding]]
Observe = Callable[[Known], Range | Value | None]


class Reporter:
    """Reports on one rule tree in one language."""

    def __init__(self, wording: Wording, natural: Mapping[str, Interval], lang: str) -> None:
        self.wording = wording
        self.indicators = wording.rulebase.indicators
        self.natural = natural
        self.lang = lang

    def report(self, node: ConditionNode) -> Report:
        """A function from what is known to the status and finding of a node."""
        if isinstance(node, LeafNode):
            return self.leaf(node)
        if isinstance(node, ScoreNode):
            return self.score_table(node)
        assert isinstance(node, GroupNode)
        return self.group(node)

    # --- what a finding says of the rule --------------------------------------------------------------

    def cited(self, node: Node) -> tuple[str | None, str | None]:
        clause = node.citation.clause
        return (clause.citation(self.lang) if clause else None), node.citation.attestation

    def label(self, node: Node) -> str:
        return self.wording.label(node)(self.lang)

    # --- leaves ---------------------------------------------------------------------------------------

    def leaf(self, node: LeafNode) -> Report:
        """The report of a leaf. Truth values and levels are few: their findings are made once and kept."""
        report = self.any_leaf(node)
        if self.indicators[node.indicator].type not in (ValueType.BOOLEAN, ValueType.CODE):
            return report
        name = node.indicator
        kept: dict[Known, tuple[int, Finding]] = {}

        def again(env: Env) -> tuple[int, Finding]:
            known = env[name]
            found = kept.get(known)
            if found is None:
                found = kept[known] = report(env)
            return found

        return again

    def any_leaf(self, node: LeafNode) -> Report:
        rule = node.rule
        indicator = self.indicators[node.indicator]
        id, label, knowledge = rule.id, self.label(rule), str(indicator.knowledge)
        operator, bound, edge, more = _asked(rule)
        unit = indicator.unit.symbol if indicator.unit and edge is not None else None
        clause, confidence = self.cited(rule)
        name, observe, plain = node.indicator, self.observer(indicator), node.plain

        def report(env: Env) -> tuple[int, Finding]:
            known = env[name]
            status = plain(env)
            margin = margins = None
            if edge is not None:
                lo, hi = known
                if lo is hi and lo is not None:
                    margin = lo - edge if more else edge - lo
                else:
                    margins = _margins(lo, hi, edge, more)
            return status, Finding(
                id,
                label,
                NAMES[status],
                knowledge,
                name,
                observe(known),
                operator,
                bound,
                unit,
                margin,
                clause,
                confidence,
                (),
                None,
                margins,
            )

        return report

    def observer(self, indicator: Indicator) -> Observe:
        """How what is known of an indicator is printed."""
        if indicator.type is ValueType.CODE:
            scheme = self.wording.rulebase.schemes[indicator.schemes[0]]
            codes = {code.rank: code.id for code in scheme.codes.values()}

            def level(known: Any) -> Value | None:
                if known.settled:
                    return Value(codes[known.lo])
                possible = [code for rank, code in codes.items() if rank in known]
                return Value(None, possible) if len(possible) < len(codes) else None

            return level
        if indicator.type in (ValueType.DECIMAL, ValueType.INTEGER):
            natural = self.natural[indicator.id]

            def number(known: Any) -> Range | None:
                if known is natural or known == natural:
                    return None
                return Range(*known)

            return number
        return _value

    # --- groups ---------------------------------------------------------------------------------------

    def group(self, node: GroupNode) -> Report:
        rule = node.rule
        id, label = rule.id, self.label(rule)
        operator = _GROUPS[type(node)]
        bound = node.minimum if isinstance(node, AtLeastNode) else None
        clause, confidence = self.cited(rule)
        reports = [self.report(member) for member in node.members]
        combine, mixed = node.combine, bool(node.mixed)

        def report(env: Env) -> tuple[int, Finding]:
            statuses, children = [], []
            for member in reports:
                found, finding = member(env)
                statuses.append(found)
                children.append(finding)
            status = combine(statuses)
            if status == UNKNOWN and mixed:
                status = evaluation.status(node, env)
            return status, Finding(
                id,
                label,
                NAMES[status],
                None,
                None,
                None,
                operator,
                bound,
                None,
                None,
                clause,
                confidence,
                tuple(children),
            )

        return report

    # --- scores ---------------------------------------------------------------------------------------

    def score_table(self, node: ScoreNode) -> Report:
        rule = node.rule
        clause, confidence = self.cited(rule)
        id, label, pass_mark = rule.id, self.label(rule), node.pass_mark
        groups = [self.score_group(group) for group in node.groups]
        unit = self.wording.rulebase.units["point"].symbol
        mixed, full = bool(node.mixed), rule.full  # type: ignore[attr-defined]

        def report(env: Env) -> tuple[int, Finding]:
            exact = evaluation.points(node, env) if mixed else None
            pairs: list[Pair] = []
            children = []
            for position, group in enumerate(groups):
                pair, finding = group(env, exact[position] if exact is not None else None)
                pairs.append(pair)
                children.append(finding)
            worst = sum([low for low, _ in pairs])
            best = sum([high for _, high in pairs])
            if exact is not None:
                worst, best = exact[-1]
            status = evaluation.status(node, env) if mixed else node.judge(pairs)
            return status, Finding(
                id,
                label,
                NAMES[status],
                None,
                None,
                Range(worst, best),
                "score",
                pass_mark,
                unit,
                worst - pass_mark if worst == best else None,
                clause,
                confidence,
                tuple(children),
                Points(worst, best, full),
            )

        return report

    def score_group(self, node: ScoreGroupNode) -> Callable[[Env, Pair | None], tuple[Pair, Finding]]:
        rule = node.rule
        clause, confidence = self.cited(rule)
        id, label, floor, full = rule.id, self.label(rule), rule.floor, rule.full
        required = floor or 0
        items = [self.item(item) for item in node.items]
        unit = self.wording.rulebase.units["point"].symbol

        def report(env: Env, exact: Pair | None) -> tuple[Pair, Finding]:
            found = [item(env) for item in items]
            worst = min(full, sum([pair[0] for pair, _ in found]))
            best = min(full, sum([pair[1] for pair, _ in found]))
            if exact is not None:
                worst, best = exact
            status = MET if worst >= required else UNKNOWN if best >= required else UNMET
            return (worst, best), Finding(
                id,
                label,
                NAMES[status],
                None,
                None,
                Range(worst, best),
                "score",
                floor,
                unit,
                worst - floor if floor is not None and worst == best else None,
                clause,
                confidence,
                tuple([finding for _, finding in found]),
                Points(worst, best, full),
            )

        return report

    def item(self, node: ScoredNode) -> Callable[[Env], tuple[Pair, Finding]]:
        rule = node.rule
        clause, confidence = self.cited(rule)
        id, label, full = rule.id, self.label(rule), rule.full
        used = tuple(node.uses)
        name = rule.indicator if isinstance(rule, BandedItem | ValueItem) else None
        if name is None and len(used) == 1:
            name = used[0]
        others = () if name is not None else used
        knowledge = str(self.indicators[name].knowledge) if name else None
        observe = self.observer(self.indicators[name]) if name else None
        unit = self.indicators[name].unit if name else None
        symbol = unit.symbol if unit else None
        parts = [self.report(part) for part in node.conditions] if isinstance(node, CountedNode) else []
        operator = "value" if isinstance(node, ValueNode) else "count" if parts else "band"
        points = node.points

        def report(env: Env) -> tuple[Pair, Finding]:
            worst, best = pair = points(env)
            status = MET if worst >= full else UNKNOWN if best >= full else UNMET
            return pair, Finding(
                id,
                label,
                NAMES[status],
                knowledge,
                name,
                observe(env[name]) if name is not None and observe is not None else None,
                operator,
                full,
                symbol,
                None,
                clause,
                confidence,
                tuple([part(env)[1] for part in parts]) if parts else (),
                Points(worst, best, full),
                None,
                others,
            )

        return report


def score_of(finding: Finding) -> Score:
    """The score of a tier, as the contract has it, from the finding of its score table."""
    assert finding.points is not None
    prefix = len(finding.condition) + 1
    groups = [
        GroupScore(
            group.condition[prefix:], group.points.min, group.points.max, group.points.full, group.bound
        )
        for group in finding.children
        if group.points is not None
    ]
    return Score(finding.points.min, finding.points.max, finding.bound, tuple(groups))


def _asked(rule: Condition) -> tuple[str, Any, Any, bool]:
    """Operator, printed bound, numeric bound (for a margin), and whether more helps."""
    match rule:
        case Threshold():
            return str(rule.comparison), rule.bound, rule.bound, rule.comparison.more_helps
        case LevelThreshold():
            return str(rule.comparison), rule.code, None, False
        case BooleanCondition():
            return "=", rule.value, None, False
        case Inclusion():
            return "includes", _options(rule), None, False
        case TitleCondition():
            return "holds", sorted(rule.titles), None, False
        case AwardCondition():
            wanted = {"awards": sorted(rule.awards), "within_years": rule.within_years}
            if rule.rank_at_most is not None:
                wanted["rank_at_most"] = rule.rank_at_most
            return "won", wanted, None, False
    raise TypeError(type(rule).__name__)


def _options(rule: Inclusion) -> list[str]:
    """The codes asked for; a whole list as ``<scheme>:*``."""
    whole = [f"{scheme}:*" for scheme in rule.schemes]
    prefixes = tuple(f"{scheme}:" for scheme in rule.schemes)
    single = [] if prefixes else sorted(rule.codes)
    if prefixes and any(":" in code for code in rule.codes):
        single = sorted(code for code in rule.codes if not code.startswith(prefixes))
    return whole + single


def _margins(lo: Exact | None, hi: Exact | None, edge: Exact, more: bool) -> Range | None:
    if lo is None and hi is None:
        return None
    low, high = (lo, hi) if more else (hi, lo)
    sign = 1 if more else -1
    return Range(
        None if low is None else (low - edge) * sign,  # type: ignore[operator]
        None if high is None else (high - edge) * sign,  # type: ignore[operator]
    )


def _value(known: Any) -> Value | None:
    if known is None:
        return None
    if isinstance(known, frozenset):
        return Value(sorted(known))
    if isinstance(known, tuple):
        return Value([r.title if isinstance(r, TitleRecord) else r.award for r in known])
    return Value(known)
