"""From Turtle to conditions, score tables and criteria."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from zjtx_kg import terms
from zjtx_kg.rulebase.context import Context
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AwardCondition,
    Band,
    BandedItem,
    BooleanCondition,
    Case,
    Citation,
    ClassificationRow,
    Code,
    Comparison,
    Condition,
    CountedItem,
    Criteria,
    Inclusion,
    Item,
    Kind,
    LevelThreshold,
    PriorTitle,
    Rational,
    ScoreGroup,
    ScoreTable,
    Threshold,
    TitleCondition,
    ValueItem,
    ValueType,
)
from zjtx_kg.texts import Text

__all__ = ["BAND_EDGES", "ConditionReader"]

_COMPARISONS: Final = {
    "atLeast": Comparison.AT_LEAST,
    "moreThan": Comparison.MORE_THAN,
    "atMost": Comparison.AT_MOST,
    "below": Comparison.BELOW,
}
#: The edges a band, or the score of a level, may state.
BAND_EDGES: Final = {
    "from": Comparison.AT_LEAST,
    "above": Comparison.MORE_THAN,
    "upTo": Comparison.AT_MOST,
}
_PASSES: Final = {"passMark": Comparison.AT_LEAST, "passAbove": Comparison.MORE_THAN}
_LEVELS: Final = {
    "atLeastLevel": Comparison.AT_LEAST,
    "atMostLevel": Comparison.AT_MOST,
}


class _Common(TypedDict):
    """What every condition, group and item has."""

    id: str
    citation: Citation
    label: Text | None
    note: Text | None
    only_for: Kind | None
    reading: str | None


_NAMELESS: Final = _Common(
    id="",
    citation=Citation(None, None),
    label=None,
    note=None,
    only_for=None,
    reading=None,
)


class ConditionReader:
    """Reads rule trees. A node that cannot be read is reported to the graph and left out."""

    def __init__(self, context: Context) -> None:
        self.c = context
        self.trail: list[Node] = []

    @property
    def g(self) -> Graph:
        return self.c.g

    def _condition_id(self, node: Node) -> str:
        if node.startswith("_:"):
            return ""
        if not node.startswith(terms.CONDITION):
            self.g.problem("iri_outside", node, node, base=terms.CONDITION)
        return node.removeprefix(terms.CONDITION)

    def condition(self, node: Node) -> Condition | None:
        """A condition and everything below it; nothing where it cannot be read."""
        g = self.g
        if node in self.trail:
            g.problem("cycle", node, " → ".join(g.short(n) for n in (*self.trail, node)))
            return None
        classes = g.classes(node) & self._readers.keys()
        if len(classes) != 1:
            g.problem("condition_class", node, ", ".join(sorted(g.classes(node))))
            return None
        self.trail.append(node)
        try:
            return self._readers[classes.pop()](self, node)
        finally:
            self.trail.pop()

    def _common(self, node: Node) -> _Common:
        g = self.g
        kind = g.link(node, "onlyFor")
        named = not node.startswith("_:")
        return _Common(
            id=self._condition_id(node),
            citation=self.c.citation(node, needed=named),
            label=g.text(node, "label"),
            note=g.text(node, "note"),
            only_for=Kind(kind.removeprefix(terms.NS)) if kind else None,
            reading=self.c.reading(node),
        )

    def edge(self, node: Node, edges: Mapping[str, Comparison]) -> tuple[Comparison, Rational] | None:
        found = [(edges[name], name) for name in edges if self.g.values(node, name)]
        if len(found) != 1:
            self.g.problem(
                "one_edge",
                node,
                ", ".join(name for _, name in found),
                edges=", ".join(edges),
            )
            return None
        bound = self.g.number(node, found[0][1], needed=True)
        return None if bound is None else (found[0][0], bound)

    def _threshold(self, node: Node) -> Condition:
        id = self.c.reads(node, ValueType.DECIMAL, ValueType.INTEGER)
        comparison, bound = self.edge(node, _COMPARISONS) or (Comparison.AT_LEAST, 0)
        return Threshold(**self._common(node), indicator=id, comparison=comparison, bound=bound)

    def _level_threshold(self, node: Node) -> Condition | None:
        g = self.g
        id = self.c.reads(node, ValueType.CODE)
        found = [(name, link) for name in _LEVELS for link in g.links(node, name)]
        if len(found) != 1:
            g.problem(
                "one_edge",
                node,
                ", ".join(name for name, _ in found),
                edges=", ".join(_LEVELS),
            )
            return None
        code = self._level(node, id, found[0][1], found[0][0])
        if code is None:
            return None
        return LevelThreshold(
            **self._common(node),
            indicator=id,
            comparison=_LEVELS[found[0][0]],
            code=code.id,
            rank=code.rank or 0,
        )

    def _level(self, node: Node, indicator: str, link: Node, predicate: str) -> Code | None:
        code = self.c.code(node, link, predicate)
        known = self.c.indicators.get(indicator)
        if code is None or known is None:
            return None
        if code.rank is None or self.c.code_of[link][0] not in known.schemes:
            self.g.problem("not_a_level", node, code.id, indicator=indicator)
            return None
        return code

    def _boolean(self, node: Node) -> Condition:
        value = self.g.boolean(node, "is", needed=True)
        return BooleanCondition(
            **self._common(node),
            indicator=self.c.reads(node, ValueType.BOOLEAN),
            value=bool(value),
        )

    def _inclusion(self, node: Node) -> Condition:
        g = self.g
        id = self.c.reads(node, ValueType.CODES)
        known = self.c.indicators[id].schemes if id in self.c.indicators else ()
        codes: set[str] = set()
        schemes = []
        for link in g.links(node, "includes"):
            code = self.c.code(node, link, "includes")
            if code is not None:
                codes.add(code.id)
                if self.c.code_of[link][0] not in known:
                    g.problem("code_outside", node, code.id, indicator=id)
        for link in g.links(node, "fromScheme"):
            scheme = self.c.scheme_id(node, link, "fromScheme")
            if scheme not in known:
                g.problem("code_outside", node, scheme, indicator=id)
            schemes.append(scheme)
            codes |= set(self.c.schemes[scheme].codes) if scheme in self.c.schemes else set()
        if not codes:
            g.problem("missing_property", node, "", property="includes | fromScheme")
        return Inclusion(
            **self._common(node),
            indicator=id,
            codes=frozenset(codes),
            schemes=tuple(sorted(schemes)),
        )

    def _title_condition(self, node: Node) -> Condition:
        return TitleCondition(
            **self._common(node),
            indicator=self.c.reads(node, ValueType.RECORD),
            titles=frozenset(self.c.title_ids(node, "titleHeld")),
        )

    def _award_condition(self, node: Node) -> Condition:
        g = self.g
        awards = set()
        for link in g.links(node, "awardWon"):
            id = link.removeprefix(terms.AWARD)
            if id not in self.c.awards:
                g.problem("dangling", node, g.short(link), property="awardWon")
            awards.add(id)
        if not awards:
            g.problem("missing_property", node, "", property="awardWon")
        return AwardCondition(
            **self._common(node),
            indicator=self.c.reads(node, ValueType.RECORD),
            awards=frozenset(awards),
            within_years=g.integer(node, "withinYears", needed=True) or 0,
            rank_at_most=g.integer(node, "rankAtMost"),
        )

    def _members(self, node: Node) -> tuple[Condition, ...]:
        members = self.g.sequence(node, "of")
        if not members:
            self.g.problem("empty_group", node)
        found = (self.condition(member) for member in members)
        return tuple(member for member in found if member is not None)

    def _all(self, node: Node) -> Condition:
        return AllOf(**self._common(node), members=self._members(node))

    def _any(self, node: Node) -> Condition:
        return AnyOf(**self._common(node), members=self._members(node))

    def _at_least(self, node: Node) -> Condition:
        minimum = self.g.integer(node, "minimum", needed=True) or 0
        return AtLeast(**self._common(node), members=self._members(node), minimum=minimum)

    # --- scores -------------------------------------------------------------------------------------

    def _score_table(self, node: Node) -> Condition:
        g = self.g
        comparison, mark = self.edge(node, _PASSES) or (Comparison.AT_LEAST, 0)
        return ScoreTable(
            **self._common(node),
            full=g.number(node, "full", needed=True) or 0,
            pass_mark=mark,
            strict=comparison is Comparison.MORE_THAN,
            groups=tuple(self._score_group(group) for group in g.sequence(node, "of")),
        )

    def _score_group(self, node: Node) -> ScoreGroup:
        g = self.g
        common = self._common(node)
        items = (self._item(item) for item in g.sequence(node, "of"))
        return ScoreGroup(
            id=common["id"],
            citation=common["citation"],
            label=self.c.label(node),
            full=g.number(node, "full", needed=True) or 0,
            floor=g.number(node, "floor"),
            items=tuple(item for item in items if item is not None),
            note=common["note"],
            only_for=common["only_for"],
            reading=common["reading"],
        )

    def _item(self, node: Node) -> Item | None:
        g = self.g
        classes = g.classes(node)
        full = g.number(node, "full", needed=True) or 0
        bonus = g.boolean(node, "bonus") or False
        if "BandedItem" in classes:
            indicator = None
            if g.values(node, "indicator"):
                indicator = self.c.reads(
                    node,
                    ValueType.DECIMAL,
                    ValueType.INTEGER,
                    ValueType.CODE,
                    ValueType.CODES,
                )
            bands = [self.band(node, indicator, band) for band in g.links(node, "band")]
            return BandedItem(
                **self._common(node),
                full=full,
                indicator=indicator,
                base=g.number(node, "basePoints") or 0,
                mark=self._mark(node),
                bonus=bonus,
                bands=tuple(
                    sorted(
                        (b for b in bands if b is not None),
                        key=lambda b: b.points,
                        reverse=True,
                    )
                ),
            )
        if "CountedItem" in classes:
            return CountedItem(
                **self._common(node),
                full=full,
                bonus=bonus,
                each=g.number(node, "pointsEach", needed=True) or 0,
                members=self._members(node),
            )
        if "ValueItem" in classes:
            return ValueItem(
                **self._common(node),
                full=full,
                bonus=bonus,
                indicator=self.c.reads(node, ValueType.DECIMAL, ValueType.INTEGER),
            )
        g.problem("condition_class", node, ", ".join(sorted(classes)))
        return None

    def _mark(self, node: Node) -> str | None:
        link = self.g.link(node, "mark")
        if link is None:
            return None
        id = link.removeprefix(terms.INDICATOR)
        indicator = self.c.indicators.get(id)
        if indicator is None or indicator.type is not ValueType.DECIMAL:
            self.g.problem("dangling", node, id, property="mark")
        return id

    def band(self, item: Node, indicator: str | None, band: Node) -> Band | None:
        g = self.g
        points = g.number(band, "points", needed=True) or 0
        least = g.number(band, "pointsFrom")
        least = points if least is None else least
        whens, levels = g.links(band, "when"), g.links(band, "fromLevel")
        edges = [name for name in BAND_EDGES if g.values(band, name)]
        if len(whens) + len(levels) + len(edges) != 1:
            g.problem(
                "one_edge",
                item,
                ", ".join(edges),
                edges="from, above, upTo, fromLevel, when",
            )
            return None
        if whens:
            when = self.condition(whens[0])
            return None if when is None else Band(when, points, least)
        if indicator is None:
            g.problem("missing_property", item, "", property="indicator")
            return None
        if levels:
            code = self._level(item, indicator, levels[0], "fromLevel")
            if code is None:
                return None
            at_least = LevelThreshold(
                **_NAMELESS,
                indicator=indicator,
                comparison=Comparison.AT_LEAST,
                code=code.id,
                rank=code.rank or 0,
            )
            return Band(at_least, points, least)
        edge = self.edge(band, BAND_EDGES)
        if edge is None:
            return None
        return Band(
            Threshold(**_NAMELESS, indicator=indicator, comparison=edge[0], bound=edge[1]),
            points,
            least,
        )

    def criteria(self, node: Node) -> Criteria:
        g = self.g
        tier = (g.link(node, "tier", needed=True) or "").removeprefix(terms.TIER)
        policy = (g.link(node, "policy", needed=True) or "").removeprefix(terms.POLICY)
        common = self._common(node)
        if common["id"] != f"{policy}/{tier}":
            g.problem("criteria_iri", node, common["id"], wanted=f"{policy}/{tier}")
        prior = []
        for link in g.links(node, "priorTitle"):
            kind = g.link(link, "kind", needed=True)
            main = (g.link(link, "mainTitle", needed=True) or "").removeprefix(terms.TIER)
            titles = self.c.title_ids(link, "anyTitle")
            prior.append(
                PriorTitle(
                    Kind(kind.removeprefix(terms.NS)) if kind else Kind.NEW,
                    main,
                    (main, *sorted(t for t in titles if t != main)),
                    self.c.citation(link),
                )
            )
        return Criteria(
            **common,
            members=self._members(node),
            tier=tier,
            policy=policy,
            prior=tuple(prior),
        )

    def row(self, node: Node) -> ClassificationRow:
        g = self.g
        industries = [self.c.code(node, link, "industryIn") for link in g.links(node, "industryIn")]
        cases = []
        for case in g.links(node, "case"):
            code = self.c.code(node, g.link(case, "code", needed=True) or "", "code")
            when = self.condition(g.link(case, "when", needed=True) or "")
            if code is not None and isinstance(when, AllOf):
                cases.append(Case(code.id, code.rank or 0, when))
        return ClassificationRow(
            id=self._condition_id(node),
            label=self.c.label(node),
            citation=self.c.citation(node),
            industries=tuple(sorted(code.id for code in industries if code is not None)),
            cases=tuple(sorted(cases, key=lambda case: -case.rank)),
        )

    _readers: Final = {
        "Threshold": _threshold,
        "LevelThreshold": _level_threshold,
        "BooleanCondition": _boolean,
        "Inclusion": _inclusion,
        "TitleCondition": _title_condition,
        "AwardCondition": _award_condition,
        "AllOf": _all,
        "AnyOf": _any,
        "AtLeast": _at_least,
        "ScoreTable": _score_table,
    }
