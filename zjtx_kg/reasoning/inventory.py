"""Every indicator of a company: what is known of it, for which year, and from what."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import DAYS_SINCE, Facts, deriver, facts_of
from zjtx_kg.facts.knowledge import Interval, Known
from zjtx_kg.facts.questionnaire import SECTION
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.model import Indicator, Place, ValueType

__all__ = ["Entry", "inventory"]


class Entry(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """One indicator: ``min`` and ``max`` for numbers, ``value`` for codes and truth values.

    All are ``None`` where nothing is known. ``from`` names the places of the profile that it was taken or
    computed from.
    """

    id: str
    min: Any
    max: Any
    value: Any
    unit: str | None
    from_: tuple[str, ...]
    label: str
    year: int | None
    text: str


def inventory(profile: Profile, as_of: date, rulebase: Rulebase, lang: str = "zh") -> list[Entry]:
    """All inputs and derived indicators, in the order of the ontology.

    >>> from zjtx_kg import load
    >>> company = Profile.from_dict({"years": {2024: {"total_assets": 200, "total_liabilities": 90}}})
    >>> debt = next(e for e in inventory(company, date(2025, 6, 1), load()) if e.id == "debt_ratio")
    >>> debt.min, debt.from_
    (45, ('years.2024.total_liabilities', 'years.2024.total_assets'))
    """
    facts = facts_of(profile, as_of, rulebase)
    return [_entry(indicator, profile, facts, rulebase, lang) for indicator in rulebase.inputs.values()]


def _entry(indicator: Indicator, profile: Profile, facts: Facts, rulebase: Rulebase, lang: str) -> Entry:
    known: Known = facts.known[indicator.id]
    lo = hi = None
    value: Any = None
    natural = deriver(rulebase).natural.get(indicator.id)
    informative = known is not None and known != natural and indicator.id not in facts.inapplicable
    if informative and isinstance(known, Interval):
        if indicator.type is ValueType.CODE:
            value = _level(indicator, known, rulebase)
        else:
            lo, hi = known
    elif informative:
        value = sorted(known) if isinstance(known, frozenset) else known
    words = wording(rulebase)
    inapplicable = indicator.id in facts.inapplicable
    return Entry(
        id=indicator.id,
        min=lo,
        max=hi,
        value=value,
        unit=indicator.unit.symbol if indicator.unit else None,
        from_=tuple(_sources(indicator, profile, facts, rulebase)) if informative else (),
        label=indicator.label(lang),
        year=_year(indicator, facts),
        text=words.say("inapplicable", lang) if inapplicable else words.known(indicator, known, lang),
    )


def _level(indicator: Indicator, known: Interval, rulebase: Rulebase) -> str | list[str]:
    codes = rulebase.schemes[indicator.schemes[0]].codes.values()
    possible = [code.id for code in codes if code.rank in known]
    return possible[0] if len(possible) == 1 else possible


def _year(indicator: Indicator, facts: Facts) -> int | None:
    if indicator.place is Place.YEAR:
        return facts.last_year
    if indicator.derivation is not None and indicator.derivation.function != DAYS_SINCE:
        back = [argument.years_back for argument in indicator.derivation.arguments]
        return facts.last_year - min(back, default=0)
    return None


def _sources(indicator: Indicator, profile: Profile, facts: Facts, rulebase: Rulebase) -> list[str]:
    """The places that say something, the indicator's own first."""
    found = []
    if indicator.place is Place.YEAR:
        found = [f"years.{facts.last_year}.{indicator.id}"]
    else:
        found = [f"facts.{indicator.id}"]
    found += deriver(rulebase).sources(indicator.id, facts, every=True)
    related = [other.id for other in rulebase.inputs.values() if indicator.id in other.at_most]
    place = found[0].rpartition(".")[0]
    answers = profile.digital
    if answers is not None and rulebase.questionnaires[answers.questionnaire].determines == indicator.id:
        found.append(SECTION)
    found += [f"{place}.{id}" for id in (*indicator.at_most, *related)]
    given = [path for path in dict.fromkeys(found) if profile.gives(path)]
    own = found[0]
    if indicator.derivation is None and own in given:
        return [own]
    return given
