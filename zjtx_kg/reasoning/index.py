"""The development index of a company or a region: what can be computed, and why the rest cannot.

The platform's weights and curves are published nowhere. So values are computed, compared with means that the
user supplies, and never turned into a total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from zjtx_kg.exact import Exact, Surd, whole
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import Facts, facts_of
from zjtx_kg.facts.functions import FUNCTIONS, KEEPS_UNIT
from zjtx_kg.facts.knowledge import ANYTHING, Interval, Known
from zjtx_kg.facts.sheets import ENTERPRISE, REGION, MeanSheet, RegionSheet
from zjtx_kg.reasoning.results import Range
from zjtx_kg.reasoning.wording import wording
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import (
    Formula,
    IndexIndicator,
    IndicatorGroup,
    IndicatorSystem,
    under_readings,
)
from zjtx_kg.rulebase.model import Direction, Indicator, Place, Threshold

__all__ = ["Figures", "FormulaValue", "IndexReport", "IndexValue", "Related", "company_index", "region_index"]

_HUNDRED = 100
#: What holds of every amount, and of every margin: no knowledge of a company.
_ALWAYS = (Interval(0, None), Interval(None, _HUNDRED), Interval(0, _HUNDRED))


class FormulaValue(msgspec.Struct, frozen=True):
    """One figure of an indicator. ``comparison`` is ``above``, ``below``, ``equal`` or ``unknown`` against
    the mean, ``None`` without one; ``favourable`` is ``None`` where that is open. ``points`` stand where a
    source publishes them. ``missing`` names what is not known exactly."""

    id: str
    label: str
    expression: str
    value: Range | None
    unit: str | None
    mean: Range | None
    difference: Range | None
    comparison: str | None
    favourable: bool | None
    points: Range | None
    missing: tuple[str, ...]
    text: str
    note: str | None


class Related(msgspec.Struct, frozen=True):
    """A figure that bears on an indicator whose formula is not published."""

    id: str
    label: str
    text: str
    known: bool


class IndexValue(msgspec.Struct, frozen=True):
    """One indicator. ``status`` is ``computed``, ``range``, ``unknown`` (figures are missing),
    ``not_published`` (no source gives a formula) or ``not_counted`` (not in this year of evaluation)."""

    code: str
    group: str
    label: str
    definition: str
    status: str
    bonus: bool
    direction: str
    window: str | None
    values: tuple[FormulaValue, ...]
    related: tuple[Related, ...]
    unpublished: str | None
    note: str | None
    clause: str | None
    confidence: str | None


class IndexReport(msgspec.Struct, frozen=True):
    """Every indicator of a system for one company or region; ``total`` is always ``None``."""

    name: str | None
    as_of: date | None
    year: int | None
    policy: str
    system: str
    label: str
    total: None
    total_unpublished: str | None
    groups: tuple[dict[str, str], ...]
    indicators: tuple[IndexValue, ...]


class Figures:
    """Where formulas find their figures: in a profile, or among what is supplied beside it."""

    def __init__(
        self, rulebase: Rulebase, supplied: Mapping[str, Interval], facts: Facts | None = None
    ) -> None:
        self.rulebase = rulebase
        self.supplied = supplied
        self.facts = facts

    def known(self, indicator: Indicator | None, id: str, years_back: int) -> Interval:
        if indicator is not None and indicator.place is Place.SUPPLIED:
            return self.supplied.get(id, Interval(indicator.lowest, indicator.highest))
        if self.facts is None:
            return ANYTHING
        place = self.rulebase.indicators[id].place
        found: Known = self.facts.figure(id, years_back) if place is Place.YEAR else self.facts.known.get(id)
        return found if isinstance(found, Interval) else ANYTHING

    def path(self, id: str, years_back: int) -> str:
        """The place that would tell more."""
        if id not in self.rulebase.indicators or self.facts is None:
            return f"figures.{id}"
        if self.rulebase.indicators[id].place is Place.YEAR:
            return f"years.{self.facts.last_year - years_back}.{id}"
        return f"facts.{id}"


def company_index(
    profile: Profile,
    *,
    rulebase: Rulebase,
    as_of: date,
    means: MeanSheet | None = None,
    readings: Iterable[str] = (),
    lang: str = "zh",
) -> IndexReport:
    """The indicators of an enterprise, from its figures of the last complete years.

    >>> from zjtx_kg import load
    >>> company = Profile.from_dict({"years": {2024: {"revenue": 7400, "employees": 100}}})
    >>> found = company_index(company, rulebase=load(), as_of=date(2025, 6, 1))
    >>> next(i for i in found.indicators if i.code == "E05").values[0].value
    Range(min=74, max=74)
    """
    given = means or MeanSheet(None, {}, {})
    facts = facts_of(profile, as_of, rulebase, readings)
    figures = Figures(rulebase, given.figures, facts)
    system = rulebase.systems[ENTERPRISE]
    return _report(system, figures, given.means, profile.name, as_of, None, readings, lang)


def region_index(
    sheet: RegionSheet, *, rulebase: Rulebase, readings: Iterable[str] = (), lang: str = "zh"
) -> IndexReport:
    """The indicators of a region, from its counts."""
    figures = Figures(rulebase, sheet.figures)
    return _report(rulebase.systems[REGION], figures, {}, sheet.name, None, sheet.year, readings, lang)


def _report(
    system: IndicatorSystem,
    figures: Figures,
    means: Mapping[str, Interval],
    name: str | None,
    as_of: date | None,
    year: int | None,
    readings: Iterable[str],
    lang: str,
) -> IndexReport:
    rulebase = figures.rulebase
    system = under_readings(system, rulebase.readings_with(frozenset(readings)))
    return IndexReport(
        name=name,
        as_of=as_of,
        year=year,
        policy=system.policy,
        system=system.id,
        label=system.label(lang),
        total=None,
        total_unpublished=system.unpublished(lang) if system.unpublished else None,
        groups=tuple({"code": group.code, "label": group.label(lang)} for group in system.groups),
        indicators=tuple(
            _indicator(system, group, part, figures, means, year, lang)
            for group in system.groups
            for part in group.members
            if isinstance(part, IndexIndicator)
        ),
    )


def _indicator(
    system: IndicatorSystem,
    group: IndicatorGroup,
    part: IndexIndicator,
    figures: Figures,
    means: Mapping[str, Interval],
    year: int | None,
    lang: str,
) -> IndexValue:
    values = tuple(
        formula_value(formula, system, figures, means.get(formula.id), part.direction, lang)
        for formula in part.formulas
    )
    citation = part.citation
    return IndexValue(
        code=part.code,
        group=group.code,
        label=part.label(lang),
        definition=part.definition(lang),
        status=_status(part, values, year),
        bonus=part.bonus,
        direction=str(part.direction),
        window=part.window(lang) if part.window else None,
        values=values,
        related=tuple(_related(system, id, figures, lang) for id in part.related),
        unpublished=part.unpublished(lang) if part.unpublished else None,
        note=part.note(lang) if part.note else None,
        clause=citation.clause.citation(lang) if citation.clause else None,
        confidence=citation.attestation,
    )


def _status(part: IndexIndicator, values: tuple[FormulaValue, ...], year: int | None) -> str:
    if part.not_counted_in is not None and part.not_counted_in == year:
        return "not_counted"
    if not values:
        return "not_published"
    ranges = [value.value for value in values if value.value is not None]
    if any(known.min is not None and known.min == known.max for known in ranges):
        return "computed"
    return "range" if ranges else "unknown"


def formula_value(
    formula: Formula,
    system: IndicatorSystem,
    figures: Figures,
    mean: Interval | None,
    direction: Direction,
    lang: str,
) -> FormulaValue:
    """What a formula gives for these figures, and how that stands to a mean."""
    known = _computed(formula, system, figures) if formula.function else None
    value = known if known is not None and known != ANYTHING else None
    difference = None if value is None or mean is None else _less(value, mean)
    comparison = None if mean is None else _compared(difference)
    favourable = None
    if comparison in ("above", "below"):
        favourable = (comparison == "above") is (direction is not Direction.LOWER)
    words = wording(figures.rulebase)
    return FormulaValue(
        id=formula.id,
        label=formula.label(lang),
        expression=formula.expression(lang),
        value=None if value is None else Range(*value),
        unit=formula.unit.symbol if formula.unit else None,
        mean=None if mean is None else Range(*mean),
        difference=None if difference is None else Range(*difference),
        comparison=comparison,
        favourable=favourable,
        points=_points(formula, value),
        missing=tuple(_missing(formula, system, figures)),
        text=words.range(value or ANYTHING, formula.unit, lang),
        note=formula.note(lang) if formula.note else None,
    )


def _spans(formula: Formula, system: IndicatorSystem, figures: Figures) -> list[Interval]:
    return [
        figures.known(system.figures.get(a.indicator), a.indicator, a.years_back) for a in formula.arguments
    ]


def _computed(formula: Formula, system: IndicatorSystem, figures: Figures) -> Interval:
    function = FUNCTIONS[formula.function or ""]
    spans = _spans(formula, system, figures)
    if all(span.settled for span in spans):
        point = function.at(*(span.lo for span in spans))
        known = ANYTHING if point is None else Interval(point, point)
    else:
        known = function.over(*spans)
    if formula.unit is not None and formula.unit.id == "percent" and formula.function not in KEEPS_UNIT:
        known = Interval(*(None if end is None else _times(end) for end in known))
    return ANYTHING if known in _ALWAYS else known


def _times(value: Exact) -> Exact:
    many = value * _HUNDRED
    return many if isinstance(many, Surd) else whole(many)


def _less(value: Interval, mean: Interval) -> Interval:
    return Interval(_minus(value.lo, mean.hi), _minus(value.hi, mean.lo))


def _minus(a: Exact | None, b: Exact | None) -> Exact | None:
    if a is None or b is None or isinstance(b, Surd):  # a mean is given, and so rational
        return None
    return a - b


def _compared(difference: Interval | None) -> str:
    if difference is None:
        return "unknown"
    lo, hi = difference
    if lo is not None and lo > 0:
        return "above"
    if hi is not None and hi < 0:
        return "below"
    return "equal" if lo == 0 and hi == 0 else "unknown"


def _points(formula: Formula, value: Interval | None) -> Range | None:
    """The points of the best band that the value reaches, at its ends."""
    if not formula.bands:
        return None
    low, high = value or ANYTHING
    return Range(_reached(formula, low, least=True), _reached(formula, high, least=False))


def _reached(formula: Formula, end: Exact | None, *, least: bool) -> Any:
    for band in formula.bands:  # the best comes first
        if isinstance(band.when, Threshold):
            kept = band.when.comparison.holds(end, band.when.bound) if end is not None else not least
            if kept:
                return band.least if least else band.points
    return 0


def _missing(formula: Formula, system: IndicatorSystem, figures: Figures) -> Iterator[str]:
    for argument, span in zip(formula.arguments, _spans(formula, system, figures), strict=True):
        if not span.settled:
            yield figures.path(argument.indicator, argument.years_back)


def _related(system: IndicatorSystem, id: str, figures: Figures, lang: str) -> Related:
    words = wording(figures.rulebase)
    supplied = system.figures.get(id)
    indicator = supplied or figures.rulebase.indicators[id]
    known: Known = None
    if supplied is not None:
        known = figures.supplied.get(id)
    elif figures.facts is not None:
        known = figures.facts.known.get(id)
    if isinstance(known, Interval) and known in (ANYTHING, Interval(indicator.lowest, indicator.highest)):
        known = None
    return Related(id, indicator.label(lang), words.known(indicator, known, lang), known is not None)
