"""From Turtle to questionnaires. Problems go to the graph, as everywhere."""

from __future__ import annotations

from typing import Final, TypedDict

from zjtx_kg import terms
from zjtx_kg.exact import Fraction, whole
from zjtx_kg.rulebase.conditions import BAND_EDGES, ConditionReader
from zjtx_kg.rulebase.context import NOTHING, Context
from zjtx_kg.rulebase.graph import Graph, Node
from zjtx_kg.rulebase.instruments import (
    ChoiceQuestion,
    LevelRule,
    MultipleChoiceQuestion,
    NumberQuestion,
    Option,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionPart,
    Scene,
)
from zjtx_kg.rulebase.model import (
    Citation,
    Code,
    Comparison,
    Direction,
    Indicator,
    Knowledge,
    Place,
    Rational,
    ValueType,
)
from zjtx_kg.texts import Text

__all__ = ["QuestionnaireReader"]

_QUESTIONS: Final = {
    "NumberQuestion": ValueType.DECIMAL,
    "ChoiceQuestion": ValueType.CODE,
    "MultipleChoiceQuestion": ValueType.CODES,
}
_LOWER_EDGES: Final = {name: edge for name, edge in BAND_EDGES.items() if edge.more_helps}


class _Common(TypedDict):
    """What every question has."""

    id: str
    indicator: Indicator
    full: Rational
    citation: Citation
    unpublished: Text | None
    reading: str | None
    note: Text | None


class QuestionnaireReader:
    """Reads questionnaires: their groups, questions, scenes and levels."""

    def __init__(self, context: Context, conditions: ConditionReader) -> None:
        self.c = context
        self.conditions = conditions

    @property
    def g(self) -> Graph:
        return self.c.g

    def questionnaire(self, node: Node, id: str) -> Questionnaire:
        g = self.g
        determines = (g.link(node, "determines", needed=True) or "").removeprefix(terms.INDICATOR)
        if determines not in self.c.indicators:
            g.problem("dangling", node, determines, property="determines")
        industries = [self.c.code(node, link, "industryIn") for link in g.links(node, "industryIn")]
        levels = [self._level(link) for link in g.links(node, "levelRule")]
        return Questionnaire(
            id=id,
            policy=(g.link(node, "policy", needed=True) or "").removeprefix(terms.POLICY),
            table=g.string(node, "notation") or id.rpartition("/")[2],
            label=self.c.label(node),
            definition=g.text(node, "definition", needed=True) or NOTHING,
            order=g.integer(node, "order", needed=True) or 0,
            determines=determines,
            industries=tuple(sorted(code.id for code in industries if code is not None)),
            full=g.number(node, "full"),
            groups=tuple(self._group(group) for group in g.sequence(node, "of")),
            levels=tuple(sorted(levels, key=lambda rule: rule.level)),
            citation=self.c.citation(node),
            unpublished=g.text(node, "unpublished"),
        )

    def _group(self, node: Node) -> QuestionGroup:
        g = self.g
        members = g.sequence(node, "of") if g.values(node, "of") else ()
        return QuestionGroup(
            id=node.removeprefix(terms.QUESTIONNAIRE),
            label=self.c.label(node),
            full=g.number(node, "full"),
            members=tuple(part for part in map(self._part, members) if part is not None),
            citation=self.c.citation(node),
            unpublished=g.text(node, "unpublished"),
            reading=self.c.reading(node),
        )

    def _part(self, node: Node) -> QuestionPart | None:
        classes = self.g.classes(node)
        if "QuestionGroup" in classes:
            return self._group(node)
        if "Scene" in classes:
            return self._scene(node)
        kinds = classes & _QUESTIONS.keys()
        if len(kinds) == 1:
            return self._question(node, kinds.pop())
        self.g.problem("condition_class", node, ", ".join(sorted(classes)))
        return None

    def _scene(self, node: Node) -> Scene:
        return Scene(
            id=node.removeprefix(terms.QUESTIONNAIRE),
            indicator=self._indicator(node, ValueType.INTEGER),
            required=bool(self.g.boolean(node, "required", needed=True)),
            required_under=self.c.reading(node, "requiredUnder"),
            citation=self.c.citation(node),
            reading=self.c.reading(node),
            note=self.g.text(node, "note"),
        )

    def _question(self, node: Node, kind: str) -> Question:
        g = self.g
        common = _Common(
            id=node.removeprefix(terms.QUESTIONNAIRE),
            indicator=self._indicator(node, _QUESTIONS[kind]),
            full=g.number(node, "full", needed=True) or 0,
            citation=self.c.citation(node),
            unpublished=g.text(node, "unpublished"),
            reading=self.c.reading(node),
            note=g.text(node, "note"),
        )
        if kind == "NumberQuestion":
            found = (self.conditions.band(node, common["indicator"].id, b) for b in g.links(node, "band"))
            bands = sorted((b for b in found if b is not None), key=lambda b: b.points, reverse=True)
            return NumberQuestion(**common, bands=tuple(bands), base=g.number(node, "basePoints") or 0)
        options = self._options(node, common["full"], shared=kind == "MultipleChoiceQuestion")
        if kind == "ChoiceQuestion":
            return ChoiceQuestion(**common, options=options)
        return MultipleChoiceQuestion(**common, options=options)

    def _indicator(self, node: Node, type: ValueType) -> Indicator:
        """What may be answered: the question seen as an indicator."""
        g = self.g
        id = g.string(node, "notation")
        if id is None:
            g.problem("missing_property", node, "", property="notation")
        return Indicator(
            id=id or "",
            place=Place.ANSWER,
            label=self.c.label(node),
            definition=g.text(node, "definition", needed=True) or NOTHING,
            type=type,
            knowledge=Knowledge.MEASURED,
            direction=Direction.HIGHER,
            order=g.integer(node, "order") or 0,
            unit=self.c.unit(node),
            lowest=g.number(node, "lowest"),
            highest=g.number(node, "highest"),
        )

    def _options(self, node: Node, full: Rational, *, shared: bool) -> tuple[Option, ...]:
        """The options in order. Those without points of their own earn ``pointsEach``, or an equal share."""
        g = self.g
        nodes = g.sequence(node, "option")
        if not nodes:
            g.problem("empty_group", node)
            return ()
        each = g.number(node, "pointsEach")
        if each is None and shared:
            each = whole(Fraction(full) / len(nodes))
        found = []
        for rank, option in enumerate(nodes):
            label = g.text(option, "label")
            code = g.string(option, "notation")
            points = g.number(option, "points", needed=each is None)
            if code is None:
                g.problem("missing_property", node, "", property="notation")
            text = label or Text(code or "", code or "")
            value = each if points is None else points
            found.append(Option(Code(code or "", node, text, rank), value or 0, label is not None))
        return tuple(found)

    def _level(self, node: Node) -> LevelRule:
        g = self.g
        comparison, score = self.conditions.edge(node, _LOWER_EDGES) or (Comparison.AT_LEAST, 0)
        return LevelRule(
            id=node.removeprefix(terms.LEVEL),
            level=g.integer(node, "rank", needed=True) or 0,
            label=self.c.label(node),
            meaning=g.text(node, "definition"),
            comparison=comparison,
            score=score,
            scenes=g.integer(node, "scenesAtLevel") or 0,
            required=g.integer(node, "requiredScenesAtLevel") or 0,
            citation=self.c.citation(node),
            reading=self.c.reading(node),
        )
