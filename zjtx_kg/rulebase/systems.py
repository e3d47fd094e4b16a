"""From Turtle to systems of indicators: groups, computed and rated indicators, formulas, figures."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

from zjtx_kg import terms
from zjtx_kg.rulebase.conditions import ConditionReader
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.instruments import (
    Formula,
    IndexIndicator,
    IndicatorGroup,
    IndicatorSystem,
    RatedIndicator,
    SystemPart,
)
from zjtx_kg.rulebase.lists import DIRECTIONS, VALUE_TYPES, read_arguments
from zjtx_kg.rulebase.model import (
    Argument,
    Citation,
    Direction,
    Indicator,
    Knowledge,
    Place,
    Rational,
    ValueType,
)
from zjtx_kg.texts import Text

__all__ = ["SystemReader"]


class _Common(TypedDict):
    """What every indicator of a system has."""

    id: str
    code: str
    label: Text
    alias: Text | None
    definition: Text
    formulas: tuple[Formula, ...]
    citation: Citation
    unpublished: Text | None
    reading: str | None
    note: Text | None


class _Scope(NamedTuple):
    """What the parts of a system refer to: its figures, and the scale of its ratings."""

    figures: dict[str, Indicator]
    lowest: Rational | None
    highest: Rational | None


class SystemReader:
    """Reads systems of indicators."""

    def __init__(self, context: Context, conditions: ConditionReader) -> None:
        self.c = context
        self.conditions = conditions
        self.figures: dict[Node, dict[str, Indicator]] = {}

    @property
    def g(self) -> Graph:
        return self.c.g

    def read_figures(self) -> None:
        """The figures that systems read beside a profile, by system; formulas refer to them."""
        for node in self.g.instances("SuppliedFigure"):
            system = self.g.link(node, "suppliedTo", needed=True) or ""
            figure = self._figure(node)
            self.figures.setdefault(system, {})[figure.id] = figure

    def system(self, node: Node, id: str) -> IndicatorSystem:
        g = self.g
        scope = _Scope(self.figures.get(node, {}), g.number(node, "lowest"), g.number(node, "highest"))
        return IndicatorSystem(
            id=id,
            policy=(g.link(node, "policy", needed=True) or "").removeprefix(terms.POLICY),
            label=self.c.label(node),
            definition=g.text(node, "definition", needed=True) or NOTHING,
            groups=tuple(self._group(group, scope) for group in g.sequence(node, "of")),
            figures=dict(sorted(scope.figures.items(), key=lambda item: item[1].order)),
            citation=self.c.citation(node),
            unpublished=g.text(node, "unpublished"),
        )

    def _figure(self, node: Node) -> Indicator:
        g = self.g
        return Indicator(
            id=node.rpartition("/")[2],
            place=Place.SUPPLIED,
            label=self.c.label(node),
            definition=g.text(node, "definition", needed=True) or NOTHING,
            type=self.c.individual(node, "valueType", VALUE_TYPES, ValueType.DECIMAL),
            knowledge=Knowledge.MEASURED,
            direction=Direction.DEPENDS,
            order=g.integer(node, "order", needed=True) or 0,
            unit=self.c.unit(node),
            lowest=g.number(node, "lowest"),
            highest=g.number(node, "highest"),
            at_most=tuple(link.rpartition("/")[2] for link in g.links(node, "atMostIndicator")),
        )

    def _group(self, node: Node, scope: _Scope) -> IndicatorGroup:
        g = self.g
        parts = (self._part(member, scope) for member in g.sequence(node, "of"))
        return IndicatorGroup(
            id=node.removeprefix(terms.SYSTEM),
            code=g.string(node, "notation") or node.rpartition("/")[2],
            label=self.c.label(node),
            alias=g.text(node, "altLabel"),
            definition=g.text(node, "definition"),
            members=tuple(part for part in parts if part is not None),
            citation=self.c.citation(node),
            reading=self.c.reading(node),
            note=g.text(node, "note"),
        )

    def _part(self, node: Node, scope: _Scope) -> SystemPart | None:
        g = self.g
        classes = g.classes(node)
        if "IndicatorGroup" in classes:
            return self._group(node, scope)
        if not classes & {"IndexIndicator", "RatedIndicator"}:
            g.problem("condition_class", node, ", ".join(sorted(classes)))
            return None
        common = _Common(
            id=node.removeprefix(terms.SYSTEM),
            code=g.string(node, "notation") or node.rpartition("/")[2],
            label=self.c.label(node),
            alias=g.text(node, "altLabel"),
            definition=g.text(node, "definition", needed=True) or NOTHING,
            formulas=tuple(self._formula(link, scope) for link in sorted(g.links(node, "formula"))),
            citation=self.c.citation(node),
            unpublished=g.text(node, "unpublished"),
            reading=self.c.reading(node),
            note=g.text(node, "note"),
        )
        if "RatedIndicator" in classes:
            return self._rated(node, common, scope)
        related = [self._known(node, link, "related", scope) for link in g.links(node, "related")]
        return IndexIndicator(
            **common,
            direction=self.c.individual(node, "direction", DIRECTIONS, Direction.HIGHER),
            bonus=bool(g.boolean(node, "bonus")),
            window=g.text(node, "window"),
            related=tuple(sorted(related)),
            not_counted_in=g.integer(node, "notCountedIn"),
        )

    def _rated(self, node: Node, common: _Common, scope: _Scope) -> RatedIndicator:
        return RatedIndicator(
            **common,
            criterion=self.g.text(node, "ratingCriterion", needed=True) or NOTHING,
            rating=Indicator(
                id=common["code"],
                place=Place.RATING,
                label=common["label"],
                definition=common["definition"],
                type=ValueType.DECIMAL,
                knowledge=Knowledge.JUDGEMENT,
                direction=Direction.HIGHER,
                order=0,
                unit=self.c.units.get("point"),
                lowest=scope.lowest,
                highest=scope.highest,
            ),
        )

    def _formula(self, node: Node, scope: _Scope) -> Formula:
        g = self.g
        function = g.link(node, "function")
        arguments = read_arguments(g, node) if function else ()
        id = node.rpartition("/")[2]
        bands = (self.conditions.band(node, id, band) for band in g.links(node, "band"))
        return Formula(
            id=id,
            label=self.c.label(node),
            expression=g.text(node, "expression", needed=True) or NOTHING,
            function=function.removeprefix(terms.NS) if function else None,
            arguments=tuple(
                Argument(self._known(node, a.indicator, "figure", scope), a.years_back) for a in arguments
            ),
            unit=self.c.unit(node),
            compared=bool(g.boolean(node, "comparedWithMean")),
            mean_above=g.number(node, "meanAbove"),
            bands=tuple(sorted((b for b in bands if b is not None), key=lambda b: b.points, reverse=True)),
            citation=self.c.citation(node),
            note=g.text(node, "note"),
        )

    def _known(self, node: Node, link: str, predicate: str, scope: _Scope) -> str:
        """The id of an indicator of a profile, or of a figure of this system."""
        id = link.rpartition("/")[2] if link.startswith(terms.FIGURE) else link.removeprefix(terms.INDICATOR)
        if id not in (scope.figures if link.startswith(terms.FIGURE) else self.c.indicators):
            self.g.problem("dangling", node, self.g.short(link), property=predicate)
        return id
