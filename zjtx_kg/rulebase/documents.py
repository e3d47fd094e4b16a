"""From Turtle to what documents say beside conditions: definitions, provisions, procedures, measures."""

from __future__ import annotations

import re
from typing import Final

from zjtx_kg import terms
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.graph import Node
from zjtx_kg.rulebase.model import Definition, Measure, Procedure, Provision
from zjtx_kg.texts import Text

__all__ = ["DocumentReader"]

_MONTH_DAY: Final = re.compile(r"--(\d\d)-(\d\d)\Z")


class DocumentReader:
    """Reads what stands beside the conditions. Problems go to the graph."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.g = context.g

    def definition(self, node: Node, id: str) -> Definition:
        g = self.g
        return Definition(
            id=id,
            label=self.c.label(node),
            text=g.text(node, "definition", needed=True) or NOTHING,
            indicators=tuple(sorted(n.removeprefix(terms.INDICATOR) for n in g.links(node, "defines"))),
            citation=self.c.citation(node),
        )

    def provision(self, node: Node, id: str) -> Provision:
        g = self.g
        return Provision(
            id=id,
            policy=id.partition("/")[0],
            topic=(g.link(node, "topic", needed=True) or "").removeprefix(terms.NS),
            label=self.c.label(node),
            text=g.text(node, "definition", needed=True) or NOTHING,
            tiers=self._tiers(node),
            citation=self.c.citation(node),
            years=g.integer(node, "years"),
            months=g.integer(node, "months"),
            times=g.integer(node, "times"),
            month_day=self._month_day(node),
            start=self.c.day(node, "from"),
            end=self.c.day(node, "until"),
        )

    def procedure(self, node: Node, id: str) -> Procedure:
        steps = (self.g.text(step, "label", needed=True) for step in self.g.sequence(node, "step"))
        return Procedure(
            id=id,
            policy=id.partition("/")[0],
            tier=next(iter(self._tiers(node)), ""),
            steps=tuple(step for step in steps if step is not None),
            citation=self.c.citation(node),
        )

    def measure(self, node: Node, id: str) -> Measure:
        g = self.g
        group = g.link(node, "measureGroup", needed=True) or ""
        improves = []
        for link in g.links(node, "improves"):
            indicator = link.removeprefix(terms.INDICATOR)
            if indicator not in self.c.indicators:
                g.problem("dangling", node, indicator, property="improves")
            improves.append(indicator)
        return Measure(
            id=id,
            label=self.c.label(node),
            group=group.removeprefix(terms.BASE + "measure-group/"),
            group_label=self.c.label(group) if group else Text("", ""),
            improves=tuple(sorted(improves)),
            citation=self.c.citation(node),
            effort=g.number(node, "defaultEffort") or 1,
            lead_months=g.integer(node, "defaultLeadMonths") or 0,
        )

    def _tiers(self, node: Node) -> tuple[str, ...]:
        found = []
        for link in self.g.links(node, "appliesToTier"):
            tier = link.removeprefix(terms.TIER)
            if tier not in self.c.titles:
                self.g.problem("dangling", node, tier, property="appliesToTier")
            found.append(tier)
        return tuple(sorted(found))

    def _month_day(self, node: Node) -> tuple[int, int] | None:
        text = self.g.string(node, "monthDay")
        if text is None:
            return None
        match = _MONTH_DAY.match(text)
        if match is None:
            self.g.problem("not_a_date", node, text, property="monthDay")
            return None
        return int(match[1]), int(match[2])
