"""From Turtle to comparisons, levels, capability tables, forms and the ledger."""

from __future__ import annotations

from zjtx_kg import terms
from zjtx_kg.rulebase.conditions import ConditionReader
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.corpus import (
    Agreement,
    Ambiguity,
    Choice,
    ComparisonEntry,
    ComparisonRow,
    DiagnosisItem,
    Dimension,
    Disagreement,
    FieldKind,
    Form,
    FormField,
    FormSection,
    Grading,
    GradingLevel,
    Material,
)
from zjtx_kg.rulebase.graph import Node
from zjtx_kg.rulebase.model import Condition
from zjtx_kg.texts import Text

__all__ = ["CorpusReader"]

_AGREEMENTS = {str(agreement): agreement for agreement in Agreement}
_KINDS = {str(kind): kind for kind in FieldKind}


class CorpusReader:
    """Reads what documents hold beside conditions of entry. Problems go to the graph."""

    def __init__(self, context: Context, conditions: ConditionReader) -> None:
        self.c = context
        self.g = context.g
        self.conditions = conditions

    # --- the ledger -----------------------------------------------------------------------------------

    def material(self, node: Node, id: str) -> Material:
        return Material(
            id=id,
            label=self.c.label(node),
            source=self._text(node, "source"),
            attestation=(self.g.link(node, "attestation", needed=True) or "").removeprefix(terms.NS),
            note=self.g.text(node, "note"),
        )

    def ambiguity(self, node: Node, id: str) -> Ambiguity:
        return Ambiguity(
            id=id,
            code=self.g.string(node, "notation") or "",
            label=self.c.label(node),
            text=self._text(node, "definition"),
            because=self._text(node, "because"),
            citation=self.c.citation(node, needed=False),
        )

    def disagreement(self, node: Node, id: str) -> Disagreement:
        g = self.g
        return Disagreement(
            id=id,
            code=g.string(node, "notation") or "",
            label=self.c.label(node),
            place=g.text(node, "place"),
            settled=self._text(node, "settledAs"),
            because=g.text(node, "because"),
            consequence=g.text(node, "consequence"),
            between=self._known(node, "between", terms.CLAUSE),
            encoded_as=self._known(node, "encodedAs", terms.BASE),
            attestation=(g.link(node, "attestation", needed=True) or "").removeprefix(terms.NS),
        )

    # --- comparisons ----------------------------------------------------------------------------------

    def comparisons(self) -> dict[str, ComparisonRow]:
        """The rows of comparison tables, each with its entries, in the order of the table."""
        base = terms.BASE + "comparison/"
        entries: dict[Node, list[ComparisonEntry]] = {}
        for node in sorted(self.g.instances("ComparisonEntry")):
            row = self.g.link(node, "row", needed=True) or ""
            if row not in self.g.about:
                self.g.problem("dangling", node, self.g.short(row), property="row")
            entries.setdefault(row, []).append(self._entry(node, node.removeprefix(base)))
        rows = self.c.mapped("ComparisonRow", base, lambda node, id: self._row(node, id, entries))
        return dict(sorted(rows.items(), key=lambda item: (item[1].policy, item[1].order)))

    def _row(self, node: Node, id: str, entries: dict[Node, list[ComparisonEntry]]) -> ComparisonRow:
        return ComparisonRow(
            id=id,
            policy=id.partition("/")[0],
            label=self.c.label(node),
            order=self.g.integer(node, "order", needed=True) or 0,
            dimension=self._dimension(node, needed=False),
            entries=tuple(entries.get(node, ())),
            citation=self.c.citation(node),
        )

    def _entry(self, node: Node, id: str) -> ComparisonEntry:
        agreement = self.c.individual(node, "agreement", _AGREEMENTS, Agreement.DESCRIPTIVE)
        return ComparisonEntry(
            id=id,
            text=self._text(node, "definition"),
            tiers=tuple(self.c.title_ids(node, "appliesToTier")),
            agreement=agreement,
            official=self._known(node, "official", terms.CONDITION),
            citation=self.c.citation(node),
        )

    # --- levels and capability tables -----------------------------------------------------------------

    def dimension(self, node: Node, id: str) -> Dimension:
        return Dimension(
            id=id,
            label=self.c.label(node),
            short=self._text(node, "altLabel"),
            definition=self._text(node, "definition"),
            order=self.g.integer(node, "order", needed=True) or 0,
            citation=self.c.citation(node),
        )

    def grading(self, node: Node, id: str) -> Grading:
        g = self.g
        return Grading(
            id=id,
            policy=(g.link(node, "policy", needed=True) or "").removeprefix(terms.POLICY),
            label=self.c.label(node),
            addressed_to=next(iter(self.c.title_ids(node, "addressedTo")), ""),
            cultivates=tuple(tier.removeprefix(terms.TIER) for tier in self._tiers(node)),
            gap=self._text(node, "gap"),
            levels=tuple(self._level(level) for level in g.sequence(node, "of")),
            citation=self.c.citation(node),
        )

    def _tiers(self, node: Node) -> list[Node]:
        found = self.g.sequence(node, "cultivates")
        for tier in found:
            if tier.removeprefix(terms.TIER) not in self.c.titles:
                self.g.problem("dangling", node, self.g.short(tier), property="cultivates")
        return found

    def _level(self, node: Node) -> GradingLevel:
        return GradingLevel(
            id=node.removeprefix(terms.BASE + "level/"),
            code=self.g.string(node, "notation") or "",
            label=self.c.label(node),
            requires=self._conditions(node, "requires"),
            excludes=self._conditions(node, "excludes"),
            note=self.g.text(node, "note"),
            citation=self.c.citation(node),
        )

    def diagnosis_item(self, node: Node, id: str) -> DiagnosisItem:
        wants = self.g.link(node, "wants")
        return DiagnosisItem(
            id=id,
            policy=id.partition("/")[0],
            label=self.c.label(node),
            dimension=self._dimension(node) or "",
            order=self.g.integer(node, "order", needed=True) or 0,
            looks_at=self._indicators(node, "looksAt"),
            wants=self.conditions.condition(wants) if wants else None,
            citation=self.c.citation(node),
        )

    # --- forms ----------------------------------------------------------------------------------------

    def form(self, node: Node, id: str) -> Form:
        return Form(
            id=id,
            label=self.c.label(node),
            sections=tuple(self._section(section, node) for section in self.g.sequence(node, "of")),
            citation=self.c.citation(node),
        )

    def _section(self, node: Node, form: Node) -> FormSection:
        fields = tuple(self._field(field, form) for field in self.g.sequence(node, "of"))
        return FormSection(node.removeprefix(form + "/"), self.c.label(node), fields, self.c.citation(node))

    def _field(self, node: Node, form: Node) -> FormField:
        g = self.g
        fills = next(iter(self._indicators(node, "fills")), None)
        return FormField(
            id=node.removeprefix(form + "/"),
            label=self.c.label(node),
            kind=self.c.individual(node, "fieldKind", _KINDS, FieldKind.TEXT),
            fills=fills,
            previous=next(iter(self._indicators(node, "fillsPrevious")), None),
            key=g.string(node, "fillsKey"),
            choices=self._choices(node),
            note=g.text(node, "note"),
        )

    def _choices(self, node: Node) -> tuple[Choice, ...]:
        g = self.g
        if g.links(node, "choice"):
            found = [(self.c.label(part), g.boolean(part, "is")) for part in g.sequence(node, "choice")]
            return tuple(Choice(label, value) for label, value in found)
        scheme = g.link(node, "choicesFrom")
        if scheme is None:
            return ()
        id = self.c.scheme_id(node, scheme, "choicesFrom")
        codes = self.c.schemes[id].codes.values() if id in self.c.schemes else ()
        return tuple(Choice(code.label, code.id) for code in codes)

    # --- parts ----------------------------------------------------------------------------------------

    def _text(self, node: Node, predicate: str) -> Text:
        return self.g.text(node, predicate, needed=True) or NOTHING

    def _conditions(self, node: Node, predicate: str) -> tuple[Condition, ...]:
        if not self.g.links(node, predicate):
            return ()
        found = (self.conditions.condition(part) for part in self.g.sequence(node, predicate))
        return tuple(condition for condition in found if condition is not None)

    def _dimension(self, node: Node, *, needed: bool = True) -> str | None:
        link = self.g.link(node, "dimension", needed=needed)
        if link is not None and link not in self.g.about:
            self.g.problem("dangling", node, self.g.short(link), property="dimension")
        return link.removeprefix(terms.BASE + "dimension/") if link else None

    def _indicators(self, node: Node, predicate: str) -> tuple[str, ...]:
        found = []
        for link in self.g.links(node, predicate):
            id = link.removeprefix(terms.INDICATOR)
            if id not in self.c.indicators:
                self.g.problem("dangling", node, id, property=predicate)
            found.append(id)
        return tuple(sorted(found))

    def _known(self, node: Node, predicate: str, base: str) -> tuple[str, ...]:
        """The ids under ``base`` that a property names; each must be described somewhere."""
        for link in self.g.links(node, predicate):
            if link not in self.g.about:
                self.g.problem("dangling", node, self.g.short(link), property=predicate)
        return tuple(sorted(link.removeprefix(base) for link in self.g.links(node, predicate)))
