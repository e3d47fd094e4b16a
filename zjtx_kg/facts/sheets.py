"""Input files beside the profile: answers to a questionnaire, figures for an index, ratings.

Like profiles, they are plain data in, frozen values out, with every problem reported at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.exact import Surd
from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.facts.questionnaire import Answers, read_answers
from zjtx_kg.facts.validation import industry_code, schema
from zjtx_kg.facts.values import YEARS, Checker, Domain, Misfit, as_text, whole_in
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import (
    Formula,
    IndicatorGroup,
    IndicatorSystem,
    RatedIndicator,
    SystemPart,
)
from zjtx_kg.rulebase.model import Direction, Indicator, Knowledge, Place, Rational, ValueType
from zjtx_kg.texts import Text

__all__ = [
    "ENTERPRISE",
    "REGION",
    "STANDARD",
    "MeanSheet",
    "RatingSheet",
    "RegionSheet",
    "read_answer_sheet",
    "read_means",
    "read_ratings",
    "read_region",
]

#: The systems of the development index.
ENTERPRISE: Final = "miit-2024-75/enterprise"
REGION: Final = "miit-2024-75/region"
#: The standard of the association.
STANDARD: Final = "casme-zjtx/standard"


@dataclass(frozen=True, slots=True)
class MeanSheet:
    """What the index reads beside a profile: means of the industry by formula, and further figures."""

    source: str | None
    means: Mapping[str, Interval]
    figures: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class RegionSheet:
    """The counts of a region for one year of evaluation."""

    name: str | None
    year: int | None
    figures: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class RatingSheet:
    """Ratings by indicator, and weights by indicator or group where they are not equal."""

    name: str | None
    ratings: Mapping[str, Interval]
    weights: Mapping[str, Rational]


def _sheet(check: Checker, data: Any) -> Mapping[str, Any]:
    """The keys of a file. Raises :class:`ProfileError` where it is something else."""
    if not isinstance(data, Mapping):
        check.bad(Misfit("not_a_mapping"), "", data)
        raise check.error("sheet")
    return data


def read_answer_sheet(data: Any, rulebase: Rulebase) -> tuple[str | None, Answers]:
    """The name of a company and its answers: the keys of a profile's ``digital``, with ``name`` and
    ``industry`` beside them. Raises :class:`ProfileError` with every problem.

    >>> from zjtx_kg import load
    >>> sheet = {"policy": "miit-2024-56", "table": "manufacturing", "answers": {"Q01": [1, 2]}}
    >>> read_answer_sheet(sheet, load())[1].questionnaire
    'miit-2024-56/manufacturing'
    """
    check = Checker()
    sheet = dict(_sheet(check, data))
    name = check.attempt(as_text, sheet.pop("name", None), "name")
    prepared = schema(rulebase)
    industry = check.attempt(lambda v: industry_code(prepared, v), sheet.pop("industry", None), "industry")
    answers = read_answers(check, sheet, "", rulebase, industry)
    if check.problems or answers is None:
        raise check.error("sheet")
    return name, answers


def read_means(data: Any, rulebase: Rulebase) -> MeanSheet:
    """Means of an industry, and figures that a profile does not carry. Raises :class:`ProfileError`."""
    check = Checker()
    sheet = _sheet(check, data)
    check.keys(sheet, "", ("source", "industry", "means", "figures"))
    system = rulebase.systems[ENTERPRISE]
    means = _numbers(check, sheet.get("means"), "means", _means(system))
    for id, mean in means.items():
        floor = system.formulas[id].mean_above
        if floor is not None and mean.lo is not None and mean.lo <= floor:
            check.bad(Misfit("mean_too_low", floor=str(floor)), f"means.{id}", mean.lo)
    source = check.attempt(as_text, sheet.get("source"), "source")
    figures = _numbers(check, sheet.get("figures"), "figures", _figures(system))
    if check.problems:
        raise check.error("sheet")
    return MeanSheet(source, means, figures)


def read_region(data: Any, rulebase: Rulebase) -> RegionSheet:
    """The counts of a region. Raises :class:`ProfileError` with every problem, such as more passes than
    applications.

    >>> from zjtx_kg import load
    >>> counts = {"figures": {"new_passed": 9, "new_recommended": 8}}
    >>> read_region(counts, load())
    Traceback (most recent call last):
    zjtx_kg.errors.ProfileError: 文件有 1 处问题
    """
    check = Checker()
    sheet = _sheet(check, data)
    check.keys(sheet, "", ("name", "region", "year", "figures"))
    figures = _numbers(check, sheet.get("figures"), "figures", _figures(rulebase.systems[REGION]))
    name = check.attempt(as_text, sheet.get("name"), "name")
    check.attempt(as_text, sheet.get("region"), "region")
    year = check.attempt(whole_in(YEARS, "not_a_year"), sheet.get("year"), "year")
    if check.problems:
        raise check.error("sheet")
    return RegionSheet(name, year, figures)


def read_ratings(data: Any, rulebase: Rulebase) -> RatingSheet:
    """Ratings of 0 to 100, some of which may be missing or ranges. Raises :class:`ProfileError`.

    Weights are numbers from 0; those of one group must not all be 0.
    """
    check = Checker()
    sheet = _sheet(check, data)
    check.keys(sheet, "", ("name", "ratings", "weights"))
    system = rulebase.systems[STANDARD]
    name = check.attempt(as_text, sheet.get("name"), "name")
    rated = [part.rating for part in system.indicators.values() if isinstance(part, RatedIndicator)]
    ratings = _numbers(check, sheet.get("ratings"), "ratings", Domain(rated))
    weights = _weights(check, sheet.get("weights"), system)
    if check.problems:
        raise check.error("sheet")
    return RatingSheet(name, ratings, weights)


def _weights(check: Checker, data: Any, system: IndicatorSystem) -> dict[str, Rational]:
    domain = Domain(_weight(part) for part in system.parts())
    found: dict[str, Rational] = {}
    for code, value in _numbers(check, data, "weights", domain).items():
        if value.lo != value.hi or value.lo is None or isinstance(value.lo, Surd):
            check.bad(Misfit("weight_range"), f"weights.{code}", f"{value.lo} – {value.hi}")
        else:
            found[code] = value.lo
    for group in [None, *(part for part in system.parts() if isinstance(part, IndicatorGroup))]:
        members = system.groups if group is None else group.members
        if all(found.get(member.code, 1) == 0 for member in members):
            codes = ", ".join(member.code for member in members)
            place = f"weights.{members[0].code}"
            check.bad(Misfit("no_weight", codes=codes), place, 0)
    return found


def _weight(part: SystemPart) -> Indicator:
    return replace(_NUMBER, id=part.code, label=part.label)


def _numbers(check: Checker, data: Any, path: str, domain: Domain) -> dict[str, Interval]:
    values = check.values(data, path, domain)
    return {id: value for id, value in values.items() if isinstance(value, Interval)}


@lru_cache(maxsize=8)
def _figures(system: IndicatorSystem) -> Domain:
    return Domain(system.figures.values())


@lru_cache(maxsize=8)
def _means(system: IndicatorSystem) -> Domain:
    return Domain(_mean(formula) for formula in system.formulas.values() if formula.compared)


def _mean(formula: Formula) -> Indicator:
    """The mean of an industry, as an indicator of the formula's unit."""
    return replace(_NUMBER, id=formula.id, label=formula.label, unit=formula.unit, lowest=None)


#: A number from 0 that a sheet gives; sections make their own from it.
_NUMBER: Final = Indicator(
    id="",
    place=Place.SUPPLIED,
    label=Text("", ""),
    definition=Text("", ""),
    type=ValueType.DECIMAL,
    knowledge=Knowledge.MEASURED,
    direction=Direction.DEPENDS,
    order=0,
    unit=None,
    lowest=0,
)
