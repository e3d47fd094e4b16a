"""The development index: every formula as a case, reasons for the rest, no total, bad input."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.support import HERE, SHARED, read_yaml
from zjtx_kg import Profile, load
from zjtx_kg.errors import ProfileError
from zjtx_kg.facts.sheets import ENTERPRISE, REGION, read_means, read_region
from zjtx_kg.reasoning.index import FormulaValue, IndexReport, company_index, region_index

CASES = read_yaml(HERE / "cases" / "systems" / "index.yaml")
RULES = load()
DAY = date(2025, 6, 1)


def _cases(section: str) -> list[Any]:
    return [pytest.param(case, id=f"{case['code']}: {case['because']}") for case in CASES[section]]


def _value(report: IndexReport, case: Any) -> FormulaValue:
    values = next(i for i in report.indicators if i.code == case["code"]).values
    return next(v for v in values if v.id == case.get("formula", v.id))


def _ends(wanted: Any) -> tuple[Any, ...]:
    ends = wanted if isinstance(wanted, list) else [wanted, wanted]
    return tuple(None if end is None else Fraction(end) for end in ends)


def _check(value: FormulaValue, case: Any) -> None:
    found = None if value.value is None else (value.value.min, value.value.max)
    assert found == (None if case["value"] is None else _ends(case["value"]))
    assert value.comparison == case.get("comparison")
    if "favourable" in case:
        assert value.favourable is (case["favourable"] == "true" or case["favourable"] is True)
    if "points" in case:
        assert value.points is not None
        assert (value.points.min, value.points.max) == _ends(case["points"])
    if "missing" in case:
        assert list(value.missing) == case["missing"]


@pytest.mark.parametrize("case", _cases("company"))
def test_company(case: Any) -> None:
    company = Profile.from_dict({"years": case.get("years", {})})
    id = case.get("formula", case["code"])
    means = {"means": {id: case["mean"]} if "mean" in case else {}, "figures": case.get("figures")}
    report = company_index(company, rulebase=RULES, as_of=DAY, means=read_means(means, RULES))
    _check(_value(report, case), case)


@pytest.mark.parametrize("case", _cases("region"))
def test_region(case: Any) -> None:
    report = region_index(read_region({"figures": case["figures"]}, RULES), rulebase=RULES)
    _check(_value(report, case), case)


def test_every_formula_has_a_case_or_copies_a_figure() -> None:
    cased = {c.get("formula", c["code"]) for c in [*CASES["company"], *CASES["region"]]}
    for system in (RULES.systems[ENTERPRISE], RULES.systems[REGION]):
        families = {f.function for f in system.formulas.values() if f.id in cased}
        assert {f.function for f in system.formulas.values()} <= families | {"figureOf", "ratioOfSums"}


def test_what_is_not_computed_says_why_and_no_total_is_made_up() -> None:
    for report in (
        company_index(Profile(), rulebase=RULES, as_of=DAY),
        region_index(read_region({}, RULES), rulebase=RULES),
    ):
        assert report.total is None
        assert report.total_unpublished
        for indicator in report.indicators:
            assert indicator.status in {"unknown", "not_published"}
            assert indicator.unpublished or all(value.missing for value in indicator.values)


def test_gazelles_are_not_counted_in_2024() -> None:
    def status(year: int) -> str:
        report = region_index(read_region({"year": year, "figures": {"gazelles": 1}}, RULES), rulebase=RULES)
        return next(i.status for i in report.indicators if i.code == "R05")

    assert (status(2024), status(2025)) == ("not_counted", "range")


def test_green_is_a_bonus_or_an_indicator_as_read() -> None:
    def bonus(*readings: str) -> bool:
        report = company_index(Profile(), rulebase=RULES, as_of=DAY, readings=readings)
        return next(i.bonus for i in report.indicators if i.code == "E13")

    assert (bonus(), bonus("index-green-indicator")) == (True, False)


@pytest.mark.parametrize(
    ("figures", "problems"),
    [
        (
            {"new_passed": 9, "new_recommended": 8, "review_passed": 2, "review_recommended": 1},
            {("part_above_whole", "figures.new_passed"), ("part_above_whole", "figures.review_passed")},
        ),
        (
            {"spot_check_passed": {"min": 6}, "spot_checked": {"max": 5}},
            {("part_above_whole", "figures.spot_check_passed")},
        ),
        (
            {"smes": -1, "clusters": 1.5, "cluster": 1},
            {
                ("outside_range", "figures.smes"),
                ("not_whole", "figures.clusters"),
                ("unknown_key", "figures.cluster"),
            },
        ),
        ({"smes": 100, "quality_smes": 101}, {("part_above_whole", "figures.quality_smes")}),
    ],
)
def test_impossible_counts_are_refused_with_their_place(figures: Any, problems: Any) -> None:
    with pytest.raises(ProfileError) as caught:
        read_region({"figures": figures}, RULES)
    assert {(p.code, p.path) for p in caught.value.problems} == problems


def test_a_mean_must_allow_a_comparison() -> None:
    with pytest.raises(ProfileError) as caught:
        read_means({"means": {"E05": 0, "E99": 1, "E06": -2}}, RULES)
    assert {(p.code, p.path) for p in caught.value.problems} == {
        ("mean_too_low", "means.E05"),
        ("unknown_key", "means.E99"),
    }


@pytest.mark.skipif(not SHARED.is_dir(), reason="UNTESTED: the folder of fact files is not here")
def test_every_indicator_of_the_fact_file_is_here() -> None:
    import yaml

    document = yaml.safe_load((SHARED / "facts" / "development-index-2025.yaml").read_text(encoding="utf-8"))
    ids = {i["id"].removeprefix("DX-") for i in document["items"]}
    wanted = {id for id in ids if id[0] in "ER" and id not in ("E0", "R0")}
    assert wanted == {*RULES.systems[ENTERPRISE].indicators, *RULES.systems[REGION].indicators}
