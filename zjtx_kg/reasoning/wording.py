"""Sentences from rules. The patterns are data (``ontology/phrases.ttl``), the same for Chinese and English,
so that what is said of a rule cannot drift from the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from zjtx_kg.exact import Exact, rounded
from zjtx_kg.facts.knowledge import AwardRecord, Interval, Known, TitleRecord
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import (
    AwardCondition,
    BandedItem,
    BooleanCondition,
    Comparison,
    Condition,
    Inclusion,
    Indicator,
    Item,
    LevelThreshold,
    Node,
    Threshold,
    TitleCondition,
    Unit,
    ValueItem,
    ValueType,
)
from zjtx_kg.texts import LANGUAGES, Text

__all__ = ["Wording", "wording"]

_OPERATORS = {
    Comparison.AT_LEAST: "at-least",
    Comparison.MORE_THAN: "more-than",
    Comparison.AT_MOST: "at-most",
    Comparison.BELOW: "below",
}
#: Digits after the point that a reader wants; more are shown where fewer would hide a difference.
_SHOWN_PLACES = (2, 4, 6)


@lru_cache(maxsize=8)
def wording(rulebase: Rulebase) -> Wording:
    return Wording(rulebase)


class Wording:
    """Says what the rules of one rule base mean."""

    def __init__(self, rulebase: Rulebase) -> None:
        self.rulebase = rulebase
        self.codes = {
            code.id: code.label for scheme in rulebase.schemes.values() for code in scheme.codes.values()
        }

    def say(self, phrase: str, lang: str, **parts: object) -> str:
        return self.rulebase.phrases[phrase].template(lang).format(**parts)

    def both(self, phrase: str, **parts: Text) -> Text:
        return Text(*(self.say(phrase, lang, **_in(parts, lang)) for lang in LANGUAGES))

    # --- requirements -------------------------------------------------------------------------------

    def label(self, node: Node) -> Text:
        """What a condition asks for, in words; a written label goes before the derived one."""
        if node.label is not None:
            return node.label
        if isinstance(node, Item):
            return self.item(node)
        return self.requirement(node) if isinstance(node, Condition) else Text(node.id, node.id)

    def item(self, item: Item) -> Text:
        id = item.indicator if isinstance(item, BandedItem | ValueItem) else None
        return self.rulebase.indicators[id].label if id else Text(item.id, item.id)

    def requirement(self, condition: Condition) -> Text:
        label = self._indicator_label(condition)
        if isinstance(condition, Threshold):
            unit = self.rulebase.indicators[condition.indicator].unit
            bound = Text(*(self.quantity(condition.bound, unit, lang) for lang in LANGUAGES))
            return self.both(_OPERATORS[condition.comparison], indicator=label, bound=bound)
        if isinstance(condition, LevelThreshold):
            phrase = "level-at-least" if condition.comparison.more_helps else "level-at-most"
            return self.both(phrase, indicator=label, bound=self.code(condition.indicator, condition.code))
        if isinstance(condition, BooleanCondition):
            return self.both("is-true" if condition.value else "is-false", indicator=label)
        if isinstance(condition, Inclusion):
            return self._inclusion(condition, label)
        if isinstance(condition, TitleCondition):
            titles = [self.rulebase.titles[t].label for t in sorted(condition.titles)]
            return self.both("title-held", options=self.listed(titles))
        if isinstance(condition, AwardCondition):
            awards = self.listed(self.rulebase.awards[a].label for a in sorted(condition.awards))
            years = Text(str(condition.within_years), str(condition.within_years))
            if condition.rank_at_most is None:
                return self.both("award-won", years=years, options=awards)
            rank = Text(str(condition.rank_at_most), str(condition.rank_at_most))
            return self.both("award-won-rank", years=years, options=awards, rank=rank)
        return Text(condition.id, condition.id)

    def _indicator_label(self, condition: Condition) -> Text:
        id = getattr(condition, "indicator", None)
        return self.rulebase.indicators[id].label if id else Text("", "")

    def _inclusion(self, condition: Inclusion, label: Text) -> Text:
        schemes = self.rulebase.schemes
        whole = set().union(*(schemes[s].codes for s in condition.schemes))
        if set(condition.schemes) == set(self.rulebase.indicators[condition.indicator].schemes):
            return self.both("includes-any", indicator=label)
        options = [schemes[s].label for s in condition.schemes]
        options += [self.codes[code] for code in sorted(condition.codes - whole)]
        return self.both("includes", indicator=label, options=self.listed(options))

    def code(self, indicator: str, code: str) -> Text:
        for scheme in self.rulebase.indicators[indicator].schemes:
            found = self.rulebase.schemes[scheme].codes.get(code)
            if found is not None:
                return found.label
        return Text(code, code)

    def listed(self, parts: Iterable[Text]) -> Text:
        found = list(parts)
        return Text(*(self.say("joiner", lang).join(part(lang) for part in found) for lang in LANGUAGES))

    # --- values -------------------------------------------------------------------------------------

    def quantity(self, value: Exact, unit: Unit | None, lang: str, near: Exact | None = None) -> str:
        """A number with its unit; ``near`` is a bound from which it must stay distinguishable."""
        number = shown(value, near)
        if unit is None:
            return number
        tight = lang == "zh" or unit.id == "percent"
        return self.say("quantity-tight" if tight else "quantity", lang, number=number, unit=unit.label(lang))

    def difference(self, value: Exact, unit: Unit | None, lang: str) -> str:
        """How far a number is from its bound; per cent differ by percentage points."""
        if unit is not None and unit.id == "percent":
            return self.say("difference-percent", lang, number=shown(value, near=0))
        return self.quantity(value, unit, lang, near=0)

    def range(self, value: Interval, unit: Unit | None, lang: str, near: Exact | None = None) -> str:
        lo, hi = value
        if lo is not None and lo == hi:
            return self.quantity(lo, unit, lang, near)
        if lo is not None and hi is not None:
            low = self.quantity(lo, None, lang, near)
            return self.say("range", lang, low=low, high=self.quantity(hi, unit, lang, near))
        if lo is not None:
            return self.say("range-from", lang, low=self.quantity(lo, unit, lang, near))
        if hi is not None:
            return self.say("range-to", lang, high=self.quantity(hi, unit, lang, near))
        return self.say("nothing-known", lang)

    def known(self, indicator: Indicator, known: Known, lang: str, near: Exact | None = None) -> str:
        """What is known of an indicator, in words."""
        if known is None:
            return self.say("nothing-known", lang)
        if isinstance(known, bool):
            return self.say("yes" if known else "no", lang)
        if isinstance(known, Interval):
            if indicator.type is ValueType.CODE:
                return self._levels(indicator, known, lang)
            if known == Interval(indicator.lowest, indicator.highest):
                return self.say("nothing-known", lang)
            return self.range(known, indicator.unit, lang, near)
        if isinstance(known, str):
            return known
        if isinstance(known, frozenset):
            return self._several([self.code(indicator.id, code)(lang) for code in sorted(known)], lang)
        return self._several([self._record(record, lang) for record in known], lang)

    def _several(self, words: list[str], lang: str) -> str:
        return self.say("joiner", lang).join(words) if words else self.say("none", lang)

    def _levels(self, indicator: Indicator, known: Interval, lang: str) -> str:
        scheme = self.rulebase.schemes[indicator.schemes[0]]
        ranks = {code.rank: code.label(lang) for code in scheme.codes.values()}
        possible = [label for rank, label in ranks.items() if rank in known]
        if len(possible) == len(ranks):
            return self.say("nothing-known", lang)
        return self.say("or", lang).join(possible)

    def _record(self, record: TitleRecord | AwardRecord, lang: str) -> str:
        if isinstance(record, TitleRecord):
            period = "–".join("?" if day is None else str(day) for day in (record.granted, record.expires))
            return f"{self.rulebase.titles[record.title].label(lang)} ({period})"
        year, rank = record.year or "?", record.rank or "?"
        return f"{self.rulebase.awards[record.award].label(lang)} ({year}, {rank})"


def shown(value: Exact, near: Exact | None = None) -> str:
    """A number as people read it: grouped digits, two decimals, more where two would look like ``near``.

    >>> from zjtx_kg.exact import Fraction
    >>> shown(Fraction(2199, 220)), shown(Fraction(99999, 10000), near=10)
    ('10', '9.9999')
    """
    number = Decimal(0)
    for places in _SHOWN_PLACES:
        number = rounded(value, places)
        if near is None or value == near or number != rounded(near, places):
            break
    return f"{number:,f}"


def _in(parts: Mapping[str, Text], lang: str) -> dict[str, str]:
    return {name: part(lang) for name, part in parts.items()}
