"""A self-assessment by the standard of the association: ratings in, scores of groups and dimensions out.

A rating that is missing lies anywhere on the scale, so a score is a range until all ratings are there. The
standard publishes no weights; the members of a group weigh the same unless weights are supplied.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from zjtx_kg.exact import Fraction, whole
from zjtx_kg.facts import Profile
from zjtx_kg.facts.derive import facts_of
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.facts.sheets import STANDARD, RatingSheet
from zjtx_kg.reasoning.index import Figures, FormulaValue, formula_value
from zjtx_kg.reasoning.results import Range
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import IndicatorGroup, IndicatorSystem, SystemPart, under_readings
from zjtx_kg.rulebase.model import Direction, Rational

__all__ = ["RatedPart", "SelfAssessment", "self_assess"]


class RatedPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dimension, a group or an indicator with its score; ``rated`` counts the ratings that are known.

    ``criterion`` says what an indicator is rated against, ``figures`` what a profile has to set beside it.
    """

    code: str
    label: str
    definition: str | None
    score: Range
    weight: Any
    rated: int
    of: int
    clause: str | None
    confidence: str | None
    alias: str | None = None
    note: str | None = None
    criterion: str | None = None
    figures: tuple[FormulaValue, ...] = ()
    parts: tuple[RatedPart, ...] = ()


class SelfAssessment(msgspec.Struct, frozen=True):
    """The dimensions with everything below them. ``overall`` is ``None`` unless the weights of all
    dimensions were supplied: the standard does not say how they add up."""

    name: str | None
    policy: str
    label: str
    weights: str
    overall: Range | None
    rated: int
    of: int
    dimensions: tuple[RatedPart, ...]
    missing: tuple[str, ...]
    unpublished: str | None


class _Rater:
    def __init__(self, system: IndicatorSystem, sheet: RatingSheet, figures: Figures, lang: str) -> None:
        self.system = system
        self.sheet = sheet
        self.figures = figures
        self.lang = lang

    def weight(self, part: SystemPart) -> Rational:
        return self.sheet.weights.get(part.code, 1)

    def part(self, part: SystemPart) -> RatedPart:
        if isinstance(part, IndicatorGroup):
            parts = tuple(self.part(member) for member in part.members)
            score = _mean([(self.weight(m), p.score) for m, p in zip(part.members, parts, strict=True)])
            return self.rated(part, score, parts, sum(p.rated for p in parts), sum(p.of for p in parts))
        indicator = getattr(part, "rating", None)
        assert indicator is not None
        known = self.sheet.ratings.get(part.code) or Interval(None, None)
        lo = indicator.lowest if known.lo is None else known.lo
        hi = indicator.highest if known.hi is None else known.hi
        return self.rated(part, Range(lo, hi), (), int(part.code in self.sheet.ratings), 1)

    def rated(
        self, part: SystemPart, score: Range, parts: tuple[RatedPart, ...], rated: int, of: int
    ) -> RatedPart:
        lang, clause = self.lang, part.citation.clause
        criterion = getattr(part, "criterion", None)
        formulas = () if isinstance(part, IndicatorGroup) or self.figures.facts is None else part.formulas
        return RatedPart(
            code=part.code,
            label=part.label(lang),
            definition=part.definition(lang) if part.definition else None,
            score=score,
            weight=self.weight(part),
            rated=rated,
            of=of,
            clause=clause.citation(lang) if clause else None,
            confidence=part.citation.attestation,
            alias=part.alias(lang) if part.alias else None,
            note=part.note(lang) if part.note else None,
            criterion=criterion(lang) if criterion else None,
            figures=tuple(
                formula_value(f, self.system, self.figures, None, Direction.HIGHER, lang) for f in formulas
            ),
            parts=parts,
        )


def self_assess(
    sheet: RatingSheet,
    *,
    rulebase: Rulebase,
    profile: Profile | None = None,
    as_of: date | None = None,
    readings: Iterable[str] = (),
    lang: str = "zh",
) -> SelfAssessment:
    """Scores of dimensions, groups and indicators. With a profile, its figures stand beside the ratings.

    >>> from zjtx_kg import load
    >>> found = self_assess(RatingSheet(None, {"S2.1": Interval(80, 80)}, {}), rulebase=load())
    >>> group = found.dimensions[0].parts[1]
    >>> group.code, group.score
    ('S2', Range(min=40, max=90))
    """
    system = under_readings(rulebase.systems[STANDARD], rulebase.readings_with(frozenset(readings)))
    facts = facts_of(profile, as_of or date.today(), rulebase, readings) if profile is not None else None
    rater = _Rater(system, sheet, Figures(rulebase, {}, facts), lang)
    dimensions = tuple(rater.part(group) for group in system.groups)
    overall = None
    if all(group.code in sheet.weights for group in system.groups):
        overall = _mean([(d.weight, d.score) for d in dimensions])
    return SelfAssessment(
        name=sheet.name or (profile.name if profile else None),
        policy=system.policy,
        label=system.label(lang),
        weights="supplied" if sheet.weights else "equal",
        overall=overall,
        rated=sum(d.rated for d in dimensions),
        of=sum(d.of for d in dimensions),
        dimensions=dimensions,
        missing=tuple(code for code in system.indicators if code not in sheet.ratings),
        unpublished=system.unpublished(lang) if system.unpublished else None,
    )


def _mean(weighted: list[tuple[Rational, Range]]) -> Range:
    """The weighted mean of ranges, exactly; something weighs more than 0."""
    total = sum(weight for weight, _ in weighted)
    low = sum(weight * score.min for weight, score in weighted)
    high = sum(weight * score.max for weight, score in weighted)
    return Range(whole(Fraction(low) / total), whole(Fraction(high) / total))
