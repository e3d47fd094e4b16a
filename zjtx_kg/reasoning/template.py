"""A commented profile to fill in: just the facts that the tiers asked for read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from zjtx_kg.facts.derive import last_complete_year
from zjtx_kg.reasoning.assessment import selections
from zjtx_kg.rulebase import Rulebase, Selection
from zjtx_kg.rulebase.model import (
    BandedItem,
    Criteria,
    Inclusion,
    Indicator,
    Kind,
    Knowledge,
    Node,
    Place,
    ValueItem,
    ValueType,
)
from zjtx_kg.rulebase.rulebase import walk
from zjtx_kg.texts import say

__all__ = ["read_by", "reads", "template"]

_COLUMN = 34


def read_by(criteria: Criteria) -> set[str]:
    """The indicators that a rule tree reads."""
    found: set[str] = set()
    for node in walk(criteria):
        found |= reads(node)
    return found


def reads(node: Node) -> set[str]:
    """The indicators that one node reads: a leaf or an item of a score table, not what is below a group."""
    leaves = node.leaves() if isinstance(node, BandedItem) or not node.parts else iter(())
    ids = {id for leaf in leaves if (id := getattr(leaf, "indicator", None))}
    return ids | ({node.indicator} if isinstance(node, ValueItem) else set())


def template(
    rulebase: Rulebase,
    day: date,
    *,
    tiers: Iterable[str] = (),
    policy: str | None = None,
    kind: Kind | str = Kind.NEW,
    lang: str = "zh",
) -> str:
    """A profile in YAML with every value left empty and a comment beside it."""
    return (
        "\n".join(_Template(rulebase, day, selections(rulebase, day, tiers, policy, kind), lang).lines())
        + "\n"
    )


class _Template:
    def __init__(self, rulebase: Rulebase, day: date, chosen: Iterable[Selection], lang: str) -> None:
        self.rulebase = rulebase
        self.last = last_complete_year(day)
        self.chosen = tuple(chosen)
        self.lang = lang
        self.facts: set[str] = set()
        self.schemes: dict[str, set[str]] = {}
        self.figures: set[tuple[int, str]] = set()
        self.records: set[str] = set()
        for selection in self.chosen:
            for id in read_by(selection.criteria):
                self.need(rulebase.indicators[id])
            for leaf in selection.criteria.leaves():
                if isinstance(leaf, Inclusion):
                    self.schemes.setdefault(leaf.indicator, set()).update(leaf.schemes)
            if selection.prior is not None:
                self.records.add("titles")

    def need(self, indicator: Indicator) -> None:
        """Note the inputs that an indicator comes from."""
        if indicator.place is Place.YEAR:
            self.figures.add((self.last, indicator.id))
        elif indicator.place is Place.FACT:
            self.facts.add(indicator.id)
        elif indicator.place is Place.RECORD:
            self.records.add(indicator.id)
        elif indicator.derivation is not None:
            for argument in indicator.derivation.arguments:
                if self.rulebase.indicators[argument.indicator].place is Place.YEAR:
                    self.figures.add((self.last - argument.years_back, argument.indicator))
            table = self.rulebase.classifications.get(indicator.derivation.classification or "")
            for row in table.rows if table else ():
                for case in row.cases:
                    for leaf in case.when.leaves():
                        self.need(self.rulebase.indicators[leaf.indicator])  # type: ignore[attr-defined]

    def say(self, key: str) -> str:
        return say(f"template.{key}", self.lang)

    def lines(self) -> Iterator[str]:
        yield f"# {self.say('head')}"
        yield f"# {self.say('money')}"
        yield f"# {self.say('tiers')}"
        for selection in self.chosen:
            policy = self.rulebase.policies[selection.policy]
            yield f"#   {self.rulebase.tiers[selection.tier].label(self.lang)} · {policy.number}"
        yield "profile: 1"
        for key in ("name", "uscc", "region", "industry", "established"):
            yield self.entry(key, self.say(key), 0)
        yield ""
        yield f"years:  # {self.say('years')}"
        for year in sorted({year for year, _ in self.figures}):
            yield f"  {year}:"
            for id in self.ordered(id for found, id in self.figures if found == year):
                yield self.entry(id, self.comment(self.rulebase.indicators[id]), 4)
        yield ""
        yield f"facts:  # {self.say('facts')}"
        for id in self.ordered(self.facts):
            yield from self.codes(self.rulebase.indicators[id])
            yield self.entry(id, self.comment(self.rulebase.indicators[id]), 2)
        yield ""
        for key in ("titles", "awards"):
            if key in self.records:
                yield self.entry(key, self.say(key), 0)
        yield f"assume: open  # {self.say('assume')}"

    def ordered(self, ids: Iterable[str]) -> list[str]:
        wanted = set(ids)
        return [id for id in self.rulebase.indicators if id in wanted]

    @staticmethod
    def entry(key: str, comment: str, indent: int) -> str:
        return f"{' ' * indent}{key}:  ".ljust(_COLUMN) + f"# {comment}"

    def codes(self, indicator: Indicator) -> Iterator[str]:
        """The codes an indicator can take, a line for each code list that the tiers ask about."""
        if indicator.type not in (ValueType.CODES, ValueType.CODE):
            return
        asked = self.schemes.get(indicator.id) or set(indicator.schemes)
        for id in indicator.schemes:
            if id in asked:
                scheme = self.rulebase.schemes[id]
                codes = "、".join(
                    f"{c.id} {c.label(self.lang)}" for c in scheme.codes.values() if not c.broader
                )
                yield f"  # {scheme.label(self.lang)}: {codes}"

    def comment(self, indicator: Indicator) -> str:
        lang = self.lang
        parts = [indicator.label(lang)]
        if indicator.unit is not None:
            parts[0] += f"（{indicator.unit.symbol}）" if lang == "zh" else f" ({indicator.unit.symbol})"
        if indicator.type is ValueType.BOOLEAN:
            parts.append(self.say("boolean"))
        elif indicator.type in (ValueType.CODES, ValueType.CODE):
            parts.append(self.say(str(indicator.type)))
        if indicator.knowledge is Knowledge.DECLARATION:
            parts.append(self.say("declared"))
        elif indicator.knowledge is Knowledge.JUDGEMENT:
            parts.append(self.say("judged"))
        evidence = [self.rulebase.evidence[kind].label(lang) for kind in indicator.evidence]
        if evidence:
            parts.append(f"{say('ui.evidence', lang)}: {'、'.join(evidence)}")
        return " — ".join(parts)
