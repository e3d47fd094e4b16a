"""From Turtle to the change model: whether and how an input can change, and the pace of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from zjtx_kg import terms
from zjtx_kg.rulebase.context import Context
from zjtx_kg.rulebase.graph import Node
from zjtx_kg.rulebase.model import Change, ChangeMode, Measure, Pace, Toward

__all__ = ["ChangeReader"]

_MODES: Final = {
    "unchangeable": ChangeMode.FIXED,
    "byTime": ChangeMode.TIME,
    "byAction": ChangeMode.ACTION,
}
_WAYS: Final = {"upward": Toward.UP, "downward": Toward.DOWN, "eitherWay": Toward.EITHER}


class ChangeReader:
    """Reads the change model. Problems go to the graph."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.g = context.g

    def change(self, node: Node, measures: Mapping[str, Measure]) -> Change:
        g = self.g
        link = g.link(node, "changes", needed=True) or ""
        indicator = self.c.indicators.get(link.removeprefix(terms.INDICATOR))
        if indicator is None and link:
            g.problem("dangling", node, g.short(link), property="changes")
        measure = self._measure(node, measures)
        lead = g.integer(node, "leadMonths")
        effort = g.number(node, "effort")
        candidates = (v.value for v in g.values(node, "candidate") if isinstance(v, ox.Literal))
        way = g.link(node, "toward")
        return Change(
            indicator=link.removeprefix(terms.INDICATOR),
            mode=self.c.individual(node, "changeMode", _MODES, ChangeMode.FIXED),
            toward=self.c.individual(node, "toward", _WAYS, Toward.EITHER) if way else Toward.EITHER,
            step=g.number(node, "step") or 1,
            lowest=g.number(node, "lowest"),
            highest=g.number(node, "highest"),
            typical=g.number(node, "typical"),
            years_back=g.integer(node, "yearsBack") or 0,
            measure=measure.id if measure else None,
            effort=effort if effort is not None else measure.effort if measure else 1,
            effort_per_unit=g.number(node, "effortPerUnit") or 0,
            effort_per_share=g.number(node, "effortPerShare") or 0,
            effort_to_show=g.number(node, "effortToShow") or 0,
            lead_months=lead if lead is not None else measure.lead_months if measure else 0,
            lead_months_per_unit=g.number(node, "leadMonthsPerUnit") or 0,
            candidates=tuple(sorted(candidates)),
            attestation=self._attestation(node),
        )

    def pace(self, node: Node) -> Pace:
        g = self.g
        tier = (g.link(node, "tier", needed=True) or "").removeprefix(terms.TIER)
        if tier not in self.c.titles:
            g.problem("dangling", node, tier, property="tier")
        return Pace(tier, g.integer(node, "monthsToDecision", needed=True) or 0, self._attestation(node))

    def _measure(self, node: Node, measures: Mapping[str, Measure]) -> Measure | None:
        link = self.g.link(node, "takes")
        if link is None:
            return None
        measure = measures.get(link.removeprefix(terms.BASE + "measure/"))
        if measure is None:
            self.g.problem("dangling", node, self.g.short(link), property="takes")
        return measure

    def _attestation(self, node: Node) -> str:
        return (self.g.link(node, "attestation", needed=True) or "").removeprefix(terms.NS)
