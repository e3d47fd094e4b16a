"""From Turtle to what areas pay for titles."""

from __future__ import annotations

from zjtx_kg import terms
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.graph import Node
from zjtx_kg.rulebase.subsidy import Area, AreaLevel, Mode, Occasion, StackingRule, Subsidy

__all__ = ["SubsidyReader"]

_LEVELS = {level.value: level for level in AreaLevel}
_MODES = {mode.value: mode for mode in Mode}
_OCCASIONS = {occasion.value: occasion for occasion in Occasion}


class SubsidyReader:
    """Reads areas, stacking rules and subsidies. Problems go to the graph."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.g = context.g
        self.areas: dict[str, Area] = {}
        self.rules: dict[Node, StackingRule] = {}

    def area(self, node: Node, id: str) -> Area:
        g = self.g
        prefixes = self._strings(node, "regionPrefix")
        if not prefixes:
            g.problem("missing_property", node, "", property="regionPrefix")
        return Area(
            id,
            self.c.label(node),
            self.c.individual(node, "areaLevel", _LEVELS, AreaLevel.NATIONAL),
            prefixes,
            self._strings(node, "mayCover"),
        )

    def read(self) -> dict[str, Subsidy]:
        """Every subsidy by its id; areas and stacking rules first."""
        self.areas = self.c.mapped("Area", terms.AREA, self.area)
        self.rules = {node: self._rule(node) for node in self.g.instances("StackingRule")}
        found = self.c.mapped("Subsidy", terms.SUBSIDY, self.subsidy)
        for subsidy in found.values():
            if subsidy.matches is not None and subsidy.matches not in found:
                self.g.problem("dangling", terms.SUBSIDY + subsidy.id, subsidy.matches, property="matches")
        return found

    def _rule(self, node: Node) -> StackingRule:
        reading = self.g.link(node, "underReading")
        return StackingRule(
            node.removeprefix(terms.NS),
            self.c.label(node),
            self.g.text(node, "definition", needed=True) or NOTHING,
            reading.removeprefix(terms.READING) if reading else None,
        )

    def subsidy(self, node: Node, id: str) -> Subsidy:
        g = self.g
        citation = self.c.citation(node)
        start, end = self.c.day(node, "from"), self.c.day(node, "until")
        amount = g.number(node, "amount", needed=True)
        if amount is not None and amount < 0:
            g.problem("below_zero", node, str(amount), property="amount")
        if start is not None and end is not None and start > end:
            g.problem("min_above_max", node, f"{start} > {end}")
        area = g.string(node, "area") or ""
        if area not in self.areas:
            g.problem("dangling", node, area, property="area")
        matches = g.link(node, "matches")
        rules = tuple(
            self.rules[rule] for rule in sorted(g.links(node, "stackingRule")) if rule in self.rules
        )
        proportion = g.number(node, "proportion")
        if matches is not None and proportion is None:
            g.problem("missing_property", node, "", property="proportion")
        return Subsidy(
            id=id,
            policy=citation.clause.policy if citation.clause else "",
            area=area,
            label=self.c.label(node),
            titles=tuple(sorted(self.c.title_ids(node, "rewardsTitle"))),
            occasions=self._occasions(node),
            amount=amount or 0,
            mode=self.c.individual(node, "mode", _MODES, Mode.FIXED),
            rules=rules,
            source=g.text(node, "source", needed=True) or NOTHING,
            citation=citation,
            start=start,
            end=end,
            last_attested=g.integer(node, "lastAttested"),
            proportion=proportion,
            proportion_of=g.text(node, "proportionOf"),
            matches=matches.removeprefix(terms.SUBSIDY) if matches else None,
            quota=g.integer(node, "quotaPerYear"),
            first_share=g.number(node, "firstShare"),
            note=g.text(node, "note"),
        )

    def _occasions(self, node: Node) -> tuple[Occasion, ...]:
        found = []
        for link in self.g.links(node, "occasion"):
            name = link.removeprefix(terms.NS)
            if name in _OCCASIONS:
                found.append(_OCCASIONS[name])
            else:
                self.g.problem("dangling", node, self.g.short(link), property="occasion")
        if not found:
            self.g.problem("missing_property", node, "", property="occasion")
        return tuple(sorted(found))

    def _strings(self, node: Node, predicate: str) -> tuple[str, ...]:
        values = self.g.values(node, predicate)
        return tuple(sorted(value.value for value in values if not isinstance(value, str)))
