"""What a rule asks for, apart from any company: the tree of a tier's conditions as plain values.

Names are those of findings (:class:`zjtx_kg.Finding`), so that a reader of results can read rules.
"""

from __future__ import annotations

from typing import Any

import msgspec

from zjtx_kg.reasoning.findings import asked
from zjtx_kg.reasoning.wording import Wording, wording
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import (
    AllOf,
    AnyOf,
    AtLeast,
    Band,
    BandedItem,
    Condition,
    CountedItem,
    Node,
    ScoreGroup,
    ScoreTable,
    ValueItem,
)

__all__ = ["BandRequirement", "ClauseText", "Requirement", "requirement"]

_OPERATORS = {AllOf: "all", AnyOf: "any", AtLeast: "at_least"}


class ClauseText(msgspec.Struct, frozen=True):
    """A clause: where it stands, what it says in short, how well its text is attested."""

    id: str
    policy: str
    citation: str
    summary: str
    confidence: str


class BandRequirement(msgspec.Struct, frozen=True):
    """``min`` to ``points`` are earned when the condition holds; nearly always both are the same."""

    when: Requirement
    min: Any
    points: Any


class Requirement(msgspec.Struct, frozen=True, omit_defaults=True):
    """A condition, a score table, a group or an item of one, with everything below it.

    ``operator`` is ``>=``, ``>``, ``<=``, ``<``, ``=``, ``includes``, ``holds``, ``won`` for what reads an
    indicator; ``all``, ``any``, ``at_least``, ``score`` for groups; ``band``, ``count``, ``value`` for scored
    items. ``bound`` is what is compared with: a number in ``unit``, a code, a list, the pass mark, the floor.
    """

    condition: str
    label: str
    operator: str
    bound: Any = None
    unit: str | None = None
    indicator: str | None = None
    knowledge: str | None = None
    clause: ClauseText | None = None
    confidence: str | None = None
    note: str | None = None
    only_for: str | None = None
    reading: str | None = None
    full: Any = None
    base: Any = None
    each: Any = None
    bonus: bool = False
    strict: bool = False
    mark: str | None = None
    bands: tuple[BandRequirement, ...] = ()
    children: tuple[Requirement, ...] = ()


def requirement(node: Node, rulebase: Rulebase, lang: str = "zh") -> Requirement:
    """What a node of a rule tree asks for.

    >>> from zjtx_kg.rulebase import load, walk
    >>> rules = load()
    >>> node = next(n for n in walk(rules.criteria["miit-2022-63", "little-giant"]) if "debt" in n.id)
    >>> debt = requirement(node, rules, "en")
    >>> debt.operator, debt.bound, debt.unit, debt.clause.citation
    ('<=', 70, '%', 'Annex 3, II')
    """
    return _Describer(rulebase, lang).requirement(node)


class _Describer:
    def __init__(self, rulebase: Rulebase, lang: str) -> None:
        self.rulebase = rulebase
        self.lang = lang
        self.words: Wording = wording(rulebase)

    def requirement(self, node: Node) -> Requirement:
        common: dict[str, Any] = {
            "condition": node.id,
            "label": self.words.label(node)(self.lang),
            "clause": self.clause(node),
            "confidence": node.citation.attestation,
            "note": node.note(self.lang) if node.note else None,
            "only_for": str(node.only_for) if node.only_for else None,
            "reading": node.reading,
            "children": tuple(self.requirement(part) for part in node.parts),
        }
        return Requirement(**common, **self.particular(node))

    def particular(self, node: Node) -> dict[str, Any]:
        points = self.rulebase.units["point"].symbol
        match node:
            case ScoreTable():
                mark = {"bound": node.pass_mark, "full": node.full, "strict": node.strict}
                return {"operator": "score", "unit": points, **mark}
            case ScoreGroup():
                return {"operator": "score", "bound": node.floor, "full": node.full, "unit": points}
            case BandedItem():
                bands = tuple(self.band(band) for band in node.bands)
                earned = {"full": node.full, "base": node.base, "bonus": node.bonus, "mark": node.mark}
                return {"operator": "band", "bands": bands, **earned, **self.read(node.indicator)}
            case CountedItem():
                return {"operator": "count", "full": node.full, "each": node.each, "bonus": node.bonus}
            case ValueItem():
                earned = {"full": node.full, "bonus": node.bonus}
                return {"operator": "value", **earned, **self.read(node.indicator)}
            case AtLeast():
                return {"operator": "at_least", "bound": node.minimum}
            case AllOf() | AnyOf():
                return {"operator": next(name for kind, name in _OPERATORS.items() if isinstance(node, kind))}
        assert isinstance(node, Condition)
        operator, bound, edge, _ = asked(node)
        read = self.read(getattr(node, "indicator", None))
        if edge is None:
            read.pop("unit", None)
        return {"operator": operator, "bound": bound, **read}

    def read(self, indicator: str | None) -> dict[str, Any]:
        if indicator is None:
            return {}
        found = self.rulebase.indicators[indicator]
        unit = found.unit.symbol if found.unit else None
        return {"indicator": indicator, "knowledge": str(found.knowledge), "unit": unit}

    def band(self, band: Band) -> BandRequirement:
        return BandRequirement(self.requirement(band.when), band.least, band.points)

    def clause(self, node: Node) -> ClauseText | None:
        clause = node.citation.clause
        if clause is None:
            return None
        return ClauseText(
            clause.id,
            clause.policy,
            clause.citation(self.lang),
            clause.summary(self.lang),
            clause.attestation,
        )
