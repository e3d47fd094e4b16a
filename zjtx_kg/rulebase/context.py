"""What the readers of rule files share: the graph, and what has been read of it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar

from zjtx_kg import terms
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.model import (
    Award,
    Citation,
    Clause,
    Code,
    CodeScheme,
    Indicator,
    Reading,
    Title,
    Unit,
    ValueType,
)
from zjtx_kg.texts import Text

__all__ = ["NOTHING", "Context"]

NOTHING: Final = Text("", "")

E = TypeVar("E")


class Context:
    """The graph and the parts of the rule base that later parts refer to."""

    def __init__(self, graph: Graph) -> None:
        self.g = graph
        self.units: dict[str, Unit] = {}
        self.schemes: dict[str, CodeScheme] = {}
        self.code_of: dict[Node, tuple[str, Code]] = {}
        self.clauses: dict[str, Clause] = {}
        self.indicators: dict[str, Indicator] = {}
        self.titles: dict[str, Title] = {}
        self.awards: dict[str, Award] = {}
        self.readings: dict[str, Reading] = {}

    def mapped(self, cls: str, base: str, read: Callable[[Node, str], E]) -> dict[str, E]:
        found = {}
        for node in self.g.instances(cls):
            if not node.startswith(base):
                self.g.problem("iri_outside", node, node, base=base)
                continue
            id = node.removeprefix(base)
            found[id] = read(node, id)
        return found

    def label(self, node: Node) -> Text:
        return self.g.text(node, "label", needed=True) or NOTHING

    def citation(self, node: Node, *, needed: bool = True) -> Citation:
        link = self.g.link(node, "clause", needed=needed)
        clause = self.clauses.get(link.removeprefix(terms.CLAUSE)) if link else None
        if link and clause is None:
            self.g.problem("dangling", node, self.g.short(link), property="clause")
        attestation = self.g.link(node, "attestation", needed=needed)
        return Citation(clause, attestation.removeprefix(terms.NS) if attestation else None)

    def day(self, node: Node, predicate: str, *, needed: bool = False) -> date | None:
        literal = self.g.literal(node, predicate, needed=needed)
        if literal is None:
            return None
        try:
            return date.fromisoformat(literal.value)
        except ValueError:
            self.g.problem("not_a_date", node, literal.value, property=predicate)
            return None

    def unit(self, node: Node) -> Unit | None:
        """The unit of a quantity; it must exist where one is named."""
        link = self.g.link(node, "unit")
        unit = self.units.get(link.removeprefix(terms.UNIT)) if link else None
        if link and unit is None:
            self.g.problem("dangling", node, self.g.short(link), property="unit")
        return unit

    def reading(self, node: Node, predicate: str = "underReading") -> str | None:
        """The reading of an ambiguous place that something rests on."""
        link = self.g.link(node, predicate)
        if link is None:
            return None
        id = link.removeprefix(terms.BASE + "reading/")
        if id not in self.readings:
            self.g.problem("dangling", node, self.g.short(link), property=predicate)
        return id

    def title_ids(self, node: Node, predicate: str) -> list[str]:
        ids = []
        for link in self.g.links(node, predicate):
            id = link.removeprefix(terms.TIER).removeprefix(terms.TITLE)
            if id not in self.titles:
                self.g.problem("dangling", node, self.g.short(link), property=predicate)
            ids.append(id)
        if not ids:
            self.g.problem("missing_property", node, "", property=predicate)
        return ids

    def code(self, node: Node, link: Node, predicate: str) -> Code | None:
        found = self.code_of.get(link)
        if found is None:
            self.g.problem("dangling", node, self.g.short(link), property=predicate)
            return None
        return found[1]

    def scheme_id(self, node: Node, scheme: Node, predicate: str) -> str:
        id = scheme.rsplit("/", 1)[-1]
        if id not in self.schemes:
            self.g.problem("dangling", node, self.g.short(scheme), property=predicate)
        return id

    def individual(self, node: Node, predicate: str, known: Mapping[str, E], default: E) -> E:
        link = self.g.link(node, predicate, needed=True)
        if link is None:
            return default
        name = link.removeprefix(terms.NS)
        if name not in known:
            self.g.problem("dangling", node, self.g.short(link), property=predicate)
        return known.get(name, default)

    def reads(self, node: Node, *types: ValueType) -> str:
        """The indicator a condition reads; it must exist and be of a type that fits."""
        link = self.g.link(node, "indicator", needed=True) or ""
        id = link.removeprefix(terms.INDICATOR)
        indicator = self.indicators.get(id)
        if indicator is None:
            if link:
                self.g.problem("dangling", node, self.g.short(link), property="indicator")
        elif indicator.type not in types:
            self.g.problem("wrong_type", node, id, type=str(indicator.type))
        return id
