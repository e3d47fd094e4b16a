"""Input files beside the profile: answers to a questionnaire, figures for an index, ratings.

Like profiles, they are plain data in, frozen values out, with every problem reported at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from zjtx_kg.facts.knowledge import Interval
from zjtx_kg.facts.questionnaire import Answers, read_answers
from zjtx_kg.facts.validation import industry_code, schema
from zjtx_kg.facts.values import YEARS, Checker, Domain, Misfit, as_text, whole_in
from zjtx_kg.rulebase import Rulebase
from zjtx_kg.rulebase.instruments import Formula, IndicatorSystem
from zjtx_kg.rulebase.model import Direction, Indicator, Knowledge, Place, ValueType

__all__ = [
    "ENTERPRISE",
    "REGION",
    "MeanSheet",
    "RegionSheet",
    "read_answer_sheet",
    "read_means",
    "read_region",
]

#: The systems of the development index.
ENTERPRISE: Final = "miit-2024-75/enterprise"
REGION: Final = "miit-2024-75/region"


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
    return Indicator(
        id=formula.id,
        place=Place.SUPPLIED,
        label=formula.label,
        definition=formula.expression,
        type=ValueType.DECIMAL,
        knowledge=Knowledge.MEASURED,
        direction=Direction.DEPENDS,
        order=0,
        unit=formula.unit,
        lowest=None,
        highest=None,
    )
